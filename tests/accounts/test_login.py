"""The door: who comes in, and who is kept out for how long."""

import re

import pytest
import time_machine
from django.urls import reverse

from accounts import services
from tests.factories import PASSWORD

LOGIN = reverse("account_login")
HOME = reverse("reports:home")
CHANGE = reverse("account_change_password")
NEW = "roti-manis-subuh-hari"


def knock(browser, username, password=PASSWORD, address="10.0.0.7"):
    return browser.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=address)


class TestLogin:
    def test_by_username(self, cast, browse):
        browser = browse()

        assert knock(browser, "petugas").url == HOME
        assert browser.get(HOME).context["user"] == cast.officer

    def test_not_by_name(self, cast, browse):
        assert knock(browse(), "Ratna Wulandari").status_code == 200

    def test_back_to_the_page_that_was_asked_for(self, cast, browse):
        asked = reverse("partnerships:partner_list")
        form = {"login": "petugas", "password": PASSWORD}

        assert browse().post(f"{LOGIN}?next={asked}", form).url == asked
        assert browse().post(f"{LOGIN}?next=//evil.example", form).url == HOME

    def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(self, cast, browse):
        unknown = knock(browse(), "petugaz", "salah-sekali")
        wrong = knock(browse(), "petugas", "salah-sekali")
        token = r'name="csrfmiddlewaretoken" value="\w+"'

        assert "Nama pengguna atau kata sandi tidak cocok." in wrong.text
        assert re.sub(token, "", unknown.text).replace("petugaz", "petugas") == re.sub(
            token, "", wrong.text
        )

    def test_the_password_does_not_come_back(self, cast, browse):
        page = knock(browse(), "petugas", "rahasia-yang-salah")

        assert 'value="petugas"' in page.text
        assert "rahasia-yang-salah" not in page.text

    def test_nobody_signs_up(self, browse, db):
        assert browse().get("/accounts/signup/").status_code == 404


class TestLock:
    @pytest.fixture(autouse=True)
    def guarded(self, settings):
        settings.AXES_ENABLED = True

    def guess(self, browser, times, username="petugas"):
        return [knock(browser, username, f"tebakan-{n}").status_code for n in range(times)]

    def test_the_fifth_wrong_password_locks(self, cast, browse):
        browser = browse()

        assert self.guess(browser, 5) == [200, 200, 200, 200, 429]
        locked = knock(browser, "petugas")
        assert locked.status_code == 429
        assert "15 menit" in locked.text

    def test_canary_without_the_guard_guessing_goes_on(self, cast, browse, settings):
        settings.AXES_ENABLED = False
        browser = browse()

        assert self.guess(browser, 6) == [200] * 6
        assert knock(browser, "petugas").url == HOME

    def test_the_colleague_at_the_same_computer_still_gets_in(self, cast, browse):
        self.guess(browse(), 5)

        assert knock(browse(), "kepala").url == HOME

    def test_the_owner_gets_in_from_another_computer(self, cast, browse):
        self.guess(browse(), 5)

        assert knock(browse(), "petugas", address="10.0.0.8").url == HOME

    def test_four_wrong_and_one_right_start_again(self, cast, browse):
        self.guess(browse(), 4)
        knock(browse(), "petugas")

        assert self.guess(browse(), 4) == [200] * 4

    def test_after_a_quarter_of_an_hour_the_door_opens(self, cast, browse):
        with time_machine.travel("2026-01-15 08:00+07:00") as clock:
            self.guess(browse(), 5)
            clock.shift(14 * 60)
            assert knock(browse(), "petugas").status_code == 429
            clock.shift(16 * 60)  # from the last try, which was another one too early
            assert knock(browse(), "petugas").url == HOME


class TestChangePassword:
    def change(self, browser, old, new=NEW):
        return browser.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})

    def test_it_is_linked_from_the_header(self, cast, browse):
        assert f'href="{CHANGE}"' in browse(cast.officer).get(HOME).text

    def test_the_new_one_opens_and_the_old_one_does_not(self, cast, browse):
        browser = browse(cast.officer)

        assert self.change(browser, PASSWORD).status_code == 302
        assert browser.get(HOME).status_code == 200
        assert knock(browse(), "petugas", PASSWORD).status_code == 200
        assert knock(browse(), "petugas", NEW).url == HOME

    def test_other_sign_ins_end(self, cast, browse):
        forgotten = browse(cast.officer)
        assert forgotten.get(HOME).status_code == 200
        self.change(browse(cast.officer), PASSWORD)

        assert forgotten.get(HOME).status_code == 302

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [("bukan-yang-lama", NEW, "oldpassword"), (PASSWORD, "12345678", "password1")],
    )
    def test_a_refusal_changes_nothing(self, cast, browse, old, new, field):
        page = self.change(browse(cast.officer), old, new)

        assert list(page.context["form"].errors) == [field]
        assert knock(browse(), "petugas").url == HOME


class TestCloseAccount:
    def test_a_closed_account_is_signed_out_and_stays_out(self, cast, browse):
        browser = browse(cast.officer)
        assert browser.get(HOME).status_code == 200
        services.close_account(user=cast.officer, by=cast.admin)

        assert browser.get(HOME).status_code == 302
        assert knock(browse(), "petugas").status_code == 200

    def test_its_assignments_end_with_it(self, cast):
        services.close_account(user=cast.officer, by=cast.admin)

        assert not cast.officer.assignments.active().exists()
        assert cast.officer.assignments.count() == 1
