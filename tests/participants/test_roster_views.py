"""A roster in the browser: upload, look, answer, commit, undo."""

from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.sheets import read_sheets
from participants import services, tasks
from participants.columns import HEADINGS, field_of
from participants.models import Inmate, ReadingTrail, RosterImport
from participants.queries.comparison import compare
from tests import factories
from tests.core.counting import queries_of
from tests.participants.bad_rosters import HEAD
from tests.participants.roster_files import messy_roster, people, table

LIST = "/participants/rosters/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel("2025-12-20 10:00+07:00", tick=True):
        yield


@pytest.fixture
def officer(cast, browse):
    return browse(cast.officer)


def upload(officer, content, name="daftar.xlsx", facts_on="20-12-2025"):
    file = SimpleUploadedFile(name, content)
    return officer.post(LIST, {"file": file, "facts_on": facts_on})


def uploaded(officer, rows, headings=HEAD):
    assert upload(officer, table(rows, headings=headings)).status_code == 302
    return RosterImport.objects.first()


def act(officer, name, roster_import, **data):
    url = reverse(f"participants:roster_import_{name}", args=[roster_import.pk])
    return officer.post(url, data, follow=True)


def commit(officer, roster_import):
    return act(officer, "commit", roster_import, seen=compare(roster_import).fingerprint)


def said(page):
    return [str(one) for one in page.context["messages"]]


SITI = ["B.I 1/2025", "Siti Aminah", "P"]


class TestUpload:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "Berkas ini kosong."),
            (b"x" * 2000, "Berkas lebih besar dari 0 MB. Salin daftarnya saja ke buku kerja baru."),
            (b"<html>", "Berkas ini halaman web"),
            (b"Nama\nBudi", "Tidak ada daftar di berkas ini"),
        ],
    )
    def test_a_file_that_is_none_is_refused_beside_its_field(
        self, officer, settings, content, reason
    ):
        settings.ROSTER_MAX_BYTES = 1000
        form = upload(officer, content).context["form"]
        assert form.errors["file"][0].startswith(reason)
        assert not RosterImport.objects.exists()

    def test_no_file_and_a_day_to_come(self, officer):
        assert officer.post(LIST, {"facts_on": "20-12-2025"}).context["form"].errors == {
            "file": ["Pilih berkasnya dulu."]
        }
        page = upload(officer, table([SITI], headings=HEAD), facts_on="21-12-2025")
        assert page.context["form"].errors == {"facts_on": ["Tanggal itu belum tiba."]}

    def test_the_template_has_the_headings_and_nobody_in_it(self, officer):
        content = officer.get(f"{LIST}template/").content
        daftar, _help = read_sheets(content)
        assert [field_of(heading) for heading in daftar.rows[0][1]] == list(HEADINGS)
        assert upload(officer, content).context["form"].errors.keys() == {"file"}


class TestWay:
    def test_from_upload_to_undoing(self, officer):
        upload(officer, messy_roster(people(30)))
        roster_import = RosterImport.objects.get()
        page = officer.get(roster_import.get_absolute_url())
        assert [(name, count) for name, _label, count in page.context["tabs"] if count] == [
            ("new", 30)
        ]
        assert not Inmate.objects.exists()
        page = commit(officer, roster_import)
        assert page.templates[0].name == "participants/roster_import_result.html"
        assert Inmate.objects.present().count() == 30
        act(officer, "undo", roster_import)
        assert Inmate.objects.present().count() == 0
        assert said(act(officer, "undo", roster_import)) == [
            "Hanya impor terakhir yang bisa dibatalkan, dan hanya sekali."
        ]

    def test_pressed_twice_it_runs_once(self, officer, monkeypatch):
        begun = []
        monkeypatch.setattr(tasks, "import_roster", SimpleNamespace(enqueue=begun.append))
        roster_import = uploaded(officer, [SITI])
        assert said(commit(officer, roster_import)) == []
        assert said(commit(officer, roster_import)) == ["Impor ini sedang berjalan."]
        assert begun == [roster_import.pk]
        url = roster_import.get_absolute_url()
        with CaptureQueriesContext(connection) as asked:
            bar = officer.get(url, headers={"HX-Request": "true"}).content.decode()
        assert not [one for one in asked if '"rows"' in one["sql"]]
        assert ("<progress" in bar, "<html" in bar) == (True, False)
        services.run_import(roster_import=RosterImport.objects.get())
        assert officer.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"

    def test_an_older_page_commits_nothing(self, officer):
        page = act(officer, "commit", uploaded(officer, [SITI]), seen="")
        assert said(page) == [
            "Data berubah sejak halaman ini dibuka. Periksa sekali lagi, lalu simpan."
        ]
        assert not Inmate.objects.exists()

    def test_discarded(self, officer):
        roster_import = uploaded(officer, [SITI])
        act(officer, "discard", roster_import)
        page = officer.get(roster_import.get_absolute_url())
        assert page.context["roster_import"].state == "discarded"
        assert page.context["tabs"] == []

    def test_older_facts_over_newer_ones_are_pointed_out(self, officer):
        commit(officer, uploaded(officer, [SITI]))
        upload(officer, table([SITI], headings=HEAD), facts_on="01-12-2025")
        page = officer.get(RosterImport.objects.first().get_absolute_url())
        assert str(page.context["newer_on"]) == "2025-12-20"


