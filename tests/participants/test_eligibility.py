"""The rules, each on its own: facts in, advice out. No database."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from participants.eligibility import (
    RULES,
    Facts,
    Place,
    Setting,
    Verdict,
    advise,
    months_after,
)
from participants.finishing import Course, release_of
from participants.models import Activity, Enrollment, Finding, Inmate, Rule
from programs.models import Batch, Session

OK, UNKNOWN, AGAINST = Verdict.OK, Verdict.UNKNOWN, Verdict.AGAINST
FILE = {"facts_from": "roster", "facts_on": date(2026, 1, 3)}
FROM_FILE = ("berkas SDP", date(2026, 1, 3))


def meeting(day, month=2, hours=4, **more):
    return Session(
        takes_place_on=date(2026, month, day),
        starts_at=time(8),
        ends_at=time(11),
        hours=hours,
        **more,
    )


# Monday 2 February to Friday 27 March 2026; nothing meets after 25 March.
COURSE = Course((meeting(2), meeting(9), meeting(11), meeting(25, 3)), date(2026, 3, 27))
PLACE = Place(COURSE, date(2026, 2, 2), quota=10, program="Produksi Bakery", men=5)


def person(**facts):
    return Facts(Inmate(sex="L", **FILE, **facts))


def finding(value, **more):
    kind = "health" if value in ("fit", "unfit") else "education"
    found = Finding(value=value, source="dr. Anisa", found_on=date(2026, 1, 5))
    return Facts(Inmate(**FILE), **{kind: found}, **more)


def say(rule, facts, amount=None, place=PLACE):
    """What that rule alone says."""
    settings = {one: Setting(one == rule, amount) for one in Rule}
    (advice,) = advise(facts, place, settings)
    return (advice.verdict, advice.fact, advice.source, advice.known_on)


class TestSentenceServed:
    @pytest.mark.parametrize(
        ("amount", "dates", "verdict", "fact"),
        [
            (33, {"one_third_on": date(2026, 2, 2)}, OK, "1/3 masa pidana 2 Feb 2026"),
            (
                33,
                {"one_third_on": date(2026, 2, 14)},
                AGAINST,
                "1/3 masa pidana baru tercapai 14 Feb 2026, 12 hari sesudah mulai",
            ),
            (67, {"one_third_on": date(2026, 1, 1)}, UNKNOWN, "Tanggal 2/3 masa pidana belum tercatat"),
            (50, {"half_on": date(2026, 2, 3)}, AGAINST,
             "1/2 masa pidana baru tercapai 3 Feb 2026, 1 hari sesudah mulai"),
        ],
    )  # fmt: skip
    def test_says(self, amount, dates, verdict, fact):
        said = say(Rule.SENTENCE_SERVED, person(**dates), amount)
        assert said == (verdict, fact, *FROM_FILE)


class TestDaysLeft:
    @pytest.fixture(autouse=True)
    def january(self):
        with time_machine.travel(datetime(2026, 1, 12, 3, tzinfo=UTC), tick=False):
            yield

    @pytest.mark.parametrize(
        ("dates", "verdict", "fact"),
        [
            ({}, UNKNOWN, "Perkiraan bebas belum tercatat"),
            ({"expected_release_on": date(2026, 3, 25)}, OK, "Perkiraan bebas 25 Mar 2026"),
            (
                {"expected_release_on": date(2026, 2, 9), "expires_on": date(2027, 1, 1)},
                AGAINST,
                "Perkiraan bebas 9 Feb 2026, 44 hari sebelum angkatan selesai; "
                "saat itu 8 dari 16 JP sudah diberikan",
            ),
            (
                {"expires_on": date(2026, 9, 20)},
                OK,
                "Bebas sekitar 21 Agu 2026 menurut ekspirasi dikurangi remisi 30 hari",
            ),
            ({"expires_on": date(2026, 8, 17)}, OK, "Ekspirasi 17 Agu 2026"),
        ],
    )
    def test_says(self, dates, verdict, fact):
        assert say(Rule.DAYS_LEFT, person(**dates), 30) == (verdict, fact, *FROM_FILE)

    @pytest.mark.parametrize(
        ("expires_on", "released_on"),
        [
            (date(2026, 8, 17), date(2026, 8, 17)),
            (date(2026, 8, 20), date(2026, 8, 17)),
            (date(2027, 9, 1), date(2027, 8, 2)),
            (date(2028, 12, 31), date(2028, 10, 2)),
        ],
    )
    def test_remission_of_each_august_to_come_and_nobody_free_before_it(
        self, expires_on, released_on
    ):
        release = release_of(
            Inmate(expires_on=expires_on), remission_days=30, today=date(2026, 1, 12)
        )
        assert release.on == released_on

    def test_without_meetings_the_batch_ends_on_its_last_day(self):
        place = Place(Course((), date(2026, 3, 27)), date(2026, 2, 2), 10, "Las")
        said = say(Rule.DAYS_LEFT, person(expected_release_on=date(2026, 3, 26)), 30, place)
        assert said[:2] == (AGAINST, "Perkiraan bebas 26 Mar 2026, 1 hari sebelum angkatan selesai")


class TestRegisterF:
    @pytest.mark.parametrize(
        ("until", "verdict", "fact"),
        [
            (None, OK, "Tidak tercatat dalam Register F"),
            (date(2026, 2, 1), OK, "Register F sampai 1 Feb 2026"),
            (date(2026, 2, 2), AGAINST, "Register F sampai 2 Feb 2026"),
        ],
    )
    def test_says(self, until, verdict, fact):
        said = say(Rule.REGISTER_F, person(disciplined_until=until))
        assert said == (verdict, fact, *FROM_FILE)


FOUND = ("dr. Anisa", date(2026, 1, 5))
NOBODY = ("belum ada penilaian", None)


class TestFindings:
    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            (person(), (UNKNOWN, "Dokter belum menilai", *NOBODY)),
            (finding("fit"), (OK, "Layak ikut pelatihan", *FOUND)),
            (finding("unfit"), (AGAINST, "Belum layak ikut pelatihan", *FOUND)),
        ],
    )
    def test_health(self, facts, said):
        assert say(Rule.HEALTH, facts) == said

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            (person(), (UNKNOWN, "Pendidikan belum tercatat", *NOBODY)),
            (finding("2"), (OK, "Pendidikan: SMP/Paket B", *FOUND)),
            (
                finding("1"),
                (AGAINST, "Pendidikan: SD/Paket A, paling rendah SMP/Paket B", *FOUND),
            ),
        ],
    )
    def test_education(self, facts, said):
        assert say(Rule.EDUCATION, facts, 2) == said


class TestSexQuota:
    @pytest.mark.parametrize(
        ("sex", "men", "verdict"),
        [("L", 5, OK), ("L", 6, AGAINST), ("P", 9, OK)],
    )
    def test_a_third_of_ten_seats_is_four(self, sex, men, verdict):
        place = Place(COURSE, PLACE.starts_on, 10, "Las", men=men)
        said = say(Rule.SEX_QUOTA, Facts(Inmate(sex=sex)), 33, place)
        assert said[0] == verdict


BAKERS = Batch(name="Produksi Bakery A1")


class TestHistory:
    @pytest.mark.parametrize(
        ("ended_on", "verdict"),
        [(date(2025, 8, 2), OK), (date(2025, 8, 3), AGAINST)],
    )
    def test_a_removal_of_six_months_ago_is_over(self, ended_on, verdict):
        removal = Enrollment(batch=BAKERS, ended_on=ended_on, end_reason="discipline")
        said = say(Rule.PREVIOUS_REMOVAL, Facts(Inmate(), removal=removal), 6)
        day = f"{ended_on.day} Agu 2025"
        fact = f"Diberhentikan dari Produksi Bakery A1 karena disiplin {day}"
        assert said == (verdict, fact, "daftar peserta", ended_on)

    def test_certified_in_the_same_program(self):
        certified = Enrollment(batch=BAKERS, closed_at=datetime(2026, 1, 4, 3, tzinfo=UTC))
        said = say(Rule.ALREADY_CERTIFIED, Facts(Inmate(), certified=certified))
        fact = "Sudah bersertifikat Produksi Bakery dari Produksi Bakery A1"
        assert said == (AGAINST, fact, "buku register sertifikat", date(2026, 1, 4))

    def test_nothing_of_the_kind(self):
        rules = (Rule.PREVIOUS_REMOVAL, Rule.ALREADY_CERTIFIED, Rule.MUST_NOT_MEET)
        assert [say(rule, person(), 6)[0] for rule in rules] == [OK] * 3

    def test_months_end_where_the_shorter_one_does(self):
        assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)


class TestCompany:
    def test_names_whom_not_to_meet(self):
        others = (
            (Inmate(name="Sutrisno"), date(2026, 1, 2)),
            (Inmate(name="Tono"), date(2026, 1, 7)),
        )
        said = say(Rule.MUST_NOT_MEET, Facts(Inmate(), separations=others))
        fact = "Tidak boleh bertemu peserta ini: Sutrisno, Tono"
        assert said == (AGAINST, fact, "catatan pemisahan", date(2026, 1, 7))

    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            ({}, AGAINST),
            ({"starts_at": time(11), "ends_at": time(12)}, OK),
            ({"weekday": 5}, OK),
            ({"ends_on": date(2026, 2, 8)}, OK),
            ({"starts_on": date(2026, 3, 1)}, OK),
        ],
    )
    def test_work_in_the_kitchen_at_the_hours_of_a_meeting(self, changes, verdict):
        """On Monday 9 February; the meeting of the 2nd is held already, the other is on a Wednesday."""
        held = meeting(2, status="held")
        place = Place(
            Course((held, meeting(9), meeting(11)), date(2026, 3, 27)), PLACE.starts_on, 10, "Las"
        )
        kitchen = Activity(
            **{
                "title": "Dapur", "weekday": 1, "starts_at": time(10), "ends_at": time(12),
                "starts_on": date(2026, 1, 1), **changes,
            }
        )  # fmt: skip
        said = say(Rule.OTHER_ACTIVITIES, Facts(Inmate(), activities=(kitchen,)), place=place)
        assert said[0] == verdict
        if verdict == AGAINST:
            fact = "Dapur (Senin 10.00–12.00) bersamaan dengan 1 pertemuan"
            assert said[1:] == (fact, "catatan kegiatan", date(2026, 1, 1))


class TestRules:
    def test_each_rule_has_its_words_and_the_default_ones_are_asked_in_order(self):
        asked = [one.rule for one in advise(person(), PLACE, {r: RULES[r].default for r in Rule})]
        assert asked == [rule for rule in Rule if rule not in {Rule.EDUCATION, Rule.SEX_QUOTA}]
