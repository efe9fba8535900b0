"""A whole timetable at once: laid out, looked at, and then booked; and moved on as a whole."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Facility
from programs.calendar import open_days
from programs.models import Batch, Instructor, Room, Session
from programs.queries import hours_by_unit
from programs.services.batches import check_instructor, check_room
from programs.services.sessions import (
    check_session,
    move_session,
    refuse_unless_schedulable,
    still_planned,
)
from programs.timetable import Booking, Layout, Load, lay_out, shift

# How far beyond the batch's last day a place is looked for, to say until when it would have to go on.
LOOK_AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Pattern:
    """How a class meets: from which day, on which ISO weekdays, in which slots, where and taught by whom."""

    starts_on: object
    weekdays: frozenset
    slots: tuple
    room: Room
    instructors: dict  # {unit.pk: Instructor}
    with_joint_leave: bool = False


def draft_timetable(*, batch, pattern) -> Layout:
    """The meetings that `generate_timetable` would book: what the curriculum asks for beyond what is booked."""
    first = max(pattern.starts_on, batch.starts_on)
    last = batch.ends_on + LOOK_AHEAD
    days = open_days(
        batch.facility,
        first,
        last,
        weekdays=pattern.weekdays,
        with_joint_leave=pattern.with_joint_leave,
    )
    return lay_out(
        _loads(batch, pattern),
        days=[day for day in days if day <= batch.ends_on],
        later=[day for day in days if day > batch.ends_on],
        slots=pattern.slots,
        bookings=_bookings(batch, pattern, first, last),
        minutes=settings.LESSON_MINUTES,
    )


def _loads(batch, pattern):
    """[Load] of what is not yet booked, unit by unit."""
    return [
        Load(
            row.unit,
            row.unplanned_theory,
            row.unplanned - row.unplanned_theory,
            pattern.instructors[row.unit.pk],
        )
        for row in hours_by_unit(batch)
    ]


def _bookings(batch, pattern, first, last):
    """[Booking] of room, class, its people and the instructors. One query."""
    teachers = {one.pk: one for one in pattern.instructors.values()}
    classmates = Batch.objects.sharing_people_with(batch).values("pk")
    blocking = Q(batch=batch) | Q(room=pattern.room) | Q(batch__in=classmates)
    rows = (
        Session.objects.alive()
        .filter(blocking | Q(instructor__in=teachers), takes_place_on__range=(first, last))
        .annotate_blocking(blocking)
    )
    return [
        Booking(
            row.takes_place_on,
            row.starts_at,
            row.ends_at,
            None if row.is_blocking else teachers[row.instructor_id],
        )
        for row in rows
    ]


@transaction.atomic
def generate_timetable(*, batch, pattern, by):
    """Book everything that the curriculum asks for and that has no meeting yet; all of it or nothing.

    Raises ValidationError that says which JP do not fit, and until when the batch would have to go on.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=batch.pk)
    )
    Facility.objects.select_for_update(no_key=True).get(pk=batch.facility_id)
    refuse_unless_schedulable(batch)
    teachers = {one.pk for one in pattern.instructors.values()}
    list(Instructor.objects.select_for_update(no_key=True).filter(pk__in=teachers).order_by("pk"))
    check_room(batch, pattern.room)
    for one in set(pattern.instructors.values()):
        check_instructor(batch, one)
    layout = draft_timetable(batch=batch, pattern=pattern)
    if not layout.fits:
        raise ValidationError(misfit(layout))
    if not layout.meetings:
        raise ValidationError(_("Semua JP kurikulum ini sudah terjadwal."))
    sessions = Session.objects.bulk_create(
        Session(
            batch=batch,
            unit=meeting.unit,
            instructor=meeting.instructor,
            room=pattern.room,
            takes_place_on=meeting.day,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            hours=meeting.hours,
            theory_hours=meeting.theory_hours,
        )
        for meeting in layout.meetings
    )
    batch.weekdays = "".join(map(str, sorted(pattern.weekdays)))
    batch.save(update_fields=["weekdays"])
    audit.record(
        "timetable.generated",
        batch,
        by=by,
        sessions=len(sessions),
        hours=sum(one.hours for one in sessions),
    )
    return sessions


