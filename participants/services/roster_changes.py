"""A roster goes into the registry, all of it or nothing; and out of it again."""

from datetime import datetime, timedelta

from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from core.bulk import CHUNK, insert_all
from participants.columns import HEADINGS
from participants.models import (
    Activity,
    Application,
    CarriedTraining,
    Enrollment,
    Finding,
    Inmate,
    RosterChange,
    RosterImport,
    Separation,
)
from participants.queries.comparison import DEPARTURE, SOURCE, STAYS, compare, people_of
from participants.services.life import depart, return_to_batch
from participants.services.rosters import STILL_WRONG, STOPPED, finish
from programs.models import Batch

NAMED = 5
OURS = (*HEADINGS, *DEPARTURE, *SOURCE)
CHECKED = {name: field for name in HEADINGS if (field := Inmate._meta.get_field(name)).validators}
# What is noted of people, and where it names them.
NOTED = [
    (Activity, "inmate"),
    (Application, "inmate"),
    (CarriedTraining, "inmate"),
    (Finding, "inmate"),
    (Separation, "first"),
    (Separation, "second"),
]
MEANWHILE = gettext_lazy("Data berubah selama impor; tidak ada yang tersimpan. Periksa lagi.")
NUMBER_TAKEN = gettext_lazy(
    "Impor ini tidak bisa dibatalkan lagi: no. register lama sudah dipakai orang lain. Tidak ada yang berubah."
)
State = RosterImport.State
Kind = RosterChange.Kind


def run_import(*, roster_import):
    """What the background job does: look at everybody once more, then write; an obstacle stands on the page.

    A job whose import is over, or was begun again, does nothing.
    """
    if not _run_of(roster_import).exists():
        return
    try:
        _take(roster_import, _look_again(roster_import))
    except ValidationError as error:
        _fail(roster_import, "\n".join(error.messages))
    except IntegrityError:
        _fail(roster_import, str(MEANWHILE))
    except Exception:
        _fail(roster_import, str(STOPPED))
        raise


def _run_of(roster_import):
    return RosterImport.objects.filter(
        pk=roster_import.pk, state=State.RUNNING, started_at=roster_import.started_at
    )


def _fail(roster_import, why):
    _run_of(roster_import).update(state=State.FAILED, error=why)


def _look_again(roster_import):
    """The comparison that is to be written, after the model has checked everybody; the bar moves meanwhile."""
    comparison = compare(roster_import)
    if comparison.wrong:
        raise ValidationError(STILL_WRONG)
    lines = comparison.new + comparison.changed
    progress = _run_of(roster_import)
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
    _overwrite(roster_import, [line.facts | source for line in changed], comparison.people)
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


def _overwrite(roster_import, people, now):
    """Write `people` over what stands there `now`; a number that stays is left alone.

    Writing a unique column, even the same, shuts out everybody who notes something about that person.
    """
    numbers = {one["id"]: one["register_number"] for one in now}
    stays = all(one["register_number"] == numbers[one["id"]] for one in people)
    columns = [name for name in OURS if not (stays and name == "register_number")]
    _write(roster_import, people, overwrite=columns)


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
    """The officer says that this person is gone; the classes that this ended are noted as they were."""
    inmate = Inmate.objects.get(pk=person["id"])
    classes = {one.pk: _class_of(one) for one in inmate.enrollments.active()}
    departed_on = parse_date(answer["departed_on"])
    try:
        depart(inmate=inmate, **answer | {"departed_on": departed_on}, by=by)
    except ValidationError as error:
        raise ValidationError(f"{inmate}: {' '.join(error.messages)}") from None
    for pk in inmate.enrollments.active().values_list("pk", flat=True):
        del classes[pk]
    return inmate.pk, STAYS | {"classes": classes}, STAYS | answer


def _class_of(enrollment):
    """The enrollment and its suspensions, so that each can be put back as it was."""
    rows = [enrollment, *enrollment.suspensions.all()]
    return serializers.serialize("json", rows, cls=_ToTheMicrosecond)


