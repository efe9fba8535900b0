"""Certificates of nobody, to look at a design with: from the plain to the extreme."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy

from certificates.content import appearance, design_of, numbering_of_school
from certificates.models import Certificate

TRAINING, PARTIAL, DUPLICATE = "training", "partial", "duplicate"
KINDS = {
    TRAINING: gettext_lazy("Sertifikat pelatihan"),
    PARTIAL: gettext_lazy("Surat keterangan"),
    DUPLICATE: gettext_lazy("Duplikat"),
}
PERSONS = {
    "ordinary": gettext_lazy("Nama biasa"),
    "one_word": gettext_lazy("Satu kata"),
    "long": gettext_lazy("60 huruf dan gelar"),
    "many_units": gettext_lazy("20 unit"),
}
NAMES = {
    "one_word": "Sutrisno",
    "long": "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Prawiro, S.Pd., M.M.",
}
ORDINARY_NAME = "Arif Budi Santoso"
MANY = 20
PROGRAM = ("BKR", "Produksi Bakery")
UNITS = [
    ("Higiene, sanitasi, dan keselamatan kerja di dapur roti", 4, 4, "88", "Sangat Baik"),
    ("Menyiapkan bahan dan peralatan", 4, 8, "84", "Baik"),
    ("Membuat adonan roti dengan metode langsung", 8, 24, "90", "Sangat Baik"),
    ("Menghitung harga pokok dan merencanakan usaha kecil", 8, 20, "83.5", "Baik"),
]
PREDICATES = [
    {"name": "Sangat Baik", "from": "85", "to": "100"},
    {"name": "Baik", "from": "75", "to": "84"},
    {"name": "Cukup", "from": "65", "to": "74"},
]
FIRST_DAY, LAST_DAY = date(2026, 2, 2), date(2026, 2, 27)
NOBODY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sample_content(*, agreement, design=None, kind=TRAINING, person="ordinary"):
    """What a certificate under `agreement` would say in `design`; it is marked as a specimen."""
    design = design or design_of(agreement)
    partner = agreement.partner
    is_partial = kind == PARTIAL
    of_kind = Certificate.Kind.PARTIAL if is_partial else Certificate.Kind.TRAINING
    code, program = _program(agreement)
    numbering = numbering_of_school(partner, kind=of_kind, program=code, day=LAST_DAY)
    return {
        **appearance(design, partner, of_kind),
        **_assessed(_units(person, is_partial)),
        "is_specimen": True,
        "number": numbering.text(2 if kind == DUPLICATE else 1),
        "name": NAMES.get(person, ORDINARY_NAME),
        "program": program,
        "starts_on": FIRST_DAY.isoformat(),
        "ends_on": LAST_DAY.isoformat(),
        "issued_on": LAST_DAY.isoformat(),
        "predicate": "" if is_partial else "Sangat Baik",
        "attendance_percent": "" if is_partial else "96",
        "lesson_minutes": settings.LESSON_MINUTES,
        "standard": "Disusun sekolah menurut standar kompetensi lulusan jenjang III.",
        "pass_mark": "65",
        "predicates": PREDICATES,
        "signatories": _signatories(agreement),
        "duplicate_of": _first(numbering) if kind == DUPLICATE else None,
        "verify_url": f"{settings.PUBLIC_BASE_URL}/V/{NOBODY}".upper(),
        "verify_host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
    }


def _program(agreement):
    covered = agreement.coverages.select_related("program").order_by("pk").first()
    return (covered.program.code, covered.program.name) if covered else PROGRAM


def _first(numbering):
    return {"number": numbering.text(1), "issued_on": LAST_DAY.isoformat()}


def _units(person, is_partial):
    count = MANY if person == "many_units" else len(UNITS)
    rows = [UNITS[place % len(UNITS)] for place in range(count)]
    return [
        {
            "code": f"U-{place:02}",
            "title": title,
            "theory_hours": theory,
            "practice_hours": practice,
            "score": score,
            "is_competent": True,
            "predicate": predicate,
        }
        for place, (title, theory, practice, score, predicate) in enumerate(rows, start=1)
    ][: 2 if is_partial and person != "many_units" else None]


def _assessed(units):
    theory, practice = (
        sum(unit[name] for unit in units) for name in ("theory_hours", "practice_hours")
    )
    average = sum(float(unit["score"]) for unit in units) / len(units)
    return {
        "units": units,
        "hours": theory + practice,
        "theory_hours": theory,
        "practice_hours": practice,
        "average": f"{average:.2f}",
    }


def _signatories(agreement):
    """Those of the agreement; without any, a head who could be."""
    found = agreement.signatories.filter(has_certificate_signature=True, removed_at=None)
    return [
        {"name": one.name, "title": one.title, "nip": one.nip} for one in found.order_by("pk")[:2]
    ] or [{"name": "Nama Kepala Sekolah", "title": f"Kepala {agreement.partner}", "nip": ""}]