def misfit(layout):
    """What does not fit, by how much, and how to mend it."""
    units = ", ".join(str(unit) for unit, _hours in layout.unplaced)
    words = ngettext(
        "%(hours)s JP tidak muat: %(units)s.",
        "%(hours)s JP tidak muat: %(units)s.",
        layout.missing_hours,
    ) % {"hours": layout.missing_hours, "units": units}
    if layout.fits_until:
        remedy = _(
            "Perpanjang angkatan sampai %(day)s, atau tambah hari, jam, atau ruang lain."
        ) % {"day": date_format(layout.fits_until)}
    else:
        remedy = _("Tambah hari atau jam; instruktur dan ruangnya penuh.")
    return f"{words} {remedy}"


def reschedule(*, session, with_following=False, by, **fields):
    """Move one meeting, or it and all that follow.

    Not a catch-up: whether those invited take part on another day is not known here.
    """
    if session.is_catch_up:
        raise ValidationError(_("Susulan diubah bersama pesertanya, di halaman “Ubah susulan”."))
    move = move_session_and_following if with_following else move_session
    return move(session=session, by=by, **fields)


@transaction.atomic
def move_session_and_following(*, session, by, **fields):
    """Move a meeting, and every later planned one of its batch by as many teaching days.

    Teaching days are the open days among the weekdays on which the batch meets. Catch-ups stay where they are:
    they were agreed upon with those invited. All or nothing.
    """
    session = still_planned(session)
    old, new = session.takes_place_on, fields["takes_place_on"]
    following = list(
        session.batch.sessions.select_for_update(of=("self",), no_key=True)
        .select_related("batch__facility")
        .regular()
        .filter(status=Session.Status.PLANNED, takes_place_on__gte=old)
        .exclude(pk=session.pk)
        .exclude(takes_place_on=old, starts_at__lt=session.starts_at)
        .order_by("takes_place_on", "starts_at")
    )
    days = sorted({old, *(one.takes_place_on for one in following)})
    moved = _moved_days(session.batch, days, old=old, new=new)
    changed = audit.set_fields(session, fields)
    everybody = [session, *following]
    days_of = {
        str(one.pk): [str(one.takes_place_on), str(moved[one.takes_place_on])] for one in following
    }
    for one in following:
        one.takes_place_on = moved[one.takes_place_on]
    # The last first when they move on, the first first when they come forward: each finds its place free.
    for one in sorted(everybody, key=lambda one: one.takes_place_on, reverse=new > old):
        _save_moved(one, list(changed) if one is session else ["takes_place_on"])
    audit.record("session.moved", session, by=by, changed=changed, following=days_of)
    return session


def _save_moved(session, fields):
    try:
        check_session(session)
    except ValidationError as error:
        raise ValidationError(
            _("Pertemuan %(day)s: %(why)s")
            % {"day": date_format(session.takes_place_on), "why": " ".join(error.messages)}
        ) from None
    session.save(update_fields=fields)


def _moved_days(batch, days, *, old, new):
    met = batch.sessions.alive().regular().values_list("takes_place_on", flat=True)
    # A timetable made by hand names no weekdays; then those on which the class meets count.
    weekdays = set(map(int, batch.weekdays)) or {day.isoweekday() for day in met}
    last = max(batch.ends_on, days[-1], new) + LOOK_AHEAD
    teaching = open_days(batch.facility, min(old, new), last, weekdays=weekdays)
    try:
        return shift(days, old=old, new=new, teaching_days=teaching)
    except ValueError:
        raise ValidationError(
            {"takes_place_on": _("Tidak cukup hari pelatihan untuk menggeser semuanya.")}
        ) from None
