"""Advice from the database: which settings hold, what a hundred people cost, and what an override leaves."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.eligibility import RULES, Setting, Verdict
from participants.models import Activity, EligibilityRule, Finding, Override, Rule, Separation
from participants.queries.advice import advice_for, settings_of
from tests import factories
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(datetime(2025, 12, 15, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def slamet(training):
    return factories.InmateFactory(facility=training.cast.jember, name="Slamet")


@pytest.fixture
def unfit(slamet):
    """Against him: the doctor; he would leave after the first of two meetings, too."""
    factories.FindingFactory(inmate=slamet, value="unfit")
    return slamet


def verdicts(batch, inmate):
    return {one.rule: one.verdict for one in advice_for(batch, [inmate])[inmate.pk]}


class TestSettings:
    def test_the_program_goes_before_the_facility_and_that_before_the_default(self, training):
        officer, program = training.cast.officer, training.curriculum.program
        served = Rule.SENTENCE_SERVED
        settings_in_force = [settings_of(program.facility_id, program.pk)[served]]
        for where, amount in ((None, 50), (program, 67)):
            services.set_rules(settings={served: Setting(True, amount)}, program=where, by=officer)
            settings_in_force.append(settings_of(program.facility_id, program.pk)[served])
        services.set_rules(settings={served: None}, program=program, by=officer)
        settings_in_force.append(settings_of(program.facility_id, program.pk)[served])
        assert [one.amount for one in settings_in_force] == [33, 50, 67, 50]
        assert [one.action for one in AuditEvent.objects.order_by("pk")] == [
            "rule.set",
            "rule.set",
            "rule.reset",
        ]

    def test_other_prisons_and_programs_say_nothing(self, training):
        here = {"rule": Rule.REGISTER_F, "is_on": False}
        EligibilityRule.objects.create(facility=training.cast.metro, **here)
        other = factories.ProgramFactory(facility=training.cast.jember)
        EligibilityRule.objects.create(facility=training.cast.jember, program=other, **here)
        program = training.curriculum.program
        assert settings_of(program.facility_id, program.pk) == {
            rule: RULES[rule].default for rule in Rule
        }

    @pytest.mark.parametrize(
        ("rule", "setting"),
        [
            (Rule.SENTENCE_SERVED, Setting(True, 40)),
            (Rule.SEX_QUOTA, Setting(True, 101)),
            (Rule.REGISTER_F, Setting(True, 3)),
        ],
    )
    def test_strange_amounts_are_refused(self, training, rule, setting):
        with pytest.raises(ValidationError):
            services.set_rules(settings={rule: setting}, by=training.cast.officer)


@pytest.mark.django_db(transaction=True)
class TestTwoHeadsAtOnce:
    """Both save a rule that nobody has saved before."""

    def rush(self, training, service=services.set_rules):
        settings = {Rule.SENTENCE_SERVED: Setting(True, 50)}
        save = partial(service, settings=settings, by=training.cast.head)
        return [type(answer) for answer in at_once(save, save)]

    def test_the_second_finds_what_the_first_wrote(self, training, monkeypatch):
        meet_after(monkeypatch, EligibilityRule, "full_clean", racers=2, patience=0.5)
        assert self.rush(training) == [dict, dict]
        assert EligibilityRule.objects.get().amount == 50

    def test_canary_without_the_lock_it_stumbles(self, training, monkeypatch):
        unguarded = without_guard(monkeypatch, services.set_rules)
        meet_after(monkeypatch, EligibilityRule, "full_clean", racers=2, patience=30)
        assert set(self.rush(training, unguarded)) == {dict, IntegrityError}


class TestAdviceFor:
    def test_reads_findings_history_company_and_hours(self, training, slamet):
        """The newer finding counts, an ended separation and another program's certificate do not."""
        for day, value in ((3, "fit"), (1, "unfit")):
            factories.FindingFactory(inmate=slamet, value=value, found_on=date(2025, 12, day))
        factories.SeparationFactory(first=training.enrollments[0].inmate, second=slamet)
        factories.SeparationFactory(
            first=training.enrollments[1].inmate, second=slamet, ended_at=datetime.now(UTC)
        )
        factories.ActivityFactory(inmate=slamet)
        elsewhere = factories.BatchFactory(agreement=training.agreement, name="Las A1")
        factories.EnrollmentFactory(
            batch=elsewhere,
            inmate=slamet,
            ended_on=date(2025, 12, 17),
            end_reason="discipline",
            closed_at=datetime.now(UTC),
        )
        advice = {one.rule: one for one in advice_for(training.batch, [slamet])[slamet.pk]}
        assert {rule: one.fact for rule, one in advice.items() if one.is_against} == {
            Rule.PREVIOUS_REMOVAL: "Diberhentikan dari Las A1 karena disiplin 17 Des 2025",
            Rule.MUST_NOT_MEET: "Tidak boleh bertemu peserta ini: Achmad Fauzi",
            Rule.OTHER_ACTIVITIES: "Dapur (Rabu 08.00–11.00) bersamaan dengan 1 pertemuan",
        }
        assert advice[Rule.HEALTH].verdict == Verdict.OK
        assert advice[Rule.ALREADY_CERTIFIED].verdict == Verdict.OK

    def test_certified_in_another_class_of_the_program(self, training, slamet):
        earlier = factories.BatchFactory(
            agreement=training.agreement, curriculum=training.curriculum
        )
        factories.EnrollmentFactory(batch=earlier, inmate=slamet, closed_at=datetime.now(UTC))
        assert verdicts(training.batch, slamet)[Rule.ALREADY_CERTIFIED] == Verdict.AGAINST

    def test_a_hundred_people_cost_as_many_queries_as_one(self, training, slamet):
        people = [slamet, *factories.InmateFactory.create_batch(99, facility=training.cast.jember)]
        by = {"recorded_by": training.cast.officer}
        for one in people:
            factories.FindingFactory(inmate=one, **by)
            factories.ActivityFactory(inmate=one, **by)
            factories.SeparationFactory(first=training.enrollments[0].inmate, second=one, **by)
        counts = []
        for some in (people[:1], people):
            with CaptureQueriesContext(connection) as seen:
                advice_for(training.batch, some)
            counts.append(len(seen))
        assert counts == [8, 8]


