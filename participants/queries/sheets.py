"""Attendance sheets of many batches: how full each is, which are behind, and who is expected where."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import (
    AnnouncedAbsence,
    Attendance,
    CatchUpPlace,
    Enrollment,
    Inmate,
    Suspension,
)
from programs.models import Batch, Session


@dataclass(frozen=True)
class Sheet:
    """The sheet of a session that `with_people` counted."""

    session: Session

    @property
    def people(self):
        return self.session.people

    @property
    def marks(self):
        """How many of the people have a mark."""
        return self.session.people - self.session.unmarked

    @property
    def state(self):
        """(tone, word, icon) of its chip."""
        session = self.session
        if session.status == Session.Status.CANCELLED:
            return "bad", _("dibatalkan"), "x-circle-fill"
        if session.is_locked:
            by_rule = session.locked_by_id is None
            return "ok", _("terkunci menurut aturan") if by_rule else _("terkunci"), "lock"
        if session.is_closed:
            return "bad", _("ditutup menurut aturan"), "lock"
        if not session.has_begun:
            return "plain", _("belum mulai"), "clock"
        if not self.people:
            return "plain", _("tanpa peserta"), "people"
        if not self.marks:
            return "warn", _("belum diisi"), "clipboard-x"
        if session.unmarked:
            words = _("%(marks)s dari %(people)s") % {"marks": self.marks, "people": self.people}
            return "warn", words, "hourglass-split"
        return "info", _("lengkap, belum dikunci"), "unlock"

    @property
    def days_left(self):
        """Until the rule closes it: 0 on its last day, less once it is closed; None without a rule."""
        last = self.session.closes_on
        return last and (last - timezone.localdate()).days


def with_people(sessions):
    """`people` on the sheet of each session, and how many of them are `unmarked`."""
    mark = Attendance.objects.filter(session=OuterRef(OuterRef("pk")), enrollment=OuterRef("pk"))
    return sessions.annotate(
        people=_count(_people_of_each()), unmarked=_count(_people_of_each().filter(~Exists(mark)))
    )


def _people_of_each():
    """What `on_roster_of` says of one session, within a query over many."""
    session, day = OuterRef(OuterRef("pk")), OuterRef("takes_place_on")
    of_person = {"enrollment": OuterRef("pk")}
    suspended = Suspension.objects.on(OuterRef(OuterRef("takes_place_on"))).filter(**of_person)
    is_regular = Session.objects.regular().filter(pk=session)
    is_invited = CatchUpPlace.objects.filter(session=session, **of_person)
    return Enrollment.objects.order_by().filter(
        Q(ended_on=None) | Q(ended_on__gte=day),
        ~Exists(suspended),
        Exists(is_regular) | Exists(is_invited),
        batch=OuterRef("batch"),
        joined_on__lte=day,
    )


def _count(people):
    counted = people.values("batch").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def sheets_of(day, sessions):
    """[Sheet] of that day among `sessions`, by place and hour; one query."""
    rows = _in_full(sessions.filter(takes_place_on=day))
    return [Sheet(one) for one in rows.order_by("room__name", "room", "starts_at", "pk")]


def behind(sessions):
    """Sessions of earlier days whose sheet is empty or lacks marks, the oldest first."""
    earlier = (
        sessions.alive()
        .filter(takes_place_on__lt=timezone.localdate(), locked_at=None)
        .exclude(batch__state__in=Batch.OVER)
    )
    lacking = _in_full(earlier).filter(Q(unmarked__gt=0) | Q(status=Session.Status.PLANNED))
    return lacking.order_by("takes_place_on", "starts_at", "pk")


def _in_full(sessions):
    return with_people(sessions).select_related("batch__facility", "unit", "instructor", "room")


# By block


@dataclass(frozen=True)
class Expected:
    """Somebody who is to come on a day: to these sessions, of which an absence may keep them."""

    inmate: Inmate
    goings: list  # [(Session, AnnouncedAbsence or None)]


def block_of(housing_unit):
    """Without the cell: Blok A of "Blok A/3", A of "A-12", Mawar of "Mawar 3"."""
    block = re.split(r"[/-]", housing_unit)[0]
    if block == housing_unit:
        block = re.sub(r"\d.*$", "", block) or housing_unit
    return block.strip()


def _natural(name):
    """Blok 2 before Blok 10; the empty name last."""
    parts = re.split(r"(\d+)", name.casefold())
    return not name, [int(part) if place % 2 else part for place, part in enumerate(parts)], name


def expected_by_block(day: date, sessions):
    """[(block, [Expected])] of that day's `sessions`, those without a block last; three queries."""
    sessions = [one for one in sessions if one.status != Session.Status.CANCELLED]
    meetings = defaultdict(list)
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.pk)):
        meetings[session.batch_id].append(session)
    places = _places_in(sessions)
    absences = defaultdict(list)
    for one in AnnouncedAbsence.objects.on(day).filter(inmate__enrollments__batch__in=meetings):
        absences[one.inmate_id].append(one)
    expected = {}
    people = Enrollment.objects.filter(batch__in=meetings).taking_part_on(day)
    for enrollment in people.select_related("inmate").order_by("inmate__name", "inmate"):
        inmate = enrollment.inmate
        goings = [
            (session, next((one for one in absences[inmate.pk] if one.covers(session)), None))
            for session in meetings[enrollment.batch_id]
            if not session.is_catch_up or (session.pk, enrollment.pk) in places
        ]
        if goings:
            expected.setdefault(inmate.pk, Expected(inmate, [])).goings.extend(goings)
    blocks = defaultdict(list)
    for one in expected.values():
        blocks[block_of(one.inmate.housing_unit)].append(one)
    return sorted(blocks.items(), key=lambda item: _natural(item[0]))


def _places_in(sessions):
    """{(session, enrollment)} of those invited to a catch-up among them."""
    return CatchUpPlace.objects.filter(session__in=[one.pk for one in sessions]).pairs()


# Announced absences


def meetings_missed(absences):
    """{absence.pk: [Session]}: the meetings that each keeps its person from.

    Of the classes in which the person takes part that day, and of catch-ups those with a place. Four queries.
    """
    absences = list(absences)
    if not absences:
        return {}
    classes = defaultdict(list)
    people = Enrollment.objects.filter(
        inmate__in={one.inmate_id for one in absences}
    ).prefetch_related("suspensions")
    for one in people:
        classes[one.inmate_id].append(one)
    sessions = (
        Session.objects.alive()
        .filter(
            batch__in={one.batch_id for mine in classes.values() for one in mine},
            takes_place_on__gte=min(one.starts_on for one in absences),
            takes_place_on__lte=max(one.ends_on for one in absences),
        )
        .select_related("batch")
    )
    places = _places_in(sessions)

    def is_expected(inmate, session):
        return any(
            one.batch_id == session.batch_id and one.is_on_sheet_of(session, places)
            for one in classes[inmate]
        )

    return {
        one.pk: [
            session
            for session in sessions
            if one.covers(session) and is_expected(one.inmate_id, session)
        ]
        for one in absences
    }
