"""Scores of theory and practice, K and BK, and remedials."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.assessing import Assessment, Examination, check_order, facts_of, faults_of, joined
from participants.models import EarlierAttempt, UnitResult
from participants.services.enrollment import refuse_when_closed
from programs.models import Batch
from programs.services import refuse_when_over

# What an attempt is: copied into the earlier attempts when a remedial replaces it.
ATTEMPT = (
    "attempt",
    "theory_score",
    "practice_score",
    "score",
    "is_competent",
    "assessor",
    "second_assessor",
    "assessed_on",
    "assessed_at",
    "assessed_by",
)


@dataclass(frozen=True)
class ResultClash:
    """Somebody else changed this result meanwhile: `theirs` is stored (None: nothing is), `yours` is not."""

    theirs: UnitResult | None
    yours: Assessment

    def __str__(self):
        if self.theirs is None:
            return _("Nilai ini belum ada di sistem.")
        return _("%(name)s menyimpan %(theirs)s, isian ini %(yours)s.") % {
            "name": self.theirs.assessed_by,
            "theirs": words_of(
                self.theirs.theory_score,
                self.theirs.practice_score,
                None if self.theirs.is_part else self.theirs.is_competent,
            ),
            "yours": words_of(self.yours.theory, self.yours.practice, self.yours.is_competent),
        }


def words_of(theory, practice, is_competent=None):
    """teori 80, praktik 87,5 (K)"""
    parts = [
        _("%(part)s %(score)s") % {"part": part, "score": f"{score:f}".replace(".", ",")}
        for part, score in ((_("teori"), _plain(theory)), (_("praktik"), _plain(practice)))
        if score is not None
    ]
    verdict = {True: " (K)", False: " (BK)", None: ""}[is_competent]
    return (", ".join(parts) or _("kosong")) + verdict


def _plain(score):
    if score is None:
        return None
    score = Decimal(score)
    return score.normalize() if score % 1 else score.quantize(Decimal(1))


class ResultsRefused(ValidationError):
    """Nothing was written. Cells are (enrollment id, unit id).

    `reasons` {cell: words}, `clashes` {cell: ResultClash}, `fields` {name: words} of the examination; `named`
    are those of cells, with the person and the unit.
    """

    def __init__(self, reasons, clashes, fields, names):
        self.reasons, self.clashes, self.fields = reasons, clashes, fields
        by_cell = reasons | {cell: str(clash) for cell, clash in clashes.items()}
        self.named = [f"{names[cell]}: {words}" for cell, words in by_cell.items()]
        super().__init__([*fields.values(), *self.named])


@transaction.atomic
def record_results(
    *,
    batch,
    assessments,
    assessor,
    second_assessor="",
    assessed_on=None,
    covers_unchanged=False,
    by,
):
    """Write results, {(enrollment id, unit id): Assessment}; one refused or stale cell refuses them all.

    The examination (`assessor` and so on; today unless `assessed_on` says otherwise) is kept with the rows that
    change, and with `covers_unchanged` with the others as well. Raises PermissionDenied for an id outside the
    batch, ResultsRefused for cells. Returns the number of cells written.
    """
    batch = locked_batch(batch)
    held = Examination(
        " ".join(assessor.split()),
        " ".join(second_assessor.split()),
        assessed_on or timezone.localdate(),
    )
    grid = _Grid(batch, held, covers_unchanged, by)
    for cell, given in assessments.items():
        grid.take(cell, given)
    grid.refuse()
    return grid.write()


def locked_batch(batch):
    """Locked, and refused once it is over."""
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility", "curriculum")
        .get(pk=batch.pk)
    )
    refuse_when_over(batch)
    return batch


class _Grid:
    """Sorts cells into those to be written and those refused, then writes all or none."""

    def __init__(self, batch, held, covers_unchanged, by):
        self.batch, self.held, self.covers_unchanged, self.by = batch, held, covers_unchanged, by
        self.people = {one.pk: one for one in batch.enrollments.select_related("inmate")}
        self.units = {one.pk: one for one in batch.curriculum.units.all()}
        stored = UnitResult.objects.filter(enrollment__batch=batch).select_related("assessed_by")
        self.stored = {(one.enrollment_id, one.unit_id): one for one in stored}
        self.new, self.changed, self.earlier, self.trail = [], [], [], []
        self.reasons, self.clashes = {}, {}

    def take(self, cell, given):
        person, unit = cell
        if person not in self.people or unit not in self.units:
            raise PermissionDenied(_("Isian ini memuat orang atau unit di luar angkatan."))
        result = self.stored.get(cell)
        if result:
            result.enrollment, result.unit = self.people[person], self.units[unit]
        try:
            whole = joined(result, given)
            facts = facts_of(self.batch.curriculum, self.units[unit], result, whole)
            self._sort(cell, result, whole, facts, yours=given)
        except ValidationError as error:
            self.reasons[cell] = error.messages[0]

    def _sort(self, cell, result, given, facts, *, yours):
        version = result.version if result else 0
        is_same = result and all(getattr(result, name) == new for name, new in facts.items())
        person, unit = cell
        if is_same and (not given.is_remedial or self._is_sent_twice(result, given)):
            if not self.covers_unchanged or self._is_held(result) or self.people[person].closed_at:
                return
        refuse_when_closed(self.people[person])
        if given.version != version:
            self.clashes[cell] = ResultClash(theirs=result, yours=yours)
            return
        if given.is_remedial:
            check_order(result, self.held)
            self.earlier.append(_attempt_of(result))
        if result is None:
            result = UnitResult(enrollment=self.people[person], unit=self.units[unit], version=0)
            self.new.append(result)
        else:
            self.changed.append(result)
        self._set(result, facts, given.is_remedial)

    def _is_sent_twice(self, result, given):
        """The second one finds the remedial that the first one wrote, and nothing since."""
        base = (given.attempt + 1, given.version + 1, self.by.pk)
        return (result.attempt, result.version, result.assessed_by_id) == base

    def _is_held(self, result):
        return all(getattr(result, name) == new for name, new in vars(self.held).items())

    def _set(self, result, facts, is_remedial):
        was_part = result.is_part
        changed = audit.set_fields(result, facts | vars(self.held))
        if is_remedial:
            result.attempt += 1
            self.trail.append(("result.retried", result, {"attempt": result.attempt}))
        elif result.version:
            done = "result.completed" if was_part and not result.is_part else "result.corrected"
            self.trail.append((done, result, {"changed": changed} | _former(result)))
        result.version += 1
        result.clean_fields(exclude=["enrollment", "unit", "assessed_by"])

    def refuse(self):
        fields = faults_of(self.held, self.batch) if self.new or self.changed else {}
        if self.reasons or self.clashes or fields:
            names = {
                (person, unit): f"{self.people[person].inmate.name}, {self.units[unit].title}"
                for person, unit in {**self.reasons, **self.clashes}
            }
            raise ResultsRefused(self.reasons, self.clashes, fields, names)

    def write(self):
        by = self.by
        now, written = timezone.now(), self.new + self.changed
        for result in written:
            result.assessed_by, result.assessed_at = by, now
        EarlierAttempt.objects.bulk_create(self.earlier)
        UnitResult.objects.bulk_create(self.new)
        UnitResult.objects.bulk_update(self.changed, [*ATTEMPT, "version"])
        for action in ("result.corrected", "result.completed", "result.retried"):
            lines = [
                (result.pk, str(result), details)
                for done, result, details in self.trail
                if done == action
            ]
            audit.record_all(action, UnitResult, lines, by=by, facility=self.batch.facility)
        if written:
            audit.record("results.recorded", self.batch, by=by, cells=len(written))
        return len(written)


def _former(result):
    """Who entered what is now overwritten, and when."""
    return {
        "assessed_by": str(result.assessed_by),
        "assessed_at": result.assessed_at.isoformat(),
    }


def _attempt_of(result):
    return EarlierAttempt(result=result, **{name: getattr(result, name) for name in ATTEMPT})
