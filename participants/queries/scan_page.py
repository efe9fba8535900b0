"""A scanned page as an officer confirms it: what the machine read, and what speaks against it."""

from dataclasses import dataclass

from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent
from participants.models import AnnouncedAbsence, Attendance, Enrollment, PrintedSheet, ScanPage
from participants.queries.paper import paper_rows

EMPTY, TWIN, DIFFERS, GONE = "empty", "twin", "differs", "gone"
# Why a row is asked about: the machine's reasons, then those that only the database knows.
REASONS = {
    EMPTY: _("tidak ada tanda"),
    "two": _("dua kotak bertanda"),
    "struck": _("mungkin dicoret"),
    "outside": _("coretan di luar kotak"),
    "heavy": _("lebih tebal dari tanda lain"),
    "faint": _("tandanya tipis"),
    "poor": _("gambarnya kurang jelas"),
    "blot": _("noda, titik, atau kotak penuh"),
    "torn": _("kertasnya rusak di sini"),
    TWIN: _("pindaian lain terbaca lain"),
    DIFFERS: _("tanda lain sudah tersimpan"),
    GONE: _("tidak lagi di daftar hadir"),
}
CONFIRMABLE = (ScanPage.State.READ, ScanPage.State.CONFIRMED)
# A second scan of the same paper that is merely less clear speaks against nothing.
CONTRADICTING = {EMPTY, "two", "struck"}


@dataclass(frozen=True)
class Other:
    """The same row on another scan of the sheet: its code, or "" where that one has none."""

    page: ScanPage
    code: str


@dataclass(frozen=True)
class ScanRow:
    """One numbered row, `place` from 1. `code` is the machine's, "" when it is in doubt.

    `given` is the answer of an earlier confirmation ("" is a row left without a mark), or None.
    """

    place: int
    enrollment: Enrollment
    code: str
    doubts: list
    stored: Attendance | None
    announced: AnnouncedAbsence | None
    given: str | None
    others: list

    @property
    def version(self):
        return self.stored.version if self.stored else 0

    @property
    def is_sure(self):
        return bool(self.code) and not self.doubts

    @property
    def answer(self):
        """The one to begin with; None where only the officer can say."""
        if self.given is not None:
            return None if DIFFERS in self.doubts else self.given
        return self.code if self.is_sure else None

    @property
    def reasons(self):
        return [REASONS[doubt] for doubt in self.doubts]


@dataclass(frozen=True)
class GuestRow:
    """A row for guests on which something stands; never a mark."""

    place: int
    code: str


@dataclass(frozen=True)
class PageRows:
    """`rows` can become marks, those in doubt first; `gone`, `guests` and `unlisted` people are only told."""

    rows: list
    gone: list
    guests: list
    unlisted: list
    twins: list

    @property
    def doubtful_count(self):
        return sum(not row.is_sure for row in self.rows)


def page_rows(page):
    """The PageRows of a ScanPage that was read. Six queries, whatever the size of the class."""
    sheet = page.sheet
    roster = {one.pk: one for one in Enrollment.objects.on_roster_of(sheet.session)}
    people = Enrollment.objects.filter(pk__in=sheet.enrollments).select_related("inmate").in_bulk()
    twins, on_paper = list(twins_of(page)), _on_paper(sheet)
    listed = [people[pk] for pk in sheet.enrollments]
    rows = [
        _row(page, place, one, one.enrollment.pk in roster, twins)
        for place, one in enumerate(paper_rows(sheet.session, listed), start=1)
    ]
    there = [row for row in rows if GONE not in row.doubts]
    return PageRows(
        rows=sorted(there, key=lambda row: (row.is_sure, row.place)),
        gone=[row for row in rows if GONE in row.doubts],
        guests=guest_rows(page),
        unlisted=[one for pk, one in roster.items() if pk not in on_paper],
        twins=twins,
    )


