"""The rows of a session's sheet as the paper has them: who, what is stored, what was announced."""

from dataclasses import dataclass

from participants.models import AnnouncedAbsence, Attendance, Enrollment
from participants.queries.sheet import announced_absences


@dataclass(frozen=True)
class PaperRow:
    """One numbered row: `stored` is its mark so far, `announced` the absence known ahead; either may be None."""

    enrollment: Enrollment
    stored: Attendance | None
    announced: AnnouncedAbsence | None

    @property
    def number(self):
        return self.enrollment.position

    @property
    def version(self):
        return self.stored.version if self.stored else 0


def paper_rows(session, roster):
    """[PaperRow] of the enrollments in `roster`, in their order. Three queries, whatever the size."""
    roster = list(roster)
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    announced = announced_absences(session, roster)
    return [PaperRow(one, stored.get(one.pk), announced.get(one.inmate_id)) for one in roster]
