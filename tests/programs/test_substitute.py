"""Somebody else taught: told before or after the meeting, and never two classes at once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from participants.services import lock_attendance
from programs import services
from programs.models import Session
from programs.services import sessions
from tests import factories
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def hadi(training):
    return factories.InstructorFactory(partner=training.cast.school, name="Hadi Mulyono")


@pytest.fixture
def replace(training, browse):
    """Type who taught the first meeting."""
    officer = browse(training.cast.officer)
    url = reverse("programs:session_substitute", args=[training.session.pk])
    return lambda instructor: officer.post(url, {"instructor": instructor.pk})


def teacher_of(session):
    return Session.objects.get(pk=session.pk).instructor


def refused(session, instructor, by):
    with pytest.raises(ValidationError) as refusal:
        services.substitute_instructor(session=session, instructor=instructor, by=by)
    return refusal.value.messages


class TestSessionSubstitute:
    def test_after_the_meeting_was_held(self, training, hadi, replace, browse):
        training.mark(training.session, "HHH")
        assert replace(hadi).url == training.session.get_absolute_url()
        assert teacher_of(training.session) == hadi
        page = browse(training.cast.officer).get(
            reverse("programs:timetable", args=[training.batch.pk]), {"view": "list"}
        )
        assert [one.instructor for one in page.context["sessions"]] == [hadi, training.cast.teacher]

    def test_the_trail_says_instead_of_whom(self, training, hadi, replace):
        replace(hadi)
        line = AuditEvent.objects.get(action="session.substituted")
        assert line.details == {"changed": {"instructor": ["Sri Wahyuni, S.Pd.", "Hadi Mulyono"]}}

    def test_with_her_account_she_may_fill_the_sheet(self, training, replace, browse):
        user = factories.UserFactory(role="instructor", facility=training.cast.jember)
        stand_in = factories.InstructorFactory(partner=training.cast.school, user=user)
        client, url = browse(user), training.session.get_absolute_url()
        before = client.get(url).status_code
        replace(stand_in)
        assert (before, browse(user).get(url).status_code) == (404, 200)

    def test_offers_neither_herself_nor_another_schools(self, training, hadi, browse):
        factories.InstructorFactory()
        url = reverse("programs:session_substitute", args=[training.session.pk])
        form = browse(training.cast.officer).get(url).context["form"]
        assert list(form.fields["instructor"].queryset) == [hadi]


class TestRefusals:
    def test_locked(self, training, hadi, replace):
        training.mark(training.session, "HHH")
        lock_attendance(session=training.session, by=training.cast.officer)
        assert replace(hadi).context["form"].non_field_errors() == [
            "Daftar hadirnya sudah dikunci. Buka dulu dengan alasan, lalu ganti instrukturnya."
        ]
        assert teacher_of(training.session) == training.cast.teacher

    def test_cancelled(self, training, hadi, replace):
        services.cancel_session(
            session=training.session,
            cancel_reason="Hujan",
            cancel_cause="other",
            by=training.cast.officer,
        )
        assert replace(hadi).context["form"].non_field_errors() == [
            "Pertemuan ini dibatalkan, jadi tidak ada yang mengajar."
        ]

    def test_of_another_school(self, training):
        stranger = factories.InstructorFactory(name="Eko")
        assert refused(training.session, stranger, training.cast.officer) == [
            "Eko bukan dari mitra angkatan."
        ]

    def test_who_teaches_it_already(self, training):
        assert refused(training.session, training.cast.teacher, training.cast.officer) == [
            "Sri Wahyuni, S.Pd. sudah tercatat mengajar di sini."
        ]

    def test_teaching_elsewhere_at_that_hour(self, training, hadi, replace):
        agreement = factories.AgreementFactory(
            facility=training.cast.metro, partner=training.cast.school
        )
        factories.SessionFactory(batch=factories.BatchFactory(agreement=agreement), instructor=hadi)
        assert replace(hadi).context["form"].errors == {
            "instructor": ["Instruktur ini mengajar angkatan lain pada jam itu."]
        }
        assert teacher_of(training.session) == training.cast.teacher


class TestSessionOutsideThePlan:
    def test_the_form_of_a_meeting_starts_with_the_day_it_was_asked_for(self, training, browse):
        url = reverse("programs:session_create", args=[training.batch.pk])
        page = browse(training.cast.officer).get(url, {"takes_place_on": "19-12-2025"})
        assert page.context["form"]["takes_place_on"].value() == "19-12-2025"


@pytest.mark.django_db(transaction=True)
class TestTwoClassesAtOnce:
    """Both officers have read that she is free before either has written."""

    def both(self, training, hadi, substitute=services.substitute_instructor):
        other = factories.SessionFactory(
            batch=factories.BatchFactory(agreement=training.agreement),
            instructor=factories.InstructorFactory(partner=training.cast.school),
            takes_place_on=date(2025, 12, 17),
        )
        return at_once(
            *(
                lambda one=one: substitute(session=one, instructor=hadi, by=training.cast.officer)
                for one in (training.session, other)
            )
        )

    def test_one_gets_her(self, training, hadi, monkeypatch):
        meet_after(monkeypatch, sessions, "check_instructor", racers=2, patience=0.5)
        answers = self.both(training, hadi)
        (refusal,) = [one for one in answers if isinstance(one, ValidationError)]
        assert list(refusal.message_dict) == ["instructor"]
        assert Session.objects.filter(instructor=hadi).count() == 1

    def test_canary_without_the_lock_both_would(self, training, hadi, monkeypatch):
        substitute = without_guard(monkeypatch, services.substitute_instructor)
        meet_after(monkeypatch, sessions.audit, "set_fields", racers=2, patience=30)
        self.both(training, hadi, substitute)
        assert Session.objects.filter(instructor=hadi).count() == 2
