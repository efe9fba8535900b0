"""The grid of scores: one unit at a time for the whole class."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from core.sheets import read_sheets
from participants import services
from participants.models import EarlierAttempt, UnitResult
from participants.queries.life import participation
from participants.queries.results import assessed_counts
from participants.queries.standings import standings
from participants.queries.timeline import training_of, trainings_of
from participants.services import Assessment
from participants.services.results import _Grid
from programs.models import Instructor
from tests import factories
from tests.core.counting import queries_of
from tests.participants.sheets import grid, results
from tests.programs.pages import fields_of, kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(training):
    return reverse("participants:results", args=[training.batch.pk])


@pytest.fixture
def send(training, browse, url):
    """Send the first unit's grid as the instructor: send("88", "90", "70") gives the answer."""
    instructor = browse(training.cast.instructor)

    def send(*scores, **more):
        return instructor.post(url, grid(training.enrollments, scores, **more))

    return send


def errors_of(response):
    return [row["errors"] for row in response.context["rows"]]


class TestResults:
    def test_writes_the_first_unit_and_stays_there(self, training, send, url):
        first, second = training.units
        assert send("88", "90.5", "70,25").url == f"{url}?unit={first.pk}"
        assert results(first) == [("88.00", "K", 1), ("90.50", "K", 1), ("70.25", "K", 1)]
        assert results(second) == []
        assert AuditEvent.objects.get().details == {"cells": 3}

    def test_writes_the_unit_that_was_open(self, training, browse, url):
        first, second = training.units
        form = grid(training.enrollments, ["88", "90", "70"])
        browse(training.cast.instructor).post(f"{url}?unit={second.pk}", form)
        assert (len(results(first)), len(results(second))) == (0, 3)

    def test_what_is_left_empty_follows_from_the_pass_mark(self, training, send):
        send("64,99", "65", "100")
        assert [verdict for _, verdict, _ in results(training.units[0])] == ["BK", "K", "K"]

    def test_a_good_score_may_still_be_not_competent(self, training, send):
        send("88", "88", "88", competent="BK")
        assert {verdict for _, verdict, _ in results(training.units[0])} == {"BK"}

    def test_competent_below_the_pass_mark_is_refused(self, training, send):
        response = send("88", "64", "70", competent="K")
        assert response.status_code == 422
        assert errors_of(response) == [
            {},
            {"row": "Nilai akhir di bawah 65 berarti belum kompeten (BK)."},
            {},
        ]
        typed = grid(training.enrollments, ["88", "64", "70"], competent="K")
        assert kept(response, typed) == typed
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("wrong", ["1.500", "101", "100,01", "8O", "-1", "87,555", "1e1", "٨٨"])
    def test_says_so_beside_the_row_and_keeps_all_typed(self, training, send, wrong):
        response = send("88", wrong, "70,5", competent="BK")
        assert response.status_code == 422
        words = "Tulis nilai 0 sampai 100, misalnya 87 atau 87,5."
        assert errors_of(response) == [{}, {"theory": words, "practice": words}, {}]
        typed = grid(training.enrollments, ["88", wrong, "70,5"], competent="BK")
        assert kept(response, typed) == typed
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("language", ["id", "en"])
    @pytest.mark.parametrize("text", ["87,5", "87.5", " 87,50 "])
    def test_a_comma_is_a_comma_in_both_languages(
        self, training, browse, url, settings, language, text
    ):
        instructor = browse(training.cast.instructor)
        instructor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        instructor.post(url, grid(training.enrollments, [text] * 3))
        assert results(training.units[0]) == [("87.50", "K", 1)] * 3

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_saving_the_page_as_it_came_changes_nothing(
        self, training, browse, url, settings, send, language
    ):
        send("87,5", "100", "0")
        instructor = browse(training.cast.instructor)
        instructor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert instructor.post(url, fields_of(instructor.get(url))).status_code == 302
        assert results(training.units[0]) == [
            ("87.50", "K", 1),
            ("100.00", "K", 1),
            ("0.00", "BK", 1),
        ]

    def test_an_empty_score_waits(self, training, send):
        send("88", "", "70")
        assert UnitResult.objects.count() == 2

    def test_the_tabs_count_what_is_done(self, training, browse, url, send):
        send("88", "", "70")
        tabs = browse(training.cast.instructor).get(url).context["tabs"]
        assert [count for _, count in tabs] == [2, 0]


