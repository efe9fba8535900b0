"""What the rules say of people and a batch, and who will finish: the facts from the database.

Each question takes a constant number of queries, however many people it is about.
"""

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from participants.eligibility import RULES, Facts, Place, Setting, advise
from participants.finishing import Course, Presence, look_ahead, release_of
from participants.models import (
    Activity,
    EligibilityRule,
    Enrollment,
    Finding,
    Inmate,
    Rule,
    Separation,
    Suspension,
)
from participants.queries.ledger import NOTHING, hours_of
from programs.models import Session


def settings_of(facility_id, program_id=None):
    """{Rule: Setting} in force: the program's word before the facility's, that before the default."""
    said = EligibilityRule.objects.filter(facility=facility_id).filter(
        Q(program=None) | Q(program=program_id)
    )
    return _in_force(said, facility_id, program_id)


def _in_force(said, facility_id, program_id):
    """{Rule: Setting} for one place, out of the rows `said` of possibly several."""
    settings = {rule: RULES[rule].default for rule in Rule}
    for row in sorted(said, key=lambda row: row.program_id is not None):
        if row.facility_id == facility_id and row.program_id in (None, program_id):
            default = RULES[row.rule].default
            amount = default.amount if row.amount is None else row.amount
            settings[Rule(row.rule)] = Setting(row.is_on, amount)
    return settings


def advice_for(batch, inmates):
    """{inmate.pk: [Advice]} of `inmates`, should they join `batch`."""
    inmates = list(inmates)
    program = batch.curriculum.program
    place = Place(
        course=_courses([batch])[batch.pk],
        starts_on=batch.starts_on,
        quota=batch.quota,
        program=program.name,
        men=batch.enrollments.active().filter(inmate__sex=Inmate.Sex.MALE).count(),
    )
    settings = settings_of(batch.facility_id, program.pk)
    known = _facts(batch, inmates, program)
    return {inmate.pk: advise(known[inmate.pk], place, settings) for inmate in inmates}


def _facts(batch, inmates, program):
    """{inmate.pk: Facts}; of several findings or enrollments of a kind the newest counts."""
    known = defaultdict(dict)
    for finding in Finding.objects.filter(inmate__in=inmates).order_by("found_on", "pk"):
        known[finding.inmate_id][finding.kind] = finding
    past = Enrollment.objects.filter(inmate__in=inmates).exclude(batch=batch)
    removed = Q(end_reason=Enrollment.EndReason.DISCIPLINE)
    certified = Q(closed_at__isnull=False, batch__curriculum__program=program)
    for one in (
        past.filter(removed | certified)
        .select_related("batch__curriculum")
        .order_by("ended_on", "pk")
    ):
        if one.end_reason == Enrollment.EndReason.DISCIPLINE:
            known[one.inmate_id]["removal"] = one
        if one.closed_at and one.batch.curriculum.program_id == program.pk:
            known[one.inmate_id]["certified"] = one
    for pk, separations in _separations(batch, inmates).items():
        known[pk]["separations"] = tuple(separations)
    activities = defaultdict(list)
    for activity in Activity.objects.filter(inmate__in=inmates):
        activities[activity.inmate_id].append(activity)
    return {
        inmate.pk: Facts(inmate, **known[inmate.pk], activities=tuple(activities[inmate.pk]))
        for inmate in inmates
    }


def _separations(batch, inmates):
    """{inmate.pk: [(the participant whom they must not meet, since when that is recorded)]}."""
    seated = set(batch.enrollments.active().values_list("inmate", flat=True))
    pairs = (
        Separation.objects.in_force()
        .filter(Q(first__in=inmates, second__in=seated) | Q(second__in=inmates, first__in=seated))
        .select_related("first", "second")
        .order_by("recorded_at", "pk")
    )
    found = defaultdict(list)
    for pair in pairs:
        recorded_on = timezone.localdate(pair.recorded_at)
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if other.pk in seated:
                found[one.pk].append((other, recorded_on))
    return found


