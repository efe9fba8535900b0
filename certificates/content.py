"""What a certificate says, as plain data: frozen once, then printed and shown for ever."""

from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit

from django.conf import settings

from participants.models import UnitResult

PREDICATES = [("Sangat Baik", 85), ("Baik", 75)]
LOWEST_PREDICATE = "Cukup"
ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def predicate_of(score):
    return next((name for name, least in PREDICATES if score >= least), LOWEST_PREDICATE)


def predicate_scale(pass_mark):
    """[{name, from, to}] from the best down, as the back of the certificate explains it."""
    scale, top = [], 100
    for name, least in [*PREDICATES, (LOWEST_PREDICATE, pass_mark)]:
        scale.append({"name": name, "from": str(least), "to": str(top)})
        top = least - 1
    return scale


def plain(value):
    """A Decimal as text without needless zeros: 87 or 87.5."""
    return f"{value.normalize():f}" if value % 1 else str(int(value))


def series_key(certificate):
    batch = certificate.enrollment.batch
    return (
        f"{batch.curriculum.program.code}/{batch.agreement.partner.short_code}"
        f"/{certificate.dated_on.year}"
    )


def number_text(certificate, sequence):
    """001/BKR/SMKN3-JBR/XII/2025"""
    program, school, year = series_key(certificate).split("/")
    month = ROMAN_MONTHS[certificate.dated_on.month - 1]
    return f"{sequence:03d}/{program}/{school}/{month}/{year}"


def content_of(certificate, *, number, standing):
    """Everything the paper says. Its public face is the school's: nothing here names the facility."""
    enrollment = certificate.enrollment
    batch = enrollment.batch
    curriculum, partner = batch.curriculum, batch.agreement.partner
    results = list(
        UnitResult.objects.filter(enrollment=enrollment)
        .select_related("unit")
        .order_by("unit__position")
    )
    average = sum(result.score for result in results) / len(results)
    units = [_unit(result) for result in results]
    return {
        "look": "resmi",
        "is_specimen": batch.facility.is_demo,
        "number": number,
        "name": enrollment.inmate.name,
        "school": {"name": partner.name, "city": partner.city, "emblem": partner.emblem},
        "program": curriculum.program.name,
        "hours": sum(unit["theory_hours"] + unit["practice_hours"] for unit in units),
        "starts_on": batch.starts_on.isoformat(),
        "ends_on": batch.ends_on.isoformat(),
        "issued_on": certificate.dated_on.isoformat(),
        "predicate": predicate_of(average),
        "attendance_percent": plain(standing.percent),
        "lesson_minutes": settings.LESSON_MINUTES,
        "standard": curriculum.standard,
        "pass_mark": str(curriculum.pass_mark),
        "predicates": predicate_scale(curriculum.pass_mark),
        "units": units,
        "theory_hours": sum(unit["theory_hours"] for unit in units),
        "practice_hours": sum(unit["practice_hours"] for unit in units),
        "average": plain(average.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        "signatories": [
            {"name": one.name, "title": one.title, "nip": one.nip}
            for one in batch.agreement.signatories.filter(
                has_certificate_signature=True, removed_at=None
            ).order_by("pk")
        ],
        "verify_url": certificate.verify_url,
        "verify_host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
    }


def _unit(result):
    return {
        "code": result.unit.code,
        "title": result.unit.title,
        "theory_hours": result.unit.theory_hours,
        "practice_hours": result.unit.practice_hours,
        "score": plain(result.score),
        "is_competent": result.is_competent,
        "predicate": predicate_of(result.score) if result.is_competent else "",
    }


def masked(name):
    """Each word's first letter and three stars, so that lengths stay secret: A*** B*** S***"""
    return " ".join(f"{word[0]}***" for word in name.split())
