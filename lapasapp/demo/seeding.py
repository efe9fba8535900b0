"""The demo as chapters: each is told whole or not at all, so an interrupted run goes on where it stopped."""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Facility, User
from certificates.models import Certificate
from core.pdf import PdfUnavailable
from lapasapp.demo import accounts, jember, metro, places, singaraja
from participants.models import Inmate
from programs.models import Batch

logger = logging.getLogger(__name__)

# The finished case and the running class behind it must not overlap.
FIRST_DAY = date(2026, 1, 20)
SHEET_DAYS = 7
CHAPTERS = ((jember, "JBR-BKR-A1"), (metro, "MTR-AGR-A1"), (singaraja, "SGR-BSN-A1"))


class CannotSeed(Exception):
    """This database or this day does not take demo data; the message says why."""


@dataclass(frozen=True)
class Summary:
    is_new: bool
    facilities: int
    inmates: int
    batches: int
    sealed: int


def seed():
    """Whatever of the demo is missing; on a database that has it, nothing."""
    is_new = False
    if not Facility.objects.filter(code=places.JEMBER, is_demo=True).exists():
        _open_the_houses()
        is_new = True
    for chapter, sign in CHAPTERS:
        if not Batch.objects.filter(code=sign).exists():
            with transaction.atomic():
                chapter.build(timezone.localdate())
            is_new = True
    if is_new:
        # Only now: the chapters fill the sheets of days long past.
        Facility.objects.filter(is_demo=True).update(sheet_days=SHEET_DAYS)
    _issue()
    accounts.known_password()
    return _summary(is_new)


def _issue():
    """Without the libraries that draw PDFs the certificates wait for a later run; the rest is worth showing."""
    try:
        metro.issue()
    except PdfUnavailable as error:
        logger.warning("%s", error)


def _open_the_houses():
    if timezone.localdate() < FIRST_DAY:
        raise CannotSeed(f"Jam komputer ini salah, atau belum {FIRST_DAY:%d-%m-%Y}.")
    taken = User.objects.filter(username__in=[one.username for one in accounts.ACCOUNTS])
    if taken.exists():
        raise CannotSeed(f"Sudah ada akun bernama {taken[0].username} yang bukan data contoh.")
    if taken := Facility.objects.filter(code__in=[code for code, *_ in places.FACILITIES]):
        raise CannotSeed(f"Sudah ada Lapas berkode {taken[0].code} yang bukan data contoh.")
    with transaction.atomic():
        places.build()
        accounts.build()


def _summary(is_new):
    return Summary(
        is_new=is_new,
        facilities=Facility.objects.filter(is_demo=True).count(),
        inmates=Inmate.objects.filter(facility__is_demo=True).count(),
        batches=Batch.objects.filter(facility__is_demo=True).count(),
        sealed=Certificate.objects.sealed()
        .filter(enrollment__batch__facility__is_demo=True)
        .count(),
    )
