"""How a school writes its numbers: safe, short, never twice, and telling nothing."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from certificates import services
from certificates.documents import CannotDraw
from certificates.models import NumberFormat, NumberSeries
from certificates.numbers import check_template
from certificates.services import set_number_format
from certificates.upcoming import upcoming
from tests import factories
from tests.certificates import stages

SHORT = "{urut}/{jenis}/{sekolah}/{tahun}"
ANOTHER_SCHOOL = (
    "Tepat di sebelah {sekolah} hanya boleh garis miring, titik, atau spasi, supaya tidak terbaca"
    " seperti kode sekolah lain."
)
# Allowed by its length, and wider than the sheet.
WIDE = "{urut}/{program}/{sekolah}/{bulan}/{tahun}/PELATIHAN.KERJA-INDUSTRI-"


class TestCheckTemplate:
    @pytest.mark.parametrize(
        "template", [NumberFormat.STANDARD, SHORT, "No. {urut}-{jenis}/{sekolah}.{tahun}"]
    )
    def test_accepts(self, template):
        check_template(template)

    @pytest.mark.parametrize(
        ("template", "message"),
        [
            ("{urut/{sekolah}/{tahun}", "Kurung kurawalnya tidak berpasangan."),
            ("{urut}/{sekolah}", "Nomor harus memuat {tahun}, supaya tidak kembar."),
            (
                "{urut.__class__}/{sekolah}/{tahun}",
                "Bagian {urut.__class__} tidak dikenal. Yang ada: {urut}, {jenis}, {program},"
                " {sekolah}, {bulan}, {tahun}.",
            ),
            (
                "{urut}<b>{sekolah}/{tahun}",
                "Di antara bagian hanya boleh huruf, angka, titik, garis miring, garis, dan spasi.",
            ),
            (
                "{program}{urut}/{sekolah}/{tahun}",
                "Pisahkan {program} dan {urut} dengan garis miring, titik, atau garis.",
            ),
            ("{urut}/{program}/{sekolah}-JBR/{tahun}", ANOTHER_SCHOOL),
            ("{urut}/{program}/A{sekolah}/{tahun}", ANOTHER_SCHOOL),
            (
                "{urut}/{sekolah}/{tahun}/" + "Dinas Pendidikan Provinsi Jawa Timur 2026" * 2,
                "Nomor bisa menjadi 113 huruf; paling panjang 80.",
            ),
        ],
    )
    def test_refuses(self, template, message):
        with pytest.raises(ValidationError) as refused:
            check_template(template)
        assert refused.value.messages == [message]


@pytest.mark.django_db
class TestSetNumberFormat:
    def test_the_next_certificates_are_numbered_so(self, finished, cheap):
        cast = finished.cast
        set_number_format(partner=cast.school, template=SHORT, by=cast.certificate_admin)
        numbers = [one.number for one in stages.all_the_way(finished)]
        assert numbers == [f"00{n}/SP/SMKN3-JBR/2025" for n in (1, 2, 3)]

    def test_a_month_that_would_betray_is_found_before_it_comes(self, training):
        """Only in the months of II and III would it look like a register number's class."""
        cast = training.cast
        with pytest.raises(ValidationError) as refused:
            set_number_format(
                partner=cast.school,
                template="{urut}/{sekolah}/A.{bulan}/{tahun}",
                by=cast.certificate_admin,
            )
        assert refused.value.message_dict == {
            "template": ["Nomor akan memuat “A.II”, misalnya 001/SMKN3-JBR/A.II/2026."]
        }

    def test_what_another_book_has_given_already_is_refused(self, sealed, cast):
        with pytest.raises(ValidationError) as refused:
            set_number_format(
                partner=cast.school,
                template="{urut}/BKR/{sekolah}/{bulan}/{tahun}",
                by=cast.certificate_admin,
            )
        assert refused.value.message_dict == {
            "template": [
                "Nomor 001/BKR/SMKN3-JBR/XII/2025 sudah ada dalam buku lain; susunan ini bisa mengulanginya."
            ]
        }

    def test_going_on_in_ones_own_book_is_not_refused(self, sealed, cast):
        for template in (SHORT, NumberFormat.STANDARD):
            set_number_format(partner=cast.school, template=template, by=cast.certificate_admin)

    def test_what_no_sheet_of_the_school_takes_is_refused(self, training):
        with pytest.raises(ValidationError, match="terlalu panjang untuk lembar sertifikat"):
            set_number_format(
                partner=training.cast.school, template=WIDE, by=training.cast.certificate_admin
            )

    def test_a_school_known_by_its_name_alone_stays_as_it_is(self, training):
        cast = training.cast
        elsewhere = factories.PartnerFactory(facilities=[cast.jember, cast.metro])
        with pytest.raises(ValidationError, match="Belum ada perjanjian dengan sekolah ini."):
            set_number_format(partner=elsewhere, template=SHORT, by=cast.certificate_admin)


