"""A roster goes into the registry, all of it or nothing; and out of it again."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import Facility
from core.bulk import CHUNK, insert_all
from participants.columns import HEADINGS
from participants.models import Enrollment, Inmate, RosterChange, RosterImport
from participants.queries.comparison import DEPARTURE, SOURCE, STAYS, compare, people_of
from participants.services.life import depart, return_to_batch
from participants.services.rosters import STILL_WRONG, STOPPED, finish
from programs.models import Batch

NAMED = 5
OURS = (*HEADINGS, *DEPARTURE, *SOURCE)
CHECKED = {name: field for name in HEADINGS if (field := Inmate._meta.get_field(name)).validators}
MEANWHILE = gettext_lazy("Data berubah selama impor; tidak ada yang tersimpan. Periksa lagi.")
State = RosterImport.State
Kind = RosterChange.Kind


def run_import(*, roster_import):
    """What the background job does: look at everybody once more, then write; an obstacle stands on the page."""
    try:
        _take(roster_import, _look_again(roster_import))
    except ValidationError as error:
        _fail(roster_import, "\n".join(error.messages))
    except IntegrityError:
        _fail(roster_import, str(MEANWHILE))
    except Exception:
        _fail(roster_import, str(STOPPED))
        raise


def _fail(roster_import, why):
    RosterImport.objects.filter(pk=roster_import.pk, state=State.RUNNING).update(
        state=State.FAILED, error=why
    )


def _look_again(roster_import):
    """The comparison that is to be written, after the model has checked everybody; the bar moves meanwhile."""
    comparison = compare(roster_import)
    if comparison.wrong:
        raise ValidationError(STILL_WRONG)
    lines = comparison.new + comparison.changed
    progress = RosterImport.objects.filter(pk=roster_import.pk)
    progress.update(total=len(lines), done=0)
    for start in range(0, len(lines), CHUNK):
        _check(lines[start : start + CHUNK])
        progress.update(done=min(start + CHUNK, len(lines)))
    return comparison


def _check(lines):
    """The model's own word on what is to be stored; what it refuses here slipped past the reading."""
    for name, field in CHECKED.items():
        for value in {line.facts.get(name) for line in lines}:
            try:
                field.run_validators(value)
            except ValidationError as error:
                raise ValidationError(f"{value}: {' '.join(error.messages)}") from None


@transaction.atomic
def _take(roster_import, comparison):
    """Write everything, if nobody has changed since.

    A job taken for dead finds the import done, or begun again, and does nothing.
    """
    began_at, roster_import = roster_import.started_at, _locked(roster_import)
    if roster_import.state != State.RUNNING or roster_import.started_at != began_at:
        return
    by, gone = roster_import.started_by, roster_import.answers.get("missing", {})
    if gone:  # classes before people, as everybody locks them
        _lock_batches(roster_import)
    if people_of(roster_import.facility_id, lock=True) != comparison.people:
        raise ValidationError(MEANWHILE)
    source = {"facts_from": Inmate.Source.ROSTER.value, "facts_on": str(roster_import.facts_on)}
    new, changed = comparison.new, comparison.changed
    ids = _write(roster_import, [line.facts | source for line in new])
    _write(roster_import, [line.facts | source for line in changed], overwrite=OURS)
    _stamp([line.person["id"] for line in comparison.unchanged], source)
    leaving = [one for one in comparison.missing if str(one["id"]) in gone]
    _note(
        roster_import,
        {
            Kind.NEW: [(key, None, line.facts | STAYS) for key, line in zip(ids, new, strict=True)],
            Kind.CHANGED: [_change_of(line, source) for line in changed],
            Kind.UNCHANGED: [_change_of(line, source) for line in comparison.unchanged],
            Kind.DEPARTED: [_depart(one, gone[str(one["id"])], by) for one in leaving],
        },
    )
    roster_import.counts = comparison.counts | {
        "returned": sum(line.is_back for line in changed),
        "departed": len(leaving),
    }
    finish(roster_import, State.DONE)
    audit.record("roster.imported", roster_import, by=by, **roster_import.counts)
    _record_people(roster_import, zip(ids, new, strict=True), changed)


def _locked(roster_import):
    return (
        RosterImport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility", "started_by")
        .get(pk=roster_import.pk)
    )


def _lock_batches(roster_import):
    list(
        Batch.objects.select_for_update(no_key=True)
        .filter(facility=roster_import.facility_id)
        .order_by("pk")
    )


def _write(roster_import, people, *, overwrite=()):
    """Dicts of facts into the registry, or over those whose ids they hold; their ids."""
    facility = {"facility_id": roster_import.facility_id}
    return insert_all(Inmate, [facts | facility for facts in people], overwrite=overwrite)


def _stamp(ids, source):
    for start in range(0, len(ids), CHUNK):
        Inmate.objects.filter(pk__in=ids[start : start + CHUNK]).update(**source)


def _note(roster_import, changes):
    """Keep what was before and what is now, {kind: [(inmate id, before, after)]}."""
    insert_all(
        RosterChange,
        [
            {
                "roster_import_id": roster_import.pk,
                "inmate_id": inmate_id,
                "kind": kind.value,
                "before": before,
                "after": after,
            }
            for kind, people in changes.items()
            for inmate_id, before, after in people
        ],
    )


