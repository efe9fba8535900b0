"""The pages of a selection: what officer and head see, what nobody else does, and that nothing typed is lost."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from participants import services
from participants.forms.selection import USUAL_CRITERIA
from participants.models import Inmate, ReadingTrail, Score
from participants.queries.rounds import standing_of
from programs.models import Batch
from tests import factories
from tests.core.counting import queries_of
from tests.participants.rounds import CRITERIA, Selection
from tests.programs.pages import fields_of, kept

pytestmark = pytest.mark.django_db

TOTALS = {"Ani": 90, "Budi": 80, "Citra": 70, "Dedi": 60}
TIED = {"Ani": 90, "Budi": 75, "Citra": 75}


@pytest.fixture
def selection(training):
    return Selection(training, TOTALS)


@pytest.fixture
def officer(browse, training):
    return browse(training.cast.officer)


def url(name, thing):
    return reverse(f"participants:{name}", args=[thing.pk])


def text_of(response):
    reader = PdfReader(BytesIO(response.content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


class TestApplicationList:
    def test_shows_the_place_in_line_and_why(self, selection, officer):
        selection.submit()
        selection.decide()
        page = officer.get(url("application_list", selection.batch), {"state": "waiting"})
        assert [(one.inmate.name, one.place) for one in page.context["page"]] == [
            ("Dedi", 2), ("Citra", 1),
        ]  # fmt: skip
        assert "Masuk daftar tunggu nomor 1." in page.content.decode()

    def test_offers_the_first_in_line_when_a_seat_is_free(self, selection, officer):
        selection.submit()
        selection.decide()
        address = url("application_list", selection.batch)
        assert officer.get(address).context["next_in_line"] is None
        Batch.objects.update(quota=6)
        offered = officer.get(address).context["next_in_line"]
        assert offered.inmate.name == "Citra"
        officer.post(url("application_enroll", offered), {"joined_on": "18-12-2025"})
        assert selection.batch.enrollments.get(inmate=offered.inmate).joined_on.day == 18

    def test_finds_sorts_and_exports_what_it_shows(self, selection, officer):
        address = url("application_list", selection.batch)
        page = officer.get(address, {"q": "ud", "sort": "name"}).context["page"]
        assert [one.inmate.name for one in page] == ["Budi"]
        assert officer.get(address, {"export": "xlsx"})["Content-Type"].endswith("sheet")
        hows = ReadingTrail.objects.order_by("pk").values_list("how", flat=True)
        assert list(hows) == ["searched", *["exported"] * 4]

    def test_one_costs_as_many_queries_as_four(self, selection, officer):
        address = url("application_list", selection.batch)
        four = queries_of(officer, address)
        assert queries_of(officer, f"{address}?q=Ani") == four


class TestApplicationCreate:
    def test_several_at_once(self, selection, officer, training):
        new = [factories.InmateFactory(facility=training.cast.jember) for _ in range(2)]
        form = {"inmates": [one.pk for one in new], "origin": "guardian", "note": "Wali Blok A"}
        officer.post(url("application_create", selection.batch), form)
        assert {one.applications.get().note for one in new} == {"Wali Blok A"}
        assert selection.round.candidates.count() == 6

    def test_a_search_keeps_the_ticks(self, selection, officer, training):
        new = factories.InmateFactory(facility=training.cast.jember, name="Zulkifli")
        typed = {
            "inmates": [str(new.pk)],
            "q": "nobody",
            "find": "1",
            "note": "Wali",
            "origin": "own",
        }
        page = officer.post(url("application_create", selection.batch), typed)
        assert [one["is_chosen"] for one in page.context["people"]] == [True]
        assert kept(page, {"note": "Wali", "origin": "own", "q": "nobody"}) == {
            "note": "Wali", "origin": "own", "q": "nobody",
        }  # fmt: skip

    def test_offers_only_who_is_here_and_not_in_it_yet(self, selection, officer, training):
        factories.InmateFactory(facility=training.cast.metro)
        factories.InmateFactory(
            facility=training.cast.jember, departed_on=date(2025, 12, 1), departure="released"
        )
        new = factories.InmateFactory(facility=training.cast.jember)
        page = officer.get(url("application_create", selection.batch))
        assert [one["inmate"] for one in page.context["people"]] == [new]


class TestApplicationDetail:
    @pytest.mark.parametrize(
        "page", ["application_detail", "application_withdraw", "application_enroll"]
    )
    def test_whoever_opens_it_has_read_of_the_person(self, selection, officer, page):
        officer.get(url(page, selection.application("Dedi")))
        read = ReadingTrail.objects.get()
        assert (read.page, read.inmate) == (page, selection.person("Dedi"))

    def test_tells_the_way(self, selection, officer):
        application = selection.application("Dedi")
        officer.post(url("application_withdraw", application), {"reason": "Tidak bersedia"})
        page = officer.get(url("application_detail", application))
        assert [one.state for one in page.context["moves"]] == ["proposed", "withdrawn"]
        assert "Tidak bersedia" in page.content.decode()


ROUND = {
    "seats": "2", "held_on": "15-12-2025", "chair": "Hendra", "members": "Sari\nBudi",
    "criterion_1": "Wawancara", "weight_1": "40",
}  # fmt: skip


class TestSelectionCreate:
    @pytest.fixture
    def opening(self, training, officer):
        address = url("selection_create", training.batch)
        return lambda **typed: officer.post(address, {**ROUND, **typed})

    def test_offers_the_free_seats_and_the_usual_criteria(self, training, officer):
        fields = fields_of(officer.get(url("selection_create", training.batch)))
        assert fields["seats"] == "17"
        assert [fields[f"weight_{place}"] for place in range(1, 6)] == ["40", "30", "30", "", ""]

    def test_opens(self, training, opening):
        opening(criterion_3="Minat", weight_3="7")
        round = training.batch.selection_rounds.get()
        assert [(one.name, one.weight) for one in round.criteria.all()] == [
            ("Wawancara", 40), ("Minat", 7),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"seats": "18"}, "seats"),
            ({"seats": "0"}, "seats"),
            ({"held_on": "31-02-2025"}, "held_on"),
            ({"weight_1": ""}, "weight_1"),
            ({"weight_1": "101"}, "weight_1"),
            ({"criterion_1": ""}, "criterion_1"),
            ({"criterion_1": "", "weight_1": ""}, "criterion_1"),
            ({"criterion_2": "wawancara", "weight_2": "1"}, "criterion_2"),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_the_rest(self, training, opening, typed, field):
        page = opening(**typed)
        assert list(page.context["form"].errors) == [field]
        assert kept(page, {**ROUND, **typed}) == {**ROUND, **typed}
        assert not training.batch.selection_rounds.exists()

    def test_not_two_at_a_time(self, selection, officer):
        page = officer.post(url("selection_create", selection.batch), ROUND)
        assert page.context["form"].non_field_errors() == [
            "Angkatan ini masih punya putaran seleksi yang berjalan."
        ]


class TestSelectionScores:
    @pytest.fixture
    def grid(self, selection, officer):
        address = url("selection_scores", selection.round)
        fields = fields_of(officer.get(address))
        fields.pop("csrfmiddlewaretoken")
        return lambda **changed: officer.post(address, {**fields, **changed})

    def cell(self, selection, name):
        return f"{selection.candidate(name).pk}-{selection.round.criteria.first().pk}"

    def test_saves_what_changed(self, selection, grid):
        cell = self.cell(selection, "Ani")
        assert grid(**{f"score-{cell}": "87,5"}).status_code == 302
        assert Score.objects.get(version=2).points == 87.5

    @pytest.mark.parametrize("typed", ["1.500", "101", "a", ""])
    def test_what_is_no_score_comes_back_as_typed(self, selection, grid, typed):
        cell = self.cell(selection, "Ani")
        page = grid(**{f"score-{cell}": typed})
        assert (page.status_code, page.context["error_count"]) == (422, 1)
        assert fields_of(page)[f"score-{cell}"] == typed
        assert not Score.objects.filter(version=2).exists()

    def test_two_officers_on_one_cell_see_both_values(self, selection, grid):
        cell = self.cell(selection, "Ani")
        Score.objects.filter(candidate=selection.candidate("Ani")).update(version=2, points=77)
        page = grid(**{f"score-{cell}": "66"})
        shown = fields_of(page)
        assert page.status_code == 409
        assert "Ratna Wulandari menyimpan 77, isian ini 66." in " ".join(
            page.content.decode().split()
        )
        assert (shown[f"score-{cell}"], shown[f"version-{cell}"]) == ("66", "2")


class TestSelectionRound:
    @pytest.fixture
    def sent(self, selection, officer):
        def send(ticked, **more):
            form = {f"tick-{selection.candidate(name).pk}": "on" for name in ticked}
            more = {
                key.replace("reason_", "reason-").replace(
                    name, str(selection.candidate(name).pk)
                ): said
                for name in TOTALS
                for key, said in more.items()
                if key.endswith(name)
            } | {key: said for key, said in more.items() if key == "keep"}
            seen = standing_of(selection.fresh()).fingerprint
            return officer.post(
                url("selection_submit", selection.round), {"seen": seen, **form, **more}
            )

        return send

    def test_ranks_with_the_limit_after_the_seats(self, selection, officer):
        rows = officer.get(url("selection_round", selection.round)).context["rows"]
        assert [
            (one["row"].inmate.name, one["row"].rank, one["row"].is_ticked, one["is_first_below"])
            for one in rows
        ] == [
            ("Ani", 1, True, False), ("Budi", 2, True, False),
            ("Citra", 3, False, True), ("Dedi", 4, False, False),
        ]  # fmt: skip
        assert [part.x for part in rows[0]["segments"]] == [0.0, 36.0, 63.0]

    def test_submits(self, selection, sent):
        assert sent(["Ani", "Budi"]).status_code == 302
        assert selection.proposed() == {"Ani", "Budi"}

    def test_a_refusal_keeps_ticks_and_words(self, selection, sent):
        page = sent(["Ani", "Citra"], reason_Budi="Ikut Paket C")
        budi, citra = selection.candidate("Budi").pk, selection.candidate("Citra").pk
        shown = fields_of(page)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [f"reason-{citra}"]
        assert (shown.get(f"tick-{budi}"), shown[f"reason-{budi}"]) == (None, "Ikut Paket C")
        assert f"tick-{citra}" in shown

    def test_ticks_are_kept_without_submitting(self, selection, sent):
        sent(["Ani", "Dedi"], keep="1")
        assert selection.fresh().state == "open"
        assert selection.candidate("Dedi").is_proposed is True

    def test_the_head_reads_and_ticks_nothing(self, selection, browse, training):
        page = browse(training.cast.head).get(url("selection_round", selection.round))
        assert page.context["form"] is None
        assert b'<input class="tick"' not in page.content

    @time_machine.travel(datetime(2025, 12, 10, 3, tzinfo=UTC), tick=False)
    def test_somebody_at_risk_opens_with_the_day_and_another_class(self, selection, browse):
        ani = selection.person("Ani")
        ani.expected_release_on = date(2025, 12, 17)
        ani.save()
        shorter = factories.BatchFactory(
            agreement=selection.batch.agreement,
            starts_on=date(2025, 12, 15),
            ends_on=date(2025, 12, 16),
        )
        page = browse(selection.by).get(url("selection_round", selection.round))
        release = page.context["rows"][0]["release"]
        assert (release["days_early"], release["other"]) == (14, shorter)

    @pytest.mark.parametrize(("tab", "shown"), [("look", 0), ("waiting", 2), ("all", 4)])
    def test_a_tab_hides_rows_and_their_fields_stay(self, selection, officer, tab, shown):
        page = officer.get(url("selection_round", selection.round), {"show": tab})
        assert sum(one["is_shown"] for one in page.context["rows"]) == shown
        assert len([name for name in fields_of(page) if name.startswith("reason-")]) == 4

    def test_forty_candidates_cost_as_many_queries_as_four(self, training, officer):
        few = Selection(training, TOTALS, seats=2)
        small = queries_of(officer, url("selection_round", few.round))
        people = [
            factories.InmateFactory(facility=training.cast.jember, name=f"Calon {number}")
            for number in range(36)
        ]
        services.propose(inmates=people, batch=few.batch, origin="officer", by=few.by)
        assert few.round.candidates.count() == 40
        assert queries_of(officer, url("selection_round", few.round)) == small


class TestSelectionDecide:
    def test_the_panel_s_words_from_the_form(self, selection, officer):
        selection.submit()
        address = url("selection_decide", selection.round)
        form = fields_of(officer.get(address))
        citra = selection.candidate("Citra").pk
        form |= {
            "minutes_number": "W15-1",
            f"outcome-{citra}": "declined",
            f"reason-{citra}": "Sakit",
        }
        officer.post(address, form)
        assert selection.fresh().minutes_number == "W15-1"
        assert selection.application("Citra").reason == "Sakit"
        again = officer.post(address, form | {"minutes_number": "W15-2"})
        assert again.context["form"].non_field_errors() == [
            "Putaran ini sudah diputuskan dengan berita acara W15-1 dan tidak berubah lagi."
        ]

    def test_a_warning_that_came_meanwhile_is_shown_before_it_is_answered(self, selection, officer):
        selection.submit()
        address = url("selection_decide", selection.round)
        ani = selection.candidate("Ani").pk
        form = fields_of(officer.get(address))
        form |= {"minutes_number": "W15-1", f"reason-{ani}": "Rajin"}
        Inmate.objects.filter(name="Ani").update(disciplined_until=selection.batch.ends_on)
        page = officer.post(address, form)
        (said,) = page.context["form"].non_field_errors()
        assert said.startswith("Nilai, usulan, atau syaratnya berubah")
        again = fields_of(page)
        assert (again[f"reason-{ani}"], again["seen"] == form["seen"]) == ("Rajin", False)
        assert officer.post(address, again).status_code == 302
        assert selection.batch.overrides.get().reason == "Rajin"

    def test_a_missing_word_stands_beside_its_person(self, selection, officer):
        selection.submit()
        address = url("selection_decide", selection.round)
        ani = selection.candidate("Ani").pk
        form = fields_of(officer.get(address)) | {
            "minutes_number": "W15-1",
            f"outcome-{ani}": "waiting",
        }
        page = officer.post(address, form)
        assert list(page.context["form"].errors) == [f"reason-{ani}"]
        assert fields_of(page)[f"outcome-{ani}"] == "waiting"


class TestSelectionEnroll:
    def test_decree_then_seats(self, selection, officer):
        selection.submit()
        selection.decide()
        decree = url("selection_decree", selection.round)
        early = officer.post(decree, {"decree_number": "SK-1", "decree_on": "14-12-2025"})
        assert list(early.context["form"].errors) == ["decree_on"]
        officer.post(decree, {"decree_number": "SK-1", "decree_on": "16-12-2025"})
        selection.depart("Budi")
        address = url("selection_enroll", selection.round)
        asked = officer.post(address, {"joined_on": "18-12-2025"})
        assert list(asked.context["form"].errors) == ["leaves_out"]
        officer.post(address, {"joined_on": "18-12-2025", "leaves_out": "on"})
        assert [
            one.inmate.name for one in selection.batch.enrollments.filter(joined_on__day=18)
        ] == ["Ani"]

    def test_new_advice_is_answered_beside_the_person(self, selection, officer):
        selection.submit()
        selection.decide()
        selection.decree()
        Inmate.objects.filter(name="Ani").update(disciplined_until=date(2026, 3, 1))
        address, ani = url("selection_enroll", selection.round), selection.person("Ani").pk
        page = officer.post(address, {"joined_on": "17-12-2025"})
        assert list(page.context["form"].errors) == [f"reason-{ani}"]
        officer.post(address, {"joined_on": "17-12-2025", f"reason-{ani}": "Dibina"})
        assert selection.batch.enrollments.count() == 5


class TestPapers:
    def test_minutes_are_a_draft_until_decided(self, selection, officer):
        text = text_of(officer.get(url("selection_minutes", selection.round)))
        assert "RANCANGAN" in text
        assert "Senin, 15 Desember 2025" in text

    def test_minutes_tell_all_of_it(self, training, officer):
        selection = Selection(training, TIED, seats=2)
        selection.submit()
        selection.decide()
        text = text_of(officer.get(url("selection_minutes", selection.round)))
        round = selection.fresh()
        loser = round.candidates.get(rank=3)
        winner = round.candidates.get(rank=2)
        for words in (
            "W15-TPP-1", "Hendra Saputra", "Sari Dewi", "Wawancara (40), Minat (30), Kemampuan dasar (30)",
            round.seed, "2 orang bernilai sama dan diundi untuk 1 kursi terakhir",
            f"{winner.application.inmate} (mendapat kursi)",
            "Nilai 75, urutan 3; kursi 2. Masuk daftar tunggu nomor 1.",
        ):  # fmt: skip
            assert words in text
        assert loser.ticket in text.replace(" ", "")
        assert "RANCANGAN" not in text
        assert ReadingTrail.objects.filter(how="printed").count() == 3

    def test_the_decree_names_people_and_nothing_restricted(self, selection, officer):
        address = url("selection_decree_print", selection.round)
        assert officer.get(address).status_code == 302
        ani = selection.person("Ani")
        ani.housing_unit, ani.disciplined_until = "Blok Z/9", date(2026, 3, 1)
        ani.save()
        selection.submit(Ani=(True, "Dibina"))
        selection.decide()
        assert "RANCANGAN" in text_of(officer.get(address))
        selection.decree("W15-SK-7")
        text = text_of(officer.get(address, {"paper": "f4"}))
        assert "RANCANGAN" not in text
        assert text.count("W15-SK-7") == 2
        assert "1 Ani B.I 501/2024 2 Budi B.I 502/2024" in text
        assert [word for word in ("Blok Z", "Register F", "Citra", "2026") if word in text] == []

    def test_f4_is_longer(self, selection, officer):
        address = url("selection_minutes", selection.round)
        heights = [
            round(PdfReader(BytesIO(officer.get(address, asked).content)).pages[0].mediabox.height)
            for asked in ({}, {"paper": "f4"})
        ]
        assert heights == [842, 935]


class TestSelectionLottery:
    def test_reckons_anew(self, training, officer):
        selection = Selection(training, TIED, seats=2)
        address = url("selection_lottery", selection.round)
        assert officer.get(address).status_code == 302
        selection.submit()
        assert officer.get(address).context["differences"] == []
        selection.round.candidates.filter(rank=1).update(ticket="0" * 64)
        assert len(officer.get(address).context["differences"]) == 1


def test_an_instructor_sees_nothing_of_it(selection, browse, training):
    teacher = browse(training.cast.instructor)
    selection.submit()
    for name, thing in (
        ("application_list", selection.batch),
        ("application_detail", selection.application("Ani")),
        ("selection_round", selection.round),
        ("selection_minutes", selection.round),
        ("selection_lottery", selection.round),
    ):
        page = teacher.get(url(name, thing))
        assert (page.status_code, b"Ani" in page.content) == (403, False)
    roster = teacher.get(url("roster", selection.batch)).content
    assert url("application_list", selection.batch).encode() not in roster


def test_the_usual_criteria_are_those_of_the_form(training):
    assert [(str(name), weight) for name, weight in USUAL_CRITERIA] == CRITERIA
