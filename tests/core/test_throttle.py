"""So many requests a minute for each address, counted by all processes together."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from core import throttle
from core.throttle import count, throttled
from lapasapp.settings import network

NOON = 1_767_225_600


@throttled("door", limit=3, refuse=lambda request: HttpResponse("wait"))
def door(request):
    return HttpResponse("come in")


def knock(address="10.0.0.1", at=NOON, **headers):
    with time_machine.travel(at, tick=False):
        return door(RequestFactory(REMOTE_ADDR=address, **headers).get("/"))


def written(folder):
    """All names below a folder."""
    return [path.name for path in folder.rglob("*")]


class TestThrottled:
    def test_the_fourth_in_a_minute_waits(self):
        answers = [knock(at=NOON + second).status_code for second in (0, 20, 40, 59, 60)]
        assert answers == [200, 200, 200, 429, 200]

    def test_says_when_to_come_back(self):
        answers = [knock(at=NOON + 45) for _ in range(4)]
        assert (answers[3].content, answers[3]["Retry-After"]) == (b"wait", "15")

    def test_another_address_is_not_held_up(self):
        for _ in range(4):
            knock("10.0.0.1")
        assert knock("10.0.0.2").status_code == 200

    def test_one_household_of_ipv6_is_one_address(self):
        house = [knock(f"2001:db8::{number}").status_code for number in range(1, 5)]
        assert house == [200, 200, 200, 429]
        assert knock("2001:db8:0:1::1").status_code == 200

    def test_a_few_households_of_one_site_and_then_all_of_them_wait(self):
        site = [knock(f"2001:db8:0:{number:x}::1").status_code for number in range(14)]
        assert site == [200] * 12 + [429] * 2
        assert knock("2001:db8:1::1").status_code == 200

    def test_a_site_that_waits_writes_no_more_names(self, settings):
        for number in range(40):
            knock(f"2001:db8:0:{number:x}::1")
        assert len(written(settings.THROTTLE_ROOT)) == 1 + 1 + 12  # minute, site, households

    def test_the_same_address_in_ipv6_clothes(self):
        clothes = ("10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1", "10.0.0.1")
        assert [knock(one).status_code for one in clothes] == [200, 200, 200, 429]

    def test_not_counting_would_let_everybody_in(self, monkeypatch):
        monkeypatch.setattr(throttle, "count", lambda scope, address, now: 0)
        assert {knock().status_code for _ in range(9)} == {200}

    def test_lets_in_when_nothing_can_be_written(self, settings, tmp_path, caplog):
        settings.THROTTLE_ROOT = tmp_path / "file"
        settings.THROTTLE_ROOT.touch()
        assert knock().status_code == 200
        assert "cannot be counted" in caplog.text


class TestVisitor:
    """Behind a proxy of ours on this machine, and a second one in 10.0.0.0/8."""

    @pytest.fixture(autouse=True)
    def proxies(self, settings):
        settings.TRUSTED_PROXIES = [network("127.0.0.1"), network(" 10.0.0.0/8"), network("::1")]

    @pytest.mark.parametrize(
        ("remote", "forwarded", "visitor"),
        [
            ("127.0.0.1", "36.80.1.7", "36.80.1.7"),
            ("127.0.0.1", "6.6.6.6, 36.80.1.7", "36.80.1.7"),
            ("127.0.0.1", "6.6.6.6, 36.80.1.7, 10.0.0.9", "36.80.1.7"),
            ("127.0.0.1", "10.0.0.9", "10.0.0.9"),
            ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("::ffff:127.0.0.1", "::ffff:36.80.1.7", "36.80.1.7"),
            ("::1", "36.80.1.7", "36.80.1.7"),
            ("127.0.0.1", "36.80.1.7, somebody", "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("36.80.1.7", "6.6.6.6", "36.80.1.7"),
            ("", "6.6.6.6", "None"),
        ],
    )
    def test_is_who_asked_the_first_proxy_of_ours(self, remote, forwarded, visitor):
        request = RequestFactory(REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded}).get(
            "/"
        )
        assert str(throttle.visitor(request)) == visitor

    @pytest.mark.parametrize(("trusted", "last"), [(True, 200), (False, 429)])
    def test_behind_it_everybody_is_counted_apart(self, settings, trusted, last):
        if not trusted:
            settings.TRUSTED_PROXIES = []
        answers = [
            knock("127.0.0.1", HTTP_X_FORWARDED_FOR=f"36.80.1.{number}") for number in range(4)
        ]
        assert answers[-1].status_code == last

    def test_an_invented_beginning_makes_nobody_another(self):
        answers = [
            knock("127.0.0.1", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 36.80.1.7")
            for number in range(4)
        ]
        assert answers[-1].status_code == 429


class TestCount:
    def test_nobody_s_address_is_written_down(self, settings):
        count("door", "10.0.0.1", NOON)
        [minute, name] = written(settings.THROTTLE_ROOT)
        assert (minute, len(name)) == (str(NOON // 60), 32)
        settings.SECRET_KEY = "another" * 10
        count("door", "10.0.0.1", NOON)
        assert len(written(settings.THROTTLE_ROOT)) == 3

    def test_old_minutes_go_and_the_last_one_stays(self, settings):
        for minute in range(4):
            count("door", "10.0.0.1", NOON + 60 * minute)
        kept = sorted(int(one.name) for one in settings.THROTTLE_ROOT.iterdir())
        assert kept == [NOON // 60 + 2, NOON // 60 + 3]

    def test_many_old_files_go_little_by_little(self, settings, monkeypatch):
        monkeypatch.setattr(throttle, "SWEPT", 2)
        for number in range(5):
            count("door", f"10.0.0.{number}", NOON)
        left = []
        for number in range(4):
            count("door", f"10.0.0.{number}", NOON + 120)
            left.append(len(written(settings.THROTTLE_ROOT / str(NOON // 60))))
        assert left == [3, 1, 0, 0]
        assert [one.name for one in settings.THROTTLE_ROOT.iterdir()] == [str(NOON // 60 + 2)]

    def test_what_somebody_else_put_there_stays(self, settings, caplog):
        (settings.THROTTLE_ROOT / "lost+found").mkdir(parents=True)
        assert count("door", "10.0.0.1", NOON) == 1
        assert (settings.THROTTLE_ROOT / "lost+found").exists()

    @pytest.mark.parametrize("exact", [True, False])
    def test_processes_count_together(self, settings, exact):
        """With a look at the size before writing, as the obvious way would have it, numbers come twice."""
        work = _counted if exact else _counted_by_size
        settings.THROTTLE_ROOT.mkdir()
        with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
            folders = [str(settings.THROTTLE_ROOT)] * 4
            numbers = [number for some in pool.map(work, folders) for number in some]
        assert (sorted(numbers) == list(range(1, 2001))) is exact


def _counted(folder):
    return [count("door", "10.0.0.1", NOON) for _ in range(500)]


def _counted_by_size(folder):
    numbers, file = [], Path(folder) / "size"
    for _ in range(500):
        with file.open("ab") as opened:
            opened.write(b".")
        os.sched_yield()
        numbers.append(file.stat().st_size)
    return numbers