class TestOverride:
    def enroll(self, training, inmate, **more):
        return services.enroll(
            inmate=inmate, batch=training.batch, by=training.cast.officer, **more
        )

    def test_against_an_advice_only_with_a_reason_which_stays(self, training, unfit):
        with pytest.raises(ValidationError) as refusal:
            self.enroll(training, unfit)
        assert refusal.value.message_dict == {
            "inmate": ["Slamet: Belum layak ikut pelatihan. Tuliskan alasan bila tetap dimasukkan."]
        }
        enrollment = self.enroll(training, unfit, override_reason="Disetujui dokter")
        override = Override.objects.get()
        assert (override.inmate, override.batch, override.rule) == (
            unfit,
            enrollment.batch,
            "health",
        )
        assert (override.advice, override.reason) == (
            "Belum layak ikut pelatihan",
            "Disetujui dokter",
        )
        trail = AuditEvent.objects.get(action="advice.overridden")
        assert trail.details == {"batch": "Produksi Bakery A1", "advice": 1}

    def test_one_set_aside_before_asks_for_nothing_more(self, training, unfit):
        (advice,) = [one for one in advice_for(training.batch, [unfit])[unfit.pk] if one.is_against]
        services.record_overrides(
            batch=training.batch,
            inmate=unfit,
            advice=[advice],
            reason="Sidang TPP",
            by=training.cast.officer,
        )
        self.enroll(training, unfit)
        assert Override.objects.get().reason == "Sidang TPP"

    def test_two_who_must_not_meet_chosen_together(self, training, slamet):
        """Neither is a participant yet, so that no advice was against either."""
        tono = factories.InmateFactory(facility=training.cast.jember, name="Tono")
        factories.SeparationFactory(first=slamet, second=tono)
        assert verdicts(training.batch, tono)[Rule.MUST_NOT_MEET] == Verdict.OK
        with pytest.raises(ValidationError) as refusal:
            services.enroll_all(
                inmates=[slamet, tono], batch=training.batch, by=training.cast.officer
            )
        assert "Tono: Tidak boleh bertemu peserta ini: Slamet" in str(refusal.value)
        assert training.batch.enrollments.count() == 3

    def test_stored_words_are_indonesian_whatever_language_the_officer_reads(
        self, training, unfit, browse
    ):
        officer = browse(training.cast.officer)
        officer.cookies.load({"django_language": "en"})
        officer.post(
            reverse("participants:enrollment_create", args=[training.batch.pk]),
            {"inmates": unfit.pk, "joined_on": "17-12-2025", f"reason-{unfit.pk}": "Ya"},
        )
        assert Override.objects.get().advice == "Belum layak ikut pelatihan"


