"""Opening, changing, listing and reading batches."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import Batch, Session
from tests import factories
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

LIST = reverse("programs:batch_list")
CREATE = reverse("programs:batch_create")


@pytest.fixture
def typed(training):
    """What the officer types for the next batch, all of it right."""
    return {
        "name": "Produksi Bakery A2",
        "code": "JBR-BKR-A2",
        "agreement": str(training.agreement.pk),
        "curriculum": str(training.curriculum.pk),
        "starts_on": "05-01-2026",
        "ends_on": "17-01-2026",
        "quota": "20",
        "minimum_attendance": "80",
    }


def listed(client, **query):
    return [batch.code for batch in client.get(LIST, query).context["page"]]


def queries_of(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


class TestBatchCreate:
    def test_opens_a_batch_and_leaves_a_line_in_the_trail(self, training, typed, browse):
        response = browse(training.cast.officer).post(CREATE, typed)
        batch = Batch.objects.get(code="JBR-BKR-A2")
        assert response.url == batch.get_absolute_url()
        assert batch.facility == training.cast.jember
        line = AuditEvent.objects.get(action="batch.planned")
        assert (line.by, line.subject_id) == (training.cast.officer, str(batch.pk))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("ends_on", "04-01-2026"),
            ("ends_on", "12/25/2026"),
            ("starts_on", "31-02-2026"),
            ("quota", "0"),
            ("quota", "501"),
            ("minimum_attendance", "101"),
            ("code", "JBR-BKR-A1"),
            ("code", "jbr bkr"),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_all_typed(
        self, training, typed, browse, field, value
    ):
        typed[field] = value
        response = browse(training.cast.officer).post(CREATE, typed)
        assert list(response.context["form"].errors) == [field]
        assert kept(response, typed) == typed
        assert Batch.objects.get() == training.batch

    def test_a_code_of_another_prison_is_taken_too(self, training, typed, browse):
        foreign = factories.AgreementFactory(facility=training.cast.metro)
        factories.BatchFactory(agreement=foreign, code=typed["code"])
        response = browse(training.cast.officer).post(CREATE, typed)
        assert response.context["form"].errors == {
            "code": ["Kode ini sudah dipakai angkatan lain."]
        }

    @pytest.mark.parametrize("field", ["agreement", "curriculum"])
    def test_nothing_of_another_prison_can_be_chosen(self, training, typed, browse, field):
        agreement = factories.AgreementFactory(facility=training.cast.metro)
        curriculum = factories.CurriculumFactory(program__facility=training.cast.metro)
        typed[field] = {"agreement": agreement, "curriculum": curriculum}[field].pk
        response = browse(training.cast.officer).post(CREATE, typed)
        assert list(response.context["form"].errors) == [field]
        assert Batch.objects.get() == training.batch


class TestPlanBatch:
    def plan(self, training, **changes):
        fields = {
            "name": "A2",
            "code": "A2",
            "agreement": training.agreement,
            "curriculum": training.curriculum,
            "starts_on": training.batch.starts_on,
            "ends_on": training.batch.ends_on,
        }
        return services.plan_batch(**fields | changes, by=training.cast.officer)

    def test_not_with_the_curriculum_of_another_prison(self, training):
        foreign = factories.UnitFactory(
            curriculum__program__facility=training.cast.metro
        ).curriculum
        with pytest.raises(ValidationError) as refusal:
            self.plan(training, curriculum=foreign)
        assert list(refusal.value.message_dict) == ["curriculum"]

    def test_not_under_the_agreement_of_another_prison(self, training):
        foreign = factories.AgreementFactory(facility=training.cast.metro)
        with pytest.raises(ValidationError) as refusal:
            self.plan(training, agreement=foreign)
        assert list(refusal.value.message_dict) == ["agreement"]

    def test_not_with_an_empty_curriculum(self, training):
        empty = factories.CurriculumFactory(program=training.curriculum.program)
        with pytest.raises(ValidationError) as refusal:
            self.plan(training, curriculum=empty)
        assert refusal.value.message_dict == {
            "curriculum": ["Kurikulum ini belum berisi unit kompetensi."]
        }

    def test_days_outside_the_agreement_may_be_planned(self, training):
        beyond = training.agreement.ends_on + timedelta(days=30)
        assert self.plan(training, ends_on=beyond).ends_on == beyond


class TestBatchUpdate:
    @pytest.fixture
    def change(self, training, typed, browse):
        url = reverse("programs:batch_update", args=[training.batch.pk])
        typed |= {"code": "JBR-BKR-A1", "starts_on": "17-12-2025", "ends_on": "31-12-2025"}
        officer = browse(training.cast.officer)
        return lambda **changes: officer.post(url, typed | changes)

    @pytest.mark.parametrize("days", [{"starts_on": "18-12-2025"}, {"ends_on": "17-12-2025"}])
    def test_no_meeting_may_be_left_outside(self, training, change, days):
        response = change(**days)
        assert response.context["form"].errors == {
            "ends_on": ["1 pertemuan jatuh di luar tanggal ini. Pindahkan dulu."]
        }
        training.batch.refresh_from_db()
        assert (training.batch.starts_on.day, training.batch.ends_on.day) == (17, 31)

    def test_a_cancelled_meeting_may(self, training, change):
        services.cancel_session(
            session=training.session,
            cancel_reason="Hujan",
            cancel_cause="other",
            by=training.cast.officer,
        )
        assert change(starts_on="18-12-2025").status_code == 302
        training.batch.refresh_from_db()
        assert training.batch.starts_on.day == 18

    def test_with_meetings_the_curriculum_stays(self, training, change):
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        assert list(change(curriculum=copy.pk).context["form"].errors) == ["curriculum"]
        Session.objects.all().delete()
        assert change(curriculum=copy.pk).status_code == 302

    def test_the_trail_names_what_changed(self, training, change):
        change(name="Produksi Bakery A1", quota="12")
        line = AuditEvent.objects.get(action="batch.updated")
        assert line.details == {"changed": {"quota": ["20", "12"]}}


class TestBatchList:
    def test_before_the_first_batch_it_says_what_one_is(self, cast, browse):
        response = browse(cast.officer).get(LIST)
        assert not response.context["has_any"]
        assert "Belum ada angkatan" in response.content.decode()

    def test_a_search_without_a_find_is_not_the_empty_list(self, training, browse):
        response = browse(training.cast.officer).get(LIST, {"q": "kopi"})
        assert response.context["has_any"]
        assert "Tidak ada yang cocok" in response.content.decode()

    @pytest.mark.parametrize("query", ["bakery a1", "BKR-A1", "negeri 3 jember"])
    def test_finds_by_name_code_and_partner(self, training, browse, query):
        elsewhere = factories.AgreementFactory(facility=training.cast.jember)
        factories.BatchFactory(agreement=elsewhere, name="Las", code="LAS")
        assert listed(browse(training.cast.officer), q=query) == ["JBR-BKR-A1"]

    def test_running_ones_only(self, training, browse):
        """Whatever the dates say: a batch runs when somebody has said so, or its first sheet."""
        for code, state in [("A2", "open"), ("A3", "planned"), ("A4", "finished")]:
            factories.BatchFactory(agreement=training.agreement, code=code, state=state)
        assert listed(browse(training.cast.officer), state="running") == ["JBR-BKR-A1"]
        assert listed(browse(training.cast.officer), state="finished") == ["A4"]

    @pytest.mark.parametrize(
        ("sort", "codes"),
        [
            ("", ["A2", "JBR-BKR-A1"]),
            ("-starts", ["A2", "JBR-BKR-A1"]),
            ("starts", ["JBR-BKR-A1", "A2"]),
            ("name", ["A2", "JBR-BKR-A1"]),
            ("-name", ["JBR-BKR-A1", "A2"]),
            ("ends", ["JBR-BKR-A1", "A2"]),
            ("password", ["A2", "JBR-BKR-A1"]),
        ],
    )
    def test_sorted(self, training, browse, sort, codes):
        later = training.batch.ends_on + timedelta(days=1)
        factories.BatchFactory(
            agreement=training.agreement, code="A2", name="las", starts_on=later, ends_on=later
        )
        assert listed(browse(training.cast.officer), sort=sort) == codes

    def test_counts_meetings_and_hours(self, training, browse):
        training.mark(training.session, "HHH")
        (batch,) = browse(training.cast.officer).get(LIST).context["page"]
        assert (batch.session_count, batch.held_hours, batch.planned_hours) == (2, 4, 8)

    def test_three_rows_cost_as_many_queries_as_one(self, training, browse):
        officer = browse(training.cast.officer)
        one = queries_of(officer, LIST)
        for _ in range(2):
            partner = factories.PartnerFactory(facilities=[training.cast.jember])
            agreement = factories.AgreementFactory(facility=training.cast.jember, partner=partner)
            factories.SessionFactory(batch=factories.BatchFactory(agreement=agreement))
        assert len(listed(officer)) == 3
        assert queries_of(officer, LIST) == one

    def test_a_coordinator_sees_her_schools_batches(self, training, browse):
        other = factories.AgreementFactory(facility=training.cast.jember)
        foreign = factories.BatchFactory(agreement=other, code="A2")
        coordinator = browse(training.cast.coordinator)
        assert listed(coordinator) == ["JBR-BKR-A1"]
        assert coordinator.get(foreign.get_absolute_url()).status_code == 404
        assert listed(browse(training.cast.officer), sort="name") == ["A2", "JBR-BKR-A1"]

    def test_an_instructor_sees_the_batches_she_teaches(self, training, browse):
        sibling = factories.BatchFactory(agreement=training.agreement, code="A2")
        instructor = browse(training.cast.instructor)
        assert listed(instructor) == ["JBR-BKR-A1"]
        assert instructor.get(sibling.get_absolute_url()).status_code == 404
        factories.SessionFactory(batch=sibling, instructor=training.cast.teacher)
        assert listed(instructor, sort="name") == ["A2", "JBR-BKR-A1"]

    def test_the_next_prison_sees_none_of_it(self, training, browse):
        stranger = browse(training.cast.stranger)
        assert not stranger.get(LIST).context["has_any"]
        assert stranger.get(training.batch.get_absolute_url()).status_code == 404


class TestBatchDetail:
    def test_three_meetings_cost_as_many_queries_as_one(self, training, browse):
        officer, url = browse(training.cast.officer), training.batch.get_absolute_url()
        training.sessions.pop().delete()
        one = queries_of(officer, url)
        for day in (19, 20):
            instructor = factories.InstructorFactory(partner=training.cast.school)
            factories.SessionFactory(
                batch=training.batch,
                unit=training.units[1],
                instructor=instructor,
                takes_place_on=training.session.takes_place_on.replace(day=day),
            )
        assert queries_of(officer, url) == one

    def test_warns_of_days_without_an_agreement(self, training, browse):
        officer, url = browse(training.cast.officer), training.batch.get_absolute_url()
        warning = "Pada 21–31 Desember 2025 tidak ada perjanjian berlaku"
        assert warning not in officer.get(url).content.decode()
        training.agreement.ends_on = training.batch.ends_on.replace(day=20)
        training.agreement.save()
        assert warning in officer.get(url).content.decode()

    def test_a_cancelled_meeting_stays_with_its_reason(self, training, browse):
        services.cancel_session(
            session=training.session,
            cancel_reason="Listrik padam",
            cancel_cause="other",
            by=training.cast.officer,
        )
        response = browse(training.cast.officer).get(training.batch.get_absolute_url())
        assert list(response.context["sessions"]) == training.sessions
        assert "Listrik padam" in response.content.decode()


class TestProgramList:
    def test_three_rows_cost_as_many_queries_as_one(self, training, browse):
        officer, url = browse(training.cast.officer), reverse("programs:program_list")
        one = queries_of(officer, url)
        factories.ProgramFactory.create_batch(2, facility=training.cast.jember)
        assert len(officer.get(url).context["page"].object_list) == 3
        assert queries_of(officer, url) == one

    @pytest.mark.parametrize(
        ("query", "found"), [("roti", []), ("bkr", ["BKR"]), ("baker", ["BKR"])]
    )
    def test_finds_by_name_and_code(self, training, browse, query, found):
        factories.ProgramFactory(facility=training.cast.jember, code="LAS", name="Las")
        page = browse(training.cast.officer).get(reverse("programs:program_list"), {"q": query})
        assert [one.code for one in page.context["page"]] == found


class TestProgramDetail:
    def test_each_version_shows_its_own_units(self, training, browse):
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        services.add_unit(
            curriculum=copy, title="Dekorasi kue", theory_hours=2, by=training.cast.officer
        )
        officer, url = browse(training.cast.officer), copy.program.get_absolute_url()
        for version, titles in [
            ("2", ["Higiene dan sanitasi", "Adonan roti", "Dekorasi kue"]),
            ("1", ["Higiene dan sanitasi", "Adonan roti"]),
        ]:
            shown = officer.get(url, {"version": version}).context["curriculum"]
            assert [unit.title for unit in shown.units.all()] == titles