def outlook_for(batch, inmates):
    """{inmate.pk: Outlook} of `inmates`, participants of `batch` or not yet."""
    inmates = list(inmates)
    course = _courses([batch])[batch.pk]
    remission = settings_of(batch.facility_id, batch.curriculum.program_id)[Rule.DAYS_LEFT].amount
    presences = _presences(batch.enrollments.filter(inmate__in=inmates))
    newcomer = Presence(joined_on=batch.starts_on)
    today = timezone.localdate()
    return {
        inmate.pk: look_ahead(
            course,
            presences.get((batch.pk, inmate.pk), newcomer),
            release_of(inmate, remission_days=remission, today=today),
            minimum=batch.minimum_attendance,
        )
        for inmate in inmates
    }


def at_risk(batches):
    """{batch.pk: [(enrollment, Outlook)]} of the participants of `batches` who will hardly finish.

    `batches` with their curriculum at hand; those in which all is well have an empty list.
    """
    batches = {batch.pk: batch for batch in batches}
    enrollments = list(
        Enrollment.objects.active().filter(batch__in=batches).select_related("inmate")
    )
    courses, presences = _courses(batches.values()), _presences(enrollments)
    said = EligibilityRule.objects.filter(rule=Rule.DAYS_LEFT).filter(
        facility__in={batch.facility_id for batch in batches.values()}
    )
    remissions = {
        pk: _in_force(said, batch.facility_id, batch.curriculum.program_id)[Rule.DAYS_LEFT].amount
        for pk, batch in batches.items()
    }
    found, today = {pk: [] for pk in batches}, timezone.localdate()
    for one in enrollments:
        pk = one.batch_id
        outlook = look_ahead(
            courses[pk],
            presences[pk, one.inmate_id],
            release_of(one.inmate, remission_days=remissions[pk], today=today),
            minimum=batches[pk].minimum_attendance,
        )
        if outlook.is_at_risk:
            found[pk].append((one, outlook))
    return found


def _courses(batches):
    """{batch.pk: Course}; one query."""
    sessions = defaultdict(list)
    regular = Session.objects.alive().regular()
    for session in regular.filter(batch__in=[batch.pk for batch in batches]):
        sessions[session.batch_id].append(session)
    return {batch.pk: Course(tuple(sessions[batch.pk]), batch.ends_on) for batch in batches}


def _presences(enrollments):
    """{(batch key, inmate key): Presence}; two queries besides that for the enrollments."""
    enrollments = list(enrollments)
    hours = hours_of(enrollments)
    suspensions = defaultdict(list)
    for one in Suspension.objects.filter(enrollment__in=enrollments):
        suspensions[one.enrollment_id].append(one)
    return {
        (one.batch_id, one.inmate_id): Presence(
            joined_on=one.joined_on,
            planned_end_on=one.planned_end_on,
            suspensions=tuple(suspensions[one.pk]),
            attended=hours.get(one.pk, NOTHING).attended,
            counted=hours.get(one.pk, NOTHING).counted,
        )
        for one in enrollments
    }


def overrides_of(batch):
    """{inmate.pk: [Override]} of `batch`, the oldest first."""
    found = defaultdict(list)
    for one in batch.overrides.select_related("made_by"):
        found[one.inmate_id].append(one)
    return found


def facts_of(inmate):
    """What the person page shows beside the file: findings, other activities, separations, overrides."""
    pairs = Separation.objects.in_force().filter(Q(first=inmate) | Q(second=inmate))
    return {
        "findings": inmate.findings.select_related("recorded_by"),
        "activities": inmate.activities.all(),
        "separations": [
            (pair, pair.second if pair.first_id == inmate.pk else pair.first)
            for pair in pairs.select_related("first", "second")
        ],
        "overrides": inmate.overrides.select_related("batch", "made_by"),
    }
