"""Settings, typed and read from the environment; a wrong value stops start-up and names itself."""

import base64
import hashlib
import os
import secrets
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environs
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environs.Env()


def absolute_url(value):
    """An address such as https://sertifikat.example, without a path: it goes into every QR code."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise environs.EnvValidationError(
            f"PUBLIC_BASE_URL must look like https://host, not {value!r}", ["Not a base URL."]
        )
    return value.rstrip("/")


def kept_secret(path):
    """The secret kept beside the data, made on first use, so that an embedded start needs none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text().strip()


def pdf_signer(value):
    """Who signs the PDFs: "own" (our own authority), "none", or the address of an outside signer."""
    parts = urlsplit(value)
    is_address = parts.scheme in {"http", "https"} and parts.netloc
    if value not in {"own", "none"} and (not is_address or parts.query or parts.fragment):
        raise environs.EnvValidationError(
            f"PDF_SIGNER must be own, none or https://host/path, not {value!r}", ["Not a signer."]
        )
    return value.rstrip("/")


def trusted_signer(value):
    """(id, public key) of "id:base64", as `manage.py signing_key` prints it at the other installation."""
    key_id, _, text = value.strip().partition(":")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32 or hashlib.sha256(key).hexdigest()[:16] != key_id:
        raise environs.EnvValidationError(
            f"TRUSTED_SIGNERS must be id:key pairs with commas between, not {value!r}",
            ["Not a signer."],
        )
    return key_id, key


def network(value):
    """A network such as 10.0.0.0/8, or one address."""
    try:
        return ip_network(value.strip())
    except ValueError as fault:
        raise environs.EnvValidationError(
            f"TRUSTED_PROXIES must be networks with commas between: {fault}", ["Not a network."]
        ) from fault


try:
    DEBUG = env.bool("DEBUG", False)
    DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var").resolve()
    PORT = env.int("PORT", 8000, validate=environs.validate.Range(1, 65535))
    # Signed heads of the ledger. Best on another machine: who rewrites the database must not reach them.
    LEDGER_HEAD_DIR = env.path("LEDGER_HEAD_DIR", DATA_DIR / "heads")
    PUBLIC_BASE_URL = absolute_url(env.str("PUBLIC_BASE_URL", f"http://127.0.0.1:{PORT}"))
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
    SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(DATA_DIR / "secret_key")
    SIGNING_KEY = kept_secret(DATA_DIR / "signing_key")
    TRUSTED_SIGNERS = dict(map(trusted_signer, env.list("TRUSTED_SIGNERS", [])))
    TRUSTED_PROXIES = list(map(network, env.list("TRUSTED_PROXIES", [])))
    PDF_SIGNER = pdf_signer(env.str("PDF_SIGNER", "own"))
    PDF_SIGNER_TIMEOUT = env.int(  # seconds
        "PDF_SIGNER_TIMEOUT", 10, validate=environs.validate.Range(1, 50)
    )
    MAIL = env.dj_email_url("EMAIL_URL", "dummy:")
    # 1 jam pelajaran (JP)
    # Processes that draw a batch of certificates side by side; a server with little memory sets 1.
    PDF_WORKERS = env.int(
        "PDF_WORKERS", min(os.cpu_count() or 1, 4), validate=environs.validate.Range(1, 16)
    )
    LESSON_MINUTES = env.int("LESSON_MINUTES", 45, validate=environs.validate.Range(30, 60))
    DATABASES = {
        "default": env.dj_db_url(
            "DATABASE_URL", f"sqlite:///{DATA_DIR / 'lapasapp.sqlite3'}", conn_max_age=60
        )
    }
except environs.EnvError as error:
    raise ImproperlyConfigured(str(error)) from error

if not DEBUG and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters outside DEBUG.")

DATA_DIR.mkdir(parents=True, exist_ok=True)

IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if IS_SQLITE:
    # Django's default transaction (DEFERRED) fails with "database is locked" as soon as two write;
    # IMMEDIATE takes the write lock first, which also stands in for SELECT … FOR UPDATE.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lapasapp",
    "reports",
    "certificates",
    "participants",
    "programs",
    "partnerships",
    "accounts",
    "core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]

MIDDLEWARE = [
    "core.middleware.NoNulMiddleware",
    "core.middleware.QueryCountMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.PreferredLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AssignmentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "lapasapp.errors.SameNotFoundMiddleware",
]

ROOT_URLCONF = "lapasapp.urls"
WSGI_APPLICATION = "lapasapp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.shell",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("lapas",)
CRISPY_TEMPLATE_PACK = "lapas"

# Who is who

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedDoorAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Throttling by account and address is axes' work; the address alone may be a whole office's.
ACCOUNT_RATE_LIMITS = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Words, dates, places

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Inggris"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# Mail: warnings of agreements that end; without EMAIL_URL they stand on the worklist alone

globals().update(MAIL)
EMAIL_TIMEOUT = MAIL["EMAIL_TIMEOUT"] or 10
MAIL_IS_SET = not MAIL["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "LapasApp <noreply@localhost>")

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = DATA_DIR / "documents"
CERTIFICATE_ROOT = DATA_DIR / "certificates"
KEY_ROOT = DATA_DIR / "keys"
THROTTLE_ROOT = DATA_DIR / "throttle"
FILE_UPLOAD_PERMISSIONS = 0o600
AGREEMENT_SCAN_MAX_BYTES = 20 * 1024 * 1024
ROSTER_MAX_BYTES = 10 * 1024 * 1024
# The sheet of a class of 500 has three fields a person.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Headers

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}, "weasyprint": {"level": "ERROR"}},
}
