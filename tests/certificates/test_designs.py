"""Designs: a change is a new version, tells nothing, fits its sheet, and is seen before it is kept."""

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.urls import reverse

from accounts.models import AuditEvent
from certificates.content import design_of
from certificates.documents import previews
from certificates.forms.designs import DesignForm
from certificates.models import Design, ForbiddenWord
from certificates.samples import KINDS, PERSONS, sample_content
from certificates.services import designs, save_design
from tests import factories
from tests.certificates.paper import sheet
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


def fields_of(agreement, **differing):
    """What the form sends when nothing but `differing` was changed."""
    design = design_of(agreement)
    return {name: getattr(design, name) for name in DesignForm.Meta.fields} | differing


def save(training, service=save_design, *, seen=0, **differing):
    return service(
        agreement=training.agreement,
        seen_version=seen,
        by=training.cast.certificate_admin,
        **fields_of(training.agreement, **differing),
    )


def sent(training, **differing):
    typed = model_to_dict(design_of(training.agreement), DesignForm.Meta.fields)
    said = {name: value for name, value in typed.items() if value not in (None, False)}
    return {"seen_version": 0, **said, **differing}


def at(name, training):
    return reverse(f"certificates:{name}", args=[training.agreement.pk])


class TestSaveDesign:
    def test_a_change_makes_the_next_version_and_a_line_in_the_trail(self, training):
        save(training, title="Sertifikat Kompetensi")
        save(training, seen=1, title="Sertifikat", address="Jalan Jawa 1, Jember")
        titles = Design.objects.of(training.agreement).values_list("version", "title")
        assert list(titles) == [(2, "Sertifikat"), (1, "Sertifikat Kompetensi")]
        line = AuditEvent.objects.filter(action="design.saved").latest("pk")
        assert line.details["fields"] == ["address", "title"]

    def test_nothing_changed_makes_none(self, training):
        first = save(training, title="Sertifikat Kompetensi")
        assert save(training, seen=1) == first
        assert Design.objects.count() == 1

    def test_who_saves_on_an_old_screen_is_told(self, training):
        save(training, title="Sertifikat Kompetensi")
        with pytest.raises(ValidationError, match="baru saja menyimpan versi 1 desain ini"):
            save(training, seen=0, title="Sertifikat")

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("title", "Sertifikat Lapas"),
            ("sentence", "selama di Blok B/3"),
            ("address", "Jl. PB Sudirman 13"),
            ("partial_title_en", "Prison statement"),
        ],
    )
    def test_a_word_that_betrays_is_refused_beside_its_field(self, training, field, text):
        training.cast.jember.address = "Jalan PB Sudirman No. 13, Jember"
        training.cast.jember.save()
        with pytest.raises(ValidationError) as refused:
            save(training, **{field: text})
        assert list(refused.value.message_dict) == [field]

    def test_the_emblem_and_the_schools_own_name_count_too(self, training):
        emblem = factories.EmblemFactory(partner=training.cast.school, name="Lambang Rutan")
        training.cast.school.name = "SMK Binaan Lapas"
        training.cast.school.save()
        with pytest.raises(ValidationError) as refused:
            save(training, emblem=emblem)
        assert set(refused.value.message_dict) == {"emblem", "__all__"}

    def test_is_allowed_with_a_reason_only(self, training):
        betraying = {"title": "Sertifikat Lapas", "can_name_facility": True}
        with pytest.raises(ValidationError) as refused:
            save(training, **betraying)
        assert [one.code for one in refused.value.error_dict["__all__"]] == ["naming_reason"]
        kept = save(training, **betraying, naming_reason="Diminta peserta.")
        assert kept.title == "Sertifikat Lapas"

    def test_an_emblem_of_another_school_is_refused(self, training):
        with pytest.raises(ValidationError, match="Lambang ini milik sekolah lain."):
            save(training, emblem=factories.EmblemFactory())

    def test_what_does_not_fit_is_refused(self, training):
        with pytest.raises(ValidationError, match="terlalu panjang untuk lembar sertifikat"):
            save(training, title="W" * 40)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def race(self, training, monkeypatch, service=save_design):
        """What the one who lost was told."""
        meet_after(monkeypatch, designs, "design_of", racers=2, patience=0.5)
        acts = [lambda title=title: save(training, service, title=title) for title in ("A", "B")]
        (told,) = [one for one in at_once(*acts) if isinstance(one, Exception)]
        return str(told)

    def test_the_second_is_told(self, training, monkeypatch):
        assert "baru saja menyimpan versi 1" in self.race(training, monkeypatch)
        assert Design.objects.count() == 1

    def test_without_the_lock_only_the_database_stops_it(self, training, monkeypatch):
        unlocked = without_guard(monkeypatch, save_design)
        assert "baru saja" not in self.race(training, monkeypatch, unlocked)


class TestSamples:
    @pytest.mark.parametrize("look", Design.Look)
    def test_every_person_of_every_kind_fits_every_look(self, training, look):
        design = Design(agreement=training.agreement, version=0, look=look)
        for kind in KINDS:
            for person in PERSONS:
                content = sample_content(
                    agreement=training.agreement, design=design, kind=kind, person=person
                )
                assert sheet(content)["is_specimen"]


