"""Is a batch under an agreement, and how many hours stand: against a recount by hand."""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.models import Coverage, Session
from programs.queries import Gap, agreement_gaps, hours_by_unit
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST = date(2025, 12, 17)
in_the_database = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def december(day):
    return date(2025, 12, day)


def prolong(agreement, starts_on, ends_on, *programs, **more):
    """An addendum to `agreement` that names `programs`."""
    addendum = factories.AgreementFactory(
        facility=agreement.facility,
        partner=agreement.partner,
        kind="addendum",
        parent=agreement,
        starts_on=starts_on,
        ends_on=ends_on,
        **more,
    )
    for program in programs:
        factories.CoverageFactory(agreement=addendum, program=program)
    return addendum


def shorten(agreement, ends_on):
    agreement.ends_on = ends_on
    agreement.save()


class TestAgreementGaps:
    """The batch runs from 17 to 31 December 2025."""

    def test_none_while_the_agreement_is_in_force(self, training):
        assert agreement_gaps(training.batch) == []

    def test_both_ends_stick_out(self, training):
        training.agreement.starts_on = december(20)
        shorten(training.agreement, december(25))
        assert agreement_gaps(training.batch) == [
            Gap(december(17), december(19)),
            Gap(december(26), december(31)),
        ]

    def test_the_whole_batch_when_the_program_is_not_covered(self, training):
        Coverage.objects.all().delete()
        assert agreement_gaps(training.batch) == [Gap(december(17), december(31))]

    def test_ended_early_counts_to_its_last_day(self, training):
        training.agreement.end_reason = "Kepala sekolah berganti"
        training.agreement.ended_early_on = december(20)
        training.agreement.save()
        assert agreement_gaps(training.batch) == [Gap(december(21), december(31))]

    def test_an_addendum_that_names_nothing_prolongs(self, training):
        shorten(training.agreement, december(20))
        prolong(training.agreement, december(21), december(31))
        assert agreement_gaps(training.batch) == []

    def test_an_addendum_that_names_another_program_covers_only_that(self, training):
        shorten(training.agreement, december(20))
        other = factories.ProgramFactory(facility=training.cast.jember)
        prolong(training.agreement, december(21), december(31), other)
        assert agreement_gaps(training.batch) == [Gap(december(21), december(31))]

    def test_an_addendum_may_bring_the_program_in(self, training):
        program = training.curriculum.program
        program.coverages.all().delete()
        prolong(training.agreement, december(19), december(31), program)
        assert agreement_gaps(training.batch) == [Gap(december(17), december(18))]

    def test_what_the_root_does_not_cover_no_silent_addendum_prolongs(self, training):
        Coverage.objects.all().delete()
        prolong(training.agreement, december(17), december(31))
        assert agreement_gaps(training.batch) == [Gap(december(17), december(31))]

    def test_a_hole_between_agreement_and_addendum(self, training):
        shorten(training.agreement, december(20))
        prolong(training.agreement, december(24), december(31))
        assert agreement_gaps(training.batch) == [Gap(december(21), december(23))]

    def test_a_batch_under_the_addendum_is_also_under_its_root(self, training):
        shorten(training.agreement, december(20))
        training.batch.agreement = prolong(training.agreement, december(21), december(31))
        assert agreement_gaps(training.batch) == []

    def test_another_agreement_with_the_same_school_does_not_count(self, training):
        shorten(training.agreement, december(20))
        other = factories.AgreementFactory(
            facility=training.cast.jember, partner=training.cast.school
        )
        factories.CoverageFactory(agreement=other, program=training.curriculum.program)
        assert agreement_gaps(training.batch) == [Gap(december(21), december(31))]


terms = st.tuples(
    st.integers(-6, 20),  # first day, counted from the batch's
    st.integers(0, 12),  # days it lasts beyond that
    st.integers(0, 12) | st.none(),  # ended early after so many
    st.sampled_from(["it", "other", "both", "nothing"]),
    st.booleans() | st.just(True),  # signed, or still a draft
)


