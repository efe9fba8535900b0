from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import UnitResult
from participants.services.enrollment import refuse_when_closed
from programs.models import Batch
from programs.services import refuse_when_over


@dataclass(frozen=True)
class Assessment:
    """One cell of the grid: a Decimal score, K (True) or BK (False), and the version it was based on."""

    score: object
    is_competent: bool
    version: int


@transaction.atomic
def record_results(*, batch, assessments, by):
    """Write results, {(enrollment id, unit id): Assessment}; a stale version refuses the whole grid.

    Raises PermissionDenied for an id outside the batch, ValidationError for a stale cell or for K below
    the pass mark. Returns the number of cells written.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility", "curriculum")
        .get(pk=batch.pk)
    )
    refuse_when_over(batch)
    people = {one.pk: one for one in batch.enrollments.select_related("inmate")}
    units = {one.pk: one for one in batch.curriculum.units.all()}
    stored = {
        (one.enrollment_id, one.unit_id): one
        for one in UnitResult.objects.filter(enrollment__batch=batch)
    }
    written = 0
    for (person, unit), assessment in assessments.items():
        if person not in people or unit not in units:
            raise PermissionDenied(_("Isian ini memuat orang atau unit di luar angkatan."))
        result = stored.get((person, unit))
        if result and (result.score, result.is_competent) == (
            assessment.score,
            assessment.is_competent,
        ):
            continue
        _check_assessment(batch, people[person], units[unit], result, assessment)
        if result is None:
            result = UnitResult(enrollment=people[person], unit=units[unit], version=0)
        result.score, result.is_competent = assessment.score, assessment.is_competent
        result.assessed_by = by
        result.version += 1
        result.clean_fields(exclude=["enrollment", "unit", "assessed_by"])
        result.save()
        written += 1
    if written:
        audit.record("results.recorded", batch, by=by, cells=written)
    return written


def _check_assessment(batch, enrollment, unit, result, assessment):
    refuse_when_closed(enrollment)
    where = {"name": enrollment.inmate.name, "unit": unit.title}
    if assessment.version != (result.version if result else 0):
        raise ValidationError(
            _(
                "Nilai %(name)s untuk %(unit)s baru saja diubah orang lain. Muat ulang lalu isi lagi."
            )
            % where
        )
    if assessment.is_competent and assessment.score < batch.curriculum.pass_mark:
        raise ValidationError(
            _("%(name)s, %(unit)s: nilai di bawah %(mark)s belum kompeten (BK).")
            % (where | {"mark": batch.curriculum.pass_mark})
        )
