"""Scanned pages in lists: what each is, what it lacks, and how to mend what could not be read."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from participants.models import PrintedSheet, ScanPage, ScanUpload
from participants.queries.scan_page import (
    CONFIRMABLE,
    confirmed_twin,
    guest_rows,
    machine_is_sure,
    read_otherwise,
)
from programs.models import Batch, Session

State = ScanPage.State
Refusal = ScanPage.Refusal
# What the officer does about a page that was refused.
ADVICE = {
    Refusal.BLANK: _("Mungkin sisi belakang kertas. Sisihkan, atau pindai sisi depannya."),
    Refusal.NO_SHEET: _(
        "Petak hitam di tepi lembar tidak terlihat. Pindai seluruh kertasnya, "
        "atau sisihkan bila ini bukan daftar hadir."
    ),
    Refusal.MIRRORED: _(
        "Matikan pilihan cermin pada pemindai atau kamera, lalu pindai dan unggah lagi."
    ),
    Refusal.TWO_SHEETS: _("Pindai atau foto satu lembar saja untuk tiap gambar, lalu unggah lagi."),
    Refusal.BENT: _("Ratakan kertasnya, lalu pindai lagi dengan penutup pemindai tertutup."),
    Refusal.COARSE: _("Pindai lagi dengan 200 dpi, atau foto dari lebih dekat."),
    Refusal.HUGE: _("Pindai lagi dengan 200 atau 300 dpi."),
    Refusal.DAMAGED: _("Baca lagi sekali; bila tetap begini, pindai ulang lembarnya."),
    Refusal.NO_CODE: _(
        "Kotak-kotaknya terbaca. Ketik kode di samping gambar QR; tidak perlu dipindai ulang."
    ),
    Refusal.FORGED: _("Cetak lembarnya dari sistem ini, lalu salin tandanya dan pindai lagi."),
    Refusal.FOREIGN: _(
        "Kembalikan kertasnya ke Lapas yang mencetaknya, lalu sisihkan halaman ini."
    ),
    Refusal.OTHER_LAYOUT: _(
        "Kode dan kotaknya bukan dari satu kertas. Cetak lembarnya lagi, salin tandanya, lalu pindai."
    ),
}
# The lists of pages that an officer may choose from; what waits to be read is shown by its upload.
LISTED = (State.READ, State.REFUSED, State.CONFIRMED, State.SET_ASIDE)


@dataclass(frozen=True)
class PageLine:
    """One page in a list; `doubles` are other pages that show the same sheet."""

    page: ScanPage
    doubles: list = field(default_factory=list)

    @property
    def session(self):
        return self.page.sheet.session if self.page.sheet else None

    @property
    def advice(self):
        return ADVICE[self.page.refusal]

    @property
    def confirmed_double(self):
        """Of a page that was read: the other scan from which its sheet was confirmed already."""
        return confirmed_twin(self.doubles) if self.page.state == State.READ else None

    @property
    def otherwise(self):
        return read_otherwise(self.page, self.confirmed_double)

    @property
    def doubtful_count(self):
        """Rows of people of which the machine is not sure; what the database knows comes when it is opened."""
        if not self.page.sheet:
            return 0
        places = range(1, len(self.page.sheet.enrollments) + 1)
        return sum(not machine_is_sure(self.page, place) for place in places)

    @property
    def guest_count(self):
        return len(guest_rows(self.page)) if self.page.sheet else 0


@dataclass(frozen=True)
class SessionScans:
    """The pages of one session in their order; `missing` are sheets of it that nobody has scanned."""

    session: Session
    lines: list
    missing: list


@dataclass(frozen=True)
class Contents:
    """What became of an upload's pages."""

    sessions: list
    refused: list
    set_aside: list
    waiting_count: int
    is_mixed: bool

    @property
    def to_confirm(self):
        """Pages that wait for the officer, in the order of the sessions."""
        lines = [line for one in self.sessions for line in one.lines]
        return [
            line.page
            for line in lines
            if line.page.state == State.READ and not line.confirmed_double
        ]


