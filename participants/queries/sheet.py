"""An attendance sheet as its page shows it: what is stored, what was typed, and both where they differ."""

from dataclasses import dataclass, field
from itertools import accumulate

from django.db.models import Q

from participants.models import AnnouncedAbsence, Attendance, Enrollment
from programs.models import Session


@dataclass(frozen=True)
class SheetRow:
    """One person's line. `typed` is what a form said and could not be stored; `minutes` as it was typed."""

    enrollment: Enrollment
    mark: Attendance | None
    announced: AnnouncedAbsence | None
    last_code: str
    typed: object | None = None
    minutes: object = ""
    conflict: object | None = None
    error: str = ""

    @property
    def code(self):
        return (self.typed and self.typed.code) or (self.mark.code if self.mark else "")

    @property
    def word(self):
        return Attendance.Code(self.code).label if self.code else ""

    @property
    def cause(self):
        """Chosen in the list; of a blank row what was announced, so that one key is enough."""
        shown = self.typed or self.mark or self.announced
        return (shown and shown.cause) or Attendance.Cause.PARTICIPANT

    @property
    def cause_word(self):
        return Attendance.Cause(self.cause).label

    @property
    def remark(self):
        shown = self.typed or self.mark
        return shown.remark if shown else ""

    @property
    def version(self):
        return self.mark.version if self.mark else 0

    @property
    def is_from_paper(self):
        return bool(self.mark) and self.mark.source == Attendance.Source.PAPER

    @property
    def last_word(self):
        return Attendance.Code(self.last_code).label if self.last_code else ""


@dataclass(frozen=True)
class Total:
    """How many rows bear a code, and where its stretch begins in a bar as long as the class."""

    code: Attendance.Code
    count: int
    x: int


@dataclass(frozen=True)
class Sheet:
    rows: list = field(default_factory=list)

    @property
    def totals(self):
        codes = [row.code for row in self.rows]
        counts = [codes.count(code.value) for code in Attendance.Code]
        begins = accumulate(counts, initial=0)
        return [
            Total(code, count, x)
            for code, count, x in zip(Attendance.Code, counts, begins, strict=False)
        ]

    @property
    def blank_count(self):
        return sum(not row.code for row in self.rows)

    @property
    def marked_count(self):
        return len(self.rows) - self.blank_count

    @property
    def is_complete(self):
        """Everybody's mark is stored, not merely typed."""
        return bool(self.rows) and all(row.mark for row in self.rows)

    @property
    def has_photos(self):
        return any(row.enrollment.inmate.photo for row in self.rows)

    @property
    def saved_at(self):
        """When its latest mark was stored, or None."""
        return max((row.mark.marked_at for row in self.rows if row.mark), default=None)


def sheet_of(session, enrollments, *, form=None, conflicts=None):
    """The sheet of `session` for `enrollments`, in their order; `form` is one that could not be stored.

    Four queries, whatever the size of the class.
    """
    conflicts = conflicts or {}
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    last, announced = last_codes(session), announced_absences(session, enrollments)
    rows = []
    for enrollment in enrollments:
        pk, mark = enrollment.pk, stored.get(enrollment.pk)
        typed = form.marks.get(pk) if form else None
        rows.append(
            SheetRow(
                enrollment=enrollment,
                mark=mark,
                announced=announced.get(enrollment.inmate_id),
                last_code=last.get(pk, ""),
                typed=typed,
                minutes=form.typed_minutes[pk] if typed else (mark and mark.minutes_late) or "",
                conflict=conflicts.get(pk),
                error=form.errors.get(pk, "") if form else "",
            )
        )
    return Sheet(rows)


def last_codes(session):
    """{enrollment id: code} of the latest meeting of the batch that was held before."""
    day, hour = session.takes_place_on, session.starts_at
    before = Q(takes_place_on__lt=day) | Q(takes_place_on=day, starts_at__lt=hour)
    latest = (
        Session.objects.regular()
        .filter(before, batch=session.batch_id, status=Session.Status.HELD)
        .order_by("-takes_place_on", "-starts_at", "-pk")
        .values("pk")[:1]
    )
    return dict(Attendance.objects.filter(session__in=latest).values_list("enrollment", "code"))


def announced_absences(session, enrollments):
    """{inmate id: the announcement that keeps them from that meeting}."""
    people = [one.inmate_id for one in enrollments]
    known = AnnouncedAbsence.objects.on(session.takes_place_on).filter(inmate__in=people)
    return {one.inmate_id: one for one in known if one.covers(session)}
