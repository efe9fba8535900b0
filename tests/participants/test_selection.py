"""From a proposal to a seat: who is ranked where, who draws, what the panel says, and why somebody was not chosen."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import AuditEvent
from participants import services
from participants.models import Application, Candidate, Finding, Score, SelectionRound
from participants.queries.rounds import free_seats, on_decree, replay, standing_of, waiting_list
from participants.services import Points
from tests import factories
from tests.participants.rounds import Selection

pytestmark = pytest.mark.django_db

TOTALS = {"Ani": 90, "Budi": 80, "Citra": 70, "Dedi": 60}
TIED = {"Ani": 90, "Budi": 75, "Citra": 75, "Dedi": 75, "Eko": 60}


@pytest.fixture
def selection(training):
    return Selection(training, TOTALS)


def refused(act, *args, **kwargs):
    """{field: sentences} of a refusal; what belongs to no field stands under ""."""
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    error = refusal.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


class TestPropose:
    def test_leaves_a_way_and_may_come_again(self, selection):
        ani = selection.application("Ani")
        services.withdraw_application(application=ani, reason="Ikut Paket C", by=selection.by)
        services.propose(inmates=[ani.inmate], batch=selection.batch, origin="own", by=selection.by)
        ani.refresh_from_db()
        assert [(one.state, one.reason) for one in ani.moves.all()] == [
            ("proposed", ""), ("withdrawn", "Ikut Paket C"), ("proposed", ""),
        ]  # fmt: skip
        assert (ani.state, ani.origin, ani.candidacies.count()) == ("proposed", "own", 1)

    @pytest.mark.parametrize(
        ("who", "said"),
        [
            ("departed", "Ani sudah keluar dari Lapas."),
            ("proposed", "Budi sudah diusulkan untuk angkatan ini."),
            ("participant", "Achmad Fauzi sudah menjadi peserta angkatan ini."),
            ("foreign", "Siti bukan warga binaan Lapas ini."),
        ],
    )
    def test_all_or_nobody(self, selection, training, who, said):
        selection.depart("Ani")
        people = {
            "departed": selection.person("Ani"),
            "proposed": selection.person("Budi"),
            "participant": training.enrollments[0].inmate,
            "foreign": factories.InmateFactory(facility=training.cast.metro, name="Siti"),
        }
        newcomer = factories.InmateFactory(facility=training.cast.jember)
        found = refused(
            services.propose,
            inmates=[newcomer, people[who]],
            batch=selection.batch,
            origin="officer",
            by=selection.by,
        )
        assert found == {"inmates": [said]}
        assert not newcomer.applications.exists()


class TestOpening:
    def test_not_for_more_seats_than_there_are(self, selection):
        found = refused(
            services.update_round,
            round=selection.round,
            seats=3,
            criteria=[("Wawancara", 40)],
            held_on=selection.round.held_on,
            chair="",
            members="",
            by=selection.by,
        )
        assert found == {"seats": ["Tersisa 2 kursi kosong di angkatan ini."]}

    def test_a_scored_criterion_may_be_renamed_but_not_go(self, selection):
        fields = {
            "round": selection.round,
            "seats": 2,
            "held_on": selection.round.held_on,
            "chair": "",
            "members": "",
            "by": selection.by,
        }
        services.update_round(
            criteria=[("Wawancara", 50), ("Minat", 30), ("Praktik", 20)], **fields
        )
        assert [one.weight for one in selection.round.criteria.all()] == [50, 30, 20]
        assert refused(services.update_round, criteria=[("Wawancara", 50)], **fields) == {
            "": ["Minat sudah dinilai, jadi tidak bisa dihapus."]
        }

    def test_later_proposals_join_an_open_round(self, selection, training):
        late = factories.InmateFactory(facility=training.cast.jember, name="Fajar")
        services.propose(inmates=[late], batch=selection.batch, origin="guardian", by=selection.by)
        assert [row.inmate.name for row in standing_of(selection.fresh()).unscored] == ["Fajar"]


class TestScores:
    def test_both_values_stand_side_by_side_and_nothing_is_written(self, selection):
        ani, budi = selection.candidate("Ani"), selection.candidate("Budi")
        first = selection.round.criteria.first()
        points = {(ani.pk, first.pk): Points(55, 0), (budi.pk, first.pk): Points(99, 1)}
        written, clashes = services.score_round(
            round=selection.round, points=points, by=selection.by
        )
        assert written == 0
        assert [(one.theirs.points, one.yours) for one in clashes.values()] == [(90, 55)]
        assert Score.objects.get(candidate=budi, criterion=first).points == 80

    def test_the_known_version_writes_over(self, selection):
        ani, first = selection.candidate("Ani"), selection.round.criteria.first()
        services.score_round(
            round=selection.round, points={(ani.pk, first.pk): Points(50, 1)}, by=selection.by
        )
        score = Score.objects.get(candidate=ani, criterion=first)
        assert (score.points, score.version) == (50, 2)
        assert standing_of(selection.fresh()).ranked[0].inmate.name == "Budi"

    def test_nobody_of_another_round(self, selection):
        assert list(
            refused(
                services.score_round,
                round=selection.round,
                points={(0, selection.round.criteria.first().pk): Points(50, 0)},
                by=selection.by,
            )
        ) == [""]


class TestSubmit:
    def test_the_best_for_the_seats(self, selection):
        selection.submit()
        round = selection.fresh()
        assert (round.state, len(round.seed)) == ("submitted", 32)
        assert selection.proposed() == {"Ani", "Budi"}
        assert [one.rank for one in round.candidates.order_by("rank")] == [1, 2, 3, 4]

    def test_equals_at_the_edge_are_drawn_by_their_tickets(self, training):
        selection = Selection(training, TIED, seats=2)
        assert standing_of(selection.fresh()).proposed_count == 2
        selection.submit()
        level = selection.round.candidates.filter(total=75).order_by("ticket")
        assert selection.proposed() == {"Ani", level[0].application.inmate.name}
        assert [one.rank for one in level] == [2, 3, 4]
        assert replay(selection.fresh()) == []

    def test_whoever_is_skipped_does_not_draw(self, training):
        selection = Selection(training, TIED, seats=2)
        selection.submit(Budi=(False, "Ikut Paket C"), Citra=(False, "Sakit"))
        assert selection.proposed() == {"Ani", "Dedi"}
        assert replay(selection.fresh()) == []

    def test_a_seat_passed_over_goes_to_the_draw(self, training):
        selection = Selection(training, {"Ani": 90, "Budi": 80, "Citra": 80}, seats=2)
        selection.submit(Ani=(False, "Ikut Paket C"))
        assert selection.proposed() == {"Budi", "Citra"}
        standing = standing_of(selection.fresh())
        assert (standing.seats_drawn, standing.is_drawn) == (2, False)
        assert replay(selection.fresh()) == []
        selection.round.candidates.filter(rank=3).update(is_proposed=False)
        assert replay(selection.fresh()) == [
            f"{selection.round.candidates.get(rank=3).register_number}: drawn, not proposed"
        ]

    def test_nobody_draws_for_no_seat(self, training):
        selection = Selection(training, TIED, seats=2)
        said = refused(selection.submit, Eko=(True, "Sudah magang di dapur"))
        assert said[""][0].startswith("Semua kursi sudah dicentang")
        assert selection.fresh().seed == ""

    @pytest.mark.parametrize(
        ("told", "who", "said"),
        [
            ({"Dedi": (True, "")}, "Dedi", "Urutan 4, di luar 2 kursi: tulis mengapa diusulkan."),
            ({"Ani": (False, "")}, "Ani", "Urutan 1, dalam 2 kursi: tulis mengapa dilewati."),
        ],
    )
    def test_a_tick_against_the_ranking_needs_words(self, selection, told, who, said):
        pk = selection.candidate(who).pk
        assert refused(selection.submit, **told) == {f"reason-{pk}": [said]}
        assert selection.fresh().seed == ""

    def test_with_words_another_takes_the_seat(self, selection):
        selection.submit(Budi=(False, "Ikut Paket C"), Dedi=(True, "Sudah magang di dapur"))
        assert selection.proposed() == {"Ani", "Dedi"}
        assert selection.candidate("Dedi").proposal_reason == "Sudah magang di dapur"

    def test_never_more_than_the_seats(self, selection):
        assert refused(selection.submit, Dedi=(True, "Sudah magang")) == {
            "": ["3 orang dicentang untuk 2 kursi. Hapus 1 centang."]
        }

    def test_never_more_than_are_still_free(self, selection, training):
        rival = factories.InmateFactory(facility=training.cast.jember)
        services.enroll(
            inmate=rival,
            batch=selection.batch,
            by=selection.by,
            override_reason="x",
        )
        assert free_seats(selection.batch) == 1
        assert list(refused(selection.submit)) == [""]
        selection.submit(Budi=(False, "Kursinya sudah terisi"))
        assert selection.proposed() == {"Ani"}

    def test_advice_against_the_ticked_asks_for_words_and_keeps_them(self, selection):
        ani = selection.person("Ani")
        ani.disciplined_until = selection.batch.ends_on
        ani.save()
        pk = selection.candidate("Ani").pk
        assert refused(selection.submit) == {
            f"reason-{pk}": ["Ada syarat yang tidak sesuai: tulis alasan mengesampingkannya."]
        }
        selection.submit(Ani=(True, "Sudah dibina"))
        override = selection.batch.overrides.get()
        assert (override.inmate, override.rule, override.reason) == (
            ani, "register_f", "Sudah dibina",
        )  # fmt: skip
        assert selection.candidate("Ani").advice.startswith("Register F sampai 31 Des 2025")

    def test_a_drawing_one_with_advice_against_gives_words_before_the_seed(self, training):
        """Afterwards somebody could refuse, and draw again."""
        selection = Selection(training, TIED, seats=2)
        for name in ("Budi", "Citra", "Dedi"):
            one = selection.person(name)
            one.disciplined_until = selection.batch.ends_on
            one.save()
        assert len(refused(selection.submit)) == 3
        selection.submit(**dict.fromkeys(("Budi", "Citra", "Dedi"), (True, "Dibina")))
        assert selection.batch.overrides.count() == 1

    def test_what_was_seen_is_what_is_submitted(self, selection):
        choices, seen = selection.choices(), standing_of(selection.fresh()).fingerprint
        first = selection.round.criteria.first()
        services.score_round(
            round=selection.round,
            points={(selection.candidate("Dedi").pk, first.pk): Points(100, 1)},
            by=selection.by,
        )
        found = refused(
            services.submit_round,
            round=selection.round,
            choices=choices,
            seen=seen,
            by=selection.by,
        )
        assert found[""][0].startswith("Nilai, usulan, atau syaratnya berubah")

    def test_words_for_one_warning_do_not_answer_another_that_nobody_saw(self, selection):
        ani = selection.person("Ani")
        ani.disciplined_until = selection.batch.ends_on
        ani.save()
        form = {"choices": selection.choices(Ani=(True, "Sudah dibina")), "by": selection.by}
        seen = standing_of(selection.fresh()).fingerprint
        factories.FindingFactory(
            inmate=ani, kind=Finding.Kind.HEALTH, value="unfit", recorded_by=selection.by
        )
        said = refused(services.submit_round, round=selection.round, seen=seen, **form)
        assert list(said) == [""]
        with translation.override("en"):
            seen = standing_of(selection.fresh()).fingerprint
        services.submit_round(round=selection.round, seen=seen, **form)
        assert selection.batch.overrides.count() == 2

    def test_whoever_left_meanwhile_is_out_and_told_so(self, selection):
        selection.depart("Ani")
        selection.submit()
        assert selection.proposed() == {"Budi", "Citra"}
        ani = selection.candidate("Ani")
        assert (ani.rank, ani.reason) == (None, "Sudah keluar dari Lapas: bebas.")
        assert selection.application("Ani").state == "withdrawn"

    def test_nothing_changes_afterwards(self, selection):
        selection.submit()
        said = ["Putaran ini sudah diajukan ke TPP; nilai dan pilihannya tidak berubah lagi."]
        assert refused(selection.submit) == {"": said}
        assert refused(selection.score, TOTALS) == {"": said}
        assert refused(selection.submit, service=services.note_choices) == {"": said}

    def test_choices_are_kept_for_later(self, selection):
        selection.submit(
            service=services.note_choices, Budi=(False, "Ikut Paket C"), Dedi=(True, "Magang")
        )
        ticks = {row.inmate.name: row.is_ticked for row in standing_of(selection.fresh()).rows}
        assert ticks == {"Ani": True, "Budi": False, "Citra": False, "Dedi": True}
        assert selection.candidate("Ani").is_proposed is None


class TestDecide:
    def test_each_who_is_not_chosen_reads_why(self, training):
        selection = Selection(training, {**TOTALS, "Eko": 50, "Fajar": None})
        selection.submit()
        selection.decide(Dedi=("declined", "Belum lulus masa pengenalan"), Eko=("declined", ""))
        states = {
            one.inmate.name: (one.state, one.reason)
            for one in selection.batch.applications.select_related("inmate")
        }
        assert states == {
            "Ani": ("chosen", ""),
            "Budi": ("chosen", ""),
            "Citra": (
                "waiting", "Nilai 70, urutan 3; kursi 2. Masuk daftar tunggu nomor 1."
            ),
            "Dedi": ("declined", "Belum lulus masa pengenalan"),
            "Eko": ("declined", "Nilai 50, urutan 5; kursi 2."),
            "Fajar": (
                "waiting",
                "Nilainya belum lengkap ketika diajukan; kursi 2. Masuk daftar tunggu nomor 2.",
            ),
        }  # fmt: skip

    def test_once(self, selection):
        assert list(refused(selection.decide)) == [""]
        selection.submit()
        selection.decide()
        assert refused(selection.decide, "W15-TPP-2") == {
            "": [
                "Putaran ini sudah diputuskan dengan berita acara W15-TPP-1 dan tidak berubah lagi."
            ]
        }
        assert AuditEvent.objects.filter(action="selection.decided").count() == 1

    @pytest.mark.parametrize(
        ("told", "who", "said"),
        [
            ({"Ani": ("waiting", "")}, "Ani", "Diusulkan: tulis mengapa TPP tidak menyetujuinya."),
            (
                {"Citra": ("chosen", "")},
                "Citra",
                "Tidak diusulkan: tulis mengapa TPP menyetujuinya.",
            ),
            ({"Ani": ("", "")}, "Ani", "Pilih keputusan TPP."),
        ],
    )
    def test_against_the_proposal_only_with_words(self, selection, told, who, said):
        selection.submit()
        pk = selection.candidate(who).pk
        assert refused(selection.decide, **told) == {f"reason-{pk}": [said]}

    def test_never_more_than_the_seats(self, selection):
        selection.submit()
        assert refused(selection.decide, Citra=("chosen", "Sudah lama menunggu")) == {
            "": ["3 orang dipilih untuk 2 kursi."]
        }

    def test_whoever_left_before_the_sitting_gets_no_seat(self, selection):
        selection.submit()
        selection.depart("Ani")
        selection.decide(Citra=("chosen", "Menggantikan Ani"))
        assert selection.application("Ani").reason == "Sudah keluar dari Lapas: bebas."
        assert selection.batch.applications.chosen().count() == 2


class TestSeats:
    @pytest.fixture
    def decided(self, selection):
        selection.submit()
        selection.decide()
        return selection

    def test_a_decree_and_then_all_of_them(self, decided):
        assert refused(decided.seat) == {"": ["Catat nomor dan tanggal SK peserta dulu."]}
        decided.decree("W15-SK-0")
        decided.decree()
        assert [one.inmate.name for one in decided.seat()] == ["Ani", "Budi"]
        assert decided.application("Ani").state == "enrolled"
        assert list(refused(decided.decree, "W15-SK-2")) == [""]
        assert list(refused(decided.seat)) == [""]

    def test_a_departed_one_is_left_out_only_knowingly(self, decided):
        decided.decree()
        decided.depart("Ani")
        assert refused(decided.seat) == {
            "leaves_out": ["Sudah keluar dari Lapas: Ani. Centang untuk melewatinya."]
        }
        assert [one.inmate.name for one in decided.seat(leaves_out=True)] == ["Budi"]

    def test_all_or_nobody(self, decided):
        decided.decree()
        budi = decided.person("Budi")
        budi.disciplined_until = decided.batch.ends_on
        budi.save()
        refused(decided.seat)
        assert decided.batch.enrollments.count() == 3
        decided.seat(override_reasons={budi.pk: "Sudah dibina"})
        assert decided.batch.enrollments.count() == 5

    def test_not_into_a_closed_batch(self, decided):
        decided.decree()
        type(decided.batch).objects.update(state="planned")
        assert refused(decided.seat)[""][0].startswith("Pendaftaran angkatan ini tidak dibuka")

    def test_promised_seats_are_not_given_in_another_round(self, decided):
        assert free_seats(decided.batch) == 0

    def test_the_first_of_the_waiting_list_gets_the_next_seat(self, decided):
        decided.decree()
        decided.seat()
        citra, dedi = decided.application("Citra"), decided.application("Dedi")
        seat = {"by": decided.by}
        assert refused(services.enroll_waiting, application=dedi, **seat) == {
            "": ["Citra lebih dulu di daftar tunggu."]
        }
        assert refused(services.enroll_waiting, application=citra, **seat) == {
            "": ["Belum ada kursi kosong di angkatan ini."]
        }
        type(decided.batch).objects.update(quota=6)
        services.enroll_waiting(application=citra, **seat)
        citra.refresh_from_db()
        assert citra.state == "enrolled"
        assert refused(services.enroll_waiting, application=citra, **seat) == {
            "": ["Citra tidak lagi di daftar tunggu."]
        }

    def test_the_line_is_that_of_the_minutes(self, training):
        """Zaki was proposed before Ari; on paper those without all scores stand by name."""
        selection = Selection(training, {"Ani": 90, "Zaki": None, "Ari": None}, seats=1)
        selection.submit()
        selection.decide()
        assert [one.inmate.name for one in waiting_list(selection.batch)] == ["Ari", "Zaki"]

    def test_a_seat_promised_is_not_taken_by_somebody_else(self, decided, training):
        rival = factories.InmateFactory(facility=training.cast.jember, name="Rudi")
        fields = {"batch": decided.batch, "by": decided.by, "override_reason": "x"}
        assert refused(services.enroll, inmate=rival, **fields) == {
            "inmate": [
                "Angkatan ini penuh: 3 kursi terisi. "
                "2 kursi sudah dijanjikan TPP kepada yang terpilih."
            ]
        }
        said = refused(
            services.enroll_all,
            inmates=[rival, decided.person("Ani")],
            batch=decided.batch,
            by=decided.by,
        )
        assert said == {
            "inmates": [
                "Tersisa 1 kursi, yang dipilih 2 orang. "
                "1 kursi sudah dijanjikan TPP kepada yang terpilih."
            ]
        }
        services.enroll(inmate=rival, over_quota_reason="Perintah Kepala", **fields)
        assert decided.batch.enrollments.count() == 4

    def test_who_withdrew_and_was_chosen_anew_has_the_later_seat(self, decided):
        decided.decree()
        ani = decided.application("Ani")
        services.withdraw_application(application=ani, reason="Sakit", by=decided.by)
        services.propose(inmates=[ani.inmate], batch=decided.batch, origin="own", by=decided.by)
        first = decided.round
        decided.round = services.open_round(
            batch=decided.batch,
            seats=1,
            criteria=[("Wawancara", 1)],
            held_on=first.held_on,
            by=decided.by,
        )
        decided.score({"Ani": 90})
        decided.submit()
        decided.decide("W15-TPP-2")
        to_seat = SelectionRound.objects.unfinished().order_by("pk")
        assert list(to_seat.values_list("pk", "to_seat")) == [(first.pk, 1), (decided.round.pk, 1)]
        again, decided.round = decided.round, first
        assert [one.inmate.name for one in decided.seat()] == ["Budi"]
        decided.round = again
        decided.decree("W15-SK-2")
        assert [one.inmate.name for one in decided.seat()] == ["Ani"]

    def test_who_withdrew_is_on_the_decree_only_if_it_came_before(self, decided):
        def withdraw(name):
            application = decided.application(name)
            services.withdraw_application(application=application, reason="Sakit", by=decided.by)

        withdraw("Ani")
        decided.decree()
        withdraw("Budi")
        assert [str(one.application.inmate) for one in on_decree(decided.fresh())] == ["Budi"]

    def test_any_way_to_a_seat_ends_the_application(self, selection):
        services.enroll(inmate=selection.person("Dedi"), batch=selection.batch, by=selection.by)
        assert selection.application("Dedi").state == Application.State.ENROLLED

    def test_who_waits_joins_the_next_round(self, decided):
        decided.decree()
        decided.seat()
        type(decided.batch).objects.update(quota=6)
        decided.batch.refresh_from_db()
        again = services.open_round(
            batch=decided.batch,
            seats=1,
            criteria=[("Wawancara", 1)],
            held_on=decided.round.held_on,
            by=decided.by,
        )
        names = [one.application.inmate.name for one in again.candidates.order_by("pk")]
        assert names == ["Citra", "Dedi"]


class TestReplayRound:
    """Every lie a frozen round could tell is found."""

    @pytest.fixture
    def frozen(self, training):
        selection = Selection(training, TIED, seats=2)
        selection.submit()
        return selection

    def test_says_equal(self, frozen, capsys):
        call_command("replay_round", frozen.round.pk)
        assert "equal" in capsys.readouterr().out

    def test_a_register_number_corrected_later_changes_nothing(self, frozen):
        frozen.people[1].register_number = "B.I 999/2024"
        frozen.people[1].save()
        call_command("replay_round", frozen.round.pk)

    @pytest.mark.parametrize("lie", ["ticket", "total", "rank", "winner"])
    def test_says_what_differs(self, frozen, lie):
        level = list(frozen.round.candidates.filter(total=75).order_by("rank"))
        first, last = level[0], level[-1]
        if lie == "ticket":
            first.ticket = "0" * 64
        elif lie == "total":
            first.total = 76
        elif lie == "rank":
            Candidate.objects.filter(pk=first.pk).update(rank=99)
            Candidate.objects.filter(pk=last.pk).update(rank=first.rank)
            first.rank = last.rank
        else:
            first.is_proposed = False
            Candidate.objects.filter(pk=last.pk).update(is_proposed=True)
        first.save()
        with pytest.raises(CommandError) as said:
            call_command("replay_round", frozen.round.pk)
        assert said.value.returncode == 1

    def test_an_open_round_has_nothing_to_replay(self, selection):
        with pytest.raises(CommandError) as said:
            call_command("replay_round", selection.round.pk)
        assert said.value.returncode == 2
