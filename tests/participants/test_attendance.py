"""The attendance sheet: one form for the class, sent once, from several desks."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from participants import services
from participants.models import Attendance, Enrollment, Submission
from participants.services import Mark
from programs.models import Session
from programs.services import cancel_session
from tests import factories
from tests.participants.sheets import marks, sheet
from tests.programs.pages import fields_of, kept

pytestmark = pytest.mark.django_db

PRESENT = ("H", "", 1)


@pytest.fixture
def url(training):
    return reverse("participants:attendance", args=[training.session.pk])


@pytest.fixture
def send(training, browse, url):
    """Send the first meeting's sheet as the instructor: send("HSA") gives the answer."""
    instructor = browse(training.cast.instructor)

    def send(codes="HHH", **more):
        return instructor.post(url, sheet(training.enrollments, codes, **more))

    return send


def act(client, name, session, **typed):
    """Press the button behind `name`, and read the page it leads to."""
    url = reverse(f"participants:{name}", args=[session.pk])
    return client.post(url, typed, follow=True)


def said(response):
    return [str(one) for one in response.context["messages"]]


class TestAttendance:
    def test_the_page_carries_the_names_the_contract_promises(self, training, browse, url):
        fields = fields_of(browse(training.cast.instructor).get(url))
        nonce = fields["nonce"]
        assert re.fullmatch(r"[\w-]{8,64}", nonce)
        blank = sheet(training.enrollments, "   ", nonce=nonce)
        versions = {name: value for name, value in blank.items() if "cause" not in name}
        assert versions.items() <= fields.items()
        assert not [name for name in fields if name.startswith("code-")]

    def test_each_page_has_a_nonce_of_its_own(self, training, browse, url):
        instructor = browse(training.cast.instructor)
        nonces = {fields_of(instructor.get(url))["nonce"] for _ in range(5)}
        assert len(nonces) == 5

    def test_writes_the_class_and_holds_the_meeting(self, training, send, url):
        assert send("HSA").url == url
        assert marks(training.session) == [
            PRESENT,
            ("S", "participant", 1),
            ("A", "participant", 1),
        ]
        training.session.refresh_from_db()
        assert training.session.status == Session.Status.HELD
        mark = Attendance.objects.first()
        assert mark.marked_by == training.cast.instructor

    def test_present_has_no_cause_whatever_the_form_says(self, training, send):
        send("HTI", cause="facility")
        assert marks(training.session) == [PRESENT, ("T", "facility", 1), ("I", "facility", 1)]

    def test_no_cause_is_the_participants(self, training, send):
        send("HSA", cause="")
        assert [cause for _, cause, _ in marks(training.session)] == [
            "",
            "participant",
            "participant",
        ]

    def test_rows_not_marked_wait(self, training, send):
        send("H S")
        assert marks(training.session) == [PRESENT, ("S", "participant", 1)]
        send(" H ", nonce="nonce-of-later")
        assert marks(training.session) == [PRESENT, PRESENT, ("S", "participant", 1)]

    def test_the_trail_says_what_was_changed_and_from_what(self, training, send):
        send("HHH")
        send("HSH", version=1, nonce="nonce-of-later")
        line = AuditEvent.objects.filter(action="attendance.recorded").first()
        second = str(training.enrollments[1].pk)
        assert line.details == {
            "marked": 0,
            "changed": {second: ["H", "S participant"]},
            "source": "screen",
        }

    def test_twenty_marks_cost_as_many_queries_as_three(self, training, browse):
        class_of_20 = factories.BatchFactory(agreement=training.agreement)
        factories.EnrollmentFactory.create_batch(20, batch=class_of_20)
        meeting = factories.SessionFactory(batch=class_of_20)
        officer, counts = browse(training.cast.officer), {}
        for session in (training.session, meeting):
            people = list(session.batch.enrollments.all())
            address = reverse("participants:attendance", args=[session.pk])
            for code, version in [("H", 0), ("S", 1)]:
                form = sheet(people, code * len(people), version=version, nonce=f"nonce-{code}-1")
                with CaptureQueriesContext(connection) as seen:
                    assert officer.post(address, form).status_code == 302
                counts[code, len(people)] = len(seen)
        assert Attendance.objects.filter(code="S", version=2).count() == 23
        assert [counts["H", 20], counts["S", 20]] == [counts["H", 3], counts["S", 3]]

    def test_a_page_of_twenty_costs_as_many_queries_as_one_of_three(self, training, browse, url):
        officer, counts = browse(training.cast.officer), []
        training.mark(training.session, "HHH")
        for more in (0, 17):
            factories.EnrollmentFactory.create_batch(more, batch=training.batch)
            with CaptureQueriesContext(connection) as seen:
                rows = officer.get(url).context["rows"]
            counts.append((len(rows), len(seen)))
        assert counts == [(3, counts[0][1]), (20, counts[0][1])]


