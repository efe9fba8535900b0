from django.urls import path

from participants import views

app_name = "participants"
urlpatterns = [
    path("inmates/", views.inmate_list, name="inmate_list"),
    path("inmates/new/", views.inmate_create, name="inmate_create"),
    path("inmates/<int:pk>/", views.inmate_detail, name="inmate_detail"),
    path("inmates/<int:pk>/edit/", views.inmate_update, name="inmate_update"),
    path("batches/<int:pk>/", views.roster, name="roster"),
    path("batches/<int:pk>/enroll/", views.enrollment_create, name="enrollment_create"),
    path("batches/<int:pk>/results/", views.results, name="results"),
    path("enrollments/<int:pk>/end/", views.enrollment_end, name="enrollment_end"),
    path("sessions/<int:pk>/attendance/", views.attendance, name="attendance"),
    path("sessions/<int:pk>/attendance/lock/", views.attendance_lock, name="attendance_lock"),
    path("sessions/<int:pk>/attendance/unlock/", views.attendance_unlock, name="attendance_unlock"),
]
