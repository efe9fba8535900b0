"""What a certificate looks like on paper: its content laid out for the template, and its QR code.

The paper is Indonesian whatever the language of the screen. Every text whose length is not ours to
choose has a list of steps (size, lines); it takes the first that it fits, measured with the font's
own widths, and is refused when it fits none: nothing overflows silently.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, chain, cycle, pairwise, takewhile
from unicodedata import normalize

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from segno.consts import MODE_ALPHANUMERIC, MODE_BYTE

from certificates.typesetting import (
    DISPLAY,
    MM_PER_POINT,
    SERIF,
    SERIF_BOLD,
    CannotDraw,
    Fitting,
    lines_of,
    narrow_enough,
    typeface,
    undrawable,
)
from core.pdf import render_pdfs

LOOKS = {"resmi": ("certificates/pdf/resmi.html", "css/certificate-resmi.css")}
EMBLEMS = ("wheat", "cog", "leaf")
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()


def certificate_pdfs(contents: Iterable[dict]) -> Iterator[bytes]:
    """A two-page PDF for each content, in order; give a whole batch at once, all of one look.

    Raises CannotDraw before that certificate is drawn, and what core.pdf raises.
    """
    contents = iter(contents)
    first = next(contents, None)
    if first is None:
        return
    look = first["look"]
    if look not in LOOKS:
        raise CannotDraw(_("Desain sertifikat “%(look)s” tidak ada.") % {"look": look})
    template, stylesheet = LOOKS[look]

    def sheets():
        for content in chain([first], contents):
            if content["look"] != look:
                raise CannotDraw(_("Satu angkatan dicetak dengan satu desain."))
            yield sheet(content)

    yield from render_pdfs(template, sheets(), stylesheet=stylesheet)


# Places for texts


NAME = Fitting(
    gettext_lazy("Nama"),
    DISPLAY,
    197,
    ((45, 1), (38, 1), (33, 1), (29, 1), (25, 2), (21, 2), (17, 2)),
)
NUMBER = Fitting(gettext_lazy("Nomor"), SERIF, 180, ((11.5, 1), (9.5, 1)), (0.03, 0.03))
FACTS = Fitting(
    gettext_lazy("Baris jam pelajaran dan tanggal"), SERIF_BOLD, 210, ((13, 1), (11, 1), (9.5, 1))
)
PLACE = Fitting(gettext_lazy("Tempat"), SERIF, 71, ((12, 1), (10.5, 1), (9, 1)))
NIP = Fitting(gettext_lazy("NIP penanda tangan"), SERIF, 78, ((10.5, 1), (9, 1)))
HOST = Fitting(gettext_lazy("Alamat pemeriksaan"), SERIF, 62, ((9, 1), (7.5, 1), (6.5, 1)))
BACK_NUMBER = Fitting(gettext_lazy("Nomor"), SERIF, 72, ((12, 1), (10.5, 1), (9, 1), (8, 1)))
SCHOOL = Fitting(
    gettext_lazy("Nama sekolah"), SERIF_BOLD, 205, ((14, 1), (12, 1), (10, 1)), (0.2, 0.1, 0.06)
)
PROGRAM = Fitting(
    gettext_lazy("Nama program"), DISPLAY, 205, ((27, 1), (22, 1), (18.5, 1), (18, 2), (15, 2))
)
TITLE = Fitting(
    gettext_lazy("Jabatan penanda tangan"), SERIF, 78, ((12, 1), (12, 2), (10.5, 2), (9, 2))
)
SIGNED = Fitting(
    gettext_lazy("Nama penanda tangan"), SERIF_BOLD, 72, ((13, 1), (11.5, 1), (10.5, 2))
)
HEAD_TITLE = Fitting(gettext_lazy("Jabatan penanda tangan"), SERIF, 71, TITLE.steps)
HEAD_SIGNED = Fitting(gettext_lazy("Nama penanda tangan"), SERIF_BOLD, 65, SIGNED.steps)
HOLDER = Fitting(gettext_lazy("Nama"), SERIF_BOLD, 140, ((14, 1), (11, 1), (9, 1)))
COURSE = Fitting(gettext_lazy("Nama program"), SERIF, 156, ((12, 1), (10.5, 1), (9, 1), (9, 2)))

NOTE_WIDTH, NOTE_HEIGHT = 45, 32
NOTE_STEPS = ((10, 1.24), (8.6, 1.24), (7.2, 1.24))

# The units. In small print the columns of figures give room to the titles.
TABLE_POINTS = (11.2, 10.2, 9.2, 8.4, 7.6, 7)
TABLE_PADDINGS = (1.9, 1.4, 1, 0.7, 0.5, 0.4, 0.3)
TABLE_HEIGHT, TABLE_LINE, TABLE_RULE = 92, 1.12, 0.15
SMALL_PRINT = 3


@dataclass(frozen=True)
class Columns:
    """Widths in millimetres, matching the stylesheet; long codes and predicates take from the title."""

    title: float
    code: float
    predicate: float
    code_indent: float

    def title_beside(self, *, codes, long_codes, long_predicates):
        room = self.title + (0 if codes else self.code_indent)
        return room - 16 * long_codes - 11 * long_predicates


LARGE = Columns(title=119, code=16, predicate=24, code_indent=18.7)
SMALL = Columns(title=143, code=12.5, predicate=18.5, code_indent=15)


def table_layout(units, predicate):
    """The largest size, then the widest rows, in which all units fit; as classes for the template."""
    codes = [unit["code"] for unit in units if unit["code"]]
    predicates = [predicate, *(unit["predicate"] for unit in units)]
    titles = [unit["title"] for unit in units]
    words = [word for title in titles for word in title.split()]
    for step, points in enumerate(TABLE_POINTS):
        columns = LARGE if step < SMALL_PRINT else SMALL
        long_codes = not narrow_enough(codes, points, columns.code)
        long_predicates = not narrow_enough(predicates, points, columns.predicate, SERIF_BOLD)
        width = columns.title_beside(
            codes=codes, long_codes=long_codes, long_predicates=long_predicates
        )
        lines = sum(lines_of(title, points, width) for title in titles) + 1
        text_height = lines * points * TABLE_LINE * MM_PER_POINT
        for spacing, padding in enumerate(TABLE_PADDINGS):
            height = text_height + (len(units) + 1) * (2 * padding + TABLE_RULE)
            if (
                height <= TABLE_HEIGHT
                and narrow_enough(codes, points, columns.code + 16)
                and narrow_enough(predicates, points, columns.predicate + 11, SERIF_BOLD)
                and narrow_enough(words, points, width)
            ):
                return {
                    "step": step,
                    "spacing": spacing,
                    "is_small": columns is SMALL,
                    "has_codes": bool(codes),
                    "has_long_codes": long_codes,
                    "has_long_predicates": long_predicates,
                }
    raise CannotDraw(
        _("%(count)d unit dengan judul sepanjang ini tidak muat di satu halaman.")
        % {"count": len(units)}
    )


# Words


def long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period(first: date, last: date) -> str:
    """17 sampai 31 Desember 2025; month and year are said once when they are the same."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        start = f"{first.day}"
    elif first.year == last.year:
        start = f"{first.day} {MONTHS[first.month - 1]}"
    else:
        start = long_date(first)
    return f"{start} sampai {long_date(last)}"


