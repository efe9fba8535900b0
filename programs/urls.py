from django.urls import path

from programs import views

app_name = "programs"
urlpatterns = [
    path("", views.program_list, name="program_list"),
    path("new/", views.program_create, name="program_create"),
    path("<int:pk>/", views.program_detail, name="program_detail"),
    path("<int:pk>/edit/", views.program_update, name="program_update"),
    path("curricula/<int:pk>/version/", views.curriculum_version, name="curriculum_version"),
    path("curricula/<int:pk>/units/", views.unit_create, name="unit_create"),
    path("units/<int:pk>/", views.unit_update, name="unit_update"),
    path("of-agreement/<int:pk>/", views.of_agreement, name="of_agreement"),
    path("of-agreement/<int:pk>/cover/", views.coverage_create, name="coverage_create"),
    path("of-partner/<int:pk>/", views.of_partner, name="of_partner"),
    path("of-partner/<int:pk>/instructors/", views.instructor_create, name="instructor_create"),
    path("instructors/<int:pk>/", views.instructor_update, name="instructor_update"),
    path("batches/", views.batch_list, name="batch_list"),
    path("batches/new/", views.batch_create, name="batch_create"),
    path("batches/<int:pk>/", views.batch_detail, name="batch_detail"),
    path("batches/<int:pk>/edit/", views.batch_update, name="batch_update"),
    path("batches/<int:pk>/sessions/", views.session_create, name="session_create"),
    path("sessions/<int:pk>/edit/", views.session_update, name="session_update"),
    path("sessions/<int:pk>/cancel/", views.session_cancel, name="session_cancel"),
]
