"""The day pack: what lies at the gate for one day, for whom, and what it does not say."""

from datetime import date, time
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.scope import ScopedQuerySet
from participants.exports.gate import MOVEMENTS
from participants.models import AnnouncedAbsence, CatchUpPlace, Enrollment, ReadingTrail
from participants.queries.gate import day_pack
from programs.models import Curriculum, Session
from tests import factories
from tests.certificates.stages import another_training
from tests.core.counting import queries_of

pytestmark = pytest.mark.django_db

URL, PRINT = reverse("participants:day_pack"), reverse("participants:day_pack_print")
DAY = {"on": "2025-12-17"}
ACHMAD, SUTRISNO, MOHAMMAD = (
    "Achmad Fauzi",
    "Sutrisno",
    "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra",
)


@pytest.fixture
def housed(training):
    """Achmad and Mohammad live in Blok B, nobody knows where Sutrisno does."""
    for one, unit in zip(training.enrollments, ("Blok B/3", "", "Blok B/1"), strict=True):
        one.inmate.housing_unit = unit
        one.inmate.save()
    return training


def announce(training, inmate, **more):
    return AnnouncedAbsence.objects.create(
        inmate=inmate,
        starts_on=date(2025, 12, 17),
        ends_on=date(2025, 12, 17),
        reason=AnnouncedAbsence.Reason.COURT,
        announced_by=training.cast.officer,
        **more,
    )


def catch_up(training, *invited):
    session = factories.SessionFactory(
        batch=training.batch,
        kind=Session.Kind.CATCH_UP,
        unit=training.units[0],
        instructor=training.cast.teacher,
        starts_at=time(13),
        ends_at=time(15),
        hours=2,
    )
    for one in invited:
        CatchUpPlace.objects.create(session=session, enrollment=one)
    return session


def moves(pack):
    """[(block, [(name, hour, whether they go)])]"""
    return [
        (
            block.name,
            [
                (one.inmate.name, one.session.starts_at.hour, not one.absence)
                for one in block.movements
            ],
        )
        for block in pack.blocks
    ]


