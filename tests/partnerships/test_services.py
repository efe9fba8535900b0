"""What the services do, refuse, and leave in the trail."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from partnerships import services
from partnerships.models import Agreement, Partner
from tests.factories import (
    AgreementFactory,
    BatchFactory,
    ContactFactory,
    PartnerFactory,
    SignatoryFactory,
    UserFactory,
)


def trail():
    return list(AuditEvent.objects.values_list("action", flat=True))


def refused(service, **fields):
    """{field: messages} of a refusal, which also wrote nothing into the trail."""
    with pytest.raises(ValidationError) as refusal:
        service(**fields)
    assert trail() == []
    return refusal.value.message_dict


class TestRecordAgreement:
    @pytest.fixture
    def fields(self, cast):
        return {
            "kind": "pks",
            "partner": cast.school,
            "parent": None,
            "facility_number": "W15.PAS-PK.01/2025",
            "partner_number": "421.5/413/2025",
            "signed_on": date(2025, 12, 17),
            "starts_on": date(2025, 12, 17),
            "ends_on": date(2027, 12, 16),
            "legal_basis": "",
        }

    def test_it_belongs_to_the_place_of_the_one_who_records_it(self, cast, fields):
        agreement = services.record_agreement(**fields, by=cast.stranger)
        line = AuditEvent.objects.get()

        assert agreement.facility == cast.metro
        assert (line.action, line.by, line.facility) == (
            "agreement.recorded", cast.stranger, cast.metro,
        )  # fmt: skip

    def test_a_number_used_before_is_refused(self, cast, fields):
        AgreementFactory(facility=cast.jember, facility_number="W15.PAS-PK.01/2025")

        said = refused(services.record_agreement, **fields, by=cast.officer)
        assert said == {"__all__": ["Nomor Lapas ini sudah dipakai perjanjian lain."]}
        assert Agreement.objects.count() == 1


class TestAddendum:
    def amend(self, agreement, cast, **changes):
        return refused(
            services.update_agreement,
            agreement=agreement,
            by=cast.officer,
            **{"kind": "addendum", **changes},
        )

    def test_it_is_not_its_own_parent(self, agreement, cast):
        said = self.amend(agreement, cast, parent=agreement)

        assert said == {"parent": ["Perjanjian tidak bisa menjadi induk dirinya sendiri."]}

    def test_an_addendum_has_no_addenda(self, agreement, cast):
        same = {"facility": cast.jember, "partner": cast.school}
        first = AgreementFactory(kind="addendum", parent=agreement, **same)
        second = AgreementFactory(**same)

        said = self.amend(second, cast, parent=first)
        assert said == {"parent": ["Pilih perjanjian induknya, bukan adendum lain."]}

    def test_an_agreement_with_addenda_becomes_none(self, agreement, cast):
        same = {"facility": cast.jember, "partner": cast.school}
        AgreementFactory(kind="addendum", parent=agreement, **same)

        said = self.amend(agreement, cast, parent=AgreementFactory(**same))
        assert said == {
            "parent": ["Perjanjian ini punya adendum, jadi tidak bisa menjadi adendum."]
        }

    @pytest.mark.parametrize(("other", "whose"), [("facility", "Lapas"), ("partner", "mitra")])
    def test_both_are_between_the_same_two(self, agreement, cast, other, whose):
        both = {"facility": cast.jember, "partner": cast.school}
        del both[other]

        said = self.amend(agreement, cast, parent=AgreementFactory(**both))
        assert [one.startswith("Perjanjian induk dibuat") for one in said["parent"]] == [True]
        assert said["parent"][0].removesuffix(" lain.").endswith(whose)

    def test_it_does_not_end_before_its_parent_starts(self, agreement, cast):
        parent = AgreementFactory(
            facility=cast.jember, partner=cast.school, starts_on=date(2027, 1, 1)
        )

        said = self.amend(agreement, cast, parent=parent, ends_on=date(2026, 12, 31))
        assert said == {"ends_on": ["Adendum berakhir sebelum perjanjian induknya mulai."]}

    def test_it_needs_a_parent(self, agreement, cast):
        said = self.amend(agreement, cast, parent=None)

        assert said == {
            "__all__": ["Adendum harus punya perjanjian induk; Nota Kesepahaman tidak boleh."]
        }

    def test_an_ordinary_addendum_is_accepted(self, agreement, cast):
        parent = AgreementFactory(facility=cast.jember, partner=cast.school)
        services.update_agreement(
            agreement=agreement, kind="addendum", parent=parent, by=cast.officer
        )

        assert parent.children.get() == agreement


class TestUmbrellaAndRenewal:
    """A PKS below a MoU, and an agreement that goes on where another ends."""

    def change(self, agreement, cast, **changes):
        return refused(services.update_agreement, agreement=agreement, by=cast.officer, **changes)

    def test_a_pks_stands_below_a_mou_of_anybody(self, agreement, cast):
        umbrella = AgreementFactory(facility=cast.jember, kind="mou")
        services.update_agreement(agreement=agreement, parent=umbrella, by=cast.officer)
        agreement.refresh_from_db()
        assert (agreement.parent, agreement.root) == (umbrella, agreement)

    def test_but_not_below_another_pks(self, agreement, cast):
        other = AgreementFactory(facility=cast.jember, partner=cast.school)
        said = self.change(agreement, cast, parent=other)
        assert said == {"parent": ["Induk PKS harus Nota Kesepahaman."]}

    def test_an_umbrella_stays_one(self, agreement, cast):
        umbrella = AgreementFactory(facility=cast.jember, kind="mou")
        services.update_agreement(agreement=agreement, parent=umbrella, by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            services.update_agreement(agreement=umbrella, kind="pks", by=cast.officer)
        assert list(refusal.value.message_dict) == ["kind"]

    def test_a_chain_of_renewals_never_closes_to_a_ring(self, agreement, cast):
        same = {"facility": cast.jember, "partner": cast.school}
        later = AgreementFactory(**same, starts_on=date(2027, 12, 17), ends_on=date(2029, 12, 16),
                                 renews=agreement)  # fmt: skip
        said = self.change(agreement, cast, renews=later)
        assert said == {"renews": ["Yang diperpanjang harus mulai berlaku sebelum naskah ini."]}

    def test_nor_by_moving_the_older_one_after_it(self, agreement, cast):
        same = {"facility": cast.jember, "partner": cast.school}
        AgreementFactory(**same, starts_on=date(2026, 1, 1), renews=agreement)
        said = self.change(agreement, cast, starts_on=date(2026, 1, 1))
        assert list(said) == ["starts_on"]


class TestDraft:
    def test_a_draft_is_never_in_force(self, cast, agreement):
        draft = AgreementFactory(facility=cast.jember, signed_on=None, facility_number="")
        assert draft.state == Agreement.State.DRAFT
        assert list(Agreement.objects.in_force(date(2026, 1, 15))) == [agreement]

    def test_signing_it_asks_for_both_numbers(self, cast):
        draft = AgreementFactory(facility=cast.jember, signed_on=None, facility_number="")
        fields = {"agreement": draft, "signed_on": date(2025, 12, 17), "by": cast.officer}
        said = refused(services.update_agreement, **fields)
        assert said == {
            "__all__": [
                "Naskah yang sudah ditandatangani harus punya kedua nomor. "
                "Isi nomornya, atau kosongkan tanggal tanda tangan."
            ]
        }
        services.update_agreement(**fields, facility_number="W15.1/2025")

    def test_nobody_has_signed_tomorrow(self, cast, agreement):
        tomorrow = timezone.localdate() + timedelta(days=1)
        said = refused(
            services.update_agreement, agreement=agreement, signed_on=tomorrow, by=cast.officer
        )
        assert list(said) == ["signed_on"]

    def test_it_cannot_be_ended(self, cast):
        draft = AgreementFactory(facility=cast.jember, signed_on=None)
        with pytest.raises(ValidationError) as refusal:
            services.end_agreement(
                agreement=draft, ended_early_on=draft.starts_on, end_reason="x", by=cast.officer
            )
        assert refusal.value.messages == ["Rancangan belum berlaku, jadi tidak ada yang diakhiri."]


class TestUpdateAgreement:
    def test_the_trail_holds_what_changed_and_nothing_else(self, agreement, cast):
        services.update_agreement(
            agreement=agreement,
            partner_number=agreement.partner_number,
            ends_on=date(2026, 12, 16),
            by=cast.officer,
        )

        assert AuditEvent.objects.get().details == {
            "changed": {"ends_on": ["2027-12-16", "2026-12-16"]}
        }

    def test_it_does_not_end_before_the_day_it_was_ended_on(self, agreement, cast):
        Agreement.objects.update(ended_early_on=date(2026, 3, 3), end_reason="Sekolah pindah")
        agreement.refresh_from_db()

        said = refused(
            services.update_agreement,
            agreement=agreement,
            ends_on=date(2026, 3, 2),
            by=cast.officer,
        )
        assert said == {"ends_on": ["Perjanjian ini sudah diakhiri sesudah tanggal itu."]}


class TestSignatories:
    WAHYUNI = {"side": "partner", "name": "Sri Wahyuni, S.Pd.", "title": "Ketua Konsentrasi"}

    def test_two_sign_certificates_and_a_third_does_not(self, agreement, cast):
        SignatoryFactory.create_batch(2, agreement=agreement)
        third = {**self.WAHYUNI, "has_certificate_signature": True}

        said = refused(services.add_signatory, agreement=agreement, **third, by=cast.officer)
        assert said == {
            "has_certificate_signature": ["Sudah ada dua orang yang menandatangani sertifikat."]
        }

    def test_more_may_sign_the_agreement_alone(self, agreement, cast):
        SignatoryFactory.create_batch(2, agreement=agreement)
        services.add_signatory(agreement=agreement, **self.WAHYUNI, by=cast.officer)

        assert agreement.signatories.count() == 3

    def test_one_who_was_removed_makes_room_and_keeps_the_row(self, agreement, cast):
        former, _ = SignatoryFactory.create_batch(2, agreement=agreement)
        services.remove_signatory(signatory=former, by=cast.officer)
        services.add_signatory(
            agreement=agreement, **self.WAHYUNI, has_certificate_signature=True, by=cast.officer
        )

        assert agreement.signatories.count() == 3
        assert list(agreement.signatories.exclude(removed_at=None)) == [former]
        assert trail() == ["signatory.added", "signatory.removed"]

    def test_the_prisons_side_signs_no_certificate(self, agreement, cast):
        said = refused(
            services.add_signatory,
            agreement=agreement,
            **{**self.WAHYUNI, "side": "facility"},
            has_certificate_signature=True,
            by=cast.officer,
        )

        assert said == {
            "__all__": [
                "Sertifikat ditandatangani pihak mitra: nama Lapas tidak boleh tampak di sana."
            ]
        }

    @pytest.mark.parametrize("nip", ["196610181992031001", "1966 1018 1992", "abc"])
    def test_a_nip_has_its_eighteen_digits_in_groups(self, agreement, cast, nip):
        said = refused(
            services.add_signatory, agreement=agreement, **self.WAHYUNI, nip=nip, by=cast.officer
        )

        assert said == {"nip": ["NIP terdiri atas 18 angka: 19661018 199203 1 001."]}


class TestRegisterPartner:
    FIELDS = {"name": "SMKN 2 Metro", "short_code": "SMKN2", "city": "Metro", "npsn": "10809876"}

    def test_a_school_known_elsewhere_is_linked_and_not_doubled(self, cast):
        known = PartnerFactory(npsn="10809876", name="SMK Negeri 2 Metro", facilities=[cast.metro])
        partner = services.register_partner(**self.FIELDS, by=cast.officer)

        assert partner == known
        assert partner.name == "SMK Negeri 2 Metro"
        assert set(partner.facilities.all()) == {cast.jember, cast.metro}

    def test_two_partners_without_an_npsn_are_two(self, cast):
        PartnerFactory(npsn="", name="BLK Metro", facilities=[cast.metro])
        services.register_partner(**{**self.FIELDS, "npsn": ""}, by=cast.officer)

        assert Partner.objects.filter(npsn="").count() == 2

    @pytest.mark.parametrize("npsn", ["1080987", "108098765", "1080987O"])
    def test_an_npsn_has_eight_digits(self, cast, npsn):
        said = refused(services.register_partner, **{**self.FIELDS, "npsn": npsn}, by=cast.officer)

        assert "NPSN terdiri atas 8 angka." in said["npsn"]

    def test_a_short_code_belongs_to_one_partner(self, cast):
        said = refused(
            services.register_partner,
            **{**self.FIELDS, "short_code": "SMKN3-JBR"},
            by=cast.officer,
        )

        assert said == {"short_code": ["Kode singkat ini sudah dipakai mitra lain."]}

    @pytest.mark.parametrize("short_code", ["smkn2", "SMKN 2", "-SMKN2", "SMKN2-"])
    def test_a_short_code_fits_into_a_certificate_number(self, cast, short_code):
        said = refused(
            services.register_partner,
            **{**self.FIELDS, "short_code": short_code},
            by=cast.officer,
        )

        assert said == {"short_code": ["Pakai huruf besar, angka, dan tanda hubung."]}


class TestGiveAccount:
    def test_the_account_sees_its_school_until_it_is_taken_away(self, cast):
        school = PartnerFactory()
        contact = ContactFactory(partner=school)
        person = UserFactory(role="coordinator")
        services.give_account(contact=contact, user=person, by=cast.admin)
        assert list(Partner.objects.visible_to(person)) == [school]

        services.give_account(contact=contact, user=None, by=cast.admin)
        assert list(Partner.objects.visible_to(person)) == []
        assert trail() == ["contact.account_set", "contact.account_set"]


class TestUnderBatches:
    """Classes were opened under it; their school and its signature stay."""

    @pytest.fixture
    def taught(self, agreement):
        BatchFactory(agreement=agreement)
        return agreement

    @pytest.mark.parametrize("field", ["partner", "signed_on"])
    def test_neither_partner_nor_signature_is_taken_away(self, taught, cast, field):
        changes = {"partner": PartnerFactory(), "signed_on": None}
        said = refused(
            services.update_agreement, agreement=taught, by=cast.officer, **{field: changes[field]}
        )
        assert list(said) == [field]

    def test_what_was_renewed_becomes_no_addendum(self, agreement, cast):
        same = {"facility": cast.jember, "partner": cast.school}
        AgreementFactory(
            **same, renews=agreement, starts_on=date(2027, 12, 17), ends_on=date(2029, 1, 1)
        )
        said = refused(
            services.update_agreement, agreement=agreement, kind="addendum",
            parent=AgreementFactory(**same), by=cast.officer,
        )  # fmt: skip
        assert list(said) == ["kind"]
