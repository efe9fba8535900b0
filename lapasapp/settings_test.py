"""The suite's settings: the real ones, quicker passwords, jobs at once, files in a folder of their own."""

import os
import tempfile

_DATA_DIR = tempfile.mkdtemp(prefix="lapasapp-test-")
os.environ["DATA_DIR"] = _DATA_DIR
os.environ["DEBUG"] = "false"
os.environ["SECRET_KEY"] = "only-for-tests-" * 5
os.environ["PUBLIC_BASE_URL"] = "http://sertifikat.example"
os.environ["PDF_SIGNER"] = "none"  # making keys takes time; who tests signing turns it on

from lapasapp.settings import *  # noqa: E402
from lapasapp.undefined_variables import UndefinedVariable  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# With manifest storage the CSS of browser tests would be missing, and nobody would notice.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("%s")
PDF_WORKERS = 1  # the suite has the cores already
AXES_ENABLED = False
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if IS_SQLITE:
    # A file, not memory: tests with several connections need one database that all of them see.
    DATABASES["default"]["TEST"] = {"NAME": f"{_DATA_DIR}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
