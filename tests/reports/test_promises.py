"""What two sides promised, what came of it, and the papers that say so: true to the last package."""

import io
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.models import Agreement, Commitment, Delivery, Side
from programs.models import Session
from reports.promises import METER_WIDTH, Promise, ledger_of
from tests import factories
from tests.certificates import stages
from tests.core.counting import queries_of

JANUARY = date(2026, 1, 1)
LAST = date(2026, 1, 31)
Kind, Pace = Commitment.Kind, Commitment.Pace


def promise(delivered=0, *, today, promised=30, pace=Pace.EVEN, due_on=LAST, signed_on=JANUARY):
    """30 packages in the 30 days from 1 to 31 January 2026: one a day."""
    agreement = Agreement(starts_on=JANUARY, ends_on=LAST, signed_on=signed_on)
    commitment = Commitment(agreement=agreement, promised=promised, measure="paket", pace=pace)
    return Promise(commitment, delivered, due_on, today)


def january(day):
    return JANUARY + timedelta(day - 1)


class TestPromise:
    @pytest.mark.parametrize(
        ("day", "delivered", "state", "word", "tone"),
        [
            (0, 0, "not_due", "Belum tiba", "plain"),  # New Year's Eve
            (1, 0, "not_due", "Belum tiba", "plain"),
            (1, 3, "on_track", "Sesuai", "ok"),
            (11, 10, "on_track", "Sesuai", "ok"),
            (11, 9, "behind", "Tertinggal", "warn"),
            (11, 30, "kept", "Terpenuhi", "ok"),
            (31, 29, "behind", "Tertinggal", "warn"),  # the due day is not over yet
            (32, 29, "missed", "Tidak terpenuhi", "bad"),
            (32, 0, "missed", "Belum ada", "bad"),
            (32, 31, "kept", "Terpenuhi", "ok"),
        ],
    )
    def test_bit_by_bit(self, day, delivered, state, word, tone):
        one = promise(delivered, today=january(day))

        assert (one.state, one.word, one.tone) == (state, word, tone)

    @pytest.mark.parametrize(
        ("day", "delivered", "state", "expected"),
        [
            (30, 0, "not_due", 0),
            (30, 5, "not_due", 0),
            (31, 0, "behind", 30),
            (32, 5, "missed", 30),
            (1, 30, "kept", 0),
        ],
    )
    def test_all_at_once(self, day, delivered, state, expected):
        one = promise(delivered, today=january(day), pace=Pace.AT_ONCE)

        assert (one.state, one.expected) == (state, expected)

    @pytest.mark.parametrize("day", [0, 11, 400])
    def test_a_draft_binds_nobody(self, day):
        one = promise(today=january(day), signed_on=None)

        assert (one.state, one.expected, one.outlook) == (
            "not_due",
            0,
            "perjanjian masih rancangan",
        )

    def test_due_on_the_very_first_day(self):
        one = promise(7, today=JANUARY, due_on=JANUARY)

        assert (one.expected, one.projected, one.state) == (30, 7, "behind")

    def test_at_todays_pace(self):
        behind, ahead = (promise(amount, today=january(20)) for amount in (10, 25))

        assert (behind.projected, ahead.projected) == (16, 40)
        assert behind.outlook == "menurut laju sekarang 16 dari 30 paket pada 31 Januari 2026"
        assert ahead.outlook == "menurut laju sekarang terpenuhi pada waktunya"

    def test_money_is_read_in_groups_of_three(self):
        one = promise(1_500_000, today=january(16), promised=12_500_000)

        assert "3.000.000 dari 12.500.000" in one.outlook

    @given(
        delivered=st.integers(0, 10**13),
        promised=st.integers(1, 10**12),
        day=st.integers(-400, 900),
        due=st.integers(1, 800),
        pace=st.sampled_from(Pace),
        signed_on=st.sampled_from([JANUARY, None]),
    )
    def test_numbers_that_always_hold(self, delivered, promised, day, due, pace, signed_on):
        one = promise(
            delivered,
            today=january(day),
            promised=promised,
            pace=pace,
            due_on=january(due),
            signed_on=signed_on,
        )

        assert one.left == max(promised - delivered, 0)
        assert one.projected >= delivered
        assert 0 <= one.expected <= promised
        assert (one.state == "kept") == (delivered >= promised)
        assert one.state != "missed" or one.today > one.due_on
        assert 0 <= one.share <= 1
        assert 0 <= one.fill <= METER_WIDTH >= one.tick >= 0

    @given(promised=st.integers(1, 10**12), day=st.integers(-5, 40), pace=st.sampled_from(Pace))
    def test_what_is_expected_never_shrinks(self, promised, day, pace):
        today, tomorrow = (
            promise(today=january(number), promised=promised, pace=pace)
            for number in (day, day + 1)
        )

        assert today.expected <= tomorrow.expected