class TestPages:
    def test_wrong_rows_as_a_page_and_as_a_file(self, officer, cast):
        kept = factories.InmateFactory(facility=cast.jember, register_number="B.I 2/2025")
        roster_import = uploaded(officer, [SITI, ["B.I 2/2025", "Anton", "X"]])
        page = officer.get(roster_import.get_absolute_url())
        assert (page.context["tab"], page.context["wrong_count"]) == ("wrong", 1)
        url = reverse("participants:roster_import_wrong", args=[roster_import.pk])
        (sheet,) = read_sheets(officer.get(url).content)
        assert sheet.rows[0][1] == [*HEAD, "Lembar", "Baris", "Alasan"]
        assert sheet.rows[1][1][:5] == ["B.I 2/2025", "Anton", "X", "Daftar", "3"]
        assert sheet.rows[1][1][5].endswith("Jenis Kelamin: Tulis L atau P.")
        assert ReadingTrail.objects.get(how="exported").inmate == kept

    @pytest.mark.parametrize("tab", ["changed", "new", "twins", "missing", "unchanged", "wrong"])
    def test_many_lines_cost_as_many_queries_as_one(self, officer, cast, tab):
        """One of each more: changed, unchanged, missing, and new with a twin among the missing."""
        costs = set()
        for count in (1, 3):
            for kind in "ABC":
                factories.InmateFactory(
                    facility=cast.jember, register_number=f"{kind} {count}", name=f"Anton {count * kind}",
                    born_on="1990-05-06", housing_unit="X" if kind == "A" else "",
                )  # fmt: skip
            rows = [
                [
                    f"{kind} {number}",
                    f"Anton {number * kind.replace('D', 'C')}",
                    "L",
                    "06-05-1990",
                    "",
                ]
                for kind in "ABD"
                for number in range(1, count + 1)
            ]
            kept = uploaded(officer, rows, [*HEAD, "Tanggal Lahir", "Blok/Kamar"])
            costs.add(queries_of(officer, f"{kept.get_absolute_url()}?tab={tab}"))
        assert len(costs) == 1

    def test_who_is_shown_leaves_a_trace(self, officer, cast):
        kept = factories.InmateFactory(facility=cast.jember, register_number="B.I 1/2025")
        officer.get(uploaded(officer, [SITI]).get_absolute_url())
        trace = ReadingTrail.objects.get(inmate=kept)
        assert (trace.how, trace.page, trace.by) == ("listed", "roster_import", cast.officer)


class TestAnswers:
    def test_kept_and_taken_with_the_rest(self, officer, cast):
        gone = factories.InmateFactory(facility=cast.jember)
        here = factories.InmateFactory(facility=cast.jember)
        roster_import = uploaded(officer, [SITI])
        url = f"{roster_import.get_absolute_url()}?tab=missing"
        answers = {f"way-{gone.pk}": "transferred", f"to-{gone.pk}": "Metro", f"way-{here.pk}": ""}
        assert officer.post(url, answers).status_code == 302
        page = officer.get(url).content.decode()
        assert 'value="Metro"' in page
        roster_import.refresh_from_db()
        commit(officer, roster_import)
        gone.refresh_from_db()
        here.refresh_from_db()
        assert (str(gone.departed_on), gone.destination) == ("2025-12-20", "Metro")
        assert here.departed_on is None

    def test_one_answer_for_all_who_have_none(self, officer, cast):
        both = factories.InmateFactory.create_batch(2, facility=cast.jember)
        roster_import = uploaded(officer, [SITI])
        data = {f"way-{one.pk}": "" for one in both} | {"rest": "released"}
        officer.post(roster_import.get_absolute_url(), data)
        roster_import.refresh_from_db()
        assert [one["departure"] for one in roster_import.answers["missing"].values()] == [
            "released"
        ] * 2

    def test_what_was_typed_wrongly_comes_back(self, officer, cast):
        gone = factories.InmateFactory(facility=cast.jember)
        url = f"{uploaded(officer, [SITI]).get_absolute_url()}?tab=missing"
        page = officer.post(url, {f"way-{gone.pk}": "released", f"day-{gone.pk}": "31-02-2025"})
        assert page.status_code == 422
        assert [row["answer"]["departed_on"] for row in page.context["rows"]] == ["31-02-2025"]
        assert RosterImport.objects.get().answers == {}

    @pytest.mark.parametrize("destination", ["Metro\x07", "Metro\nJember"])
    def test_a_destination_is_one_printable_line(self, officer, cast, destination):
        gone = factories.InmateFactory(facility=cast.jember)
        url = f"{uploaded(officer, [SITI]).get_absolute_url()}?tab=missing"
        typed = {f"way-{gone.pk}": "transferred", f"to-{gone.pk}": destination}
        assert officer.post(url, typed).status_code == 422
        assert RosterImport.objects.get().answers == {}

    @pytest.mark.parametrize(
        "data", [{"way-%s": "released"}, {"way-x": "released"}, {"same-%s-Daftar-2": "yes"}]
    )
    def test_about_somebody_else_is_refused(self, officer, cast, data):
        stranger = factories.InmateFactory(facility=cast.metro)
        url = uploaded(officer, [SITI]).get_absolute_url()
        forged = {key.replace("%s", str(stranger.pk)): value for key, value in data.items()}
        assert officer.post(url, forged).status_code == 400
        assert RosterImport.objects.get().answers == {}

    def test_the_same_person(self, officer, cast):
        born = factories.InmateFactory(
            facility=cast.jember, register_number="B.I 9/2024", name="Siti Aminah", sex="P",
            born_on="1990-05-06",
        )  # fmt: skip
        roster_import = uploaded(officer, [[*SITI, "06-05-1990"]], [*HEAD, "Tanggal Lahir"])
        url = f"{roster_import.get_absolute_url()}?tab=twins"
        (row,) = officer.get(url).context["rows"]
        officer.post(url, {f"same-{row['key']}": "yes"})
        assert officer.get(url).context["rows"][0]["is_same"]
        roster_import.refresh_from_db()
        commit(officer, roster_import)
        born.refresh_from_db()
        assert born.register_number == "B.I 1/2025"
