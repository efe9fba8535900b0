"""A page that was read becomes marks, once an officer has answered for every row of it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from participants.models import Attendance, Enrollment, ScanPage, Submission
from participants.queries.paper import paper_rows
from participants.queries.scan_page import CONFIRMABLE, machine_is_sure
from participants.services.attendance import SheetOutcome, record_attendance
from participants.services.paper import mark_from_paper
from programs.services import locked

TYPED = {"present_count", "count_note"}


@dataclass(frozen=True)
class Answers:
    """What the officer's page says, {row from 1: code, or "" for a row left without a mark}.

    They were given to the people of the PrintedSheet `sheet` (its key), over `versions`, {row: version of its
    stored mark}, and over the page's `confirmed_at`.
    """

    sheet: int
    codes: dict
    versions: dict
    confirmed_at: object = None


@transaction.atomic
def confirm_page(*, page, answers, present_count, count_note, nonce, day=None, by):
    """Write the marks of a ScanPage as `record_attendance` does, and that `by` has confirmed it.

    Every row of somebody on the roster needs its answer; the count of H at the foot of the paper is the
    answers', or `count_note` says why not. A page may be confirmed again: rows of people who were off the
    roster keep what they had. On a conflict nothing is written.
    """
    session = locked(page.sheet.session)
    seen, page = page, _locked_page(page)
    # Of this page alone: another page of the session may have been sent with the same one.
    nonce = f"{page.pk}.{nonce}"
    if Submission.objects.filter(session=session, nonce=nonce).exists():
        return SheetOutcome(is_replay=True)
    _refuse_unconfirmable(page, answers, seen)
    rows = _rows(page, session)
    _check_answers(rows, answers.codes)
    _check_count(answers.codes, present_count, count_note)
    outcome = record_attendance(
        session=session,
        marks={
            row.enrollment.pk: mark_from_paper(row, code, version=answers.versions.get(place, 0))
            for place, row in rows.items()
            if (code := answers.codes[place])
        },
        nonce=nonce,
        source=Attendance.Source.PAPER,
        day=day,
        by=by,
    )
    if not outcome.conflicts:
        _confirm(page, answers.codes, present_count, count_note, by)
    return outcome


def _locked_page(page):
    """After batch and session, as everybody who confirms does."""
    pages = ScanPage.objects.select_for_update(of=("self",), no_key=True)
    return pages.select_related("sheet", "file__upload__facility", "confirmed_by").get(pk=page.pk)


def _refuse_unconfirmable(page, answers, seen):
    """`seen` is the page whose session is locked: a new reading may have given it another sheet since."""
    if page.state not in CONFIRMABLE:
        raise ValidationError(
            _("Halaman ini %(state)s, jadi tidak bisa dikonfirmasi.")
            % {"state": page.get_state_display().lower()}
        )
    if not page.sheet_id == seen.sheet_id == answers.sheet:
        raise ValidationError(
            _("Halaman ini sementara itu dibaca sebagai lembar lain. Periksa lagi dari awal."),
            code="reread",
        )
    if page.confirmed_at != answers.confirmed_at:
        raise ValidationError(
            _(
                "%(name)s sudah mengonfirmasi halaman ini pukul %(time)s; jawaban di bawah belum "
                "tersimpan. Bandingkan dengan tanda yang tersimpan, lalu konfirmasi lagi bila perlu."
            )
            % {
                "name": page.confirmed_by,
                "time": date_format(timezone.localtime(page.confirmed_at), "TIME_FORMAT"),
            },
            code="confirmed",
        )


def _rows(page, session):
    """{row from 1: PaperRow} of those on the paper who are on the roster."""
    roster = {one.pk: one for one in Enrollment.objects.on_roster_of(session)}
    places = {place: pk for place, pk in enumerate(page.sheet.enrollments, start=1) if pk in roster}
    rows = paper_rows(session, [roster[pk] for pk in places.values()])
    return dict(zip(places, rows, strict=True))


def _check_answers(rows, codes):
    if codes.keys() - rows.keys():
        raise ValidationError(
            _(
                "Daftar pesertanya berubah sesudah halaman ini dibuka; belum ada yang disimpan. "
                "Periksa lagi, lalu konfirmasi."
            )
        )
    open_ones = [row.number for place, row in rows.items() if place not in codes]
    if open_ones:
        raise ValidationError(
            ngettext(
                "%(count)s baris belum dijawab: nomor %(numbers)s. "
                "Pilih H, S, I, A, T, atau – untuk membiarkannya tanpa tanda.",
                "%(count)s baris belum dijawab: nomor %(numbers)s. "
                "Pilih H, S, I, A, T, atau – untuk membiarkannya tanpa tanda.",
                len(open_ones),
            )
            % {"count": len(open_ones), "numbers": ", ".join(map(str, open_ones))}
        )


def _check_count(codes, present_count, count_note):
    answered = list(codes.values()).count(Attendance.Code.PRESENT)
    is_for_guests = not codes and present_count is None
    if count_note or present_count == answered or is_for_guests:
        return
    if present_count is None:
        words = _("Tulis jumlah tanda H di kaki lembar, atau alasannya bila tidak tertulis.")
        raise ValidationError({"present_count": words})
    words = _(
        "Di kertas tertulis %(paper)s H, jawaban di sini %(answered)s. Periksa, atau tulis alasannya."
    )
    raise ValidationError({"count_note": words % {"paper": present_count, "answered": answered}})


def _confirm(page, codes, present_count, count_note, by):
    """The trail tells how often the machine was sure, and how often wrongly: of each row once."""
    new = {place: code for place, code in codes.items() if str(place) not in page.answers}
    sure = {place: code for place, code in new.items() if machine_is_sure(page, place)}
    seen = page.reading["rows"]
    changed = [place for place, code in sure.items() if code != seen[place - 1]["code"]]
    is_again = page.state == ScanPage.State.CONFIRMED
    page.answers |= {str(place): code for place, code in codes.items()}
    page.state = ScanPage.State.CONFIRMED
    page.present_count, page.count_note = present_count, count_note
    page.confirmed_at, page.confirmed_by = timezone.now(), by
    page.clean_fields(exclude={one.name for one in page._meta.fields} - TYPED)
    page.save(update_fields=["answers", "state", "confirmed_at", "confirmed_by", *TYPED])
    audit.record(
        "scan.confirmed",
        page,
        by=by,
        sheet=page.sheet_id,
        sure=len(sure),
        doubtful=len(new) - len(sure),
        changed_sure=len(changed),
        again=is_again,
    )
