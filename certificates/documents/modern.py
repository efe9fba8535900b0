"""The look "modern": a dark panel with a flower of guilloche, the text beside it, set from the left."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from certificates.documents.look import Columns, Look, Microtext, Notes, Table
from certificates.documents.typesetting import CannotDraw, Fitted, Fitting, typeface

SANS = "PublicSans-Regular"
SANS_BOLD = "PublicSans-SemiBold"
SERIF = "Fraunces-SemiBold"
DISPLAY = "PlusJakartaSans-Bold"


@dataclass(frozen=True)
class Wrapped(Fitting):
    """A text set from the left, word after word, in as many lines as a step allows."""

    def fit(self, text) -> Fitted:
        for step, (points, lines) in enumerate(self.steps):
            broken = self.broken(text, points)
            widest = max(typeface(self.face).width(line, points) for line in broken)
            if len(broken) <= lines and widest <= self.width:
                return Fitted("\n".join(broken), step)
        raise CannotDraw(
            _("%(what)s terlalu panjang untuk lembar sertifikat: %(text)s")
            % {"what": self.what, "text": text}
        )

    def broken(self, text, points):
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and typeface(self.face).width(longer, points) > self.width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines


TITLE_STEPS = ((10.8, 1), (10.8, 2), (9.8, 2), (9, 3))
SIGNED_STEPS = ((11.5, 1), (10.5, 1), (9.5, 2))
NIP_STEPS = ((10.5, 1), (9, 1))
# Texts with one size of their own beside the plain text of the same name.
PREDICATE = Fitting(_("Predikat"), DISPLAY, 50, ((19, 1), (16, 1), (13, 1), (11, 2), (9.5, 2)))
ISSUER = Fitting(_("Nama sekolah"), SANS, 165, ((10, 1), (8.8, 1), (7.5, 1)))


def fitted_again(content):
    predicate = content["predicate"]
    return {
        "issuer": ISSUER.fit(content["school"]["name"]),
        "predicate_fact": PREDICATE.fit(predicate) if predicate else None,
    }


LOOK = Look(
    template="certificates/pdf/modern.html",
    stylesheet="css/certificate-modern.css",
    ink="#0b3540",
    emblem_ink="light",
    faces=(SANS, SANS_BOLD, SERIF, DISPLAY),
    places={
        "school": Wrapped(
            _("Nama sekolah"),
            DISPLAY,
            40,
            ((12.8, 2), (11.5, 3), (10.3, 4), (9, 5), (8, 6)),
        ),
        "title": Fitting(
            _("Judul"),
            DISPLAY,
            92,
            ((23, 2), (19, 2), (16, 2), (13, 2)),
            (0.045, 0.045, 0.045, 0.045),
        ),
        "title_en": Fitting(
            _("Judul bahasa Inggris"), SANS, 95, ((11, 1), (9.5, 1), (8, 1), (7, 1))
        ),
        "number": Fitting(_("Nomor"), SANS_BOLD, 90, ((11, 1), (9.8, 1), (8.5, 1), (7.5, 2))),
        "duplicate": Fitting(_("Keterangan duplikat"), SANS_BOLD, 84, ((9, 2), (8, 2), (7, 2))),
        "opening": Fitting(_("Pengantar nama"), SANS, 180, ((12, 1), (10.5, 1))),
        "name": Fitting(
            _("Nama"),
            SERIF,
            187,
            (
                *((42, 1), (37, 1), (33, 1), (29, 1), (26, 1)),
                *((24, 2), (21, 2), (18, 2), (16, 2), (14, 2)),
            ),
        ),
        "sentence": Wrapped(_("Kalimat pencapaian"), SANS, 150, ((13, 2), (11.5, 2))),
        "program": Fitting(
            _("Nama program"),
            DISPLAY,
            103,
            ((19, 1), (16.5, 1), (14.5, 1), (13, 2), (11.5, 2), (10, 2), (9, 2)),
        ),
        "hours": Fitting(_("Jam pelajaran"), DISPLAY, 29, ((19, 1), (15, 1))),
        "held": Fitting(_("Tanggal pelaksanaan"), SANS, 150, ((10.5, 1),)),
        "place_and_date": Fitting(_("Tempat"), SANS, 76, ((10.8, 1), (9.6, 1), (8.5, 1))),
        "verify_host": Fitting(_("Alamat pemeriksaan"), SANS, 61, ((9.5, 1), (8.2, 1), (7, 1))),
        "holder": Fitting(
            _("Nama"), DISPLAY, 208, ((17.5, 1), (15.5, 1), (13.5, 1), (11.5, 1), (9.5, 1))
        ),
        "course": Fitting(_("Nama program"), SANS, 116, ((10.5, 1), (9.4, 1), (8.5, 2), (7.5, 2))),
        "back_number": Fitting(_("Nomor"), SANS, 92, ((10.5, 1), (9.4, 1), (8, 1), (7, 1))),
    },
    signed={
        "title": Wrapped(_("Jabatan penanda tangan"), SANS, 80, TITLE_STEPS),
        "name": Wrapped(_("Nama penanda tangan"), SANS_BOLD, 80, SIGNED_STEPS),
        "nip": Fitting(_("NIP penanda tangan"), SANS, 80, NIP_STEPS),
    },
    head={
        "title": Wrapped(_("Jabatan penanda tangan"), SANS, 76, TITLE_STEPS),
        "name": Wrapped(_("Nama penanda tangan"), SANS_BOLD, 76, SIGNED_STEPS),
        "nip": Fitting(_("NIP penanda tangan"), SANS, 76, NIP_STEPS),
    },
    table=Table(
        face=SANS,
        bold=SANS_BOLD,
        height=95,
        points=(10.4, 9.7, 9, 8.3, 7.6, 7),
        paddings=(2.15, 1.7, 1.3, 1, 0.7, 0.5, 0.4, 0.3),
        large=Columns(
            title=144, code=18, predicate=27, code_indent=20.5, long_code=18, long_predicate=22
        ),
        small=Columns(title=168.5, code=14, predicate=22, code_indent=16.5),
    ),
    notes=Notes(SANS, width=53, height=38, steps=((9.2, 1.38), (8.3, 1.32), (7.3, 1.3))),
    microtext=Microtext(SANS, points=2.1, tracking=0.02, width=187),
    more=fitted_again,
)
