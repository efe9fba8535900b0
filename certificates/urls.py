from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.certificate_list, name="certificate_list"),
    path("<int:pk>/", views.certificate_detail, name="certificate_detail"),
    path("<int:pk>/pdf/", views.certificate_download, name="certificate_download"),
    path("of-inmate/<int:pk>/", views.of_inmate, name="of_inmate"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/prepare/", views.prepare, name="prepare"),
    path("batches/<int:pk>/approve/", views.approve, name="approve"),
    path("batches/<int:pk>/issue/", views.issue, name="issue"),
    path("batches/<int:pk>/zip/", views.batch_download, name="batch_download"),
]