# Counting


def standing_on(day):
    return time_machine.travel(datetime(day.year, day.month, day.day, 3, tzinfo=UTC), tick=False)


@pytest.fixture
def december():
    """Monday 22 December 2025: both meetings of the bakery class are over."""
    with standing_on(date(2025, 12, 22)):
        yield


def commit(agreement, kind=Kind.MATERIALS, promised=80, **more):
    measure = Commitment.MEASURES.get(kind, "paket")
    return factories.CommitmentFactory(
        agreement=agreement, kind=kind, promised=promised, **({"measure": measure} | more)
    )


def delivered(agreement, today=date(2025, 12, 22)):
    """{title: amount delivered} of all promises of the agreement's family."""
    return {str(one.commitment): one.delivered for one in ledger_of(agreement, today).promises}


@pytest.fixture
def addendum(training):
    return factories.AgreementFactory(
        facility=training.agreement.facility,
        partner=training.agreement.partner,
        kind=Agreement.Kind.ADDENDUM,
        parent=training.agreement,
        starts_on=date(2027, 12, 17),
        ends_on=date(2028, 12, 16),
    )


@pytest.mark.usefixtures("december")
class TestLedger:
    def test_counted_from_what_was_held(self, training):
        for kind in (Kind.HOURS, Kind.INSTRUCTORS, Kind.SEATS, Kind.CERTIFICATES):
            commit(training.agreement, kind, title=kind)
        training.mark(training.session, "HHH")

        assert delivered(training.agreement) == {
            "hours": 4,
            "instructors": 1,
            "seats": 3,
            "certificates": 0,
        }

    def test_only_sealed_certificates_are_issued(self, training, monkeypatch):
        monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)
        commit(training.agreement, Kind.CERTIFICATES, title="Sertifikat")
        with standing_on(date(2026, 1, 5)):
            training.finish()
            stages.prepare(training)
            stages.approve(training)
            approved = delivered(training.agreement)
            stages.issue(training)

        assert approved == {"Sertifikat": 0}
        assert delivered(training.agreement) == {"Sertifikat": 3}

    def test_a_meeting_without_its_sheet_is_named_as_the_cause(self, training):
        commit(training.agreement, Kind.HOURS, 80, due_on=date(2025, 12, 31))
        commit(training.agreement, Kind.MATERIALS, due_on=date(2025, 12, 31))
        hours, materials = ledger_of(training.agreement, date(2025, 12, 22)).promises

        assert (hours.cause, materials.cause) == ("2 daftar hadir belum diisi", "")

    def test_a_cancelled_batch_used_no_seats(self, training):
        commit(training.agreement, Kind.SEATS, title="Peserta")
        training.batch.state = "cancelled"
        training.batch.save()

        assert delivered(training.agreement) == {"Peserta": 0}

    def test_root_and_addendum_are_one(self, training, addendum):
        commit(training.agreement, title="Bahan")
        commit(addendum, title="Bahan tambahan")

        assert delivered(addendum) == delivered(training.agreement)
        assert list(delivered(addendum)) == ["Bahan", "Bahan tambahan"]

    def test_another_agreement_with_the_same_school_is_not(self, training):
        other = factories.AgreementFactory(
            facility=training.agreement.facility, partner=training.agreement.partner
        )
        commit(other, Kind.HOURS, title="JP lain")
        training.mark(training.session, "HHH")

        assert delivered(other) == {"JP lain": 0}
        assert delivered(training.agreement) == {}

    def test_an_hour_keeps_one_promise_only(self, training, addendum):
        commit(addendum, Kind.HOURS, 80, title="JP tambahan")
        commit(training.agreement, Kind.HOURS, 3, title="JP")
        training.mark(training.session, "HHH")

        assert delivered(training.agreement) == {"JP": 3, "JP tambahan": 1}

    def test_withdrawn_rows_count_no_more(self, training):
        bread = commit(training.agreement, title="Bahan")
        factories.DeliveryFactory(commitment=bread, amount=5)
        now = datetime(2025, 12, 20, tzinfo=UTC)
        factories.DeliveryFactory(commitment=bread, amount=90, withdrawn_at=now)
        commit(training.agreement, title="Ditarik", withdrawn_at=now)

        assert delivered(training.agreement) == {"Bahan": 5}

    def test_due_by_the_last_day_in_force(self, training, addendum):
        commit(training.agreement)
        [one] = ledger_of(training.agreement, JANUARY).promises

        assert one.due_on == addendum.ends_on

    def test_a_draft_prolongs_nothing(self, training, addendum):
        addendum.signed_on = None
        addendum.save()
        commit(training.agreement)
        [one] = ledger_of(training.agreement, JANUARY).promises

        assert one.due_on == training.agreement.ends_on

    def test_ended_early_nothing_falls_due_later(self, training):
        commit(training.agreement, due_on=date(2027, 6, 1))
        commit(training.agreement)
        training.agreement.ended_early_on, training.agreement.end_reason = LAST, "Sekolah pindah"
        training.agreement.save()
        promises = ledger_of(training.agreement, LAST + timedelta(1)).promises

        assert {(one.due_on, one.state) for one in promises} == {(LAST, "missed")}

    def test_one_and_three_promises_cost_the_same(self, training, cast, browse):
        browser, url = browse(cast.officer), slot(training.agreement)
        factories.DeliveryFactory(commitment=commit(training.agreement))
        one = queries_of(browser, url)
        for kind in (Kind.HOURS, Kind.MATERIALS):
            factories.DeliveryFactory(commitment=commit(training.agreement, kind))

        assert queries_of(browser, url) == one