class TestReplay:
    def test_the_same_form_again_writes_nothing_and_is_no_error(self, training, send):
        send("HHH")
        lines = AuditEvent.objects.count()
        assert send("SSS").status_code == 302
        assert marks(training.session) == [PRESENT] * 3
        assert AuditEvent.objects.count() == lines

    def test_not_even_when_the_marks_were_changed_since(self, training, send):
        send("HHH")
        send("SHH", version=1, nonce="nonce-of-later")
        assert send("HHH").status_code == 302
        assert marks(training.session)[0] == ("S", "participant", 2)

    def test_the_same_nonce_in_another_meeting_is_another_form(self, training, send, browse):
        send("HHH")
        second = training.sessions[1]
        address = reverse("participants:attendance", args=[second.pk])
        browse(training.cast.instructor).post(address, sheet(training.enrollments, "AAA"))
        assert marks(second) == [("A", "participant", 1)] * 3

    @pytest.mark.parametrize(
        "nonce", ["", "short-1", "n" * 65, "nonce from page", "nonce\x00zero", "nonçe-from"]
    )
    def test_a_bad_nonce_is_refused(self, training, send, nonce):
        assert send("HHH", nonce=nonce).status_code == 400
        assert not Attendance.objects.exists()

    def test_so_is_a_form_without_one(self, training, browse, url):
        form = sheet(training.enrollments, "HHH")
        del form["nonce"]
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not Attendance.objects.exists()


class TestConflict:
    @pytest.fixture
    def overtaken(self, training, browse, url):
        """The officer's page was opened before the instructor saved HHH; now she sends SHA."""
        officer = browse(training.cast.officer)
        page = fields_of(officer.get(url))
        training.mark(training.session, "HHH")
        return officer.post(url, page | sheet(training.enrollments, "SHA", nonce=page["nonce"]))

    def test_shows_both_and_writes_nothing(self, training, overtaken):
        assert overtaken.status_code == 409
        assert marks(training.session) == [PRESENT] * 3
        assert overtaken.context["conflict_count"] == 2
        told = re.findall(
            r"Dua isian:</b> (.+?) pukul [\d.]+, (.+?)\.<", overtaken.content.decode()
        )
        assert told == [
            ("Sri Wahyuni menyimpan Hadir (sebab: –)", "isian ini S"),
            ("Sri Wahyuni menyimpan Hadir (sebab: –)", "isian ini A"),
        ]

    def test_the_others_in_the_sheet_wait_too(self, training, send):
        send("H  ")
        response = send("SAA", nonce="nonce-of-later")
        assert response.status_code == 409
        assert marks(training.session) == [PRESENT]
        assert kept(response, sheet(training.enrollments, "SAA"))

    def test_saving_again_with_the_shown_version_wins(self, training, browse, url, overtaken):
        again = browse(training.cast.officer).post(url, fields_of(overtaken))
        assert again.status_code == 302
        assert marks(training.session) == [
            ("S", "participant", 2),
            PRESENT,
            ("A", "participant", 2),
        ]

    def test_the_same_value_twice_is_none(self, training, send):
        training.mark(training.session, "HSH", by=training.cast.officer)
        assert send("HSH").status_code == 302
        assert marks(training.session) == [PRESENT, ("S", "participant", 1), PRESENT]

    def test_the_same_letter_with_another_cause_is_one(self, training, send):
        training.mark(training.session, "HSH", by=training.cast.officer, cause="facility")
        assert send("HSH", cause="partner").status_code == 409
        assert marks(training.session)[1] == ("S", "facility", 1)

    def test_a_version_from_the_future_is_one(self, training, send):
        send("HHH")
        assert send("SHH", version=7, nonce="nonce-of-later").status_code == 409
        assert marks(training.session) == [PRESENT] * 3


