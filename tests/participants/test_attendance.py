"""The attendance sheet: one form for the class, sent once, from several desks."""

import re
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Facility
from participants import services
from participants.models import (
    AnnouncedAbsence,
    Attendance,
    CatchUpPlace,
    Enrollment,
    Submission,
)
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

    def send(codes="HHH", *, version=0, cause="participant", nonce="nonce-from-page", **fields):
        form = sheet(training.enrollments, codes, version=version, cause=cause, nonce=nonce)
        return instructor.post(url, form | fields)

    return send


@pytest.fixture
def tell(training, browse, url):
    """As the page saves by itself: tell({0: "S"}) sends one row, and gives (status, words)."""

    def tell(codes, *, by=None, nonce="nonce-from-page", version=0, **fields):
        rows = {f"code-{training.enrollments[at].pk}": code for at, code in codes.items()}
        versions = {f"version-{training.enrollments[at].pk}": str(version) for at in codes}
        form = {"nonce": nonce, **rows, **versions, **fields}
        client = browse(by or training.cast.instructor)
        answer = client.post(url, form, headers={"accept": "application/json"})
        return answer.status_code, answer.json()

    return tell


def act(client, name, session, **typed):
    """Press the button behind `name`, and read the page it leads to."""
    url = reverse(f"participants:{name}", args=[session.pk])
    return client.post(url, typed, follow=True)


def quarrels(response):
    """What the sheet says about rows with two values, without the hour."""
    blocks = re.findall(r"Dua isian:</b>(.+?)</div>", response.content.decode(), re.DOTALL)
    texts = [re.sub(r"<[^>]+>| \(\d[^)]+\)", "", one) for one in blocks]
    return [" ".join(one.split()) for one in texts]


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
        assert send("HHH").status_code == 302
        assert marks(training.session) == [PRESENT] * 3
        assert AuditEvent.objects.count() == lines

    def test_with_other_marks_it_says_that_they_are_not_stored(self, training, browse, send, url):
        """Back in the browser's history, one letter changed, sent again."""
        send("HH ")
        response = send("HSA")
        assert response.status_code == 200
        assert marks(training.session) == [PRESENT] * 2
        assert kept(response, sheet(training.enrollments, "HSA")).items() >= {
            (f"code-{one.pk}", code) for one, code in zip(training.enrollments, "HSA", strict=True)
        }
        assert quarrels(response) == [
            "Sri Wahyuni menyimpan Hadir, isian ini Sakit, sebab Peserta."
        ]
        html = response.content.decode()
        assert html.count("Formulir ini sudah pernah diterima") == 1
        assert "attendance.js" not in html
        again = fields_of(response)
        assert again["nonce"] != "nonce-from-page"
        assert browse(training.cast.instructor).post(url, again).status_code == 302
        assert [code for code, _, _ in marks(training.session)] == ["H", "S", "A"]

    def test_a_mark_changed_since_stays_and_both_are_shown(self, training, send):
        send("HHH")
        send("SHH", version=1, nonce="nonce-of-later")
        response = send("HHH")
        assert response.status_code == 200
        assert quarrels(response) == [
            "Sri Wahyuni menyimpan Sakit, sebab Peserta, isian ini Hadir."
        ]
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


