"""The school's form at the end of a class: how often everybody was there, ill, excused, absent, late."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone, translation

from core.pdf import render_pdfs
from participants.models import Attendance, Enrollment
from participants.queries.ledger import NOTHING, Hours, hours_of, percentage
from programs.models import Session


@dataclass(frozen=True)
class RecapRow:
    """One person: how many marks of each code, in the order of Attendance.Code, and the hours."""

    enrollment: Enrollment
    counts: list
    hours: Hours


@dataclass(frozen=True)
class Recap:
    """A batch on the form: its regular meetings held, its people, and the sum of each code."""

    sessions: int
    rows: list

    @property
    def places(self):
        """What the form's percentages are of: meetings times people."""
        return self.sessions * len(self.rows)

    @property
    def totals(self):
        """[(Code, marks, per cent of `places`)]"""
        sums = [
            sum(row.counts[place] for row in self.rows) for place in range(len(Attendance.Code))
        ]
        return [
            (code, count, percentage(count, self.places))
            for code, count in zip(Attendance.Code, sums, strict=True)
        ]

    @property
    def unmarked(self):
        """(places without a mark: of days before somebody joined, after leaving, or not filled in; per cent)"""
        count = self.places - sum(count for _code, count, _percent in self.totals)
        return count, percentage(count, self.places)


def recap_of(batch):
    """The Recap of `batch`. Four queries."""
    enrollments = list(batch.enrollments.in_paper_order())
    held = batch.sessions.regular().filter(status=Session.Status.HELD)
    found = defaultdict(dict)
    marks = Attendance.objects.filter(session__in=held).order_by()
    for row in marks.values("enrollment", "code").annotate(count=Count("pk")):
        found[row["enrollment"]][row["code"]] = row["count"]
    hours = hours_of(enrollments)
    return Recap(
        held.count(),
        [
            RecapRow(
                one,
                [found[one.pk].get(code, 0) for code in Attendance.Code.values],
                hours.get(one.pk, NOTHING),
            )
            for one in enrollments
        ],
    )


def recap_pdf(batch, *, paper="a4"):
    """The form as PDF bytes. Raises PdfUnavailable."""
    with translation.override("id"):
        context = {
            "batch": batch,
            "facility": batch.facility,
            "paper": paper,
            "recap": recap_of(batch),
            "codes": Attendance.Code,
            "printed_on": timezone.localdate(),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/recap.html", [context], stylesheet="css/print/recap.css"
        )
    return pdf
