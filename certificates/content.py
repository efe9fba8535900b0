"""What a certificate says, as plain data: frozen once, then printed and shown for ever."""

from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings

from certificates.models import Certificate, Design, NumberFormat
from certificates.numbers import Numbering
from participants.queries.standings import results_of
from participants.scoring import average_of, overall_predicate, predicate_of, predicate_scale

Kind = Certificate.Kind
# Data and not words of the screen: it stands among names of units, and in the trail.
ATTENDANCE = "Kehadiran"


def scale_of(curriculum):
    """[{name, from, to}] from the best down, as the back of the certificate explains it."""
    return [
        {"name": name, "from": str(least), "to": str(most)}
        for name, least, most in predicate_scale(curriculum.predicates, curriculum.pass_mark)
    ]


def plain(value):
    """A Decimal as text without needless zeros: 87 or 87.5."""
    return f"{value.normalize():f}" if value % 1 else str(int(value))


def numbering_of(certificate):
    """The Numbering of a certificate, from its batch, school and date."""
    batch = certificate.enrollment.batch
    return numbering_of_school(
        batch.agreement.partner,
        kind=certificate.kind,
        program=batch.curriculum.program.code,
        day=certificate.dated_on,
    )


def numbering_of_school(partner, *, kind, program, day, template=""):
    """The Numbering of a school's certificates dated `day`; in its own format unless another is given."""
    chosen = getattr(partner, "number_format", None)
    return Numbering(
        template=template or (chosen.template if chosen else NumberFormat.STANDARD),
        kind=kind,
        program=program,
        school=partner.short_code,
        year=day.year,
        month=day.month,
    )


def design_of(agreement):
    """Its newest design; the defaults when it has none."""
    newest = Design.objects.of(agreement).select_related("emblem", "program_emblem").first()
    return newest or Design(agreement=agreement, version=0)


def designs_of(agreements):
    """{agreement.pk: its newest design}, defaults where there is none; one query for all."""
    newest = {one.pk: Design(agreement=one, version=0) for one in agreements}
    versions = Design.objects.filter(agreement__in=newest).select_related("created_by")
    return newest | {one.agreement_id: one for one in versions.order_by("version")}


def contents_of(batch, standings, design):
    """What the head approves, word for word: {kind: {enrollment.pk: content}}.

    A certificate for those whose units are all assessed; a statement for those competent in a unit or more,
    which says only what was reached and leaves attendance and the rest unsaid. Its public face is the
    school's: nothing here names the facility. Few queries, whatever the size.
    """
    assessed = defaultdict(list)
    found = results_of(batch).complete().select_related("unit").order_by("unit__position")
    for result in found:
        assessed[result.enrollment_id].append(result)
    units = batch.curriculum.units.count()
    facts, partner = _facts(batch), batch.agreement.partner
    alike = {kind: appearance(design, partner, kind) | facts for kind in Kind}
    contents = {kind: {} for kind in Kind}
    for one in standings:
        results = assessed[one.enrollment.pk]
        competent = [result for result in results if result.is_competent]
        if one.percent is None:
            continue
        for kind, counting, is_due in (
            (Kind.TRAINING, results, units and len(results) == units),
            (Kind.PARTIAL, competent, competent),
        ):
            if is_due:
                personal = _personal(one, counting, batch.curriculum, kind)
                contents[kind][one.enrollment.pk] = alike[kind] | personal
    return contents


def _facts(batch):
    """What all certificates of a batch state alike."""
    curriculum = batch.curriculum
    signatories = batch.agreement.signatories.filter(
        has_certificate_signature=True, removed_at=None
    )
    return {
        "is_specimen": batch.facility.is_demo,
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
        "duplicate_of": None,
    }


def appearance(design, partner, kind):
    """What a design gives to every certificate of a kind: look, emblems, letterhead and wording.

    An emblem is the name of one of ours (wheat, cog, leaf), "" or `sha256:` and the hash of an Emblem.
    """
    is_partial = kind == Kind.PARTIAL
    title_en = design.partial_title_en if is_partial else design.title_en
    return {
        "kind": str(kind),
        "look": str(design.look),
        "design": design.version,
        "school": {
            "name": partner.name,
            "city": partner.city,
            "emblem": _emblem(design.emblem) or partner.emblem,
        },
        "program_emblem": _emblem(design.program_emblem),
        "letterhead": {"above": design.letterhead.splitlines(), "address": design.address},
        "wording": {
            "title": design.partial_title if is_partial else design.title,
            "title_en": title_en if design.is_bilingual else "",
            "opening": design.opening,
            "sentence": design.partial_sentence if is_partial else design.sentence,
        },
    }


def _emblem(emblem):
    return f"sha256:{emblem.sha256}" if emblem else ""


def _personal(standing, results, curriculum, kind):
    """What one person's certificate says alone, but for its number."""
    scores = [result.score for result in results]
    units = [_unit(result, curriculum.predicates) for result in results]
    theory, practice = (
        sum(unit[name] for unit in units) for name in ("theory_hours", "practice_hours")
    )
    is_partial = kind == Kind.PARTIAL
    return {
        "name": standing.enrollment.inmate.name,
        "hours": theory + practice,
        "predicate": "" if is_partial else overall_predicate(scores, curriculum),
        "attendance_percent": "" if is_partial else plain(standing.percent),
        "units": units,
        "theory_hours": theory,
        "practice_hours": practice,
        "average": plain(average_of(scores)),
    }


NUMBERED = ("number", "issued_on", "verify_url", "verify_host")


def unnumbered(certificate):
    """What it says, but for what its number brought."""
    return {key: said for key, said in certificate.content.items() if key not in NUMBERED}


def duplicate_content(first):
    """What a duplicate says: all that the first one says, and that it is one."""
    return unnumbered(first) | {
        "duplicate_of": {"number": first.number, "issued_on": first.dated_on.isoformat()}
    }


def numbered(certificate, number):
    """The approved content with what makes this paper this one: its number, its date, its address."""
    return certificate.content | {
        "number": number,
        "issued_on": certificate.dated_on.isoformat(),
        "verify_url": certificate.verify_url,
        "verify_host": urlsplit(settings.PUBLIC_BASE_URL).netloc,
    }


def differing_results(one, other):
    """Which results two contents (None: none yet) say differently: units by name, and attendance."""
    said, other = _results(one), _results(other)
    return sorted(name for name in said.keys() | other.keys() if said.get(name) != other.get(name))


def _results(content):
    """What marks and scores gave, in a shape to compare."""
    if content is None:
        return {}
    units = {
        f"{unit['code']} {unit['title']}".strip(): (unit["score"], unit["is_competent"])
        for unit in content["units"]
    }
    return {ATTENDANCE: content["attendance_percent"]} | units


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