class TestMoved:
    """The page was drawn for the 17th; since then an officer moved the meeting to the 19th."""

    WORDS = (
        "Pertemuan ini dipindah dari 17 Desember 2025 ke 19 Desember 2025; isian di bawah untuk "
        "hari yang lama, belum tersimpan."
    )
    OLD, NEW = "2025-12-17", "2025-12-19"

    @pytest.fixture
    def moved(self, training, browse, url, time_machine):
        page = fields_of(browse(training.cast.instructor).get(url))
        assert page["day"] == self.OLD
        Session.objects.filter(pk=training.session.pk).update(takes_place_on=self.NEW)
        time_machine.move_to("2025-12-19T08:00:00Z")

    def test_a_draft_of_the_old_day_waits(self, training, moved, tell):
        told = tell({0: "H"}, day=self.OLD)
        assert told == (422, {"refusals": [self.WORDS], "errors": {}})
        assert not Attendance.objects.exists()
        assert tell({0: "H"}, day=self.NEW)[0] == 200

    def test_a_form_of_the_old_day_comes_back(self, training, moved, send):
        response = send("HSA", day=self.OLD)
        assert (response.status_code, response.context["refusals"]) == (422, [self.WORDS])
        assert kept(response, {"day": ""}) == {"day": self.NEW}
        assert "Isian di bawah belum tersimpan" not in response.content.decode()
        assert not Submission.objects.exists()

    def test_what_had_arrived_before_is_no_error_after(self, training, send, tell, moved):
        Session.objects.filter(pk=training.session.pk).update(takes_place_on=self.OLD)
        send("H  ", day=self.OLD)
        Session.objects.filter(pk=training.session.pk).update(takes_place_on=self.NEW)
        assert tell({0: "H"}, day=self.OLD)[0] == 200

    def test_a_form_that_says_no_day_is_taken(self, training, moved, send):
        assert send("HSA").status_code == 302

    @pytest.mark.parametrize("day", ["kemarin", "2025-02-30", "20251217", "٢٠٢٥-12-17"])
    def test_no_page_of_ours_says_such_a_day(self, training, send, day):
        assert send("HSA", day=day).status_code == 400
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
        assert quarrels(overtaken) == [
            "Sri Wahyuni menyimpan Hadir, isian ini Sakit, sebab Peserta.",
            "Sri Wahyuni menyimpan Hadir, isian ini Alpa, sebab Peserta.",
        ]

    def test_shows_minutes_and_remark_of_both(self, training, send):
        pk = training.enrollments[0].pk
        send("H  ")
        send("S  ", version=1, nonce="nonce-of-later", **{f"remark-{pk}": "surat klinik"})
        response = send(
            "T  ",
            version=1,
            nonce="nonce-of-last",
            **{f"minutes-{pk}": "15", f"remark-{pk}": "kunjungan"},
        )
        assert quarrels(response) == [
            "Sri Wahyuni menyimpan Sakit, sebab Peserta, “surat klinik”, "
            "isian ini Terlambat, sebab Peserta, 15 menit, “kunjungan”."
        ]

    def test_says_so_when_theirs_is_not_there(self, training, send):
        response = send("S  ", version=3)
        assert response.status_code == 409
        assert quarrels(response) == [
            "Tanda ini tidak tersimpan lagi, isian ini Sakit, sebab Peserta."
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


class TestTold:
    """What the page hears when it saves by itself, some rows at a time."""

    def test_stores_the_rows_that_were_sent(self, training, tell, time_machine):
        time_machine.move_to("2025-12-17T01:52:00Z", tick=False)
        first, _second, third = (str(one.pk) for one in training.enrollments)
        assert tell({0: "H"})[0] == 200
        late = {f"minutes-{third}": " 20 ", f"remark-{third}": "kunjungan"}
        status, word = tell({2: "T"}, nonce="nonce-of-later", **late)
        assert status == 200
        assert word == {"saved_at": "08.52", "versions": {first: 1, third: 1}, "others": {}}
        facts = [one.facts for one in training.session.attendances.order_by("pk")]
        assert facts == [("H", "", None, ""), ("T", "participant", 20, "kunjungan")]

    def test_a_conflict_shows_theirs_and_writes_nothing(self, training, tell, time_machine):
        time_machine.move_to("2025-12-17T01:52:00Z", tick=False)
        pk = str(training.enrollments[0].pk)
        tell({0: "S"}, by=training.cast.officer, **{f"cause-{pk}": "facility"})
        status, word = tell({0: "A", 1: "H"}, nonce="nonce-of-later")
        assert status == 409
        theirs = {"code": "S", "cause": "facility", "minutes": "", "remark": "", "version": 1}
        by = {"by": "Ratna Wulandari", "at": "08.52"}
        assert word == {"conflicts": {pk: {**theirs, **by}}}
        assert marks(training.session) == [("S", "facility", 1)]

    def test_a_conflict_with_nothing(self, training, tell):
        pk = str(training.enrollments[0].pk)
        nothing = {"code": "", "cause": "", "minutes": "", "remark": "", "version": 0}
        assert tell({0: "A"}, version=2) == (409, {"conflicts": {pk: nothing}})

    def test_names_the_day_when_it_is_another(self, training, tell, time_machine):
        time_machine.move_to("2025-12-17T01:52:00Z", tick=False)
        tell({0: "S"}, by=training.cast.officer)
        time_machine.move_to("2025-12-18T01:00:00Z", tick=False)
        browsed = tell({0: "A"}, nonce="nonce-of-later")[1]["conflicts"]
        assert [one["at"] for one in browsed.values()] == ["17 Des 2025 08.52"]

    def test_mistyped_rows_by_person(self, training, tell):
        first, second, _third = (one.pk for one in training.enrollments)
        typed = {f"minutes-{first}": "8O", f"remark-{second}": "x" * 121}
        status, word = tell({0: "T", 1: "S", 2: "H"}, **typed)
        assert (status, word["refusals"]) == (422, [])
        assert word["errors"] == {
            str(first): "Menit terlambat: tulis angka saja.",
            str(
                second
            ): "Pastikan nilai ini mengandung paling banyak 120 karakter (sekarang 121 karakter).",
        }
        assert not Attendance.objects.exists()

    def test_refused_as_a_whole(self, training, tell, time_machine):
        time_machine.move_to("2025-12-17T00:59:00Z")
        words = "Pertemuan ini baru dimulai pada 17 Desember 2025 pukul 08.00."
        assert tell({0: "H"}) == (422, {"refusals": [words], "errors": {}})

    def test_a_replay_says_what_somebody_changed_since(self, training, tell):
        first, second = (str(one.pk) for one in training.enrollments[:2])
        tell({0: "H", 1: "H"})
        tell({0: "S"}, version=1, nonce="nonce-of-other", by=training.cast.officer)
        status, word = tell({0: "H", 1: "H"})
        assert (status, word["versions"]) == (200, {first: 2, second: 1})
        assert {pk: theirs["code"] for pk, theirs in word["others"].items()} == {first: "S"}
        assert Submission.objects.count() == 2

    def test_somebody_who_left_the_roster(self, training, tell):
        outsider = factories.EnrollmentFactory().pk
        word = tell({0: "H"}, **{f"code-{outsider}": "H"})
        assert word == (403, {"off_roster": [outsider]})
        assert not Attendance.objects.exists()
        assert not Submission.objects.exists()

    def test_never_another_persons_marks(self, training, browse, url):
        """Her page is still open; somebody else signed in meanwhile, and it sends."""
        hers, officer = training.cast.instructor.pk, browse(training.cast.officer)
        form = sheet(training.enrollments, "HHH")
        assert officer.post(url, form | {"user": str(hers)}).status_code == 403
        assert not Attendance.objects.exists()
        own = {"user": str(training.cast.officer.pk)}
        assert officer.post(url, form | own).status_code == 302

    def test_nobody_signed_in_is_led_to_the_login(self, training, browse, url):
        form = sheet(training.enrollments, "HHH")
        answer = browse().post(url, form, headers={"accept": "application/json"})
        assert answer.status_code == 302
        assert not Attendance.objects.exists()


class TestEmptyRoster:
    def test_marks_that_wait_on_the_computer_are_named_there_too(self, training, browse, url):
        """Everybody was taken off the meeting; a draft of theirs must not stay for ever."""
        html = browse(training.cast.instructor).get(url).content.decode()
        assert (html.count("data-drafts="), html.count("attendance.js")) == (0, 1)
        Enrollment.objects.all().delete()
        html = browse(training.cast.instructor).get(url).content.decode()
        assert html.count(f'data-only="{training.session.pk}"') == 1
        assert (html.count("js/drafts."), html.count("attendance.js")) == (1, 0)


class TestRows:
    def test_minutes_and_remark_come_back(self, training, browse, send, url):
        pk = training.enrollments[0].pk
        typed = {f"minutes-{pk}": "20", f"remark-{pk}": "kunjungan", f"code-{pk}": "T"}
        assert send("T  ", **typed).status_code == 302
        page = browse(training.cast.instructor).get(url)
        assert kept(page, typed) == typed

    def test_what_was_mistyped_stays_beside_its_error(self, training, send):
        pk = training.enrollments[0].pk
        typed = {f"code-{pk}": "T", f"minutes-{pk}": "8O", f"remark-{pk}": "kunjungan"}
        response = send("THH", **typed)
        assert response.status_code == 422
        assert kept(response, typed) == typed
        errors = [row.error for row in response.context["rows"]]
        assert errors == ["Menit terlambat: tulis angka saja.", "", ""]
        assert not Attendance.objects.exists()

    def test_a_remark_without_a_mark_waits_for_one(self, training, send):
        pk = training.enrollments[1].pk
        response = send("H H", **{f"remark-{pk}": "surat klinik"})
        assert response.status_code == 422
        assert kept(response, {f"remark-{pk}": ""}) == {f"remark-{pk}": "surat klinik"}
        assert [bool(row.error) for row in response.context["rows"]] == [False, True, False]

    def test_the_last_meeting_stands_beside_each(self, training, browse):
        training.mark(training.sessions[0], "HSA")
        late = factories.EnrollmentFactory(batch=training.batch, position=4)
        page = browse(training.cast.officer).get(training.sessions[1].get_absolute_url())
        assert [row.last_code for row in page.context["rows"]] == ["H", "S", "A", ""]
        assert late in [row.enrollment for row in page.context["rows"]]
        first = browse(training.cast.officer).get(training.session.get_absolute_url())
        assert {row.last_code for row in first.context["rows"]} == {""}

    def test_paper_shows(self, training, browse, url):
        training.mark(training.session, "HHH")
        Attendance.objects.filter(enrollment=training.enrollments[1]).update(source="paper")
        html = browse(training.cast.officer).get(url).content.decode()
        assert html.count('title="dari kertas"') == 1

    def test_a_catch_up_lists_those_invited(self, training, browse, url):
        Session.objects.filter(pk=training.session.pk).update(kind=Session.Kind.CATCH_UP)
        CatchUpPlace.objects.create(session=training.session, enrollment=training.enrollments[2])
        page = browse(training.cast.officer).get(url)
        assert [row.enrollment for row in page.context["rows"]] == [training.enrollments[2]]
        assert "Daftar hadir susulan" in page.content.decode()


class TestAnnounced:
    @pytest.fixture
    def court(self, training):
        return AnnouncedAbsence.objects.create(
            inmate=training.enrollments[1].inmate,
            starts_on=training.session.takes_place_on,
            ends_on=training.session.takes_place_on,
            reason=AnnouncedAbsence.Reason.COURT,
            announced_by=training.cast.officer,
        )

    def chip(self, browse, user, url):
        html = browse(user).get(url).content.decode()
        return re.findall(r"(diberitahukan: [^<]+)<", html)

    def test_the_officer_reads_what_for_and_the_instructor_does_not(
        self, training, browse, court, url
    ):
        assert self.chip(browse, training.cast.officer, url) == [
            "diberitahukan: Izin (sidang pengadilan)"
        ]
        assert self.chip(browse, training.cast.instructor, url) == [
            "diberitahukan: Izin, sebab Lapas"
        ]
        html = browse(training.cast.instructor).get(url).content.decode()
        assert "sidang" not in html.lower()

    def test_its_mark_and_cause_are_at_hand(self, training, browse, court, url):
        page = browse(training.cast.instructor).get(url)
        assert page.content.decode().count('data-announced="I facility"') == 1
        causes = [fields_of(page)[f"cause-{one.pk}"] for one in training.enrollments]
        assert causes == ["participant", "facility", "participant"]

    def test_not_when_withdrawn_nor_at_another_hour(self, training, browse, court, url):
        court.starts_at, court.ends_at = time(13), time(15)
        court.save()
        assert self.chip(browse, training.cast.officer, url) == []
        court.starts_at = court.ends_at = None
        court.withdrawn_at, court.withdrawn_by = timezone.now(), training.cast.officer
        court.save()
        assert self.chip(browse, training.cast.officer, url) == []


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


class TestClosedByRule:
    @pytest.fixture
    def closed(self, training, time_machine):
        """Seven days are given, and the eighth has come."""
        training.mark(training.session, "HHH")
        Facility.objects.update(sheet_days=7)
        time_machine.move_to("2025-12-25T03:00:00Z")
        return training.session

    def test_says_since_when_and_opens_with_a_reason(self, training, closed, browse, url, tell):
        words = (
            "Daftar hadir ini ditutup menurut aturan Lapas; hari terakhir mengisinya "
            "24 Desember 2025."
        )
        officer = browse(training.cast.officer)
        assert words in officer.get(url).content.decode()
        assert tell({0: "S"}, version=1)[0] == 422
        act(officer, "attendance_unlock", closed, reason="Salah baris")
        assert tell({0: "S"}, version=1)[0] == 200
        assert marks(closed)[0] == ("S", "participant", 2)

    def test_only_officers_see_the_form_and_all_may_lock(self, training, closed, browse, url):
        unlock = reverse("participants:attendance_unlock", args=[closed.pk])
        lock = reverse("participants:attendance_lock", args=[closed.pk])
        pages = [
            browse(one).get(url).content.decode()
            for one in (training.cast.officer, training.cast.instructor)
        ]
        assert [unlock in page for page in pages] == [True, False]
        assert [lock in page for page in pages] == [True, True]


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