class TestStaleVersion:
    def test_is_refused_and_nothing_of_the_grid_is_written(self, training, send):
        send("88", "88", "")
        response = send("90", "88", "70")
        assert response.status_code == 409
        assert [str(row["clash"] or "") for row in response.context["rows"]] == [
            "Sri Wahyuni menyimpan teori 88, praktik 88 (K), isian ini teori 90, praktik 90.",
            "",
            "",
        ]
        assert results(training.units[0]) == [("88.00", "K", 1), ("88.00", "K", 1)]

    def test_the_right_version_grows(self, training, send):
        send("88", "88", "88")
        send("90", "88", "88", version=1)
        assert results(training.units[0]) == [
            ("90.00", "K", 2),
            ("88.00", "K", 1),
            ("88.00", "K", 1),
        ]

    def test_the_same_value_twice_is_no_conflict(self, training, send):
        send("88", "88", "88")
        assert send("88", "88", "88").status_code == 302
        assert AuditEvent.objects.filter(action="results.recorded").count() == 1


class TestForgery:
    @pytest.mark.parametrize("facility", ["jember", "metro"])
    def test_somebody_of_another_batch_or_prison(self, training, browse, url, facility):
        agreement = factories.AgreementFactory(facility=getattr(training.cast, facility))
        foreign = factories.EnrollmentFactory(batch=factories.BatchFactory(agreement=agreement))
        form = grid([*training.enrollments, foreign], ["88"] * 4)
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("pk", ["9" * 18, "9" * 400, "0", "-1", "abc", ""])
    def test_nonsense(self, training, browse, url, pk):
        form = grid(training.enrollments, ["88"] * 3) | {f"theory-{pk}": "88"}
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    def test_a_version_that_is_none(self, training, browse, url):
        form = grid(training.enrollments, ["88"] * 3, version="new")
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("unit", ["abc", "0", "", "9" * 400, None])
    def test_a_unit_of_another_curriculum_is_not_taken_for_the_first(
        self, training, browse, url, unit
    ):
        unit = factories.UnitFactory().pk if unit is None else unit
        instructor = browse(training.cast.instructor)
        address = f"{url}?unit={unit}"
        assert instructor.get(address).status_code == 404
        assert instructor.post(address, grid(training.enrollments, ["88"] * 3)).status_code == 404
        assert not UnitResult.objects.exists()

    def test_the_service_takes_neither_a_stranger_nor_a_foreign_unit(self, training):
        stranger, foreign = factories.EnrollmentFactory(), factories.UnitFactory()
        cells = [
            (stranger.pk, training.units[0].pk),
            (training.enrollments[0].pk, foreign.pk),
        ]
        for cell in cells:
            with pytest.raises(PermissionDenied):
                services.record_results(
                    batch=training.batch,
                    assessments={cell: Assessment(Decimal(88), Decimal(88), True, 0)},
                    assessor="Sri Wahyuni",
                    by=training.cast.instructor,
                )
        assert not UnitResult.objects.exists()

    def test_the_next_prison_finds_nothing(self, training, browse, url):
        assert browse(training.cast.stranger).get(url).status_code == 404


@pytest.fixture
def record(training):
    """Write one person's first unit through the service: record("60", "58") gives the result."""

    def record(theory, practice, *, is_competent=None, person=0, **more):
        cell = (training.enrollments[person].pk, training.units[0].pk)
        stored = UnitResult.objects.filter(enrollment=cell[0], unit=cell[1]).first()
        version = more.pop("version", stored.version if stored else 0)
        given = Assessment(
            theory and Decimal(theory),
            practice and Decimal(practice),
            is_competent,
            version,
            more.pop("is_remedial", False),
            more.pop("attempt", 1),
        )
        services.record_results(
            batch=training.batch,
            assessments={cell: given},
            **{"assessor": "Sri Wahyuni", "by": training.cast.instructor} | more,
        )
        return UnitResult.objects.get(enrollment=cell[0], unit=cell[1])

    return record


