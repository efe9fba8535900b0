from django.urls import path

from participants.views import attendance, enrollment, inmates, results

app_name = "participants"
urlpatterns = [
    path("inmates/", inmates.inmate_list, name="inmate_list"),
    path("inmates/new/", inmates.inmate_create, name="inmate_create"),
    path("inmates/<int:pk>/", inmates.inmate_detail, name="inmate_detail"),
    path("inmates/<int:pk>/edit/", inmates.inmate_update, name="inmate_update"),
    path("batches/<int:pk>/", enrollment.roster, name="roster"),
    path("batches/<int:pk>/enroll/", enrollment.enrollment_create, name="enrollment_create"),
    path("batches/<int:pk>/results/", results.results, name="results"),
    path("enrollments/<int:pk>/end/", enrollment.enrollment_end, name="enrollment_end"),
    path("sessions/<int:pk>/attendance/", attendance.attendance, name="attendance"),
    path("sessions/<int:pk>/attendance/lock/", attendance.attendance_lock, name="attendance_lock"),
    path(
        "sessions/<int:pk>/attendance/unlock/",
        attendance.attendance_unlock,
        name="attendance_unlock",
    ),
]
