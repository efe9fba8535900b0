"""The grid of a unit, the attempts behind one result, and who masters what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import AuditEvent
from core.templatetags.ui import number
from participants.models import Mastery, UnitResult
from participants.queries.standings import results_of
from participants.registers import name_key
from participants.scoring import predicate_of
from programs.models import Instructor, Session

SHOWN = {"None": "", "True": "K", "False": "BK"}


def assessed_counts(batch):
    """{unit.pk: how many are assessed}"""
    rows = results_of(batch).complete().order_by().values("unit").annotate(count=Count("pk"))
    return {row["unit"]: row["count"] for row in rows}


def results_of_unit(batch, unit):
    """{enrollment.pk: UnitResult}"""
    found = results_of(batch).filter(unit=unit).select_related("assessed_by")
    return {one.enrollment_id: one for one in found}


def instructors_of(batch):
    """Who teaches or taught the batch, by name."""
    return (
        Instructor.objects.filter(Q(teachings__batch=batch) | Q(sessions__batch=batch))
        .order_by("name")
        .distinct()
    )


def usual_examination(batch, unit, stored, user):
    """What the line above the grid begins with: as last time in this unit, else who taught it last, and when.

    After a part the day is the last meeting's: practice is examined weeks after theory. A teacher who was not
    among the last assessors begins with the own name, today.
    """
    last = max(stored.values(), key=lambda one: one.assessed_at, default=None)
    own = Instructor.objects.filter(user=user).first()
    known = {}
    if last and last.assessor and own and not _has_assessed(own, last):
        return {
            "assessor": own.name,
            "second_assessor": "",
            "assessed_on": timezone.localdate(),
        }
    if last and last.assessor:
        known = {"assessor": last.assessor, "second_assessor": last.second_assessor}
        if not last.is_part:
            return known | {"assessed_on": last.assessed_on}
    today = timezone.localdate()
    taught = (
        batch.sessions.alive()
        .filter(unit=unit, takes_place_on__lte=today)
        .exclude(status=Session.Status.CANCELLED)
        .select_related("instructor")
        .order_by("-takes_place_on", "-starts_at")
    )
    session = taught.first()
    teacher = own or (session and session.instructor)
    return {
        "assessor": teacher.name if teacher else "",
        "second_assessor": "",
        "assessed_on": session.takes_place_on if session else today,
    } | known


def _has_assessed(instructor, result):
    names = (instructor.name, result.assessor, result.second_assessor)
    own, *assessors = (name_key(name.partition(",")[0]) for name in names)
    return own in assessors


def predicate_of_result(result, curriculum):
    """The word for one unit; none for BK."""
    return predicate_of(result.score, curriculum.predicates) if result.is_competent else ""


def corrections_of(result):
    """[(AuditEvent, [(word of the field, old, new)], former)] of a result, the newest first.

    Nothing is an empty text; `former` says who had entered the old ones, and when: (name, datetime) or None.
    """
    events = AuditEvent.objects.filter(
        action__in=["result.corrected", "result.completed"],
        subject_type=UnitResult._meta.label_lower,
        subject_id=str(result.pk),
    ).select_related("by")
    return [
        (event, list(_changes(event)), _former(event.details))
        for event in events.order_by("-at", "-pk")
    ]


def _changes(event):
    """In the order of the model: PostgreSQL keeps the names of JSON in an order of its own."""
    changed = event.details["changed"]
    for field in UnitResult._meta.concrete_fields:
        if field.name not in changed:
            continue
        old, new = changed[field.name]
        if event.action == "result.completed" and field.name == "is_competent":
            old = "None"  # a part is neither K nor BK
        yield field.verbose_name, _in_word(field, old), _in_word(field, new)


def _in_word(field, text):
    if text in SHOWN:
        return SHOWN[text]
    if isinstance(field, models.DecimalField):
        return number(Decimal(text))
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    return text


def _former(details):
    """None for a line from before this was kept."""
    if "assessed_at" not in details:
        return None
    return details["assessed_by"], datetime.fromisoformat(details["assessed_at"])


@dataclass(frozen=True)
class MasteryRow:
    """One participant's boxes, in the order of the skills: (Skill, Mastery or None)."""

    enrollment: object
    boxes: list

    @property
    def count(self):
        return sum(bool(one and one.is_mastered) for _skill, one in self.boxes)


def mastery_of(enrollments, skills):
    """[MasteryRow]; one query."""
    found = defaultdict(dict)
    rows = Mastery.objects.filter(enrollment__in=enrollments, skill__in=skills)
    for one in rows.select_related("ticked_by"):
        found[one.enrollment_id][one.skill_id] = one
    return [
        MasteryRow(one, [(skill, found[one.pk].get(skill.pk)) for skill in skills])
        for one in enrollments
    ]