class TestTheoryAndPractice:
    def test_weigh_by_the_hours_of_the_unit(self, record):
        """One JP of theory, three of practice."""
        assert record("80", "90").score == Decimal("87.5")

    def test_weigh_as_the_program_says(self, training, record):
        training.curriculum.theory_weight = 40
        training.curriculum.save()
        assert record("80", "90").score == 86

    def test_a_unit_without_theory_has_no_field_for_it(self, training, browse, url, record):
        unit = training.units[0]
        unit.theory_hours = 0
        unit.save()
        page = browse(training.cast.instructor).get(url)
        assert [name for name in fields_of(page) if name.startswith("theory-")] == []
        assert record(None, "90").score == 90
        with pytest.raises(services.ResultsRefused, match="tanpa nilai teori"):
            record("80", "95")

    def test_a_score_from_before_stays_and_only_its_verdict_may_change(self, training, record):
        old = UnitResult.objects.create(
            enrollment=training.enrollments[0],
            unit=training.units[0],
            score=70,
            is_competent=True,
            assessed_by=training.cast.instructor,
        )
        result = record(None, None, is_competent=False)
        assert (result.score, result.theory_score, result.is_competent) == (70, None, False)
        assert result.version == old.version + 1

    def test_what_is_stored_is_not_emptied(self, record):
        record("80", "90")
        with pytest.raises(services.ResultsRefused, match="tidak bisa dikosongkan"):
            record(None, None)


