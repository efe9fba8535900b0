"""The look "resmi": guilloche frame, everything on the centre axis, EB Garamond and Cormorant."""

from django.utils.translation import gettext_lazy as _

from certificates.documents.look import Columns, Look, Microtext, Notes, Table
from certificates.documents.typesetting import Fitting

SERIF = "EBGaramond-Regular"
SERIF_BOLD = "EBGaramond-SemiBold"
SERIF_ITALIC = "EBGaramond-Italic"
DISPLAY = "CormorantGaramond-SemiBold"

TITLE_STEPS = ((12, 1), (12, 2), (10.5, 2), (9, 2))
SIGNED_STEPS = ((13, 1), (11.5, 1), (10.5, 2))

LOOK = Look(
    template="certificates/pdf/resmi.html",
    stylesheet="css/certificate-resmi.css",
    ink="#123f3a",
    faces=(SERIF, SERIF_BOLD, DISPLAY),
    places={
        "title": Fitting(
            _("Judul"), DISPLAY, 205, ((35, 1), (30, 1), (25, 1), (20, 1)), (0.13, 0.1, 0.08, 0.06)
        ),
        "title_en": Fitting(_("Judul bahasa Inggris"), SERIF_ITALIC, 180, ((11, 1), (9, 1))),
        "opening": Fitting(_("Pengantar nama"), SERIF_ITALIC, 180, ((14.5, 1), (12, 1))),
        "sentence": Fitting(
            _("Kalimat pencapaian"), SERIF_ITALIC, 205, ((14.5, 1), (12.5, 1), (10.5, 1))
        ),
        "duplicate": Fitting(_("Keterangan duplikat"), SERIF, 205, ((11, 1), (9.5, 1), (8, 1))),
        "name": Fitting(
            _("Nama"),
            DISPLAY,
            197,
            ((45, 1), (38, 1), (33, 1), (29, 1), (25, 2), (21, 2), (17, 2)),
        ),
        "front_number": Fitting(_("Nomor"), SERIF, 180, ((11.5, 1), (9.5, 1)), (0.03, 0.03)),
        "facts": Fitting(
            _("Baris jam pelajaran dan tanggal"), SERIF_BOLD, 210, ((13, 1), (11, 1), (9.5, 1))
        ),
        "place_and_date": Fitting(_("Tempat"), SERIF, 71, ((12, 1), (10.5, 1), (9, 1))),
        "verify_host": Fitting(_("Alamat pemeriksaan"), SERIF, 62, ((9, 1), (7.5, 1), (6.5, 1))),
        "back_number": Fitting(_("Nomor"), SERIF, 72, ((12, 1), (10.5, 1), (9, 1), (8, 1))),
        "school_caps": Fitting(
            _("Nama sekolah"),
            SERIF_BOLD,
            205,
            ((14, 1), (12, 1), (10, 1)),
            (0.2, 0.1, 0.06),
        ),
        "program": Fitting(
            _("Nama program"),
            DISPLAY,
            205,
            ((27, 1), (22, 1), (18.5, 1), (18, 2), (15, 2)),
        ),
        "holder": Fitting(_("Nama"), SERIF_BOLD, 140, ((14, 1), (11, 1), (9, 1))),
        "course": Fitting(_("Nama program"), SERIF, 156, ((12, 1), (10.5, 1), (9, 1), (9, 2))),
    },
    signed={
        "title": Fitting(_("Jabatan penanda tangan"), SERIF, 78, TITLE_STEPS),
        "name": Fitting(_("Nama penanda tangan"), SERIF_BOLD, 72, SIGNED_STEPS),
        "nip": Fitting(_("NIP penanda tangan"), SERIF, 78, ((10.5, 1), (9, 1))),
    },
    head={
        "title": Fitting(_("Jabatan penanda tangan"), SERIF, 71, TITLE_STEPS),
        "name": Fitting(_("Nama penanda tangan"), SERIF_BOLD, 65, SIGNED_STEPS),
    },
    table=Table(
        face=SERIF,
        bold=SERIF_BOLD,
        height=92,
        large=Columns(title=119, code=16, predicate=24, code_indent=18.7),
        small=Columns(title=143, code=12.5, predicate=18.5, code_indent=15),
    ),
    notes=Notes(SERIF, width=45, height=32, steps=((10, 1.24), (8.6, 1.24), (7.2, 1.24))),
    microtext=Microtext(SERIF, points=2.1, tracking=0.02, width=140),
)
