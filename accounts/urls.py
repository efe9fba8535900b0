from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/assignment/", views.choose_assignment, name="choose_assignment"),
    path("audit/", views.audit_list, name="audit_list"),
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.user_create, name="user_create"),
    path("users/<int:pk>/password/", views.user_password, name="user_password"),
    path("users/<int:pk>/assign/", views.user_assign, name="user_assign"),
    path("users/assignments/<int:pk>/end/", views.assignment_end, name="assignment_end"),
    path("users/facilities/", views.facility_list, name="facility_list"),
    path("users/facilities/new/", views.facility_create, name="facility_create"),
    path("users/facilities/<int:pk>/", views.facility_update, name="facility_update"),
    path("profile/", views.profile, name="profile"),
    path("users/regions/new/", views.region_create, name="region_create"),
    path("users/<int:pk>/close/", views.user_close, name="user_close"),
]