def text_of(response):
    pages = PdfReader(BytesIO(response.content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


class TestMovements:
    def test_by_block_and_name_the_unknown_last(self, housed):
        assert moves(day_pack(housed.cast.head, date(2025, 12, 17))) == [
            ("Blok B", [(ACHMAD, 8, True), (MOHAMMAD, 8, True)]),
            ("", [(SUTRISNO, 8, True)]),
        ]

    def test_an_announced_absence_keeps_from_the_hours_it_covers(self, housed):
        catch_up(housed, housed.enrollments[0])
        announce(housed, housed.enrollments[0].inmate, starts_at=time(12), ends_at=time(14))
        (_block, movements), _unknown = moves(day_pack(housed.cast.officer, date(2025, 12, 17)))
        assert movements == [(ACHMAD, 8, True), (ACHMAD, 13, False), (MOHAMMAD, 8, True)]

    def test_each_meeting_has_those_of_its_sheet(self, housed):
        """Joined later, left, suspended, not invited: the same rule as the sheet's."""
        first, second, third = housed.enrollments
        Enrollment.objects.filter(pk=first.pk).update(joined_on=date(2025, 12, 18))
        factories.SuspensionFactory(enrollment=third)
        sessions = [housed.session, catch_up(housed, second, third)]
        pack = day_pack(housed.cast.officer, date(2025, 12, 17))
        found = {one: {m.inmate.pk for m in pack.movements if m.session == one} for one in sessions}
        assert found == {
            one: {e.inmate_id for e in Enrollment.objects.on_roster_of(one)} for one in sessions
        }
        assert found == {one: {second.inmate_id} for one in sessions}

    def test_a_cancelled_meeting_moves_nobody(self, housed):
        Session.objects.update(status="cancelled", cancel_reason="Razia", cancel_cause="facility")
        pack = day_pack(housed.cast.officer, date(2025, 12, 17))
        assert (pack.sessions, pack.movements, pack.arrivals) == ([], [], [])


class TestComingIn:
    def test_an_instructor_comes_once_for_all_her_meetings(self, housed):
        housed.batch.escort = "Sutarno"
        housed.batch.save()
        catch_up(housed)
        pack = day_pack(housed.cast.officer, date(2025, 12, 17))
        [arrival] = pack.arrivals
        assert (arrival.instructor, arrival.starts_at, arrival.ends_at, arrival.batches) == (
            housed.cast.teacher,
            time(8),
            time(15),
            [housed.batch],
        )
        assert pack.escorts == [housed.batch]

    def test_materials_of_a_batch_and_tools_of_a_meeting(self, housed):
        Curriculum.objects.update(materials="Tepung, 75 kg\n\nTelur, 15 kg\n", tools="Loyang, 20")
        catch_up(housed)
        pack = day_pack(housed.cast.officer, date(2025, 12, 17))
        assert [(one.batch, one.lines) for one in pack.materials] == [
            (housed.batch, ["Tepung, 75 kg", "Telur, 15 kg"])
        ]
        assert [[line.tool for line in tools.lines] for _, tools in pack.tools] == [
            ["Loyang, 20"]
        ] * 2


class TestDayPack:
    @pytest.fixture
    def officer(self, housed, browse):
        return browse(housed.cast.officer)

    def test_the_screen_says_why_and_leads_to_the_days_beside(self, housed, officer):
        announce(housed, housed.enrollments[0].inmate)
        page = officer.get(URL, DAY)
        assert "Blok belum diketahui" in page.text
        assert "Sidang" in page.text
        assert (page.context["earlier"], page.context["later"]) == (
            date(2025, 12, 16),
            date(2025, 12, 18),
        )

    def test_an_empty_day_teaches(self, officer):
        page = officer.get(URL, {"on": "2025-12-20"}).text
        assert "Tidak ada pertemuan pada hari itu" in page
        assert "Cetak berkas" not in page

    @pytest.mark.parametrize("on", ["31-02-2025", "besok", "9999-99-99"])
    def test_a_day_that_is_none_is_said_beside_the_field(self, officer, on):
        page = officer.get(URL, {"on": on})
        assert page.status_code == 200
        assert list(page.context["form"].errors) == ["on"]

    @pytest.mark.parametrize("on", ["1900-01-01", "31-12-2200"])
    def test_the_ends_of_time_can_be_looked_at(self, officer, on):
        assert officer.get(URL, {"on": on}).context["form"].errors == {}

    def test_each_reading_names_everybody_once(self, housed, officer):
        catch_up(housed, *housed.enrollments)
        officer.get(URL, DAY)
        officer.get(URL, DAY | {"export": "xlsx"})
        everybody = {one.inmate_id for one in housed.enrollments}
        for how in ("viewed", "exported"):
            lines = ReadingTrail.objects.filter(how=how, page="day_pack")
            assert sorted(one.inmate_id for one in lines) == sorted(everybody)

    def test_the_spreadsheet_is_the_movement_list(self, housed):
        announce(housed, housed.enrollments[0].inmate)
        pack = day_pack(housed.cast.officer, date(2025, 12, 17))
        columns = dict(MOVEMENTS)
        cells = ("Blok", "Nama", "Mulai pukul", "Pemberitahuan")
        assert [tuple(columns[name](one) for name in cells) for one in pack.movements] == [
            ("Blok B", ACHMAD, "08.00", "Sidang pengadilan"),
            ("Blok B", MOHAMMAD, "08.00", ""),
            ("", SUTRISNO, "08.00", ""),
        ]

    def seen_from_metro(self, housed, browse):
        """Whose names stand in the pack of Metro's officer, whose class meets on the same day."""
        another_training(
            housed.cast,
            facility=housed.cast.metro,
            school=factories.PartnerFactory(facilities=[housed.cast.metro]),
            code="MTR-LAS-A1",
            names=["Eko", "Fajar"],
        )
        page = browse(housed.cast.stranger).get(URL, DAY)
        return {one.inmate.name for one in page.context["pack"].movements}

    def test_another_prison_is_not_in_it(self, housed, browse):
        assert self.seen_from_metro(housed, browse) == {"Eko", "Fajar"}

    def test_canary_without_the_scope_it_is(self, housed, browse, monkeypatch):
        monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        assert {ACHMAD, SUTRISNO} < self.seen_from_metro(housed, browse)

    @pytest.mark.parametrize("url", [URL, PRINT])
    def test_an_instructor_is_not_shown_blocks(self, housed, browse, url):
        assert browse(housed.cast.instructor).get(url, DAY).status_code == 403

    def test_one_meeting_and_three_cost_the_same(self, housed, officer):
        url = f"{URL}?on=2025-12-17"
        Curriculum.objects.update(tools="Loyang")
        few = queries_of(officer, url)
        catch_up(housed, *housed.enrollments)
        other = factories.SessionFactory(batch__agreement=housed.agreement)
        factories.EnrollmentFactory(batch=other.batch)
        announce(housed, housed.enrollments[1].inmate)
        assert queries_of(officer, url) == few


class TestDayPackPrint:
    def test_everybody_once_a_meeting_and_never_why_they_stay(self, housed, browse):
        Curriculum.objects.update(materials="Tepung, 75 kg", tools="Loyang, 20 buah")
        catch_up(housed, housed.enrollments[0])
        announce(housed, housed.enrollments[1].inmate)
        response = browse(housed.cast.head).get(PRINT, DAY | {"paper": "f4"})
        moving, coming, tools = text_of(response)
        assert [moving.count(name) for name in (ACHMAD, SUTRISNO)] == [2, 1]
        assert (moving.count("tidak berangkat") - 1, moving.count("Sidang")) == (1, 0)
        assert ["Sri Wahyuni" in coming, "Tepung, 75 kg" in coming, ACHMAD in coming] == [
            True,
            True,
            False,
        ]
        assert tools.count("Loyang, 20 buah") == 2
        assert round(PdfReader(BytesIO(response.content)).pages[0].mediabox.height) == 935
        lines = ReadingTrail.objects.filter(how="printed", page="day_pack_print")
        assert lines.count() == 3
