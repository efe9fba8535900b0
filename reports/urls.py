from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.overview, name="overview"),
    path("search/", views.search, name="search"),
]
