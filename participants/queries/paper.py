"""The rows of a session's sheet as the paper has them: who, what is stored, what was announced."""

from dataclasses import dataclass

from participants.models import AnnouncedAbsence, Attendance, Enrollment


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
    announced = _announced(session, roster)
    return [PaperRow(one, stored.get(one.pk), announced.get(one.inmate_id)) for one in roster]


def _announced(session, roster):
    """{inmate's key: the first announced absence that keeps them from that session}."""
    absences = AnnouncedAbsence.objects.on(session.takes_place_on).filter(
        inmate__in=[one.inmate_id for one in roster]
    )
    found = {}
    for absence in absences:
        if absence.covers(session):
            found.setdefault(absence.inmate_id, absence)
    return found