def twins_of(page):
    """Other scans of the same printed sheet that were read, the oldest first."""
    return (
        ScanPage.objects.filter(sheet=page.sheet_id, state__in=CONFIRMABLE)
        .exclude(pk=page.pk)
        .select_related("file", "confirmed_by")
        .order_by("pk")
    )


def confirmed_twin(twins):
    """The other scan from which the sheet's marks came last, or None."""
    confirmed = [one for one in twins if one.state == ScanPage.State.CONFIRMED]
    return max(confirmed, key=lambda one: one.confirmed_at, default=None)


def read_otherwise(page, confirmed):
    """[row from 1] where `page` was surely read as something else than was answered on `confirmed`."""
    given = {int(place): code for place, code in confirmed.answers.items()}
    return sorted(
        place
        for place, code in given.items()
        if machine_is_sure(page, place) and _seen(page, place)["code"] != code
    )


def next_page(page, pages):
    """The next of `pages` that waits for an officer: of the same upload first, then from the oldest one on."""
    of_upload = Q(file__upload=page.file.upload_id)
    behind = of_upload & (Q(file=page.file_id, number__gt=page.number) | Q(file__gt=page.file_id))
    turn = Case(When(behind, then=0), When(of_upload, then=1), default=2)
    waiting = pages.awaiting().exclude(pk=page.pk)
    return waiting.order_by(turn, "file__upload_id", "file_id", "number").first()


def could_not_be_reread(page):
    """Whether the last that happened to a confirmed page is a new reading that failed; the confirmation stands."""
    events = AuditEvent.objects.filter(
        subject_type=page._meta.label_lower, subject_id=str(page.pk)
    ).values_list("action", flat=True)
    return bool(page.confirmed_at) and events.first() == "scan.reread_failed"


def machine_is_sure(page, place):
    """Of a row: what the machine alone said, whatever the database knows."""
    seen = _seen(page, place)
    return bool(seen["code"]) and not seen["doubts"]


def guest_rows(page):
    """[GuestRow] below the people."""
    places = range(len(page.sheet.enrollments) + 1, len(page.reading["rows"]) + 1)
    return [
        GuestRow(place, _seen(page, place)["code"])
        for place in places
        if EMPTY not in _seen(page, place)["doubts"]
    ]


def _row(page, place, one, is_there, twins):
    """`one` is the PaperRow of that place."""
    seen, given = _seen(page, place), page.answers.get(str(place))
    others = [Other(twin, _said(twin, place)) for twin in twins]
    doubts = list(seen["doubts"])
    if seen["code"] and any(_contradicts(twin, place, seen["code"]) for twin in twins):
        doubts.append(TWIN)
    said = seen["code"] if given is None else given
    if one.stored and said and one.stored.code != said:
        doubts.append(DIFFERS)
    if not is_there:
        doubts.append(GONE)
    return ScanRow(
        place=place,
        enrollment=one.enrollment,
        code=seen["code"],
        doubts=doubts,
        stored=one.stored,
        announced=one.announced,
        given=given,
        others=others if TWIN in doubts else [],
    )


def _seen(page, place):
    return page.reading["rows"][place - 1]


def _said(page, place):
    """An officer's answer before the machine's."""
    given = page.answers.get(str(place))
    return _seen(page, place)["code"] if given is None else given


def _contradicts(twin, place, code):
    said = _said(twin, place)
    if said or str(place) in twin.answers:
        return said != code
    return bool(CONTRADICTING.intersection(_seen(twin, place)["doubts"]))


def _on_paper(sheet):
    """Keys of the people on this page, and on the others of a sheet of as many."""
    others = PrintedSheet.objects.filter(
        session=sheet.session_id, paper=sheet.paper, page_count=sheet.page_count
    ).exclude(page=sheet.page)
    pages = [sheet.enrollments, *others.values_list("enrollments", flat=True)]
    return {pk for page in pages for pk in page}