class _ToTheMicrosecond(DjangoJSONEncoder):
    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


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


def undo_import(*, roster_import, by):
    """Everybody as before the newest import; the people it brought are marked as entered by mistake.

    Refused as a whole, with names, when somebody was changed or enrolled since.
    """
    try:
        return _undo(roster_import, by)
    except IntegrityError:
        raise ValidationError(NUMBER_TAKEN) from None


@transaction.atomic
def _undo(roster_import, by):
    _lock_batches(roster_import)
    now = {one["id"]: one for one in people_of(roster_import.facility_id, lock=True)}
    roster_import = _locked(roster_import)
    if not roster_import.is_newest:
        raise ValidationError(_("Hanya impor terakhir yang bisa dibatalkan, dan hanya sekali."))
    changes = list(roster_import.changes.all())
    visible = [one for one in changes if one.kind != Kind.UNCHANGED]
    _refuse_when_touched(roster_import, visible, now)
    before = [_as_before(change, now[change.inmate_id]) for change in changes]
    _overwrite(roster_import, before, now.values())
    for change in changes:
        for pk, as_it_was in (change.before or {}).get("classes", {}).items():
            _reopen(pk, as_it_was, by)
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
    in_class, noted = _in_class(roster_import), _noted(roster_import)
    touched = [
        now[one.inmate_id]["name"]
        for one in changes
        if one.inmate_id in enrolled | noted
        or (one.inmate_id in in_class and _leaves(one))
        or any(now[one.inmate_id][name] != one.after[name] for name in one.after.keys() - {*SOURCE})
    ]
    if touched:
        names = ", ".join(touched[:NAMED]) + (", …" if len(touched) > NAMED else "")
        raise ValidationError(
            _(
                "Impor ini tidak bisa dibatalkan lagi. Sesudahnya diubah, dicatat, atau ikut pelatihan: %(names)s."
            )
            % {"names": names}
        )


def _in_class(roster_import):
    """Who takes part in a class that is not over, also those who took an old place up again."""
    active = Enrollment.objects.active().filter(
        batch__facility=roster_import.facility_id, batch__state__in=Batch.UNDER_WAY
    )
    return set(active.values_list("inmate", flat=True))


def _noted(roster_import):
    """The new people of whom something was noted: an application, a finding, whom they must not meet."""
    new = roster_import.changes.filter(kind=Kind.NEW).values("inmate")
    return {
        key
        for model, name in NOTED
        for key in model.objects.filter(**{f"{name}__in": new}).values_list(name, flat=True)
    }


def _leaves(change):
    """The undo would send this person away: the import brought them, or brought them back."""
    return change.before is None or bool(change.before.get("departed_on"))


def _as_before(change, person):
    """The person's facts without this import; whoever typed newer ones meanwhile stays their source."""
    if change.before is None:
        today = timezone.localdate().isoformat()
        return person | {"departed_on": today, "departure": Inmate.Departure.MISTAKEN.value}
    kept = person["facts_from"], person["facts_on"]
    is_ours = all(person[name] == change.after.get(name) for name in SOURCE)
    facts = person | {name: old for name, old in change.before.items() if name in person}
    return facts if is_ours else facts | dict(zip(SOURCE, kept, strict=True))


def _reopen(pk, as_it_was, by):
    """Take up again a class that the person's departure had ended, and put its days back as they were."""
    enrollment = Enrollment.objects.get(pk=pk)
    if enrollment.ended_on is None:
        return
    with translation.override("id"):
        reason = _("Impor daftar dibatalkan.")
    try:
        return_to_batch(
            enrollment=enrollment,
            resumed_on=enrollment.ended_on + timedelta(days=1),
            override_reason=reason,
            by=by,
        )
    except ValidationError as error:
        raise ValidationError(f"{enrollment.inmate}: {' '.join(error.messages)}") from None
    for one in serializers.deserialize("json", as_it_was):
        one.save()
