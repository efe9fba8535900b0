"""Scanned pages as a spreadsheet."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


def _of_session(name):
    return lambda line: getattr(line.session, name) if line.session else ""


def _uploaded_at(line):
    at = timezone.localtime(line.page.file.upload.uploaded_at)
    return date_format(at, "SHORT_DATETIME_FORMAT")


def _starts_at(line):
    return f"{line.session.starts_at:%H.%M}" if line.session else ""


SCAN_PAGES = [
    (_("Hari"), _of_session("takes_place_on")),
    (_("Mulai pukul"), _starts_at),
    (_("Angkatan"), _of_session("batch")),
    (_("Unit"), _of_session("unit")),
    (_("Lembar"), lambda line: line.page.sheet.page if line.page.sheet else ""),
    (_("Dari"), lambda line: line.page.sheet.page_count if line.page.sheet else ""),
    (_("Baris ragu"), lambda line: line.doubtful_count),
    (_("Keadaan"), lambda line: line.page.get_state_display()),
    (_("Sebab tidak terbaca"), lambda line: line.page.get_refusal_display()),
    (_("Berkas"), lambda line: line.page.file.filename),
    (_("Halaman"), lambda line: line.page.number),
    (_("Diunggah"), _uploaded_at),
    (_("Oleh"), lambda line: line.page.file.upload.uploaded_by),
]