class TestPart:
    """Theory is examined weeks before practice."""

    def test_theory_first_then_practice(self, training, browse, url, record):
        part = record("80", None)
        assert (part.score, part.is_competent, part.attempt) == (None, False, 1)
        page = browse(training.cast.instructor)
        row = page.get(url).context["rows"][0]
        assert [row[name] for name in ("only", "competent", "predicate", "may_retry")] == [
            "theory",
            "",
            "",
            False,
        ]
        practice = f"practice-{training.enrollments[0].pk}"
        page.post(url, fields_of(page.get(url)) | {practice: "90"})
        assert results(training.units[0]) == [("87.50", "K", 2)]
        assert not EarlierAttempt.objects.exists()

    def test_the_trail_says_what_was_there_and_what_came(self, training, browse, record):
        part = record("80", None)
        result = record("80", "90")
        [event] = AuditEvent.objects.filter(subject_id=str(result.pk), action="result.completed")
        assert event.details["changed"] == {
            "practice_score": ["None", "90"],
            "score": ["None", "87.50"],
            "is_competent": ["False", "True"],
        }
        address = reverse("participants:result_detail", args=[result.pk])
        [(_event, lines, former)] = (
            browse(training.cast.officer).get(address).context["corrections"]
        )
        assert [(old, new) for _name, old, new in lines] == [("", "90"), ("", "87,5"), ("", "K")]
        assert former == ("Sri Wahyuni", part.assessed_at)

    def test_its_own_page_shows_it(self, training, browse, record):
        address = reverse("participants:result_detail", args=[record(None, "90").pk])
        page = browse(training.cast.officer).get(address).text
        assert ("Baru praktik" in page, "nilai akhir" in page, ">BK<" in page) == (
            True,
            False,
            False,
        )

    @pytest.mark.parametrize("verdict", ["K", "BK"])
    def test_has_neither_k_nor_bk(self, training, browse, url, verdict):
        form = grid(training.enrollments, ["88", "88", "88"])
        pk = training.enrollments[1].pk
        form |= {f"practice-{pk}": "", f"competent-{pk}": verdict}
        response = browse(training.cast.instructor).post(url, form)
        words = "K atau BK baru bisa dipilih bila nilai teori dan praktiknya sudah lengkap."
        assert errors_of(response) == [{}, {"row": words}, {}]
        assert kept(response, form) == form
        assert not UnitResult.objects.exists()

    def test_two_teachers_with_one_part_each_are_no_clash(self, record):
        record("80", None)
        result = record(None, "90", version=0)
        assert (result.score, result.version) == (Decimal("87.5"), 2)
        assert record(None, "90", version=0).version == 2
        with pytest.raises(services.ResultsRefused) as refused:
            record(None, "70", version=0)
        [clash] = refused.value.clashes.values()
        assert str(clash) == (
            "Sri Wahyuni menyimpan teori 80, praktik 90 (K), isian ini praktik 70."
        )

    def test_another_theory_is_one_and_has_no_verdict(self, record):
        record("80", None)
        with pytest.raises(services.ResultsRefused, match="menyimpan teori 80, isian ini teori 7"):
            record("70", None, version=0)

    def test_an_older_page_that_lacks_what_came_meanwhile_is_one(self, record):
        record("80", None)
        record("80", "90")
        for theory in ("70", None):
            with pytest.raises(services.ResultsRefused) as refused:
                record(theory, None, version=1)
            assert len(refused.value.clashes) == 1

    def test_is_not_emptied_nor_made_of_what_is_complete(self, record):
        record("80", None)
        for scores in ((None, None), (None, "90")):
            with pytest.raises(services.ResultsRefused, match="tidak bisa dikosongkan"):
                record(*scores)
        record("60", "58")
        with pytest.raises(services.ResultsRefused, match="tidak bisa dikosongkan"):
            record("60", None)

    def test_is_not_taken_again_and_a_remedial_is_whole(self, record):
        record("40", None)
        with pytest.raises(services.ResultsRefused, match="Belum ada nilai yang diulang"):
            record("80", "80", is_remedial=True)
        record("40", "50")
        with pytest.raises(services.ResultsRefused, match="Isi juga nilai praktik"):
            record("80", None, is_remedial=True)

    def test_is_nowhere_a_result_yet(self, training, record):
        """Not in a count, an average, a paper or a statement; the second person's is whole."""
        record("80", None)
        record("80", "90", person=1)
        first, second, _third = training.enrollments
        assert [one.units_assessed for one in standings(training.batch)] == [0, 1, 0]
        assert assessed_counts(training.batch) == {training.units[0].pk: 1}
        assert [len(one.results) for one in (training_of(first), training_of(second))] == [0, 1]
        units = [participation(one).units[0] for one in (first, second)]
        assert [bool(one.result) for one in units] == [False, True]

    def test_is_in_no_average(self, training):
        training.assess("88")
        first, second, _third = training.enrollments
        UnitResult.objects.filter(enrollment=first, unit=training.units[1]).update(
            score=None, practice_score=None, is_competent=False
        )
        assert [training_of(one).average for one in (first, second)] == [None, 88]


class TestVerdict:
    def test_an_untouched_verdict_follows_the_new_scores(self, training, browse, url, send):
        send("60", "60", "60")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url))
        for part in ("theory", "practice"):
            form[f"{part}-{training.enrollments[0].pk}"] = "80"
        page.post(url, form)
        assert [verdict for _, verdict, _ in results(training.units[0])] == ["K", "BK", "BK"]

    def test_held_back_with_a_good_score_it_stays_so(self, record):
        record("88", "88", is_competent=False)
        assert record("90", "90").is_competent is False
        assert record("90", "90", is_competent=True).is_competent is True

    def test_the_predikat_is_the_programs(self, training, browse, url, send):
        training.curriculum.predicates = [["Istimewa", 95], ["Mahir", 80]]
        training.curriculum.save()
        send("96", "70", "60")
        page = browse(training.cast.instructor).get(url)
        assert [row["predicate"] for row in page.context["rows"]] == ["Istimewa", "Mahir", ""]


class TestUntouchedRow:
    def test_is_left_alone_whatever_happened_to_it_meanwhile(
        self, training, browse, url, send, record
    ):
        """Two teachers share a class: one fills the top, the other the bottom of the same page."""
        send("88", "88", "")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url))
        record("90", "90")
        for part in ("theory", "practice"):
            form[f"{part}-{training.enrollments[2].pk}"] = "70"
        assert page.post(url, form).status_code == 302
        assert [score for score, _, _ in results(training.units[0])] == ["90.00", "88.00", "70.00"]

    def test_a_mistyped_row_keeps_the_version_it_was_typed_on(self, training, browse, url, send):
        """Or the next save would write over what the other one stored meanwhile."""
        send("88", "88", "88")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url))
        form[f"theory-{training.enrollments[0].pk}"] = "8O"
        send("90", "88", "88", version=1)
        again = fields_of(page.post(url, form))
        again[f"theory-{training.enrollments[0].pk}"] = "80"
        assert page.post(url, again).status_code == 409