@pytest.mark.django_db
class TestIssuing:
    """What was chosen before it was refused, or came out wrong all the same."""

    def chosen(self, cast, template):
        NumberFormat.objects.create(
            partner=cast.school, template=template, set_by=cast.certificate_admin
        )

    def run(self, training):
        run = services.start_issuing(batch=training.batch, by=training.cast.certificate_admin)
        services.run_issuing(run=run)
        return run.error

    def test_a_number_that_exists_is_told_and_given_to_nobody(self, sealed, training, cast):
        copy = services.duplicate(
            certificate=sealed[0],
            explanation="Lembarnya hilang",
            dated_on=stages.LAST_DAY,
            by=cast.certificate_admin,
        )
        stages.approve(training)
        self.chosen(cast, "{urut}/BKR/{sekolah}/{bulan}/{tahun}")
        assert self.run(training) == (
            "Nomor 001/BKR/SMKN3-JBR/XII/2025 sudah dipakai sertifikat lain."
            " Ubah susunan nomor sekolah ini."
        )
        copy.refresh_from_db()
        assert copy.status == "approved"

    def test_a_number_too_wide_for_the_sheet_is_told_and_not_spent(self, approved, cast):
        self.chosen(cast, WIDE)
        told = self.run(approved).splitlines()
        assert [line.split(" terlalu panjang")[0] for line in told] == [
            f"{one.inmate.name}: Nomor" for one in approved.enrollments
        ]
        assert not NumberSeries.objects.exists()

    def test_what_cannot_be_drawn_after_all_is_told(self, approved, monkeypatch):
        def certificate_pdfs(papers):
            raise CannotDraw("Nomor terlalu panjang untuk lembar sertifikat")
            yield

        monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", certificate_pdfs)
        assert self.run(approved) == "Nomor terlalu panjang untuk lembar sertifikat"


@pytest.mark.django_db
class TestUpcoming:
    def test_goes_on_in_the_book_and_begins_a_new_one(self, training):
        NumberSeries.objects.create(key="BKR/SMKN3-JBR/2025", last=998)
        day = training.batch.ends_on
        on, _ = upcoming(training.cast.school, programs=["BKR"], day=day)
        anew, _ = upcoming(training.cast.school, programs=["BKR"], day=day, template=SHORT)
        assert (on.is_new, on.numbers[0], on.numbers[-1]) == (
            False,
            "999/BKR/SMKN3-JBR/XII/2025",
            "1001/BKR/SMKN3-JBR/XII/2025",
        )
        assert (anew.is_new, anew.numbers[0]) == (True, "001/SP/SMKN3-JBR/2025")


@pytest.mark.django_db
class TestNumberFormatUpdate:
    @pytest.fixture(autouse=True)
    def november(self):
        with time_machine.travel(datetime(2026, 11, 22, 3, tzinfo=UTC), tick=False):
            yield

    def test_shows_what_a_format_would_give_while_it_is_typed(self, training, browse):
        url = reverse("certificates:number_format_update", args=[training.cast.school.pk])
        browser = browse(training.cast.certificate_admin)
        shown = browser.get(url, {"template": SHORT}, headers={"HX-Request": "true"})
        first_ones = re.findall(r"001/\w\w/SMKN3-JBR/2026", shown.content.decode())
        assert first_ones == ["001/SP/SMKN3-JBR/2026", "001/SK/SMKN3-JBR/2026"]
        assert not NumberFormat.objects.exists()

    def test_keeps_it(self, training, browse):
        url = reverse("certificates:number_format_update", args=[training.cast.school.pk])
        browser = browse(training.cast.certificate_admin)
        assert browser.post(url, {"template": SHORT}).status_code == 302
        assert browser.post(url, {"template": "{urut}"}).status_code == 422
        assert str(training.cast.school.number_format) == SHORT
