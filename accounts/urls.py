from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/assignment/", views.choose_assignment, name="choose_assignment"),
    path("audit/", views.audit_list, name="audit_list"),
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.user_create, name="user_create"),
    path("users/<int:pk>/password/", views.user_password, name="user_password"),
    path("users/<int:pk>/close/", views.user_close, name="user_close"),
]