class TestForgery:
    @pytest.fixture
    def forge(self, training, browse, url):
        """A right sheet with one more row, for somebody who is not on it."""
        instructor = browse(training.cast.instructor)

        def forge(name, **more):
            form = sheet(training.enrollments, "HHH") | {f"code-{name}": "H"} | more
            return instructor.post(url, form).status_code

        return forge

    def test_somebody_of_another_batch(self, training, forge):
        sibling = factories.BatchFactory(agreement=training.agreement)
        assert forge(factories.EnrollmentFactory(batch=sibling).pk) == 403
        assert not Attendance.objects.exists()

    def test_somebody_of_another_prison(self, training, forge):
        foreign = factories.AgreementFactory(facility=training.cast.metro)
        batch = factories.BatchFactory(agreement=foreign)
        assert forge(factories.EnrollmentFactory(batch=batch).pk) == 403
        assert not Attendance.objects.exists()

    def test_somebody_who_joined_later(self, training, forge):
        late = factories.EnrollmentFactory(
            batch=training.batch, position=4, joined_on=training.sessions[1].takes_place_on
        )
        assert forge(late.pk) == 403
        assert not Attendance.objects.exists()

    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("9" * 18, 403),
            ("9" * 19, 400),
            ("9" * 400, 400),
            ("0", 403),
            ("-1", 400),
            ("abc", 400),
            ("", 400),
            ("1 OR 1=1", 400),
            ("١٢", 400),
        ],
    )
    def test_nonsense(self, forge, name, status):
        assert forge(name) == status
        assert not Attendance.objects.exists()
        assert not Submission.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("code", "X"), ("code", "HH"), ("cause", "weather"), ("version", "-1"), ("version", "")],
    )
    def test_a_letter_a_cause_or_a_version_that_is_none(self, training, forge, field, value):
        pk = training.enrollments[0].pk
        assert forge(pk, **{f"{field}-{pk}": value}) == 400
        assert not Attendance.objects.exists()

    def test_the_service_says_who_is_not_on_the_sheet(self, training):
        outsider = factories.EnrollmentFactory()
        with pytest.raises(PermissionDenied):
            services.record_attendance(
                session=training.session,
                marks={outsider.pk: Mark("H", "", 0)},
                nonce="nonce-0001",
                by=training.cast.instructor,
            )

    def test_the_instructor_of_another_batch_finds_nothing(self, training, browse, url):
        colleague = factories.UserFactory(role="instructor", facility=training.cast.jember)
        teacher = factories.InstructorFactory(partner=training.cast.school, user=colleague)
        sibling = factories.BatchFactory(agreement=training.agreement)
        hers = factories.SessionFactory(batch=sibling, instructor=teacher)
        client = browse(colleague)
        assert client.get(hers.get_absolute_url()).status_code == 200
        assert client.get(url).status_code == 404
        assert client.post(url, sheet(training.enrollments, "HHH")).status_code == 404
        assert not Attendance.objects.exists()


