"""Accounts and the trail, as their admins and auditors see them."""

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.roles import Role
from tests.core.counting import queries_of
from tests.factories import PASSWORD, UserFactory

USERS = reverse("accounts:user_list")
NEW_USER = reverse("accounts:user_create")
AUDIT = reverse("accounts:audit_list")


def names(page):
    return [user.username for user in page.context["page"]]


class TestUserList:
    def test_search_finds_by_name_and_by_username(self, cast, browse):
        browser = browse(cast.admin)

        assert names(browser.get(USERS, {"q": "wulan"})) == ["petugas"]
        assert names(browser.get(USERS, {"q": "METRO"})) == ["petugas.metro"]

    def test_sorted_by_username(self, cast, browse):
        found = names(browse(cast.admin).get(USERS, {"sort": "-username"}))

        assert found == sorted(found, reverse=True)
        assert len(found) == User.objects.count()

    def test_a_closed_account_says_so_and_cannot_be_closed_again(self, cast, browse):
        browser = browse(cast.admin)
        close = reverse("accounts:user_close", args=[cast.stranger.pk])
        assert close in browser.get(USERS).text
        browser.post(close)
        page = browser.get(USERS)

        assert "ditutup" in page.text
        assert close not in page.text

    def test_one_and_three_rows_cost_the_same(self, cast, browse):
        browser = browse(cast.admin)
        one = queries_of(browser, f"{USERS}?q=petugas.metro")
        for _ in range(2):
            UserFactory(name="petugas.metro", role=Role.OFFICER, facility=cast.metro)

        assert queries_of(browser, f"{USERS}?q=petugas.metro") == one


class TestUserCreate:
    TYPED = {
        "email": "",
        "username": "dewi.jember",
        "name": "Dewi Lestari",
        "role": "officer",
        "facility": "",
        "region": "",
        "title": "Kasi Kegiatan Kerja",
        "password": PASSWORD,
    }

    def create(self, browser, **typed):
        return browser.post(NEW_USER, {**self.TYPED, **typed})

    def test_the_new_person_can_work_at_once(self, cast, browse):
        assert self.create(browse(cast.admin), facility=cast.jember.pk).url == USERS
        dewi = User.objects.get(username="dewi.jember")

        assert str(dewi.assignment) == "Kasi Kegiatan Kerja · Lapas Kelas IIA Jember"
        assert dewi.check_password(PASSWORD)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({}, "facility"),
            ({"role": "regional"}, "region"),
            ({"role": "admin", "username": "petugas"}, "username"),
            ({"role": "admin", "password": "12345678"}, "password"),
            ({"role": "admin", "password": "dewi.jember"}, "password"),
        ],
    )
    def test_a_refusal_stands_beside_its_field_and_opens_nothing(self, cast, browse, typed, field):
        before = User.objects.count()
        page = self.create(browse(cast.admin), **typed)
        form = page.context["form"]

        assert list(form.errors) == [field]
        assert {one.name: one.value() for one in form} == {**self.TYPED, **typed}
        assert User.objects.count() == before

    def test_the_password_is_not_in_the_trail(self, cast, browse):
        self.create(browse(cast.admin), facility=cast.jember.pk)
        lines = AuditEvent.objects.values("action", "subject", "details")

        assert [line["action"] for line in lines] == ["account.assigned", "account.opened"]
        assert PASSWORD not in str(list(lines))


class TestUserPassword:
    def test_a_new_one_ends_the_sign_ins_of_the_old_one(self, cast, browse):
        officer = browse(cast.officer)
        home = reverse("reports:home")
        assert officer.get(home).status_code == 200
        url = reverse("accounts:user_password", args=[cast.officer.pk])
        browse(cast.admin).post(url, {"password": "roti-manis-subuh-hari"})

        assert officer.get(home).status_code == 302
        cast.officer.refresh_from_db()
        assert cast.officer.check_password("roti-manis-subuh-hari")

    def test_a_weak_one_is_refused(self, cast, browse):
        url = reverse("accounts:user_password", args=[cast.officer.pk])
        page = browse(cast.admin).post(url, {"password": "petugas"})

        assert page.context["form"].errors
        cast.officer.refresh_from_db()
        assert cast.officer.check_password(PASSWORD)


