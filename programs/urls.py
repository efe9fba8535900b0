from django.urls import path

from programs.views import agreements, batches, curricula, instructors, sessions

app_name = "programs"
urlpatterns = [
    path("", curricula.program_list, name="program_list"),
    path("new/", curricula.program_create, name="program_create"),
    path("<int:pk>/", curricula.program_detail, name="program_detail"),
    path("<int:pk>/edit/", curricula.program_update, name="program_update"),
    path("curricula/<int:pk>/version/", curricula.curriculum_version, name="curriculum_version"),
    path("curricula/<int:pk>/units/", curricula.unit_create, name="unit_create"),
    path("units/<int:pk>/", curricula.unit_update, name="unit_update"),
    path("of-agreement/<int:pk>/", agreements.of_agreement, name="of_agreement"),
    path("of-agreement/<int:pk>/cover/", agreements.coverage_create, name="coverage_create"),
    path("of-partner/<int:pk>/", instructors.of_partner, name="of_partner"),
    path(
        "of-partner/<int:pk>/instructors/", instructors.instructor_create, name="instructor_create"
    ),
    path("instructors/<int:pk>/", instructors.instructor_update, name="instructor_update"),
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/new/", batches.batch_create, name="batch_create"),
    path("batches/<int:pk>/", batches.batch_detail, name="batch_detail"),
    path("batches/<int:pk>/edit/", batches.batch_update, name="batch_update"),
    path("batches/<int:pk>/sessions/", sessions.session_create, name="session_create"),
    path("sessions/<int:pk>/edit/", sessions.session_update, name="session_update"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
]