class TestNotWritable:
    """What was typed stays on the page, and nothing is stored."""

    def check(self, training, send, words):
        form = sheet(training.enrollments, "HSA", cause="facility")
        response = send("HSA", cause="facility")
        assert response.status_code == 422
        assert response.context["refusals"] == [words]
        typed = {name: value for name, value in form.items() if name != "nonce"}
        assert kept(response, typed) == typed

    def test_cancelled(self, training, send):
        cancel_session(
            session=training.session,
            cancel_reason="Hujan",
            cancel_cause="other",
            by=training.cast.officer,
        )
        self.check(training, send, "Pertemuan ini dibatalkan, jadi tidak punya daftar hadir.")
        assert not Attendance.objects.exists()

    def test_locked(self, training, send):
        training.mark(training.session, "HHH")
        services.lock_attendance(session=training.session, by=training.cast.officer)
        Attendance.objects.update(version=0)  # as if the page had been up to date
        self.check(
            training,
            send,
            "Daftar hadir ini sudah dikunci. Petugas bisa membukanya dengan alasan.",
        )
        assert marks(training.session) == [("H", "", 0)] * 3

    def test_not_begun(self, training, send, time_machine):
        time_machine.move_to("2025-12-17T00:59:00Z")
        self.check(training, send, "Pertemuan ini baru dimulai pada 17 Desember 2025 pukul 08.00.")
        assert not Attendance.objects.exists()
        time_machine.move_to("2025-12-17T01:00:00Z")
        assert send("HSA").status_code == 302

    def test_a_future_day(self, training, send):
        tomorrow = timezone.localdate() + timedelta(days=2)
        Session.objects.filter(pk=training.session.pk).update(takes_place_on=tomorrow)
        Enrollment.objects.update(joined_on=training.batch.starts_on)
        assert send("HSA").status_code == 422
        assert not Attendance.objects.exists()


class TestAttendanceLock:
    def test_not_before_the_last_mark(self, training, browse, send):
        instructor = browse(training.cast.instructor)
        send("HH ")
        page = act(instructor, "attendance_lock", training.session)
        assert said(page) == ["1 orang belum punya tanda."]
        send("  S", nonce="nonce-of-later")
        assert said(act(instructor, "attendance_lock", training.session)) == [
            "Daftar hadir dikunci."
        ]
        training.session.refresh_from_db()
        assert training.session.locked_by == training.cast.instructor

    def test_marks_of_another_meeting_do_not_fill_this_one(self, training, browse):
        training.mark(training.sessions[1], "HHH")
        page = act(browse(training.cast.officer), "attendance_lock", training.session)
        assert said(page) == ["3 orang belum punya tanda."]

    def test_an_empty_meeting_is_cancelled_not_locked(self, training, browse):
        Enrollment.objects.all().delete()
        page = act(browse(training.cast.officer), "attendance_lock", training.session)
        assert said(page) == ["Pertemuan tanpa peserta tidak bisa dikunci; batalkan saja."]

    def test_twice_keeps_the_first_name(self, training, browse):
        training.mark(training.session, "HHH")
        act(browse(training.cast.instructor), "attendance_lock", training.session)
        act(browse(training.cast.officer), "attendance_lock", training.session)
        training.session.refresh_from_db()
        assert training.session.locked_by == training.cast.instructor


class TestAttendanceUnlock:
    @pytest.fixture
    def locked(self, training):
        training.mark(training.session, "HHH")
        services.lock_attendance(session=training.session, by=training.cast.officer)
        return training.session

    def test_an_officer_with_a_reason(self, training, locked, browse):
        act(browse(training.cast.officer), "attendance_unlock", locked, reason="Salah baris")
        locked.refresh_from_db()
        assert not locked.is_locked
        line = AuditEvent.objects.get(action="session.unlocked")
        assert line.details == {"reason": "Salah baris"}

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_not_without_one(self, training, locked, browse, reason):
        page = act(browse(training.cast.officer), "attendance_unlock", locked, reason=reason)
        assert said(page) == ["Tuliskan alasan membuka daftar hadir."]
        locked.refresh_from_db()
        assert locked.is_locked

    def test_not_the_instructor(self, training, locked, browse):
        page = act(browse(training.cast.instructor), "attendance_unlock", locked, reason="Salah")
        assert page.status_code == 403
        locked.refresh_from_db()
        assert locked.is_locked

    def test_an_open_sheet_says_so(self, training, browse):
        officer = browse(training.cast.officer)
        page = act(officer, "attendance_unlock", training.session, reason="Salah")
        assert said(page) == ["Daftar hadir ini tidak terkunci."]
