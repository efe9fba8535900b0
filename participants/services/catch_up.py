"""Catch-ups: hours that were missed are taught again, to those who missed them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import CatchUpPlace
from participants.queries.ledger import NOTHING, ledger
from programs.models import Session
from programs.services import move_session, schedule_session, still_planned


@transaction.atomic
def schedule_catch_up(*, batch, unit, enrollments, by, **fields):
    """A meeting of `unit` for these people alone; `fields` are those of any meeting.

    Whoever has nothing to make up in the unit, or takes no part on that day, is refused by name.
    """
    session = schedule_session(batch=batch, unit=unit, kind=Session.Kind.CATCH_UP, by=by, **fields)
    invited = _invitable(session, enrollments)
    _invite(session, invited)
    audit.record("catch_up.planned", session, by=by, people=[one.pk for one in invited])
    return session


@transaction.atomic
def update_catch_up(*, session, enrollments, by, **fields):
    """Who is invited to a catch-up that was not held yet; `fields` are its day, time, place and instructor.

    Whoever takes no part on its day, also on the one it is moved to, is refused by name.
    """
    session = still_planned(session)
    if not session.is_catch_up:
        raise ValidationError(_("Pertemuan ini untuk seluruh kelas, bukan susulan."))
    if any(getattr(session, name) != value for name, value in fields.items()):
        session = move_session(session=session, by=by, **fields)
    before = set(session.catch_up_places.values_list("enrollment", flat=True))
    invited = _invitable(session, enrollments, before=before)
    after = {one.pk for one in invited}
    session.catch_up_places.exclude(enrollment__in=after).delete()
    _invite(session, [one for one in invited if one.pk not in before])
    if before != after:
        audit.record(
            "catch_up.changed",
            session,
            by=by,
            added=sorted(after - before),
            removed=sorted(before - after),
        )
    return session


def _invite(session, enrollments):
    CatchUpPlace.objects.bulk_create(
        CatchUpPlace(session=session, enrollment=one) for one in enrollments
    )


def _invitable(session, enrollments, before=frozenset()):
    """Those people as they stand now, or ValidationError; who is invited already need not be owed any more."""
    asked = {one.pk for one in enrollments}
    if not asked:
        raise ValidationError({"enrollments": _("Pilih paling sedikit satu orang.")})
    mine = session.batch.enrollments.filter(pk__in=asked).in_paper_order()
    people = list(mine.prefetch_related("suspensions"))
    if len(people) < len(asked):
        raise ValidationError({"enrollments": _("Ada yang bukan peserta angkatan ini.")})
    day = session.takes_place_on
    _refuse(
        [one for one in people if not one.takes_part_on(day)],
        _("Tidak ikut pada %(day)s: %(names)s."),
        day=date_format(day),
    )
    hours = ledger(people)
    _refuse(
        [
            one
            for one in people
            if one.pk not in before and not hours[one.pk].get(session.unit_id, NOTHING).can_catch_up
        ],
        _("Tidak punya jam yang perlu disusulkan pada unit ini: %(names)s."),
    )
    return people


def _refuse(people, words, **more):
    if people:
        names = ", ".join(str(one.inmate) for one in people)
        raise ValidationError({"enrollments": words % {"names": names, **more}})