class TestUserClose:
    def test_ones_own_account_stays_open(self, cast, browse):
        url = reverse("accounts:user_close", args=[cast.admin.pk])
        page = browse(cast.admin).post(url, follow=True)

        assert "Akun sendiri tidak bisa ditutup." in page.text
        cast.admin.refresh_from_db()
        assert cast.admin.is_active


@pytest.mark.parametrize(
    "name", ["accounts:user_list", "accounts:user_create", "accounts:user_password"]
)
def test_accounts_are_the_admins_alone(cast, browse, name):
    url = reverse(name, args=[cast.officer.pk] if name.endswith("password") else [])
    answers = {role: browse(person).get(url).status_code for role, person in cast.by_role().items()}

    assert {role for role, status in answers.items() if status == 200} == {"admin"}
    assert set(answers.values()) == {200, 403}


class TestAuditList:
    @pytest.fixture
    def trail(self, cast):
        audit.record("partner.registered", cast.school, by=cast.officer, facility=cast.jember)
        audit.record("partner.updated", cast.school, by=cast.stranger, facility=cast.metro)
        audit.record("issue.finished", cast.school, by=None)

    def actions(self, browser, **query):
        return [event.action for event in browser.get(AUDIT, query).context["page"]]

    def test_the_newest_line_stands_on_top(self, cast, trail, browse):
        assert self.actions(browse(cast.auditor)) == [
            "issue.finished",
            "partner.updated",
            "partner.registered",
        ]

    def test_search_finds_the_person_and_the_action(self, cast, trail, browse):
        browser = browse(cast.auditor)

        assert self.actions(browser, q="wulandari") == ["partner.registered"]
        assert self.actions(browser, q="partner.upd") == ["partner.updated"]
        assert self.actions(browser, sort="action")[0] == "issue.finished"

    def test_what_the_machine_did_is_said_to_be_the_machines(self, cast, trail, browse):
        page = browse(cast.auditor).get(AUDIT, {"q": "issue."})

        assert "<td>sistem</td>" in page.text

    def test_nothing_found_leads_back(self, cast, trail, browse):
        page = browse(cast.auditor).get(AUDIT, {"q": "zzz"})

        assert "Tidak ada yang cocok." in page.text

    def test_the_officer_may_not_read_it(self, cast, trail, browse):
        page = browse(cast.officer).get(AUDIT)

        assert (page.status_code, page.context["roles"]) == (403, ["Auditor", "Admin"])

    def test_one_and_three_rows_cost_the_same(self, cast, trail, browse):
        browser = browse(cast.auditor)

        assert queries_of(browser, f"{AUDIT}?q=issue.") == queries_of(browser, AUDIT)


class TestProfile:
    URL = reverse("accounts:profile")

    def test_ones_own_address_and_the_trail_does_not_tell_it(self, cast, browse):
        browse(cast.officer).post(self.URL, {"email": "ratna@lapas.example"})
        cast.officer.refresh_from_db()
        line = AuditEvent.objects.get(action="account.mail_set")
        assert (cast.officer.email, line.details) == ("ratna@lapas.example", {})

    def test_a_wrong_one_is_said_beside_it(self, cast, browse):
        page = browse(cast.officer).post(self.URL, {"email": "ratna@"})
        assert list(page.context["form"].errors) == ["email"]
        assert page.context["form"]["email"].value() == "ratna@"


class TestFacilityUpdate:
    def test_the_address_for_the_letterhead_and_never_the_code(self, cast, browse):
        url = reverse("accounts:facility_update", args=[cast.jember.pk])
        browser = browse(cast.admin)
        typed = {name: field.value() or "" for name, field in
                 {one.name: one for one in browser.get(url).context["form"]}.items()}  # fmt: skip
        browser.post(url, typed | {"address": "Jalan PB Sudirman 13", "code": "LAPAS-LAIN"})
        cast.jember.refresh_from_db()
        assert (cast.jember.address, cast.jember.code) == ("Jalan PB Sudirman 13", "LAPAS-JEMBER")
        assert AuditEvent.objects.get().details == {
            "changed": {"address": ["", "Jalan PB Sudirman 13"]}
        }