class TestClash:
    def test_both_stand_there_and_the_choice_is_saved_next(self, training, browse, url, send):
        send("88", "88", "88")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url))
        send("90", "88", "88", version=1)
        for part in ("theory", "practice"):
            form[f"{part}-{training.enrollments[0].pk}"] = "70"
        refused = page.post(url, form)
        assert "Sri Wahyuni menyimpan teori 90, praktik 90 (K)" in refused.text
        assert kept(refused, form)[f"theory-{training.enrollments[0].pk}"] == "70"
        assert page.post(url, fields_of(refused)).status_code == 302
        assert results(training.units[0])[0] == ("70.00", "K", 3)


class TestExamination:
    def test_is_kept_with_the_rows_that_change_and_no_others(self, training, send):
        send("88", "", "", assessor="Hadi Mulyono")
        send("88", "90", "")
        names = UnitResult.objects.order_by("enrollment").values_list("assessor", flat=True)
        assert list(names) == ["Hadi Mulyono", "Sri Wahyuni"]

    def test_with_the_others_too_when_asked(self, training, browse, url, send):
        send("88", "88", "", assessor="Hadi Mulyoni")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url)) | {"assessor": "Hadi Mulyono", "covers_unchanged": "on"}
        form |= {f"{part}-{training.enrollments[1].pk}": "90" for part in ("theory", "practice")}
        page.post(url, form)
        names = UnitResult.objects.order_by("enrollment").values_list("assessor", "score")
        assert list(names) == [("Hadi Mulyono", 88), ("Hadi Mulyono", 90)]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"assessor": " "}, "assessor"),
            ({"assessed_on": "18-12-2999"}, "assessed_on"),
            ({"second_assessor": "SRI WAHYUNI, S.Pd."}, "second_assessor"),
        ],
    )
    def test_what_is_wrong_with_it_is_said_beside_it(self, training, send, wrong, field):
        response = send("88", "88", "88", **wrong)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert not UnitResult.objects.exists()

    def test_two_are_asked_for_where_the_program_says_so(self, training, send, record):
        training.curriculum.needs_second_assessor = True
        training.curriculum.save()
        assert list(send("88", "88", "88").context["form"].errors) == ["second_assessor"]
        with pytest.raises(services.ResultsRefused) as refused:
            record("88", "88")
        assert list(refused.value.fields) == ["second_assessor"]
        assert send("88", "88", "88", second_assessor="Tamu Penguji").status_code == 302

    def test_the_days_of_an_examination_follow_each_other(self, record):
        with pytest.raises(services.ResultsRefused) as refused:
            record("60", "58", assessed_on=date(2025, 12, 16))
        assert list(refused.value.fields) == ["assessed_on"]
        record("60", "58", assessed_on=date(2025, 12, 18))
        with pytest.raises(services.ResultsRefused, match="daripada percobaan ke-1"):
            record("80", "82", assessed_on=date(2025, 12, 17), is_remedial=True)
        assert record("80", "82", assessed_on=date(2025, 12, 18), is_remedial=True).attempt == 2

    @pytest.mark.parametrize(
        ("last", "shown"),
        [
            ("Hadi Mulyono", ("Sri Wahyuni, S.Pd.", timezone.localdate())),
            ("SRI WAHYUNI", ("SRI WAHYUNI", date(2025, 12, 18))),
        ],
    )
    def test_another_teacher_begins_with_the_own_name_today(
        self, training, browse, url, record, last, shown
    ):
        record("80", "90", assessor=last, assessed_on=date(2025, 12, 18))
        own = Instructor.objects.get(pk=training.cast.teacher.pk)
        own.user = training.cast.instructor
        own.save()
        initial = browse(training.cast.instructor).get(url).context["form"].initial
        assert (initial["assessor"], initial["assessed_on"]) == shown

    def test_begins_with_who_taught_the_unit_last_and_when(self, training, browse, url):
        shown = fields_of(browse(training.cast.officer).get(url))
        assert (shown["assessor"], shown["assessed_on"]) == ("Sri Wahyuni, S.Pd.", "17-12-2025")


