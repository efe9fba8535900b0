"""The practice checklist: who masters which skill, ticked box by box."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.models import Mastery
from participants.services import Tick
from programs.services import update_unit
from tests import factories
from tests.core.counting import queries_of
from tests.programs.pages import fields_of
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

SKILLS = {"theory_skills": ["Menyebutkan bahaya"], "practice_skills": ["Mencuci", "Menimbang"]}


@pytest.fixture
def unit(training):
    return update_unit(unit=training.units[0], **SKILLS, by=training.cast.officer)


@pytest.fixture
def url(training, unit):
    return reverse("participants:mastery", args=[training.batch.pk])


@pytest.fixture
def instructor(training, browse):
    return browse(training.cast.instructor)


def box(training, unit, person=0, title="Mencuci"):
    """(enrollment id, skill id)"""
    return training.enrollments[person].pk, unit.skills.get(title=title).pk


def name_of(cell):
    return "tick-{}-{}".format(*cell)


def ticked():
    rows = Mastery.objects.order_by("enrollment__position", "skill__position")
    return [(str(one.enrollment.inmate), str(one.skill), one.is_mastered) for one in rows]


class TestMastery:
    def test_a_tick_is_kept_with_who_and_when(self, training, unit, instructor, url):
        form = fields_of(instructor.get(url)) | {name_of(box(training, unit)): "on"}
        assert instructor.post(url, form).status_code == 302
        assert ticked() == [("Achmad Fauzi", "Mencuci", True)]
        assert Mastery.objects.get().ticked_by == training.cast.instructor
        assert AuditEvent.objects.get(action="mastery.recorded").details["boxes"] == 1

    def test_the_page_counts_and_groups_from_theory_to_practice(
        self, training, unit, instructor, url
    ):
        form = fields_of(instructor.get(url)) | {name_of(box(training, unit)): "on"}
        page = instructor.post(url, form, follow=True)
        assert [row["count"] for row in page.context["rows"]] == [1, 0, 0]
        assert [str(one) for one in page.context["skills"]] == [
            "Menyebutkan bahaya",
            "Mencuci",
            "Menimbang",
        ]
        assert "1 dari 3" in page.text

    def test_saving_the_page_as_it_came_writes_nothing(self, training, unit, instructor, url):
        form = fields_of(instructor.get(url)) | {name_of(box(training, unit)): "on"}
        instructor.post(url, form)
        instructor.post(url, fields_of(instructor.get(url)))
        assert Mastery.objects.get().version == 1

    def test_a_tick_taken_back_stays_as_a_row(self, training, unit, instructor, url):
        cell = name_of(box(training, unit))
        instructor.post(url, fields_of(instructor.get(url)) | {cell: "on"})
        form = fields_of(instructor.get(url))
        del form[cell]
        instructor.post(url, form)
        assert (Mastery.objects.get().is_mastered, Mastery.objects.get().version) == (False, 2)

    def test_an_old_page_does_not_undo_what_it_never_touched(self, training, unit, instructor, url):
        old = fields_of(instructor.get(url))
        instructor.post(url, old | {name_of(box(training, unit)): "on"})
        instructor.post(url, old | {name_of(box(training, unit, person=1)): "on"})
        assert [name for name, _, _ in ticked()] == ["Achmad Fauzi", "Sutrisno"]

    def test_one_and_three_people_cost_the_same(self, training, unit, instructor, url):
        three = queries_of(instructor, url)
        for one in training.enrollments[1:]:
            one.delete()
        assert queries_of(instructor, url) == three


class TestClash:
    def test_is_named_and_the_next_save_decides(self, training, unit, instructor, url):
        """Ticked and taken back by a colleague while this page was open: its own tick is a clash."""
        cell = name_of(box(training, unit))
        old = fields_of(instructor.get(url))
        instructor.post(url, old | {cell: "on"})
        form = fields_of(instructor.get(url))
        del form[cell]
        instructor.post(url, form)
        refused = instructor.post(url, old | {cell: "on"})
        assert refused.status_code == 409
        assert "Sri Wahyuni menghapus centang “Mencuci”; di sini dicentang." in refused.text
        assert instructor.post(url, fields_of(refused)).status_code == 302
        assert ticked() == [("Achmad Fauzi", "Mencuci", True)]

    def test_a_skill_taken_off_the_list_meanwhile_is_said_and_the_rest_kept(
        self, training, unit, instructor, url
    ):
        old = fields_of(instructor.get(url))
        cells = {name_of(box(training, unit, title=one)): "on" for one in ("Mencuci", "Menimbang")}
        update_unit(unit=unit, practice_skills=["Menimbang"], by=training.cast.officer)
        refused = instructor.post(url, old | cells)
        assert refused.status_code == 422
        assert "“Mencuci” baru saja dihapus" in refused.text
        assert instructor.post(url, fields_of(refused)).status_code == 302
        assert ticked() == [("Achmad Fauzi", "Menimbang", True)]


class TestForgery:
    @pytest.mark.parametrize("key", ["tick-0-0", "tick-abc-1", "seen-abc", "seen-0"])
    def test_nonsense(self, unit, instructor, url, key):
        form = fields_of(instructor.get(url)) | {key: "1:0-"}
        assert instructor.post(url, form).status_code == 400

    def test_the_service_takes_neither_a_stranger_nor_a_foreign_skill(self, training, unit):
        _person, skill = box(training, unit)
        other = update_unit(unit=training.units[1], **SKILLS, by=training.cast.officer)
        stranger = factories.EnrollmentFactory()
        for cell in [(stranger.pk, skill), box(training, other)]:
            with pytest.raises(PermissionDenied):
                services.record_mastery(
                    batch=training.batch,
                    unit=unit,
                    ticks={cell: Tick(True, 0)},
                    by=training.cast.instructor,
                )

    def test_who_has_a_numbered_certificate_is_shown_and_not_sent(
        self, training, unit, instructor, url
    ):
        training.enrollments[0].closed_at = "2026-01-02T00:00Z"
        training.enrollments[0].save()
        page = instructor.get(url)
        sent = fields_of(page)
        assert [pk for pk in (one.pk for one in training.enrollments) if f"seen-{pk}" in sent] == [
            one.pk for one in training.enrollments[1:]
        ]
        assert page.text.count("sertifikat bernomor") == 1
        answer = instructor.post(url, sent, follow=True)
        assert [str(one) for one in answer.context["messages"]] == ["Tidak ada yang berubah."]

    def test_nobody_whose_certificate_has_its_number(self, training, unit):
        training.enrollments[0].closed_at = "2026-01-02T00:00Z"
        training.enrollments[0].save()
        with pytest.raises(ValidationError, match="sudah bernomor"):
            services.record_mastery(
                batch=training.batch,
                unit=unit,
                ticks={box(training, unit): Tick(True, 0)},
                by=training.cast.instructor,
            )


@pytest.mark.django_db(transaction=True)
class TestFiveDesksOneBox:
    """Ticked and taken back five times at once, each on the version that all have seen."""

    def save(self, training, unit, record=services.record_mastery):
        cell = box(training, unit)
        services.record_mastery(
            batch=training.batch,
            unit=unit,
            ticks={cell: Tick(True, 0)},
            by=training.cast.officer,
        )

        def act(number):
            return record(
                batch=type(training.batch).objects.get(pk=training.batch.pk),
                unit=unit,
                ticks={cell: Tick(False, 1)},
                by=training.cast.officer,
            )

        return at_once(*(lambda number=number: act(number) for number in range(5)))

    def test_one_writes_and_the_others_find_it_done(self, training, unit, monkeypatch):
        meet_after(monkeypatch, Mastery, "clean_fields", racers=5, patience=0.3)
        answers = self.save(training, unit)
        assert sorted(answers) == [(0, {})] * 4 + [(1, {})]
        assert Mastery.objects.get().version == 2

    def test_canary_without_the_lock_all_five_write(self, training, unit, monkeypatch):
        unguarded = without_guard(monkeypatch, services.record_mastery)
        with monkeypatch.context():
            answers = self.save_unguarded(training, unit, unguarded, monkeypatch)
        assert answers == [(1, {})] * 5

    def save_unguarded(self, training, unit, record, monkeypatch):
        cell = box(training, unit)
        Mastery.objects.create(
            enrollment_id=cell[0],
            skill_id=cell[1],
            is_mastered=True,
            ticked_by=training.cast.officer,
        )
        meet_after(monkeypatch, Mastery, "clean_fields", racers=5, patience=30)
        return at_once(
            *(
                lambda: record(
                    batch=training.batch,
                    unit=unit,
                    ticks={cell: Tick(False, 1)},
                    by=training.cast.officer,
                )
                for _ in range(5)
            )
        )