def _change_of(line, source):
    before = {name: old for name, (old, _new) in line.changes.items()}
    after = {name: new for name, (_old, new) in line.changes.items()}
    return line.person["id"], before | {name: line.person[name] for name in SOURCE}, after | source


def _depart(person, answer, by):
    """The officer says that this person is gone; which classes that ended is noted for the undo."""
    inmate = Inmate.objects.get(pk=person["id"])
    active = set(inmate.enrollments.active().values_list("pk", flat=True))
    departed_on = parse_date(answer["departed_on"])
    try:
        depart(inmate=inmate, **answer | {"departed_on": departed_on}, by=by)
    except ValidationError as error:
        raise ValidationError(f"{inmate}: {' '.join(error.messages)}") from None
    ended = active - set(inmate.enrollments.active().values_list("pk", flat=True))
    return inmate.pk, STAYS | {"enrollments": sorted(ended)}, STAYS | answer


def _record_people(roster_import, new, changed):
    """The trail names people and fields, no values."""
    trail = {"by": roster_import.started_by, "facility": roster_import.facility}
    registered = [(key, line.row["name"], {}) for key, line in new]
    people = [(line.person["id"], line.facts["name"], line) for line in changed]
    returned = [
        (key, name, {"after": line.person["departure"]})
        for key, name, line in people
        if line.is_back
    ]
    updated = [
        (key, name, {"changed": fields})
        for key, name, line in people
        if (fields := sorted(line.changes.keys() & HEADINGS.keys()))
    ]
    audit.record_all("inmate.registered", Inmate, registered, **trail)
    audit.record_all("inmate.returned", Inmate, returned, **trail)
    audit.record_all("inmate.updated", Inmate, updated, **trail)


# Out again


@transaction.atomic
def undo_import(*, roster_import, by):
    """Everybody as before the newest import; the people it brought are marked as entered by mistake.

    Refused as a whole, with names, when somebody was changed or enrolled since.
    """
    Facility.objects.select_for_update(no_key=True).get(pk=roster_import.facility_id)
    roster_import = _locked(roster_import)
    if not roster_import.is_newest:
        raise ValidationError(_("Hanya impor terakhir yang bisa dibatalkan, dan hanya sekali."))
    _lock_batches(roster_import)
    now = {one["id"]: one for one in people_of(roster_import.facility_id, lock=True)}
    changes = list(roster_import.changes.all())
    visible = [one for one in changes if one.kind != Kind.UNCHANGED]
    _refuse_when_touched(roster_import, visible, now)
    _write(
        roster_import,
        [_as_before(change, now[change.inmate_id]) for change in changes],
        overwrite=OURS,
    )
    for change in changes:
        if ended := (change.before or {}).get("enrollments"):
            _reopen(ended, by)
    roster_import.state, roster_import.undone_at = State.UNDONE, timezone.now()
    roster_import.save(update_fields=["state", "undone_at"])
    audit.record("roster.undone", roster_import, by=by)
    audit.record_all(
        "inmate.import_undone",
        Inmate,
        [(one.inmate_id, now[one.inmate_id]["name"], {}) for one in visible],
        by=by,
        facility=roster_import.facility,
    )
    return roster_import


def _refuse_when_touched(roster_import, changes, now):
    enrolled = set(
        Enrollment.objects.filter(
            inmate__in=roster_import.changes.values("inmate"),
            enrolled_at__gt=roster_import.finished_at,
        ).values_list("inmate", flat=True)
    )
    touched = [
        now[one.inmate_id]["name"]
        for one in changes
        if one.inmate_id in enrolled
        or any(now[one.inmate_id][name] != one.after[name] for name in one.after.keys() - {*SOURCE})
    ]
    if touched:
        names = ", ".join(touched[:NAMED]) + (", …" if len(touched) > NAMED else "")
        raise ValidationError(
            _(
                "Impor ini tidak bisa dibatalkan lagi. Sesudahnya diubah atau didaftarkan: %(names)s."
            )
            % {"names": names}
        )


def _as_before(change, person):
    """The person's facts without this import; whoever typed newer ones meanwhile stays their source."""
    if change.before is None:
        today = timezone.localdate().isoformat()
        return person | {"departed_on": today, "departure": Inmate.Departure.MISTAKEN.value}
    kept = person["facts_from"], person["facts_on"]
    is_ours = all(person[name] == change.after.get(name) for name in SOURCE)
    facts = person | {name: old for name, old in change.before.items() if name in person}
    return facts if is_ours else facts | dict(zip(SOURCE, kept, strict=True))


def _reopen(ended, by):
    """Take up the classes again that the person's departure had ended."""
    for enrollment in Enrollment.objects.filter(pk__in=ended).exclude(ended_on=None):
        try:
            return_to_batch(
                enrollment=enrollment, resumed_on=enrollment.ended_on + timedelta(days=1), by=by
            )
        except ValidationError as error:
            raise ValidationError(f"{enrollment.inmate}: {' '.join(error.messages)}") from None