class TestEnrollmentCreate:
    @pytest.fixture
    def url(self, training):
        return reverse("participants:enrollment_create", args=[training.batch.pk])

    def test_a_missing_reason_is_asked_for_beside_the_person_and_ticks_and_reasons_stay(
        self, training, unfit, browse, url
    ):
        tono = factories.InmateFactory(facility=training.cast.jember, name="Tono")
        factories.FindingFactory(inmate=tono, value="unfit")
        typed = {
            "inmates": [unfit.pk, tono.pk],
            "joined_on": "18-12-2025",
            f"reason-{tono.pk}": "Disetujui dokter",
        }
        response = browse(training.cast.officer).post(url, typed)
        rows = {row["inmate"].name: row for row in response.context["rows"]}
        assert response.context["form"].errors.keys() == {f"reason-{unfit.pk}"}
        assert [row["is_chosen"] for row in rows.values()] == [True, True]
        assert (rows["Tono"]["reason"], rows["Tono"]["errors"]) == ("Disetujui dokter", [])
        assert training.batch.enrollments.count() == 3

    def test_a_search_keeps_who_is_chosen_and_what_was_typed(self, training, unfit, browse, url):
        factories.InmateFactory(facility=training.cast.jember, name="Tono")
        factories.InmateFactory(facility=training.cast.jember, name="Agus")
        typed = {
            "find": "1",
            "q": "tono",
            "inmates": unfit.pk,
            "joined_on": "18-12-2025",
            f"reason-{unfit.pk}": "Disetujui dokter",
        }
        page = browse(training.cast.officer).post(url, typed)
        rows = [(row["inmate"].name, row["is_chosen"]) for row in page.context["rows"]]
        assert rows == [("Slamet", True), ("Tono", False)]
        assert page.context["rows"][0]["reason"] == "Disetujui dokter"
        assert page.context["form"]["joined_on"].value() == "18-12-2025"
        assert training.batch.enrollments.count() == 3

    def test_those_against_whom_something_speaks_can_be_left_out(
        self, training, unfit, browse, url
    ):
        factories.InmateFactory(facility=training.cast.jember, name="Tono")
        officer = browse(training.cast.officer)
        seen = [
            [row["inmate"].name for row in officer.get(url, query).context["rows"]]
            for query in ({}, {"fit": "1"})
        ]
        assert seen == [["Slamet", "Tono"], ["Tono"]]

    def test_a_reason_is_one_line_of_at_most_300_letters(self, training, unfit, browse, url):
        for reason in ("a" * 301, "dua\nbaris"):
            typed = {"inmates": unfit.pk, "joined_on": "18-12-2025", f"reason-{unfit.pk}": reason}
            response = browse(training.cast.officer).post(url, typed)
            assert response.context["form"].errors.keys() == {f"reason-{unfit.pk}"}


class TestShownEverAfter:
    @pytest.fixture
    def enrolled(self, training, unfit):
        factories.SeparationFactory(first=unfit)
        return services.enroll(
            inmate=unfit,
            batch=training.batch,
            override_reason="Disetujui dokter",
            by=training.cast.officer,
        )

    def test_on_the_persons_page_and_in_the_batch(self, training, enrolled, browse):
        pages = [enrolled.inmate.get_absolute_url(), enrolled.get_absolute_url()]
        for reader in (training.cast.officer, training.cast.head):
            shown = [browse(reader).get(page).content.decode() for page in pages]
            assert ["Disetujui dokter" in page for page in shown] == [True, True]

    def test_never_to_those_who_may_not_know(self, training, enrolled, browse):
        """Rosters and sheets of instructors, and the person's page of those without restricted facts."""
        secrets = ["Disetujui dokter", "Belum layak", "Tidak boleh bertemu", "dengan alasan"]
        roster, sheet = enrolled.get_absolute_url(), training.session.get_absolute_url()
        person = enrolled.inmate.get_absolute_url()
        cast = training.cast
        readers = [(cast.instructor, roster), (cast.instructor, sheet)]
        readers += [
            (cast.auditor, person),
            (cast.auditor, roster),
            (cast.certificate_admin, person),
        ]
        for reader, page in readers:
            text = browse(reader).get(page).content.decode()
            assert "Slamet" in text
            assert [secret for secret in secrets if secret in text] == []
        officers = browse(cast.officer).get(person).content.decode()
        assert [secret in officers for secret in secrets[:3]] == [True] * 3