def decimal(number: str | None) -> str:
    """87.20 as 87,2; a number that is not there as a dash."""
    if number in (None, ""):
        return "–"
    text = str(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def notes(content):
    """Up to three short paragraphs under the table: [(heading, text)]."""
    limit = f", nilai {decimal(content['pass_mark'])} ke atas" if content["pass_mark"] else ""
    lesson = f"1 jam pelajaran (JP) = {content['lesson_minutes']} menit."
    yield "Hasil", f"K kompeten{limit}; BK belum kompeten. {lesson}"
    scale = ", ".join(
        f"{one['name']} {decimal(one['from'])}–{decimal(one['to'])}"
        for one in content["predicates"]
    )
    attended = ""
    if content["attendance_percent"]:
        attended = f"{decimal(content['attendance_percent'])} persen dari {content['hours']} JP."
    if scale:
        yield "Predikat", f"{scale}. Kehadiran {attended}" if attended else f"{scale}."
    elif attended:
        yield "Kehadiran", attended
    if content["standard"]:
        yield "Acuan", content["standard"]


def fitted_notes(content):
    found = list(notes(content))
    for step, (points, line) in enumerate(NOTE_STEPS):
        height = points * line * MM_PER_POINT
        if all(
            (1 + lines_of(text, points, NOTE_WIDTH)) * height <= NOTE_HEIGHT
            and narrow_enough(text.split(), points, NOTE_WIDTH)
            for _, text in found
        ):
            return [{"heading": heading, "text": text, "step": step} for heading, text in found]
    raise CannotDraw(_("Acuan terlalu panjang untuk halaman belakang."))


MICROTEXT_SIZE, MICROTEXT_WIDTH = (2.1, 0.02), 140  # points and tracking; mm


def microtext(*parts):
    """The parts again and again, as many as fit on the line under the name; it is then justified."""
    lengthening = accumulate(cycle(parts), "{} · {}".format)
    *_, longest = takewhile(
        lambda line: typeface(SERIF).width(line, *MICROTEXT_SIZE) <= MICROTEXT_WIDTH, lengthening
    )
    return longest


# The sheet


def sheet(content: dict) -> dict:
    """The template's context for one content; texts in NFC, every size chosen."""
    content = composed(content)
    if missing := undrawable("".join(texts(content))):
        raise CannotDraw(
            _("Huruf sertifikat tidak memiliki %(characters)s.") % {"characters": " ".join(missing)}
        )
    school, emblem = content["school"], content["school"]["emblem"]
    if emblem and emblem not in EMBLEMS:
        raise CannotDraw(_("Lambang “%(emblem)s” tidak ada.") % {"emblem": emblem})
    issued_on = date.fromisoformat(content["issued_on"])
    if not 1 <= len(content["signatories"]) <= 2:
        raise CannotDraw(_("Lembar sertifikat memuat satu atau dua penanda tangan."))
    *others, head = content["signatories"]
    held = period(date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"]))
    program = PROGRAM.fit(content["program"])
    facts = f"{content['hours']} jam pelajaran, {held}"
    units = [unit_row(unit) for unit in content["units"]]
    total = content["theory_hours"] + content["practice_hours"]
    return {
        "document_date": f"{issued_on}T00:00:00Z",
        "is_specimen": content["is_specimen"],
        "school": school["name"],
        "school_caps": SCHOOL.fit(school["name"].upper()),
        "emblem": emblem,
        "number": content["number"],
        "front_number": NUMBER.fit(f"Nomor {content['number']}"),
        "back_number": BACK_NUMBER.fit(f"Nomor {content['number']}"),
        "name": NAME.fit(content["name"]),
        "microtext": microtext(school["name"].upper(), "SERTIFIKAT PELATIHAN", content["number"]),
        "program": content["program"],
        "program_title": program,
        "program_lines": program.text.count("\n") + 1,
        "facts": FACTS.fit(f"{facts}, dengan predikat {content['predicate']}"),
        "hours_and_dates": facts,
        "predicate": content["predicate"],
        "place_and_date": PLACE.fit(f"{school['city']}, {long_date(issued_on)}"),
        "signatories": [
            *(signatory_block(one, "left") for one in others),
            signatory_block(head, "right"),
        ],
        "head": {"title": HEAD_TITLE.fit(head["title"]), "name": HEAD_SIGNED.fit(head["name"])},
        "qr": qr_svg(content["verify_url"]),
        "verify_host": HOST.fit(content["verify_host"]),
        "holder": HOLDER.fit(content["name"]),
        "course": COURSE.fit(f"Program {content['program']}, {content['hours']} jam pelajaran"),
        "units": units,
        "table": table_layout(units, content["predicate"]),
        "total_hours": total,
        "theory_hours": content["theory_hours"],
        "practice_hours": content["practice_hours"],
        "average": decimal(content["average"]),
        "result": "K" if units and all(unit["is_competent"] for unit in content["units"]) else "",
        "notes": fitted_notes(content),
    }


def unit_row(unit):
    return {
        **unit,
        "score": decimal(unit["score"]),
        "result": "K" if unit["is_competent"] else "BK",
    }


def signatory_block(signatory, side):
    return {
        "side": side,
        "title": TITLE.fit(signatory["title"]),
        "name": SIGNED.fit(signatory["name"]),
        "nip": NIP.fit(f"NIP {signatory['nip']}") if signatory["nip"] else None,
    }


def composed(value):
    """The same content with every text in NFC: "e" with a loose accent becomes one letter."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {key: composed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [composed(one) for one in value]
    return value


def texts(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


QR_MASK = 3


def qr_svg(text: str) -> SafeString:
    """The QR code as inline SVG, level M, white quiet zone of four modules included.

    The address is all capitals, which packs it into the alphanumeric mode; so is a fragment after
    "#", the one character which that mode lacks.
    """
    address, hash_sign, fragment = text.partition("#")
    segments = [(address, MODE_ALPHANUMERIC)]
    if fragment:
        segments += [(hash_sign, MODE_BYTE), (fragment, MODE_ALPHANUMERIC)]
    # Any mask can be read; trying all eight for the evenest picture costs more than the code itself.
    code = segno.make_qr(segments, error="m", boost_error=False, mask=QR_MASK)
    size = code.symbol_size(border=4)[0]
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path stroke="#123f3a" stroke-width="1.03" d="{module_lines(code.matrix, 4)}"/></svg>'
    )


def module_lines(matrix, border):
    """Dark modules as strokes along their rows, a hair wider than a row: viewers else show pale seams."""
    data = []
    rows = [[bool(module) for module in row] for row in matrix]
    for y, row in enumerate(rows):
        edges = [
            x for x, (left, right) in enumerate(pairwise([False, *row, False])) if left != right
        ]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            data.append(f"M{start + border} {y + border + 0.5}h{end - start}")
    return "".join(data)