class TestRemedial:
    def test_keeps_the_attempt_before_it_unchanged(self, record):
        first = record("60", "58")
        result = record("80", "82", is_remedial=True, assessor="Hadi Mulyono")
        [earlier] = result.earlier_attempts.all()
        assert (earlier.attempt, earlier.score, earlier.is_competent, earlier.assessor) == (
            1,
            first.score,
            False,
            "Sri Wahyuni",
        )
        assert (result.attempt, result.score, result.is_competent) == (2, Decimal("81.5"), True)

    def test_without_the_tick_it_is_a_correction_that_the_trail_keeps(self, record):
        record("60", "58")
        result = record("60", "78")
        assert (result.attempt, result.earlier_attempts.count()) == (1, 0)
        changed = AuditEvent.objects.get(action="result.corrected").details["changed"]
        assert changed["practice_score"] == ["58.00", "78"]

    def test_not_for_somebody_competent_nor_for_a_first_score(self, training, record):
        with pytest.raises(services.ResultsRefused, match="Belum ada nilai yang diulang"):
            record("80", "82", is_remedial=True)
        record("80", "82")
        with pytest.raises(services.ResultsRefused, match="Sudah kompeten"):
            record("90", "90", is_remedial=True)

    def test_the_same_score_again_is_an_attempt_but_sent_twice_only_one(self, record):
        record("60", "58")
        assert record("60", "58", is_remedial=True, version=1).attempt == 2
        assert record("60", "58", is_remedial=True, version=1).attempt == 2

    def test_on_an_older_page_with_the_corrected_scores_is_a_clash(self, record, monkeypatch):
        """A typing error is mended to 58; the remedial typed on the page from before it gives 58 too."""
        record("60", "60")
        record("58", "58")
        with pytest.raises(services.ResultsRefused) as refused:
            record("58", "58", is_remedial=True, version=1)
        assert len(refused.value.clashes) == 1
        monkeypatch.setattr(_Grid, "_is_sent_twice", lambda *_given: True)
        assert record("58", "58", is_remedial=True, version=1).attempt == 1  # canary: swallowed

    def test_the_same_from_somebody_else_is_a_clash(self, training, record):
        record("60", "58")
        record("50", "50", is_remedial=True, version=1)
        with pytest.raises(services.ResultsRefused) as refused:
            record("50", "50", is_remedial=True, version=1, by=training.cast.officer)
        assert len(refused.value.clashes) == 1

    def test_one_examination_typed_by_two_stays_one_attempt(
        self, training, browse, url, send, record
    ):
        send("60", "88", "88")
        page, pk = browse(training.cast.instructor), training.enrollments[0].pk
        form = fields_of(page.get(url)) | {f"remedial-{pk}": "on"}
        record("50", "50", is_remedial=True)
        refused = page.post(url, form | {f"theory-{pk}": "51", f"practice-{pk}": "51"})
        assert refused.status_code == 409
        assert page.post(url, fields_of(refused)).status_code == 302
        result = UnitResult.objects.get(enrollment=pk)
        assert (result.attempt, result.score) == (2, 51)

    def test_from_the_page_by_a_tick(self, training, browse, url, send):
        send("60", "88", "88")
        page = browse(training.cast.instructor)
        form = fields_of(page.get(url))
        pk = training.enrollments[0].pk
        page.post(
            url, form | {f"theory-{pk}": "80", f"practice-{pk}": "80", f"remedial-{pk}": "on"}
        )
        assert UnitResult.objects.get(enrollment=pk).attempt == 2

    def test_the_database_lets_nobody_change_an_earlier_attempt(self, record):
        record("60", "58")
        earlier = record("80", "82", is_remedial=True).earlier_attempts.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            EarlierAttempt.objects.filter(pk=earlier.pk).update(score=100)


