"""Scanned pages are read, one by one: the look at a picture outside of any lock, its result in a moment."""

import hashlib
import logging

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import ScanPage, ScanUpload
from participants.paper.process import look
from participants.services.scans import (
    Refusal,
    State,
    await_job,
    locked_page,
    misfit,
    sheet_named,
)
from programs.services import locked

logger = logging.getLogger(__name__)

WRITTEN = ["state", "refusal", "sheet", "paper", "reading", "read_at", "picture", "picture_sha256"]
WRITTEN += ["answers", "present_count", "count_note", "confirmed_at", "confirmed_by"]
# Pages of one file over which the reader may die, each after half a minute, before the rest is left unread.
MOST_GIVEN_UP = 2
# Of a sheet that is none of ours, or of another Lapas, nothing is kept but the picture that came.
UNTOLD = (Refusal.FORGED, Refusal.FOREIGN)


def read_upload(*, upload):
    """What the background job does: read the pages that wait. Killed and begun again, it goes on with the rest."""
    waiting = ScanPage.objects.filter(file__upload=upload, state=State.WAITING)
    of_file = None
    while page := waiting.select_related("file").order_by("file", "number").first():
        ScanUpload.objects.filter(pk=upload.pk).update(read_at=timezone.now())
        if page.file_id != of_file:
            content, of_file, given_up = content_of(page.file), page.file_id, 0
        if given_up < MOST_GIVEN_UP:
            seen = look(content, page.number)
            given_up += seen.facts["refusal"] == Refusal.DAMAGED and not seen.picture
        _take(page, seen)


@transaction.atomic
def resume_reading(*, upload, by):
    """Note that the job is begun again; ValidationError while it runs, and when no page waits for it."""
    upload = ScanUpload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    waiting = ScanPage.objects.filter(file__upload=upload, state=State.WAITING).count()
    if not waiting:
        raise ValidationError(_("Semua halaman unggahan ini sudah dibaca."))
    if not upload.has_stalled:
        raise ValidationError(_("Halaman-halamannya sedang dibaca."))
    upload.read_at = timezone.now()
    upload.save(update_fields=["read_at"])
    audit.record("scans.resumed", upload, by=by, waiting=waiting)
    return upload


def content_of(file):
    """Nothing of a file that is gone: its pages are then damaged ones, and the job goes on."""
    try:
        with file.file.open() as kept:
            return kept.read()
    except FileNotFoundError:
        logger.error("Kept file is missing: %s", file.file.name)
        return b""


@transaction.atomic
def _take(page, seen):
    """Write what was seen, unless somebody was faster: another job, or an officer who set the page aside.

    What was confirmed stays so when it cannot be read any more, or cannot be confirmed again.
    """
    session = locked(page.sheet.session) if page.confirmed_at else None
    try:
        page = locked_page(page)
    except ValidationError:
        return
    refusal, sheet = _sheet_of(page, seen.facts)
    if session and (refusal or not session.is_writable):
        page.state = State.CONFIRMED
        page.save(update_fields=["state"])
        audit.record("scan.reread_failed", page, by=None, refusal=refusal, sheet=page.sheet_id)
        return
    _write(page, seen, refusal, sheet)


@transaction.atomic
def reread_page(*, page, by):
    """Let the job read the kept file once more. A page that was confirmed is confirmed anew; its marks stay.

    Raises ValidationError for a page that waits or is set aside, and for a confirmed one whose session takes
    no marks: nobody could confirm it again. The confirmation that is undone stands in the trail.
    """
    session = locked(page.sheet.session) if page.confirmed_at else None
    page = locked_page(page)
    if page.state in (State.WAITING, State.SET_ASIDE):
        raise ValidationError(_("Halaman ini tidak bisa dibaca ulang sekarang."))
    if session and not session.is_writable:
        raise ValidationError(
            _(
                "Daftar hadir pertemuan ini tidak menerima tanda sekarang, jadi konfirmasinya tidak bisa "
                "diulang. Buka kuncinya dulu, lalu baca lagi."
            )
        )
    audit.record("scan.reread", page, by=by, was=page.state, **_confirmation(page))
    page.state, page.refusal = State.WAITING, ""
    page.save(update_fields=["state", "refusal"])
    await_job(page)
    return page


def _confirmation(page):
    if page.state != State.CONFIRMED:
        return {}
    return {
        "answers": page.answers,
        "present_count": page.present_count,
        "count_note": page.count_note,
        "confirmed_at": page.confirmed_at.isoformat(),
        "confirmed_by": page.confirmed_by_id,
    }


def _write(page, seen, refusal, sheet):
    page.refusal, page.sheet = refusal, sheet
    page.state = State.REFUSED if refusal else State.READ
    page.reading = {} if refusal in UNTOLD else seen.facts
    page.paper = page.reading.get("paper", "")
    page.read_at = timezone.now()
    page.answers, page.present_count, page.count_note = {}, None, ""
    page.confirmed_at = page.confirmed_by = None
    _keep_picture(page, seen.picture)
    page.save(update_fields=WRITTEN)
    audit.record("scan.read", page, by=None, refusal=refusal, sheet=page.sheet_id)


def _sheet_of(page, facts):
    """(why not, the sheet): one of the two is empty. An officer's word on the code outlasts a new reading."""
    if facts["refusal"]:
        return facts["refusal"], None
    sheet = page.sheet
    if facts["code"]:
        sheet = sheet_named(facts["code"])
    elif sheet is None:
        return Refusal.NO_CODE, None
    refusal = misfit(sheet, page, facts["paper"])
    return refusal, None if refusal else sheet


def _keep_picture(page, content):
    """In place of an older one, which goes when this one is there to stay."""
    sha256 = hashlib.sha256(content).hexdigest() if content else ""
    if sha256 == page.picture_sha256:
        return
    older, storage = page.picture.name, page.picture.storage
    page.picture, page.picture_sha256 = "", sha256
    if content:
        page.picture.save(f"scans/pages/{page.pk}/{sha256}.jpg", ContentFile(content), save=False)
    if older:
        transaction.on_commit(lambda: storage.delete(older))
