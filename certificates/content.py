"""What a certificate says, as plain data: frozen once, then printed and shown for ever."""

import re
from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings

from participants.queries.standings import results_of
from participants.scoring import average_of, overall_predicate, predicate_of, predicate_scale

STIGMA = [
    *"lapas rutan lpka lpp napi narapidana wbp pemasyarakatan penjara tahanan ditjenpas".split(),
    "warga binaan",
]
ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def scale_of(curriculum):
    """[{name, from, to}] from the best down, as the back of the certificate explains it."""
    return [
        {"name": name, "from": str(least), "to": str(most)}
        for name, least, most in predicate_scale(curriculum.predicates, curriculum.pass_mark)
    ]


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


def contents_of(batch, standings):
    """{enrollment.pk: content} of those whose units are all assessed: what the head approves, word for word.

    Its public face is the school's: nothing here names the facility. Two queries, whatever the size.
    """
    results = defaultdict(list)
    assessed = results_of(batch).complete().select_related("unit")
    for result in assessed.order_by("unit__position"):
        results[result.enrollment_id].append(result)
    shared = _shared(batch)
    units = batch.curriculum.units.count()
    return {
        one.enrollment.pk: shared | _personal(one, results[one.enrollment.pk], batch.curriculum)
        for one in standings
        if units and len(results[one.enrollment.pk]) == units and one.percent is not None
    }


def _shared(batch):
    """What all certificates of a batch say alike."""
    curriculum, partner = batch.curriculum, batch.agreement.partner
    signatories = batch.agreement.signatories.filter(
        has_certificate_signature=True, removed_at=None
    )
    return {
        "look": "resmi",
        "is_specimen": batch.facility.is_demo,
        "school": {"name": partner.name, "city": partner.city, "emblem": partner.emblem},
        "program": curriculum.program.name,
        "starts_on": batch.starts_on.isoformat(),
        "ends_on": batch.ends_on.isoformat(),
        "lesson_minutes": settings.LESSON_MINUTES,
        "standard": curriculum.standard,
        "pass_mark": str(curriculum.pass_mark),
        "predicates": scale_of(curriculum),
        "signatories": [
            {"name": one.name, "title": one.title, "nip": one.nip}
            for one in signatories.order_by("pk")
        ],
    }


def _personal(standing, results, curriculum):
    """What one person's certificate says alone, but for its number."""
    scores = [result.score for result in results]
    units = [_unit(result, curriculum.predicates) for result in results]
    theory, practice = (
        sum(unit[kind] for unit in units) for kind in ("theory_hours", "practice_hours")
    )
    return {
        "name": standing.enrollment.inmate.name,
        "hours": theory + practice,
        "predicate": overall_predicate(scores, curriculum),
        "attendance_percent": plain(standing.percent),
        "units": units,
        "theory_hours": theory,
        "practice_hours": practice,
        "average": plain(average_of(scores)),
    }


def numbered(certificate, sequence):
    """The approved content with what makes this paper this one: its number, its date, its address."""
    return certificate.content | {
        "number": number_text(certificate, sequence),
        "issued_on": certificate.dated_on.isoformat(),
        "verify_url": certificate.verify_url,
        "verify_host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
    }


def stigma_in(content, facility):
    """[(word, text)] that would tell a stranger where the holder was: the paper must not hold them."""
    school = content["school"]
    texts = [school["name"], school["city"], content["program"], content["standard"]]
    texts += [one["name"] for one in content["predicates"]]
    texts += [unit[key] for unit in content["units"] for key in ("code", "title")]
    texts += [one[key] for one in content["signatories"] for key in ("name", "title")]
    words = [*STIGMA, facility.name]
    return [
        (word, text)
        for text in texts
        for word in words
        if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    ]


def _unit(result, predicates):
    return {
        "code": result.unit.code,
        "title": result.unit.title,
        "theory_hours": result.unit.theory_hours,
        "practice_hours": result.unit.practice_hours,
        "score": plain(result.score),
        "is_competent": result.is_competent,
        "predicate": predicate_of(result.score, predicates) if result.is_competent else "",
    }


def masked(name):
    """Each word's first letter and three stars, so that lengths stay secret: A*** B*** S***"""
    return " ".join(f"{word[0]}***" for word in name.split())
