"""Scans of attendance sheets: kept as they came, their pages named, set aside, taken back."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import Facility
from participants.models import PrintedSheet, ScanFile, ScanPage, ScanUpload
from participants.sheetcode import NoSheetCode, read_code
from partnerships.documents import SCANS
from partnerships.services import look_into

MOST_PAGES = 50

State = ScanPage.State
Refusal = ScanPage.Refusal
# What to say of a code in letters that is not the page's.
MISNAMED = {
    Refusal.FORGED: gettext_lazy(
        "Kode ini salah ketik. Samakan dengan huruf di samping gambar QR."
    ),
    Refusal.FOREIGN: gettext_lazy("Kode ini bukan milik lembar Lapas ini. Periksa kertasnya."),
    Refusal.OTHER_LAYOUT: gettext_lazy(
        "Kode ini milik lembar %(paper)s, bentuknya lain dari gambar ini. Periksa kertasnya."
    ),
}


@dataclass(frozen=True)
class RefusedFile:
    """A file that is not taken, why, and the ScanUpload in which it came before, or None."""

    name: str
    reason: str
    upload: int | None = None


def keep_scans(*, files, facility, by):
    """Keep those of `files` (Django Files) that are scans as one ScanUpload, whose pages wait to be read.

    What is no scan is named in its `refused_files`, and so is what came before; when nothing is left,
    ValidationError on "files" says so of each, and of what came before where (params["upload"]).
    """
    good, refused = [], []
    for file in files:
        try:
            good.append(look_into(file, kinds=SCANS, by=by))
        except ValidationError as error:
            name = "".join(letter for letter in file.name if letter.isprintable())[-200:]
            refused.append(RefusedFile(name, " ".join(error.messages)))
    return _keep(good, refused, facility, by)


@transaction.atomic
def _keep(good, refused, facility, by):
    """Apart from the look into the files, which takes its time and must not hold the lock."""
    # One upload after the other: two at once would not know each other's files.
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    good, more = _sifted(good, facility)
    refused = [*refused, *more]
    if not good:
        raise ValidationError({"files": [_said_of(one) for one in refused]})
    upload = ScanUpload.objects.create(
        facility=facility, uploaded_by=by, refused_files=[vars(one) for one in refused]
    )
    for content, facts in good:
        _keep_file(upload, content, facts)
    audit.record(
        "scans.uploaded",
        upload,
        by=by,
        files=[facts["sha256"] for _content, facts in good],
        pages=sum(facts["page_count"] for _content, facts in good),
        refused=len(refused),
    )
    return upload


def _sifted(good, facility):
    """(those to keep, [RefusedFile]): nothing twice, and not more pages than one upload may have."""
    hashes = [facts["sha256"] for _content, facts in good]
    before = ScanFile.objects.filter(upload__facility=facility, sha256__in=hashes)
    known = {one.sha256: one for one in before.select_related("upload__uploaded_by")}
    kept, refused, names, pages = [], [], {}, 0
    for content, facts in good:
        name, sha256 = facts["filename"], facts["sha256"]
        if sha256 in known:
            upload = known[sha256].upload
            refused.append(RefusedFile(name, _came_before(upload), upload.pk))
        elif sha256 in names:
            reason = _("Sama persis dengan %(name)s.") % {"name": names[sha256]}
            refused.append(RefusedFile(name, reason))
        elif pages + facts["page_count"] > MOST_PAGES:
            refused.append(RefusedFile(name, _too_long(facts["page_count"])))
        else:
            names[sha256] = name
            pages += facts["page_count"]
            kept.append((content, facts))
    return kept, refused


def _came_before(upload):
    return _("Sudah diunggah %(day)s oleh %(who)s; tidak dibaca lagi.") % {
        "day": date_format(timezone.localtime(upload.uploaded_at), "SHORT_DATETIME_FORMAT"),
        "who": upload.uploaded_by,
    }


def _too_long(pages):
    if pages > MOST_PAGES:
        return _(
            "Berisi %(pages)s halaman, paling banyak %(most)s. Bagi menjadi beberapa berkas."
        ) % {
            "pages": pages,
            "most": MOST_PAGES,
        }
    return _(
        "Bersama berkas sebelumnya lebih dari %(most)s halaman. Unggah sesudah ini, tersendiri."
    ) % {"most": MOST_PAGES}


def _said_of(refused):
    params = {"name": refused.name, "reason": refused.reason, "upload": refused.upload}
    return ValidationError("%(name)s: %(reason)s", params=params)


def _keep_file(upload, content, facts):
    kept = ScanFile(upload=upload, **facts)
    kept.full_clean(exclude=["file"])
    kept.file.save(f"scans/uploads/{upload.pk}/{kept.sha256}", ContentFile(content), save=False)
    kept.save()
    ScanPage.objects.bulk_create(
        ScanPage(file=kept, number=number) for number in range(1, kept.page_count + 1)
    )


def locked_page(page):
    """The page as it stands, locked; ValidationError when its state is not the one that was seen."""
    now = (
        ScanPage.objects.select_for_update(of=("self",), no_key=True)
        .select_related("file__upload__facility", "sheet__session__batch")
        .get(pk=page.pk)
    )
    if (now.state, now.confirmed_at) != (page.state, page.confirmed_at):
        raise ValidationError(
            _("Halaman ini baru saja berubah (%(state)s). Periksa sekali lagi.")
            % {"state": now.get_state_display().lower()}
        )
    return now


def await_job(page):
    """The page waits for a job that is about to begin, however long ago its upload came."""
    ScanUpload.objects.filter(pk=page.file.upload_id).update(read_at=timezone.now())


@transaction.atomic
def name_page(*, page, code, by):
    """Say by the `code` in letters which sheet the page is, when its QR could not be read."""
    page = locked_page(page)
    if page.refusal != Refusal.NO_CODE or page.state != State.REFUSED:
        raise ValidationError(_("Kode halaman ini tidak perlu diketik."))
    sheet = sheet_named(code)
    if refusal := misfit(sheet, page, page.paper):
        paper = sheet and {"paper": sheet.get_paper_display()}
        raise ValidationError({"code": ValidationError(MISNAMED[refusal], params=paper)})
    page.sheet = sheet
    page.state, page.refusal = State.READ, ""
    page.save(update_fields=["sheet", "state", "refusal"])
    audit.record("scan.named", page, by=by, sheet=page.sheet_id)
    return page


def sheet_named(code):
    """The PrintedSheet of a code as it was read or typed, or None of one that we never printed."""
    try:
        sheets = PrintedSheet.objects.filter(pk=read_code(code))
    except NoSheetCode:
        return None
    return sheets.select_related("session__batch__facility").first()


def misfit(sheet, page, paper):
    """Why a page with the markers of `paper` cannot be that PrintedSheet: a Refusal, or ""."""
    if sheet is None:
        return Refusal.FORGED
    if sheet.facility != page.facility:
        return Refusal.FOREIGN
    return Refusal.OTHER_LAYOUT if sheet.paper != paper else ""


@transaction.atomic
def set_aside_page(*, page, reason, by):
    """The page is nothing to be confirmed; it stays with its picture and can be taken back."""
    page = locked_page(page)
    if page.confirmed_at:  # also while it is read once more
        raise ValidationError(
            _("Halaman ini sudah dikonfirmasi; tandanya dibetulkan di daftar hadirnya.")
        )
    if page.state == State.SET_ASIDE:
        raise ValidationError(_("Halaman ini sudah disisihkan."))
    page.state, page.set_aside_reason = State.SET_ASIDE, " ".join(reason.split())
    page.set_aside_at, page.set_aside_by = timezone.now(), by
    page.full_clean(exclude=["file", "sheet", "picture", "reading", "answers"])
    page.save(update_fields=["state", "set_aside_reason", "set_aside_at", "set_aside_by"])
    audit.record("scan.set_aside", page, by=by, reason=page.set_aside_reason)
    return page


@transaction.atomic
def restore_page(*, page, by):
    """Take it back as it was before it was set aside; one that was never read waits again."""
    page = locked_page(page)
    if page.state != State.SET_ASIDE:
        raise ValidationError(_("Halaman ini tidak disisihkan."))
    page.state = State.REFUSED if page.refusal else State.READ if page.sheet_id else State.WAITING
    page.set_aside_reason, page.set_aside_at, page.set_aside_by = "", None, None
    page.save(update_fields=["state", "set_aside_reason", "set_aside_at", "set_aside_by"])
    if page.state == State.WAITING:
        await_job(page)
    audit.record("scan.restored", page, by=by)
    return page