class TestDesignUpdate:
    def test_saves_and_shows_the_version(self, training, browse):
        browser = browse(training.cast.certificate_admin)
        browser.post(at("design_update", training), sent(training, title="Sertifikat Kompetensi"))
        page = browser.get(at("design_detail", training))
        assert [one.version for one in page.context["versions"]] == [1]
        assert page.context["design"].title == "Sertifikat Kompetensi"

    def test_a_betrayal_stands_beside_its_field(self, training, browse):
        browser = browse(training.cast.certificate_admin)
        page = browser.post(at("design_update", training), sent(training, address="Lapas, Jember"))
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["address"])

    def test_old_versions_stay_to_be_seen(self, training, browse):
        save(training, title="Sertifikat Kompetensi")
        save(training, seen=1, title="Sertifikat")
        page = browse(training.cast.head).get(at("design_detail", training), {"version": "1"})
        assert page.context["design"].title == "Sertifikat Kompetensi"

    @pytest.mark.parametrize("version", ["3", "x", "-1"])
    def test_others_are_not_there(self, training, browse, version):
        page = browse(training.cast.head).get(at("design_detail", training), {"version": version})
        assert page.status_code == 404


class TestDesignPreview:
    def preview(self, browse, training, **typed):
        return browse(training.cast.certificate_admin).post(
            at("design_preview", training), sent(training, **typed), headers={"HX-Request": "true"}
        )

    def test_draws_what_is_typed_and_keeps_nothing(self, training, browse):
        shown = self.preview(browse, training, title="Sertifikat Kompetensi", kind="duplicate")
        assert [one[:22] for one in shown.context["pictures"]] == ["data:image/png;base64,"] * 2
        assert "img-src 'self' data:" in shown.headers["Content-Security-Policy"]
        assert not Design.objects.exists()

    def test_says_in_words_what_cannot_be_drawn(self, training, browse):
        shown = self.preview(browse, training, title="W" * 40)
        assert shown.context["problems"] == [
            f"Judul terlalu panjang untuk lembar sertifikat: {'W' * 40}"
        ]

    def test_warns_of_words_before_they_are_saved(self, training, browse, monkeypatch):
        monkeypatch.setattr("certificates.views.designs.pictures", lambda paper: [])
        shown = self.preview(browse, training, title="Sertifikat Lapas")
        assert shown.context["warnings"][0].startswith("Kata “Lapas” menunjukkan tempat pelatihan")

    def test_an_empty_title_is_asked_for(self, training, browse):
        shown = self.preview(browse, training, title="")
        assert shown.context["problems"] == ["Judul: Bidang ini tidak boleh kosong."]

    def test_waits_for_those_who_draw_and_then_says_so(self, training, browse, monkeypatch):
        monkeypatch.setattr(previews, "PATIENCE_SECONDS", 0.01)
        with previews._one_at_a_time:
            shown = self.preview(browse, training)
        assert shown.context["problems"] == ["Pratinjau lain sedang digambar. Coba lagi sebentar."]

    def test_without_javascript_the_whole_page_comes_back(self, training, browse, monkeypatch):
        monkeypatch.setattr("certificates.views.designs.pictures", lambda paper: [])
        page = browse(training.cast.certificate_admin).post(
            at("design_preview", training), sent(training, title="Sertifikat Kompetensi")
        )
        assert page.context["form"]["title"].value() == "Sertifikat Kompetensi"
        assert page.status_code == 200


class TestDesignList:
    @pytest.mark.parametrize("more", [0, 2])
    def test_costs_the_same_for_one_and_three(
        self, training, browse, django_assert_num_queries, more
    ):
        for _ in range(more):
            agreement = factories.AgreementFactory(facility=training.cast.jember)
            Design.objects.create(agreement=agreement, created_by=training.cast.head)
        browser = browse(training.cast.head)
        with django_assert_num_queries(6):
            page = browser.get(reverse("certificates:design_list"))
        assert len(page.context["rows"]) == 1 + more


class TestForbiddenWords:
    def test_ones_own_are_added_and_taken_back(self, training, browse):
        browser = browse(training.cast.certificate_admin)
        browser.post(reverse("certificates:forbidden_word_create"), {"word": "Kampung  Baru"})
        word = ForbiddenWord.objects.get()
        assert (word.word, word.facility) == ("Kampung Baru", training.cast.jember)
        browser.post(reverse("certificates:forbidden_word_remove", args=[word.pk]))
        assert not ForbiddenWord.objects.exists()

    def test_those_for_all_are_the_admins(self, training, browse):
        browse(training.cast.admin).post(
            reverse("certificates:forbidden_word_create_shared"), {"word": "Kali Lama"}
        )
        word = ForbiddenWord.objects.get()
        own = reverse("certificates:forbidden_word_remove", args=[word.pk])
        assert word.facility is None
        assert browse(training.cast.certificate_admin).post(own).status_code == 404

    def test_two_letters_would_be_found_everywhere(self, training, browse):
        page = browse(training.cast.certificate_admin).post(
            reverse("certificates:forbidden_word_create"), {"word": "di"}
        )
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["word"])