@in_the_database
@given(root=terms, addenda=st.lists(terms, max_size=4), days=st.integers(0, 20), under=st.data())
def test_gaps_equal_a_recount_day_by_day(training, root, addenda, days, under):
    with transaction.atomic():
        program = training.curriculum.program
        other = factories.ProgramFactory(facility=training.cast.jember)
        named = {"it": [program], "other": [other], "both": [program, other], "nothing": []}
        papers, covered = [], set()
        for start, length, early, names, is_signed in [root, *addenda]:
            early = None if early is None else min(early, length)
            paper = factories.AgreementFactory(
                facility=training.cast.jember,
                partner=training.cast.school,
                kind="addendum" if papers else "mou",
                signed_on=FIRST if is_signed else None,
                parent=papers[0] if papers else None,
                starts_on=FIRST + start * DAY,
                ends_on=FIRST + (start + length) * DAY,
                ended_early_on=None if early is None else FIRST + (start + early) * DAY,
                end_reason="" if early is None else "Berganti",
            )
            for one in named[names]:
                factories.CoverageFactory(agreement=paper, program=one)
            # An addendum that names no program prolongs what its main agreement covers, once that is signed.
            meant = (root[3] if root[4] else "") if papers and names == "nothing" else names
            papers.append(paper)
            end = start + (length if early is None else early)
            if is_signed and meant in {"it", "both"}:
                covered |= set(range(start, end + 1))
        # Another agreement below the same MoU is no part of it.
        below = factories.AgreementFactory(facility=training.cast.jember, parent=papers[0])
        factories.CoverageFactory(agreement=below, program=program)
        batch = factories.BatchFactory.build(
            agreement=under.draw(st.sampled_from(papers)),
            curriculum=training.curriculum,
            starts_on=FIRST,
            ends_on=FIRST + days * DAY,
        )
        gaps = agreement_gaps(batch)
        transaction.set_rollback(True)
    bare = [day for day in range(days + 1) if day not in covered]
    runs = (
        [day for day in bare if day - 1 not in bare],
        [day for day in bare if day + 1 not in bare],
    )
    assert gaps == [
        Gap(FIRST + first * DAY, FIRST + last * DAY) for first, last in zip(*runs, strict=True)
    ]


class TestHoursByUnit:
    def test_counts_nothing_that_was_cancelled(self, training):
        first, second = training.sessions
        Session.objects.filter(pk=first.pk).update(
            status="cancelled", cancel_reason="Hujan", cancel_cause="other"
        )
        Session.objects.filter(pk=second.pk).update(status="held")
        rows = hours_by_unit(training.batch)
        assert [(row.planned, row.held, row.left) for row in rows] == [(0, 0, 4), (4, 4, 0)]

    def test_more_than_planned_is_not_a_debt(self, training):
        Session.objects.update(status="held", hours=6)
        assert [row.left for row in hours_by_unit(training.batch)] == [0, 0]

    def test_hours_of_another_batch_of_the_curriculum_stay_there(self, training):
        sibling = factories.BatchFactory(
            agreement=training.agreement, curriculum=training.curriculum
        )
        factories.SessionFactory(batch=sibling, unit=training.units[0], status="held")
        assert [row.held for row in hours_by_unit(training.batch)] == [0, 0]
        assert [row.held for row in hours_by_unit(sibling)] == [4, 0]

    @in_the_database
    @given(
        meetings=st.lists(
            st.tuples(
                st.integers(0, 1),
                st.integers(1, 16),
                st.sampled_from(["planned", "held", "cancelled"]),
            ),
            max_size=12,
        )
    )
    def test_equals_a_recount(self, training, meetings):
        planned, held = Counter(), Counter()
        with transaction.atomic():
            training.batch.sessions.all().delete()
            for unit, hours, status in meetings:
                Session.objects.create(
                    batch=training.batch,
                    unit=training.units[unit],
                    instructor=training.cast.teacher,
                    takes_place_on=FIRST,
                    starts_at=time(8),
                    ends_at=time(11),
                    room=training.session.room,
                    hours=hours,
                    status=status,
                    cancel_reason="Hujan" if status == "cancelled" else "",
                    cancel_cause="other" if status == "cancelled" else "",
                )
                planned[unit] += hours * (status != "cancelled")
                held[unit] += hours * (status == "held")
            rows = hours_by_unit(training.batch)
            transaction.set_rollback(True)
        assert [(row.planned, row.held) for row in rows] == [
            (planned[unit], held[unit]) for unit in (0, 1)
        ]
