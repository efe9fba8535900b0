from django.urls import path

from reports import views, views_promises

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.overview, name="overview"),
    path("search/", views.search, name="search"),
    path(
        "reports/of-agreement/<int:pk>/promises/",
        views_promises.promises_of_agreement,
        name="promises_of_agreement",
    ),
    path(
        "reports/of-agreement/<int:pk>/promises/print/",
        views_promises.promises_print,
        name="promises_print",
    ),
    path(
        "reports/of-agreement/<int:pk>/renewal-letter/",
        views_promises.renewal_letter,
        name="renewal_letter",
    ),
]