class TestNumbered:
    """The certificate of the first of three has its number."""

    @pytest.fixture
    def form(self, training, browse, url, send):
        """The page as it was before that, with the examination for all rows."""
        send("88", "88", "60", assessor="Hadi Mulyoni")
        form = fields_of(browse(training.cast.instructor).get(url))
        training.enrollments[0].closed_at = timezone.now()
        training.enrollments[0].save()
        return form | {"assessor": "Hadi Mulyono", "covers_unchanged": "on"}

    def test_keeps_its_assessor_while_the_others_are_mended(self, training, browse, url, form):
        assert browse(training.cast.instructor).post(url, form).status_code == 302
        names = UnitResult.objects.order_by("enrollment").values_list("assessor", flat=True)
        assert list(names) == ["Hadi Mulyoni", "Hadi Mulyono", "Hadi Mulyono"]

    def test_another_score_is_refused_and_its_row_cannot_be_typed_in(
        self, training, browse, url, form
    ):
        page, pk = browse(training.cast.instructor), training.enrollments[0].pk
        refused = page.post(url, form | {f"theory-{pk}": "90"})
        assert (refused.status_code, list(errors_of(refused)[0])) == (422, ["row"])
        again = fields_of(refused)
        assert [name for name in again if name.endswith(f"-{pk}")] == []
        assert "sertifikat bernomor" in refused.text
        assert page.post(url, again).status_code == 302


def test_a_page_saved_as_it_came_says_that_nothing_changed(training, browse, url, send):
    send("88", "88", "60")
    page = browse(training.cast.instructor)
    answer = page.post(url, fields_of(page.get(url)), follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["Tidak ada yang berubah."]


class TestQueries:
    def test_saving_three_costs_as_much_as_saving_one(self, training):
        def save(people):
            cells = {
                (one.pk, training.units[0].pk): Assessment(Decimal(88), Decimal(88), None, 0)
                for one in people
            }
            with CaptureQueriesContext(connection) as queries:
                services.record_results(
                    batch=training.batch,
                    assessments=cells,
                    assessor="Sri Wahyuni",
                    by=training.cast.instructor,
                )
            return len(queries)

        one = save(training.enrollments[:1])
        UnitResult.objects.all().delete()
        assert save(training.enrollments) == one

    def test_the_page_too(self, training, browse, url, send):
        instructor = browse(training.cast.instructor)
        send("88", "", "")
        one = queries_of(instructor, url)
        send("88", "60", "70")
        assert queries_of(instructor, url) == one


class TestExport:
    def test_holds_all_units_under_headings_that_may_come_back(self, training, browse, url, send):
        first, second = training.units
        first.code = "BKR-01"
        first.save()
        second.theory_hours = 0
        second.save()
        send("87,5", "", "90")
        content = browse(training.cast.instructor).get(url, {"export": "xlsx"}).content
        [sheet] = read_sheets(content)
        assert sheet.rows[0][1] == [
            "No.",
            "Nama",
            "Register akhir",
            "BKR-01 teori",
            "BKR-01 praktik",
            "2 praktik",
        ]
        assert [cells[3:5] for _, cells in sheet.rows[1:]] == [["87.5"] * 2, ["", ""], ["90"] * 2]


class TestOverallPredicate:
    def test_waits_for_the_last_unit(self, training, browse, record):
        person = training.enrollments[0].inmate
        record("90", "90")
        assert trainings_of([person])[person.pk][0].predicate == ""
        cell = (training.enrollments[0].pk, training.units[1].pk)
        services.record_results(
            batch=training.batch,
            assessments={cell: Assessment(Decimal(70), Decimal(70), None, 0)},
            assessor="Sri Wahyuni",
            by=training.cast.instructor,
        )
        [training_now] = trainings_of([person])[person.pk]
        assert (training_now.average, training_now.predicate) == (Decimal("80.0"), "Baik")
        page = browse(training.cast.officer).get(person.get_absolute_url())
        assert "predikat Baik" in page.text