def listed(pages, *, state, batch=None, query=""):
    """Some of `pages`, with all that a line of the list shows."""
    pages = pages.filter(state=state).select_related(
        "sheet__session__batch", "sheet__session__unit", "file__upload__uploaded_by"
    )
    if batch:
        pages = pages.filter(sheet__session__batch=batch)
    if query:
        pages = pages.filter(
            Q(sheet__session__batch__name__icontains=query)
            | Q(sheet__session__batch__code__icontains=query)
            | Q(sheet__session__unit__title__icontains=query)
            | Q(file__filename__icontains=query)
        )
    return pages


def lines_of(pages):
    """A PageLine of each, with its doubles. One query."""
    pages = list(pages)
    scans = _scans(sheet__in={one.sheet_id for one in pages if one.sheet_id})
    return [_line(one, scans) for one in pages]


def batches_with(pages):
    """Those of whose sheets there are scans among `pages`."""
    batches = pages.order_by().values("sheet__session__batch")
    return Batch.objects.filter(pk__in=batches).order_by("name", "pk")


def state_counts(pages):
    """{state: how many}"""
    counts = dict(pages.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counts.get(state, 0) for state in State}


def with_counts(uploads):
    """`page_total` of each upload, and how many of its pages are `unread`, `refused`, `unconfirmed`."""
    states = {"unread": State.WAITING, "refused": State.REFUSED, "unconfirmed": State.READ}
    return uploads.select_related("uploaded_by").annotate(
        page_total=Count("files__pages"),
        **{
            name: Count("files__pages", filter=Q(files__pages__state=state))
            for name, state in states.items()
        },
    )


def contents_of(upload: ScanUpload):
    """The Contents of an upload. Two queries, whatever the number of pages."""
    pages = list(
        ScanPage.objects.filter(file__upload=upload)
        .select_related(
            "file",
            "sheet__session__batch",
            "sheet__session__unit",
            "confirmed_by",
            "set_aside_by",
        )
        .order_by("file", "number")
    )
    read = [one for one in pages if one.state in CONFIRMABLE]
    scans = _scans(sheet__session__in={one.sheet.session_id for one in read})
    by_session = defaultdict(list)
    for page in sorted(read, key=_place):
        by_session[page.sheet.session].append(page)
    return Contents(
        sessions=[
            SessionScans(session, [_line(one, scans) for one in found], _missing(found, scans))
            for session, found in by_session.items()
        ],
        refused=[PageLine(one) for one in pages if one.state == State.REFUSED],
        set_aside=[PageLine(one) for one in pages if one.state == State.SET_ASIDE],
        waiting_count=sum(one.state == State.WAITING for one in pages),
        is_mixed=[_place(one)[:-1] for one in read] != sorted(_place(one)[:-1] for one in read),
    )


def _place(page):
    """By day and hour, then as the sheet's pages are numbered."""
    session = page.sheet.session
    when = (session.takes_place_on, session.starts_at, session.pk)
    return (*when, page.sheet.page, page.pk)


def _scans(**of):
    """All pages that show one of these sheets, whenever they were uploaded."""
    pages = ScanPage.objects.filter(state__in=CONFIRMABLE, **of)
    return list(pages.select_related("sheet", "file", "confirmed_by").order_by("pk"))


def _line(page, scans):
    return PageLine(page, [one for one in scans if one.sheet_id == page.sheet_id and one != page])


def _missing(pages, scans):
    """[PrintedSheet], unsaved: of each way in which the session was printed, the pages not scanned yet."""
    session = pages[0].sheet.session
    seen = {
        (one.sheet.paper, one.sheet.page_count, one.sheet.page)
        for one in scans
        if one.sheet.session_id == session.pk
    }
    ways = sorted({(one.sheet.paper, one.sheet.page_count) for one in pages})
    return [
        PrintedSheet(session=session, paper=paper, page=page, page_count=count)
        for paper, count in ways
        for page in range(1, count + 1)
        if (paper, count, page) not in seen
    ]
