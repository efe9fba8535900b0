from allauth.account import views as account
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from certificates import views as public

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
    path("v/<str:public_id>/credential.json", public.credential, name="credential"),
    path("v/", public.verify_start, name="verify_start"),
    path("v/keys.json", public.verify_keys, name="verify_keys"),
    path("v/offline", public.verify_offline, name="verify_offline"),
    path("v/status/<int:page>", public.verify_status, name="verify_status"),
    path("v/file/<str:sha256>", public.verify_file, name="verify_file"),
    path("v/emblem/<str:sha256>", public.verify_emblem, name="verify_emblem"),
    path("v/<str:public_id>", public.verify, name="verify"),
    path("V/<str:public_id>", public.verify),  # as the QR code spells it
    path("", include("reports.urls")),
]

handler403 = "lapasapp.errors.forbidden"
handler404 = "lapasapp.errors.not_found"
handler400 = "lapasapp.errors.bad_request"
