from django.urls import path

from reports.views import pages, promises

app_name = "reports"
urlpatterns = [
    path("", pages.home, name="home"),
    path("reports/", pages.overview, name="overview"),
    path("search/", pages.search, name="search"),
    path(
        "reports/of-agreement/<int:pk>/promises/",
        promises.promises_of_agreement,
        name="promises_of_agreement",
    ),
    path(
        "reports/of-agreement/<int:pk>/promises/print/",
        promises.promises_print,
        name="promises_print",
    ),
    path(
        "reports/of-agreement/<int:pk>/renewal-letter/",
        promises.renewal_letter,
        name="renewal_letter",
    ),
]
