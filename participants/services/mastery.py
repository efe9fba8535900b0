"""Which skills of a unit a participant masters, ticked one by one."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Mastery
from participants.services.enrollment import refuse_when_closed
from participants.services.results import locked_batch


@dataclass(frozen=True)
class Tick:
    """One box of the page, and the version it was based on."""

    is_mastered: bool
    version: int


@dataclass(frozen=True)
class TickClash:
    """Somebody else changed this box meanwhile: `theirs` is stored, `yours` is not."""

    theirs: Mastery | None
    yours: Tick


@transaction.atomic
def record_mastery(*, batch, unit, ticks, by):
    """Write ticks, {(enrollment id, skill id): Tick}, of one unit; on a clash nothing is written.

    Returns (boxes written, {(enrollment id, skill id): TickClash}). Raises PermissionDenied for an id outside
    the batch or the unit, ValidationError for a certified participant or a skill that was taken off the list.
    """
    batch = locked_batch(batch)
    people = {one.pk: one for one in batch.enrollments.select_related("inmate")}
    skills = {one.pk: one for one in unit.skills.select_for_update(no_key=True)}
    stored = {
        (one.enrollment_id, one.skill_id): one
        for one in Mastery.objects.filter(enrollment__batch=batch, skill__in=skills).select_related(
            "ticked_by"
        )
    }
    new, changed, clashes = [], [], {}
    for (person, skill), tick in ticks.items():
        if person not in people or skill not in skills:
            raise PermissionDenied(_("Isian ini memuat orang atau keterampilan di luar angkatan."))
        mastery = stored.get((person, skill))
        if tick.is_mastered == bool(mastery and mastery.is_mastered):
            continue
        if skills[skill].retired_at:
            raise ValidationError(
                _(
                    "Keterampilan “%(skill)s” baru saja dihapus dari daftar. Periksa, lalu simpan lagi."
                )
                % {"skill": skills[skill]}
            )
        if tick.version != (mastery.version if mastery else 0):
            clashes[person, skill] = TickClash(theirs=mastery, yours=tick)
            continue
        refuse_when_closed(people[person])
        if mastery is None:
            mastery = Mastery(enrollment=people[person], skill=skills[skill], version=0)
            new.append(mastery)
        else:
            changed.append(mastery)
        mastery.is_mastered, mastery.ticked_by = tick.is_mastered, by
        mastery.version += 1
        mastery.clean_fields(exclude=["enrollment", "skill", "ticked_by"])
    if clashes:
        return 0, clashes
    return _write(batch, unit, new, changed, by), {}


def _write(batch, unit, new, changed, by):
    now = timezone.now()
    for mastery in changed:
        mastery.ticked_at = now
    Mastery.objects.bulk_create(new)
    Mastery.objects.bulk_update(changed, ["is_mastered", "version", "ticked_at", "ticked_by"])
    written = len(new) + len(changed)
    if written:
        audit.record("mastery.recorded", batch, by=by, unit=unit.title, boxes=written)
    return written
