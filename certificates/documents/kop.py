"""The look "kop": a school's letterhead over the page, facts as label and value, Libre Caslon and Source Serif."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from certificates.documents.look import Columns, Look, Microtext, Notes, Table
from certificates.documents.typesetting import (
    MM_PER_POINT,
    CannotDraw,
    Fitted,
    Fitting,
    lines_of,
    narrow_enough,
)

SERIF = "SourceSerif4-Regular"
SERIF_BOLD = "SourceSerif4-SemiBold"
DISPLAY = "LibreCaslonText-Regular"
DISPLAY_BOLD = "LibreCaslonText-Bold"

TITLE_STEPS = ((12, 1), (12, 2), (10.5, 2), (9, 2))
SIGNED_STEPS = ((12.5, 1), (11, 1), (11, 2), (9.5, 2))
NIP_STEPS = ((10.5, 1), (9, 1))


class Letterhead(Fitting):
    """Lines that are broken already: all in the first size in which each of them fits."""

    def fit(self, text):
        steps = [super(Letterhead, self).fit(line).step for line in text.split("\n")]
        return Fitted(text, max(steps))


@dataclass(frozen=True)
class Paragraphs(Notes):
    """Notes one under the other, each led by its heading."""

    gap: float = 1.2

    def fit(self, found):
        led = [f"{heading}: {text}" for heading, text in found]
        for step, (points, line) in enumerate(self.steps):
            lines = sum(lines_of(text, points, self.width, self.face) for text in led)
            height = lines * points * line * MM_PER_POINT + len(led) * self.gap
            words = " ".join(led).split()
            if height <= self.height and narrow_enough(words, points, self.width, self.face):
                return [{"heading": heading, "text": text, "step": step} for heading, text in found]
        raise CannotDraw(_("Acuan terlalu panjang untuk halaman belakang."))


BACK_PROGRAM = Fitting(_("Nama program"), SERIF_BOLD, 150, ((12, 1), (10.5, 1), (9, 1), (9, 2)))


def more(content):
    return {"hours": content["hours"], "back_program": BACK_PROGRAM.fit(content["program"])}


LOOK = Look(
    template="certificates/pdf/kop.html",
    stylesheet="css/certificate-kop.css",
    ink="#1f2a44",
    emblem_ink="navy",
    faces=(SERIF, SERIF_BOLD, DISPLAY, DISPLAY_BOLD),
    places={
        "above": Letterhead(
            _("Baris di atas nama sekolah"),
            SERIF,
            188,
            ((13, 1), (11, 1), (9.5, 1), (8, 1), (6.5, 1)),
            (0.03, 0.03, 0.03, 0.02, 0),
        ),
        "school_caps": Fitting(
            _("Nama sekolah"),
            DISPLAY_BOLD,
            188,
            ((22, 1), (18, 1), (15, 1), (13, 2), (10.5, 2), (8.5, 2)),
            (0.05, 0.03, 0.02, 0.02, 0.02, 0),
        ),
        "address": Fitting(_("Baris alamat"), SERIF, 188, ((10, 1), (9, 1), (8.5, 2), (7.5, 2))),
        "title": Fitting(
            _("Judul"),
            DISPLAY_BOLD,
            240,
            ((27, 1), (23, 1), (19, 1), (16, 1)),
            (0.1, 0.08, 0.06, 0.04),
        ),
        "title_en": Fitting(_("Judul bahasa Inggris"), SERIF, 200, ((11, 1), (9, 1)), (0.04, 0.04)),
        "front_number": Fitting(_("Nomor"), SERIF, 200, ((12, 1), (10, 1))),
        "opening": Fitting(_("Pengantar nama"), SERIF, 220, ((13, 1), (11, 1))),
        "name": Fitting(
            _("Nama"),
            DISPLAY,
            215,
            ((34, 1), (30, 1), (26, 1), (23, 1), (19, 2), (17, 2), (15, 2)),
        ),
        "sentence": Fitting(_("Kalimat pencapaian"), SERIF, 220, ((13, 1), (11.5, 1), (10, 1))),
        "program": Fitting(
            _("Nama program"),
            SERIF_BOLD,
            139,
            ((13, 1), (11.5, 1), (11, 2), (9.5, 2), (8, 2)),
        ),
        "held": Fitting(_("Tanggal pelatihan"), SERIF, 139, ((13, 1),)),
        "predicate": Fitting(_("Predikat"), SERIF_BOLD, 139, ((13, 1),)),
        "duplicate": Fitting(
            _("Keterangan duplikat"), SERIF_BOLD, 220, ((11, 1), (9.5, 1), (8, 1))
        ),
        "place_and_date": Fitting(_("Tempat"), SERIF, 88, ((12, 1), (10.5, 1), (9, 1), (7.5, 1))),
        "verify_host": Fitting(_("Alamat pemeriksaan"), SERIF, 64, ((9, 1), (7.5, 1), (6.5, 1))),
        "holder": Fitting(_("Nama"), SERIF_BOLD, 150, ((12, 1), (10, 1), (9, 1))),
        "number": Fitting(_("Nomor"), SERIF_BOLD, 66, ((12, 1), (10.5, 1), (9, 1), (7.5, 1))),
    },
    signed={
        "title": Fitting(_("Jabatan penanda tangan"), SERIF, 88, TITLE_STEPS),
        "name": Fitting(_("Nama penanda tangan"), SERIF_BOLD, 88, SIGNED_STEPS),
        "nip": Fitting(_("NIP penanda tangan"), SERIF, 88, NIP_STEPS),
    },
    head={
        "title": Fitting(_("Jabatan penanda tangan"), SERIF, 88, TITLE_STEPS),
        "name": Fitting(_("Nama penanda tangan"), SERIF_BOLD, 88, SIGNED_STEPS),
        "nip": Fitting(_("NIP penanda tangan"), SERIF, 88, NIP_STEPS),
    },
    table=Table(
        face=SERIF,
        bold=SERIF_BOLD,
        height=95,
        large=Columns(133, code=14.5, predicate=24.4, code_indent=18.1, long_code=19),
        small=Columns(157.3, code=11.4, predicate=18, code_indent=14.4, long_code=19),
    ),
    notes=Paragraphs(SERIF, width=155, height=33, steps=((10, 1.3), (8.6, 1.3), (7.4, 1.3))),
    microtext=Microtext(SERIF, points=2.1, tracking=0.02, width=120),
    more=more,
)