meetings = st.lists(
    st.tuples(st.integers(1, 16), st.sampled_from(Session.Status), st.integers(0, 2)), max_size=6
)
amounts = st.lists(st.tuples(st.integers(1, 10**12), st.booleans()), max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(meetings=meetings, amounts=amounts, promised=st.integers(1, 60))
def test_delivered_equals_a_recount(training, meetings, amounts, promised):
    with transaction.atomic():
        teachers = factories.InstructorFactory.create_batch(3, partner=training.cast.school)
        for hours, status, teacher in meetings:
            reasons = {"cancel_reason": "Mati listrik", "cancel_cause": "other"}
            factories.SessionFactory(
                batch=training.batch,
                unit=training.units[0],
                instructor=teachers[teacher],
                hours=hours,
                status=status,
                **(reasons if status == "cancelled" else {}),
            )
        for kind in (Kind.HOURS, Kind.HOURS, Kind.INSTRUCTORS, Kind.MATERIALS):
            bread = commit(training.agreement, kind, promised)
        for amount, is_withdrawn in amounts:
            withdrawn_at = datetime(2025, 12, 20, tzinfo=UTC) if is_withdrawn else None
            factories.DeliveryFactory(commitment=bread, amount=amount, withdrawn_at=withdrawn_at)
        promises = ledger_of(training.agreement, date(2025, 12, 22)).promises
        first, second, instructors, materials = (one.delivered for one in promises)
        transaction.set_rollback(True)

    held = [(hours, teacher) for hours, status, teacher in meetings if status == "held"]
    hours = sum(hours for hours, _ in held)
    assert (first, second) == (min(hours, promised), max(hours - promised, 0))
    assert instructors == len({teacher for _, teacher in held})
    assert materials == sum(amount for amount, is_withdrawn in amounts if not is_withdrawn)


# The slot


def slot(agreement):
    return reverse("reports:promises_of_agreement", args=[agreement.pk])


@pytest.mark.usefixtures("december")
class TestPromisesOfAgreement:
    @pytest.fixture
    def oven(self, training):
        return commit(
            training.agreement,
            promised=1,
            side=Side.FACILITY,
            title="Oven dek kedua",
            measure="unit",
            pace=Pace.AT_ONCE,
            due_on=date(2025, 12, 20),
        )

    def test_htmx_gets_the_slot_and_everybody_else_the_page(self, training, oven, cast, browse):
        browser, url = browse(cast.officer), slot(training.agreement)
        page = browser.get(url).text
        fragment = browser.get(url, headers={"HX-Request": "true"}).text.strip()

        assert fragment.startswith('<section class="sheet">')
        assert fragment.endswith("</section>")
        assert "Oven dek kedua" in fragment in page

    def test_the_agreements_page_asks_for_it(self, training, cast, browse):
        page = browse(cast.officer).get(training.agreement.get_absolute_url())

        assert f'hx-get="{slot(training.agreement)}"' in page.text

    def test_who_reads_sees_the_state_and_only_the_officer_its_links(
        self, training, oven, cast, browse
    ):
        record = reverse("partnerships:delivery_create", args=[oven.pk])
        letter = reverse("reports:renewal_letter", args=[training.agreement.pk])
        texts = {
            who: browse(getattr(cast, who)).get(slot(training.agreement)).text
            for who in ("officer", "head", "regional", "national", "auditor", "coordinator")
        }

        assert {who for who, text in texts.items() if "Belum ada</span>" in text} == texts.keys()
        assert {who for who, text in texts.items() if record in text} == {"officer"}
        assert {who for who, text in texts.items() if letter in text} == {"officer"}

    def test_another_schools_coordinator_finds_nothing(self, cast, browse):
        theirs = factories.AgreementFactory(facility=cast.jember)
        commit(theirs)

        assert browse(cast.officer).get(slot(theirs)).status_code == 200
        for name in ("promises_of_agreement", "promises_print"):
            url = reverse(f"reports:{name}", args=[theirs.pk])
            assert browse(cast.coordinator).get(url).status_code == 404

    def test_every_number_opens_what_is_behind_it(self, training, oven, cast, browse):
        commit(training.agreement, Kind.HOURS)
        browser = browse(cast.coordinator)
        page = browser.get(slot(training.agreement)).text
        batches = reverse("programs:of_agreement", args=[training.agreement.pk])

        assert [page.count(f'class="plain-link" href="{url}"') for url in (
            batches, oven.get_absolute_url())] == [1, 1]  # fmt: skip
        assert "Produksi Bakery A1" in browser.get(batches).text

    def test_an_empty_one_teaches_who_can_fill_it(self, training, cast, browse):
        create = reverse("partnerships:commitment_create", args=[training.agreement.pk])
        officer, head = (
            browse(who).get(slot(training.agreement)).text for who in (cast.officer, cast.head)
        )

        assert (officer.count(create), head.count(create)) == (1, 0)
        assert "Belum ada janji yang dicatat" in officer
        assert "Belum ada janji yang dicatat" in head


# On paper


def text_of(answer):
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def promised(training, december):
    """Five months on, 30 of 80 JP, no oven, and a sack of flour more than promised."""
    agreement = training.agreement
    factories.SignatoryFactory(
        agreement=agreement,
        side=Side.FACILITY,
        name="RM. Kristyo Nugroho",
        title="Kepala Lapas Kelas IIA Jember",
        nip="19661018 199203 1 001",
        has_certificate_signature=False,
    )
    commit(agreement, Kind.HOURS, 80, title="Jam pelajaran")
    commit(agreement, Kind.OTHER, 1, title="Oven", side=Side.FACILITY, due_on=date(2025, 12, 20))
    Delivery.objects.create(
        commitment=commit(agreement, Kind.MONEY, 1_000_000, title="Dana"),
        amount=1_250_000,
        delivered_on=date(2025, 12, 18),
    )
    training.mark(training.session, "HHH")
    return agreement


class TestPromisesPrint:
    @pytest.fixture
    def url(self, promised):
        return reverse("reports:promises_print", args=[promised.pk])

    def test_says_what_the_screen_says(self, promised, cast, url, browse):
        answer = browse(cast.head).get(url)
        text = text_of(answer)

        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="realisasi-janji-smk-negeri-3-jember-2025-12-22.pdf"'
        )
        for words in (
            "LEMBAGA PEMASYARAKATAN KELAS IIA JEMBER",
            promised.facility_number,
            promised.partner_number,
            "Jam pelajaran satuan: JP 80 4 76 16 Desember 2027",
            "Oven satuan: paket 1 0 1 20 Desember 2025",
            "Belum ada",
            "Dana satuan: rupiah 1.000.000 1.250.000 0",
            "Terpenuhi",
            "Jember, 22 Desember 2025",
            "RM. Kristyo Nugroho NIP 19661018 199203 1 001",
            "Widiwasito",
        ):
            assert words in text, text

    @pytest.mark.parametrize(
        ("asked", "height"), [("", 297), ("?paper=a4", 297), ("?paper=f4", 330), ("?paper=A0", 297)]
    )
    def test_on_the_paper_asked_for(self, cast, url, browse, asked, height):
        answer = browse(cast.officer).get(url + asked)
        [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages

        assert round(float(page.mediabox.height) / 72 * 25.4) == height

    def test_stays_indonesian_on_an_english_screen(self, cast, url, browse):
        browser = browse(cast.officer)
        browser.post(reverse("core:language"), {"language": "en", "next": "/"})
        text = text_of(browser.get(url))

        assert "22 Desember 2025" in text
        assert ("Terpenuhi" in text, "Kept" in text) == (True, False)

    def test_the_same_day_gives_the_same_bytes(self, cast, url, browse):
        browser = browse(cast.officer)

        assert browser.get(url).content == browser.get(url).content


class TestRenewalLetter:
    FACTS = (
        "KANTOR WILAYAH",
        "Jember, 22 Desember 2025",
        "Pembahasan perpanjangan Perjanjian Kerja Sama",
        "Kepala SMK Negeri 3 Jember",
        "berlaku sampai dengan 16 Desember 2027",
        "1 angkatan",
        ": 4 JP",
        ": 3 orang",
        "Jam pelajaran (SMK Negeri 3 Jember): terpenuhi 4 dari 80 JP, sisa 76.",
        "Oven (Lapas Kelas IIA Jember): terpenuhi 0 dari 1 paket, sisa 1.",
        "sebelum perjanjian berakhir pada 16 Desember 2027",
        "RM. Kristyo Nugroho",
        "NIP 19661018 199203 1 001",
    )

    @pytest.fixture
    def url(self, promised):
        promised.facility.region.name = "Kanwil Ditjenpas Jawa Timur"
        promised.facility.region.save()
        return reverse("reports:renewal_letter", args=[promised.pk])

    def word_file(self, answer):
        document = Document(io.BytesIO(answer.content))
        cells = [
            " ".join(cell.text for cell in row.cells)
            for table in document.tables
            for row in table.rows
        ]
        return document, " ".join([*(one.text for one in document.paragraphs), *cells])

    def test_pdf_and_word_file_say_the_same(self, promised, cast, url, browse):
        browser = browse(cast.officer)
        pdf = text_of(browser.get(f"{url}?format=pdf"))
        _, docx = self.word_file(browser.get(f"{url}?format=docx"))

        facts = (*self.FACTS, promised.facility_number, promised.partner_number)
        assert [one for one in facts if one not in pdf] == []
        assert [one for one in facts if one not in docx] == []
        assert "Dana" not in pdf + docx  # more came than was promised

    def test_the_word_file_is_a_plain_a4_letter(self, cast, url, browse):
        answer = browse(cast.officer).get(f"{url}?format=docx")
        document, _ = self.word_file(answer)
        [section] = document.sections

        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert document.core_properties.author == "Lapas Kelas IIA Jember"
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="surat-perpanjangan-smk-negeri-3-jember-2025-12-22.docx"'
        )

    def test_without_promises_it_is_still_a_letter(self, promised, cast, url, browse):
        promised.commitments.update(withdrawn_at=datetime(2025, 12, 20, tzinfo=UTC))
        text = text_of(browse(cast.officer).get(url))

        assert ("Lampiran : –" in text, "terpenuhi" in text) == (True, False)

    def test_when_everything_is_kept(self, promised, cast, url, browse):
        promised.commitments.exclude(kind="money").update(
            withdrawn_at=datetime(2025, 12, 20, tzinfo=UTC)
        )
        text = text_of(browse(cast.officer).get(url))

        assert "seluruh janji kedua pihak telah terpenuhi" in text

    def test_over_already(self, promised, cast, url, browse):
        with standing_on(date(2027, 12, 20)):
            text = text_of(browse(cast.officer).get(url))

        assert "telah berakhir pada 16 Desember 2027" in text
        assert "dalam waktu dekat, pada:" in text

    def test_somebody_out_of_office_signs_no_more(self, promised, cast, url, browse):
        promised.signatories.filter(side="facility").update(leaves_office_on=date(2025, 12, 21))
        text = text_of(browse(cast.officer).get(url))

        assert ("Kristyo" in text, "Kepala Lapas Kelas IIA Jember," in text) == (False, True)

    def test_a_draft_has_nothing_to_renew(self, promised, cast, url, browse):
        promised.signed_on = None
        promised.save()
        answer = browse(cast.officer).get(url)

        assert answer.url == promised.get_absolute_url()