class TestRuleList:
    @pytest.fixture
    def save(self, training, browse):
        url = reverse("participants:rule_list")
        client = browse(training.cast.head)
        form = client.get(url).context["form"]
        typed = {name: form[name].value() for name in form.fields}
        return lambda query="", **changes: client.post(url + query, typed | changes)

    def test_saves_what_differs_and_goes_back_to_the_default(self, training, save):
        assert save(education_is_on="on", education_amount="2").status_code == 302
        assert EligibilityRule.objects.get().amount == 2
        save(education_is_on="")
        assert not EligibilityRule.objects.exists()

    def test_for_one_program(self, training, save):
        program = training.curriculum.program
        save(f"?program={program.pk}", days_left_is_on="off")
        row = EligibilityRule.objects.get()
        assert (row.program, row.rule, row.is_on) == (program, "days_left", False)

    @pytest.mark.parametrize("amount", ["", "-1", "367", "banyak", "1,5"])
    def test_a_strange_amount_is_told_beside_it(self, training, save, amount):
        response = save(days_left_is_on="on", days_left_amount=amount)
        assert response.context["form"].errors.keys() == {"days_left_amount"}
        assert f'value="{amount}"' in response.content.decode() or not amount

    def test_no_program_of_another_prison(self, training, save):
        foreign = factories.ProgramFactory(facility=training.cast.metro)
        assert save(f"?program={foreign.pk}", days_left_is_on="off").status_code == 404

    @pytest.mark.parametrize("program", ["9" * 5000, "²", "-1"])
    def test_no_program_of_a_strange_number(self, save, program):
        assert save(f"?program={program}", days_left_is_on="off").status_code == 404


class TestFacts:
    @pytest.fixture
    def write(self, training, slamet, browse):
        officer = browse(training.cast.officer)

        def write(what, **typed):
            return officer.post(reverse(f"participants:{what}_create", args=[slamet.pk]), typed)

        return write

    def test_a_finding_of_today_but_not_of_tomorrow(self, write):
        found = {"value": "fit", "source": "dr. Anisa"}
        assert write("finding", **found, found_on="15-12-2025").status_code == 302
        response = write("finding", **found, found_on="16-12-2025")
        assert response.context["form"].errors.keys() == {"found_on"}
        assert Finding.objects.get().kind == "health"

    def test_an_activity_begins_and_ends(self, write, slamet, training, browse):
        hours = {"starts_at": "08.00", "ends_at": "11.00", "starts_on": "1-12-2025"}
        assert write("activity", title="Dapur", weekday="3", **hours).status_code == 302
        bad = write("activity", title="Dapur", weekday="3", **hours | {"ends_at": "07.00"})
        assert bad.context["form"].errors.keys() == {"ends_at"}
        activity = Activity.objects.get()
        end = reverse("participants:activity_end", args=[activity.pk])
        browse(training.cast.officer).post(end)
        activity.refresh_from_db()
        assert (activity.ends_on, activity.is_over) == (date(2025, 12, 14), True)

    def test_an_activity_that_a_colleague_has_removed_is_told_of(self, slamet):
        activity = factories.ActivityFactory(inmate=slamet)
        Activity.objects.all().delete()
        with pytest.raises(ValidationError) as refusal:
            services.end_activity(activity=activity, by=activity.recorded_by)
        assert refusal.value.messages == ["Kegiatan ini sudah dihapus."]

    def test_a_separation_by_register_number_and_its_end(self, write, slamet, training, browse):
        other = training.enrollments[0].inmate
        assert write("separation", other=f" {other.register_number} ").status_code == 302
        pair = Separation.objects.get()
        assert {pair.first, pair.second} == {other, slamet}
        again = write("separation", other=other.register_number)
        assert again.context["form"].non_field_errors() == ["Pemisahan ini sudah tercatat."]
        end = reverse("participants:separation_end", args=[pair.pk])
        answer = browse(training.cast.officer).post(end, {"of": slamet.pk})
        assert answer.url == slamet.get_absolute_url()
        assert not Separation.objects.in_force().exists()

    def test_nobody_is_kept_from_himself_or_from_people_elsewhere(self, write, slamet, training):
        foreign = factories.InmateFactory(facility=training.cast.metro)
        for number in (slamet.register_number, foreign.register_number, "X 1/2025"):
            assert write("separation", other=number).status_code == 200
        assert not Separation.objects.exists()
