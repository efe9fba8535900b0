"""Scores of theory and practice, K and BK, and remedials."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import EarlierAttempt, UnitResult
from participants.registers import name_key
from participants.scoring import final_score, is_held_back, weights_of
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
class Assessment:
    """One row of the grid: Decimal scores, and the version it was based on.

    `is_competent` is K (True), BK (False), or whatever follows from the scores (None). With `is_remedial` it is a new
    attempt; without, it corrects the last one. Of a unit with both, theory or practice may come first alone: a part
    without score, K or BK, until the other completes it. `attempt` is the one that the page showed.
    """

    theory: Decimal | None
    practice: Decimal | None
    is_competent: bool | None
    version: int
    is_remedial: bool = False
    attempt: int = 1


@dataclass(frozen=True)
class Examination:
    """Who assessed, and when."""

    assessor: str
    second_assessor: str
    assessed_on: object


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
            joined = _joined(result, given)
            facts = _facts(self.batch.curriculum, self.units[unit], result, joined)
            self._sort(cell, result, joined, facts, yours=given)
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
            _check_order(result, self.held)
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
        fields = _faults(self.held, self.batch) if self.new or self.changed else {}
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


def _joined(result, given):
    """`given` beside what was stored after its page was opened on an empty row.

    One teacher sends theory and another practice, from two pages: neither takes anything from the other.
    """
    if result is None or given.version or given.is_remedial:
        return given
    theory, practice = (
        stored if typed is None else typed
        for typed, stored in (
            (given.theory, result.theory_score),
            (given.practice, result.practice_score),
        )
    )
    is_beside = result.is_part and (
        result.theory_score in (None, theory) and result.practice_score in (None, practice)
    )
    version = result.version if is_beside else given.version
    return replace(given, theory=theory, practice=practice, version=version)


def _facts(curriculum, unit, result, given):
    """What is to be stored of `given`: {field: value}."""
    _check_remedial(result, given)
    _check_parts(unit, result, given)
    theory, practice = given.theory, given.practice
    facts = {"theory_score": theory, "practice_score": practice}
    if theory is None and practice is None:
        # From before theory and practice were told apart: only K or BK can change.
        score = result.score
    elif None in _taught(unit, theory, practice):
        score = None
    else:
        score = final_score(theory, practice, weights_of(curriculum, unit))
    if score is None:
        if given.is_competent is not None:
            raise ValidationError(
                _("K atau BK baru bisa dipilih bila nilai teori dan praktiknya sudah lengkap.")
            )
        return facts | {"score": None, "is_competent": False}
    is_competent = given.is_competent
    if is_competent is None:
        is_competent = score >= curriculum.pass_mark and not (
            result and not given.is_remedial and is_held_back(result, curriculum.pass_mark)
        )
    if is_competent and score < curriculum.pass_mark:
        raise ValidationError(
            _("Nilai akhir di bawah %(mark)s berarti belum kompeten (BK).")
            % {"mark": curriculum.pass_mark}
        )
    return facts | {"score": score, "is_competent": is_competent}


def _taught(unit, theory, practice):
    """Of theory and practice, those that the unit has."""
    pairs = ((theory, unit.theory_hours), (practice, unit.practice_hours))
    return [one for one, hours in pairs if hours]


def _check_remedial(result, given):
    if not given.is_remedial:
        return
    if result is None or result.is_part:
        raise ValidationError(
            _("Belum ada nilai yang diulang. Hapus centang remedial untuk percobaan pertama.")
        )
    if result.is_competent and given.version == result.version:
        raise ValidationError(
            _("Sudah kompeten, jadi tidak ada remedial. Hapus centangnya untuk membetulkan nilai.")
        )
    if given.theory is None and given.practice is None:
        raise ValidationError(_("Isi nilai remedialnya."))


def _check_parts(unit, result, given):
    """Nothing that the unit does not have; nothing stored is emptied; a part alone only where it is the first."""
    parts = [
        (given.theory, unit.theory_hours, _("Unit ini tanpa JP teori, jadi tanpa nilai teori.")),
        (
            given.practice,
            unit.practice_hours,
            _("Unit ini tanpa JP praktik, jadi tanpa nilai praktik."),
        ),
    ]
    for score, hours, words in parts:
        if score is not None and not hours:
            raise ValidationError(words)
    if result is None:
        if given.theory is None and given.practice is None:
            raise ValidationError(_("Isi nilai teori atau nilai praktiknya."))
    elif given.version == result.version:
        # An older page is no answer to what is stored now: that is a clash.
        _check_emptied(unit, result, given)


def _check_emptied(unit, result, given):
    """Scores can be replaced, not taken away; and what is complete does not become a part again."""
    stored, typed = (result.theory_score, result.practice_score), (given.theory, given.practice)
    if typed == (None, None):
        is_emptied = stored != typed
    else:
        pairs = zip(_taught(unit, *stored), _taught(unit, *typed), strict=True)
        is_emptied = not given.is_remedial and any(
            new is None and old is not None for old, new in pairs
        )
    if is_emptied:
        raise ValidationError(
            _("Nilai yang tersimpan tidak bisa dikosongkan; hanya bisa diganti nilai lain.")
        )
    if result.is_part or typed == (None, None):
        return
    if given.theory is None and unit.theory_hours:
        raise ValidationError(_("Isi juga nilai teori; nilai akhir dihitung dari keduanya."))
    if given.practice is None and unit.practice_hours:
        raise ValidationError(_("Isi juga nilai praktik; nilai akhir dihitung dari keduanya."))


def _check_order(result, held):
    if result.assessed_on and held.assessed_on < result.assessed_on:
        raise ValidationError(
            _("Remedial tidak bisa lebih dulu daripada percobaan ke-%(attempt)s, %(day)s.")
            % {
                "attempt": result.attempt,
                "day": date_format(result.assessed_on, "SHORT_DATE_FORMAT"),
            }
        )


def _former(result):
    """Who entered what is now overwritten, and when."""
    return {
        "assessed_by": str(result.assessed_by),
        "assessed_at": result.assessed_at.isoformat(),
    }


def _attempt_of(result):
    return EarlierAttempt(result=result, **{name: getattr(result, name) for name in ATTEMPT})


def _faults(held, batch):
    """{field: words} of what is wrong with the examination."""
    faults = {}
    if not held.assessor:
        faults["assessor"] = _("Isi nama pengujinya.")
    if batch.curriculum.needs_second_assessor and not held.second_assessor:
        faults["second_assessor"] = _("Program ini dinilai dua penguji. Isi penguji kedua.")
    elif held.second_assessor and _person(held.second_assessor) == _person(held.assessor):
        faults["second_assessor"] = _("Penguji kedua harus orang lain.")
    if held.assessed_on > timezone.localdate():
        faults["assessed_on"] = _("Tanggal ini belum tiba.")
    elif held.assessed_on < batch.starts_on:
        faults["assessed_on"] = _("Angkatan ini baru mulai %(day)s.") % {
            "day": date_format(batch.starts_on, "SHORT_DATE_FORMAT")
        }
    return faults


def _person(name):
    """Sri Wahyuni, S.Pd. and SRI WAHYUNI are one person."""
    return name_key(name.partition(",")[0])
