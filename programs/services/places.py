"""Where and on which days a facility teaches."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Facility
from programs.models import DayRule, Room

LONGEST_CLOSURE_DAYS = 60


@transaction.atomic
def add_room(*, by, **fields):
    room = Room(facility=by.facility, **fields)
    _check_room(room)
    room.save()
    audit.record("room.added", room, by=by)
    return room


@transaction.atomic
def update_room(*, room, by, **fields):
    room = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    changed = audit.set_fields(room, fields)
    _check_room(room)
    room.save(update_fields=list(changed))
    audit.record("room.updated", room, by=by, changed=changed)
    return room


def _check_room(room):
    room.name = " ".join(room.name.split())
    room.full_clean()


@transaction.atomic
def close_room(*, room, by):
    """Not used from now on; meetings held there keep it, none may still be planned there."""
    Facility.objects.select_for_update(no_key=True).get(
        pk=room.facility_id
    )  # nobody books it meanwhile
    room = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    if room.sessions.to_come().exists():
        raise ValidationError(_("Masih ada pertemuan yang direncanakan di ruang ini."))
    room.closed_at = timezone.now()
    room.save(update_fields=["closed_at"])
    audit.record("room.closed", room, by=by)
    return room


@transaction.atomic
def set_day_rules(*, starts_on, ends_on, is_open, reason, by):
    """The facility's word on each day of a span, in place of what it said before; returns the rules."""
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("Hari terakhir tidak mungkin sebelum hari pertama.")})
    days = (ends_on - starts_on).days + 1
    if days > LONGEST_CLOSURE_DAYS:
        raise ValidationError(
            {
                "ends_on": _("Paling banyak %(days)s hari sekaligus.")
                % {"days": LONGEST_CLOSURE_DAYS}
            }
        )
    before = {
        str(rule.falls_on): rule.reason
        for rule in DayRule.objects.filter(facility=by.facility).between(starts_on, ends_on)
    }
    rules = []
    for number in range(days):
        rule, _is_new = DayRule.objects.update_or_create(
            facility=by.facility,
            falls_on=starts_on + timedelta(number),
            defaults={"is_open": is_open, "reason": reason},
        )
        rules.append(rule)
    audit.record(
        "day_rule.set",
        rules[0],
        by=by,
        until=str(ends_on),
        is_open=is_open,
        reason=reason,
        before=before,
    )
    return rules


@transaction.atomic
def remove_day_rule(*, rule, by):
    """From now on the national calendar alone decides; the trail keeps what the rule said."""
    audit.record("day_rule.removed", rule, by=by, is_open=rule.is_open, reason=rule.reason)
    rule.delete()
