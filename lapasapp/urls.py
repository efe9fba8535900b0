from allauth.account import views as account
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from certificates.views import verify

# allauth answers PUT and OPTIONS as well; nobody here needs them.
form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("accounts/login/", form(account.login), name="account_login"),
    path("accounts/logout/", form(account.logout), name="account_logout"),
    path(
        "accounts/password/change/",
        login_required(form(account.password_change)),
        name="account_change_password",
    ),
    path("partnerships/", include("partnerships.urls")),
    path("programs/", include("programs.urls")),
    path("participants/", include("participants.urls")),
    path("certificates/", include("certificates.urls")),
    path("v/<str:public_id>", verify, name="verify"),
    path("V/<str:public_id>", verify),  # as the QR code spells it
    path("", include("reports.urls")),
]

handler403 = "lapasapp.errors.forbidden"
handler404 = "lapasapp.errors.not_found"
handler400 = "lapasapp.errors.bad_request"
