"""Agreements and partners: what can exist, who sees it, and what follows from its dates."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from partnerships.models import Agreement, Alert, Document, Partner, Side, Signatory
from tests.core.refusals import refused_by
from tests.factories import (
    AgreementFactory,
    ContactFactory,
    FacilityFactory,
    PartnerFactory,
    SignatoryFactory,
)

pytestmark = pytest.mark.django_db
THIRD_OF_MARCH = date(2026, 3, 3)


class TestAgreementConstraints:
    def test_agreement_ends_after_start(self):
        with refused_by("agreement_ends_after_start"):
            AgreementFactory(starts_on=date(2025, 12, 17), ends_on=date(2025, 12, 16))

        AgreementFactory(starts_on=date(2025, 12, 17), ends_on=date(2025, 12, 17))

    @pytest.mark.parametrize("day", [date(2025, 12, 16), date(2027, 12, 17)])
    def test_agreement_ended_early_within_term(self, day):
        with refused_by("agreement_ended_early_within_term"):
            AgreementFactory(ended_early_on=day, end_reason="Sekolah pindah")

    @pytest.mark.parametrize(("day", "reason"), [(THIRD_OF_MARCH, ""), (None, "Sekolah pindah")])
    def test_agreement_ended_early_with_reason(self, day, reason):
        with refused_by("agreement_ended_early_with_reason"):
            AgreementFactory(ended_early_on=day, end_reason=reason)

        AgreementFactory(ended_early_on=THIRD_OF_MARCH, end_reason="Sekolah pindah")

    def test_agreement_parent_as_its_kind_asks(self):
        umbrella = AgreementFactory(kind="mou")
        with refused_by("agreement_parent_as_its_kind_asks"):
            AgreementFactory(kind="addendum")
        with refused_by("agreement_parent_as_its_kind_asks"):
            AgreementFactory(kind="mou", parent=umbrella)

        AgreementFactory(kind="addendum", parent=umbrella)
        AgreementFactory(kind="pks", parent=umbrella)

    def test_agreement_addendum_renews_nothing(self):
        older = AgreementFactory()
        with refused_by("agreement_addendum_renews_nothing"):
            AgreementFactory(kind="addendum", parent=older, renews=older)

        AgreementFactory(renews=older)

    def test_agreement_signed_with_both_numbers(self):
        with refused_by("agreement_signed_with_both_numbers"):
            AgreementFactory(partner_number="")

        AgreementFactory(partner_number="", signed_on=None)

    def test_agreement_number_once_per_facility(self):
        first = AgreementFactory(facility_number="W15.PAS-PK.01/2025")
        with refused_by("agreement_number_once_per_facility"):
            AgreementFactory(facility=first.facility, facility_number="W15.PAS-PK.01/2025")

        AgreementFactory(facility=FacilityFactory(), facility_number="W15.PAS-PK.01/2025")

    def test_two_drafts_may_wait_for_their_numbers(self):
        draft = {"facility": FacilityFactory(), "facility_number": "", "signed_on": None}
        assert AgreementFactory(**draft) != AgreementFactory(**draft)


class TestOtherConstraints:
    def test_partner_npsn_names_one_school(self):
        PartnerFactory(npsn="20523456")
        with refused_by("partner_npsn_names_one_school"):
            PartnerFactory(npsn="20523456")

    def test_partners_that_are_no_schools_share_the_empty_npsn(self):
        PartnerFactory(npsn="")
        PartnerFactory(npsn="")

        assert Partner.objects.filter(npsn="").count() == 2

    def test_signatory_of_certificates_is_partners(self):
        with refused_by("signatory_of_certificates_is_partners"):
            SignatoryFactory(side=Side.FACILITY)

        SignatoryFactory(side=Side.FACILITY, has_certificate_signature=False)

    def test_document_once_per_agreement(self, cast):
        scan = {"filename": "a.pdf", "sha256": "0" * 64, "byte_count": 1, "page_count": 1}
        first = Document(agreement=AgreementFactory(), uploaded_by=cast.officer, **scan)
        first.save()
        with refused_by("document_once_per_agreement"):
            Document(agreement=first.agreement, uploaded_by=cast.officer, version=2, **scan).save()

        Document(agreement=AgreementFactory(), uploaded_by=cast.officer, **scan).save()

    def test_document_version_once_per_title(self, cast):
        scan = {"title": "PKS", "version": 1, "byte_count": 1, "page_count": 1}
        first = Document(
            agreement=AgreementFactory(), uploaded_by=cast.officer, sha256="0" * 64, **scan
        )
        first.save()
        with refused_by("document_version_once_per_title"):
            Document(
                agreement=first.agreement, uploaded_by=cast.officer, sha256="1" * 64, **scan
            ).save()

    def test_alert_once_per_agreement_and_topic(self):
        said = {"agreement": AgreementFactory(), "topic": "ends 2027-12-16 30"}
        Alert.objects.create(**said)
        with refused_by("alert_once_per_agreement_and_topic"):
            Alert.objects.create(**said)

    def test_contact_once_per_partner(self):
        contact = ContactFactory(name="Endang")
        with refused_by("contact_once_per_partner"):
            ContactFactory(partner=contact.partner, name="Endang")
        ContactFactory(name="Endang")

    def test_signatory_once_per_agreement_and_side(self):
        one = SignatoryFactory(name="Widiwasito")
        with refused_by("signatory_once_per_agreement_and_side"):
            SignatoryFactory(agreement=one.agreement, name="Widiwasito")
        Signatory.objects.update(removed_at=timezone.now())
        SignatoryFactory(agreement=one.agreement, name="Widiwasito")

    def test_partner_not_merged_into_itself(self):
        partner = PartnerFactory()
        with refused_by("partner_not_merged_into_itself"):
            Partner.objects.filter(pk=partner.pk).update(merged_into=partner)

    def test_signatory_leaves_office_after_taking_it(self):
        term = {"took_office_on": date(2025, 2, 1), "leaves_office_on": date(2025, 1, 31)}
        with refused_by("signatory_leaves_office_after_taking_it"):
            SignatoryFactory(**term)

        SignatoryFactory(**term | {"leaves_office_on": date(2025, 2, 1)})


class TestState:
    """Of an agreement from 17 December 2025 to 16 December 2027."""

    @pytest.mark.parametrize(
        ("today", "state", "tone", "days_left"),
        [
            ("2025-12-16", "upcoming", "plain", 730),
            ("2025-12-17", "in_force", "ok", 729),
            ("2027-09-16", "in_force", "ok", 91),
            ("2027-09-17", "ending_soon", "warn", 90),
            ("2027-12-16", "ending_soon", "warn", 0),
            ("2027-12-17", "ended", "bad", -1),
        ],
    )
    def test_follows_from_the_dates(self, today, state, tone, days_left):
        agreement = AgreementFactory()

        with time_machine.travel(f"{today} 12:00+07:00"):
            assert (agreement.state, agreement.tone) == (state, tone)
            assert agreement.days_left == days_left

    @pytest.mark.parametrize(
        ("today", "state"), [("2026-03-03", "ending_soon"), ("2026-03-04", "ended_early")]
    )
    def test_the_last_day_of_an_agreement_ended_early_still_counts(self, today, state):
        agreement = AgreementFactory(ended_early_on=THIRD_OF_MARCH, end_reason="Sekolah pindah")

        with time_machine.travel(f"{today} 12:00+07:00"):
            assert agreement.state == state

    def test_the_day_changes_at_midnight_of_the_place(self):
        agreement = AgreementFactory()

        with time_machine.travel("2027-12-16 16:30+00:00"):  # 23.30 WIB, 01.30 WIT
            assert agreement.state == "ending_soon"
            with timezone.override("Asia/Jayapura"):
                assert agreement.state == "ended"


@pytest.mark.usefixtures("january")
class TestAgreementQuerySet:
    @pytest.fixture(autouse=True)
    def agreements(self):
        """By their numbers: when each is in force."""
        for number, starts_on, ends_on, ended_early_on in [
            ("past", date(2024, 1, 1), date(2025, 12, 31), None),
            ("broken off", date(2024, 1, 1), date(2027, 1, 1), date(2025, 6, 30)),
            ("a month left", date(2025, 1, 1), date(2026, 2, 14), None),
            ("a year left", date(2025, 1, 1), date(2027, 1, 15), None),
            ("a month and then broken off", date(2025, 1, 1), date(2027, 1, 15), date(2026, 2, 14)),
            ("future", date(2026, 2, 1), date(2027, 1, 15), None),
        ]:
            reason = "Sekolah pindah" if ended_early_on else ""
            AgreementFactory(
                facility_number=number,
                starts_on=starts_on,
                ends_on=ends_on,
                ended_early_on=ended_early_on,
                end_reason=reason,
            )

    def numbers(self, agreements):
        return set(agreements.values_list("facility_number", flat=True))

    def test_in_force(self):
        now = {"a month left", "a year left", "a month and then broken off"}

        assert self.numbers(Agreement.objects.in_force()) == now

    @pytest.mark.parametrize(
        ("day", "numbers"),
        [
            (date(2023, 12, 31), set()),
            (date(2024, 1, 1), {"past", "broken off"}),
            (date(2025, 6, 30), {"past", "broken off", "a month left", "a year left",
                                 "a month and then broken off"}),
            (date(2027, 1, 15), {"a year left", "future"}),
        ],
    )  # fmt: skip
    def test_in_force_on_another_day_first_and_last_included(self, day, numbers):
        assert self.numbers(Agreement.objects.in_force(day)) == numbers

    def test_ending_within(self):
        soon = {"a month left", "a month and then broken off"}

        assert self.numbers(Agreement.objects.ending_within(days=29)) == set()
        assert self.numbers(Agreement.objects.ending_within(days=30)) == soon
        assert self.numbers(Agreement.objects.ending_within(days=365)) == {*soon, "a year left"}

    def test_rows_and_properties_say_the_same(self):
        by_property = {
            one.facility_number
            for one in Agreement.objects.all()
            if one.state in {Agreement.State.IN_FORCE, Agreement.State.ENDING_SOON}
        }

        assert self.numbers(Agreement.objects.in_force()) == by_property


class TestVisibleTo:
    """Jember works with its own school and with Metro's; Metro with its own; Bali is another region."""

    @pytest.fixture(autouse=True)
    def world(self, cast):
        neighbour = FacilityFactory(code="LAPAS-SOLO", region=cast.jember.region)
        singaraja = FacilityFactory(code="LAPAS-SGR")
        smk2 = PartnerFactory(short_code="SMKN2-METRO", facilities=[cast.jember, cast.metro])
        smk9 = PartnerFactory(short_code="SMKN9-SGR", facilities=[singaraja])
        PartnerFactory(short_code="BLK-SOLO", facilities=[neighbour])
        for number, facility, partner in [
            ("jember with smkn3", cast.jember, cast.school),
            ("jember with smkn2", cast.jember, smk2),
            ("metro with smkn2", cast.metro, smk2),
            ("metro with smkn3", cast.metro, cast.school),
            ("solo with smkn3", neighbour, cast.school),
            ("singaraja with smkn9", singaraja, smk9),
        ]:
            AgreementFactory(facility_number=number, facility=facility, partner=partner)

    JEMBER = {"jember with smkn3", "jember with smkn2"}
    METRO = {"metro with smkn2", "metro with smkn3"}
    ALL = JEMBER | METRO | {"solo with smkn3", "singaraja with smkn9"}

    @pytest.mark.parametrize(
        ("name", "numbers"),
        [
            ("officer", JEMBER),
            ("head", JEMBER),
            ("stranger", METRO),
            ("coordinator", {"jember with smkn3", "metro with smkn3", "solo with smkn3"}),
            ("regional", JEMBER | {"solo with smkn3"}),
            ("national", ALL),
            ("auditor", ALL),
            ("instructor", set()),
        ],
    )
    def test_agreements(self, cast, name, numbers):
        visible = Agreement.objects.visible_to(getattr(cast, name))

        assert sorted(visible.values_list("facility_number", flat=True)) == sorted(numbers)

    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("officer", ["SMKN2-METRO", "SMKN3-JBR"]),
            ("stranger", ["SMKN2-METRO"]),
            ("coordinator", ["SMKN3-JBR"]),
            ("regional", ["BLK-SOLO", "SMKN2-METRO", "SMKN3-JBR"]),
            ("national", ["BLK-SOLO", "SMKN2-METRO", "SMKN3-JBR", "SMKN9-SGR"]),
            ("instructor", []),
        ],
    )
    def test_partners(self, cast, name, codes):
        visible = Partner.objects.visible_to(getattr(cast, name))

        assert sorted(visible.values_list("short_code", flat=True)) == codes

    @pytest.mark.parametrize("name", ["officer", "national", "coordinator"])
    def test_nobody_sees_anything_after_the_assignment_ended(self, cast, name):
        person = getattr(cast, name)
        assert Agreement.objects.visible_to(person).exists()
        person.assignments.update(ended_at=timezone.now())
        person = User.objects.get(pk=person.pk)

        assert not Agreement.objects.visible_to(person).exists()
        assert not Partner.objects.visible_to(person).exists()

    def test_narrowed_to_one_facility(self, cast):
        everything = Agreement.objects.visible_to(cast.national)
        metro = everything.of_facility("LAPAS-METRO")

        assert set(metro.values_list("facility_number", flat=True)) == self.METRO
        assert everything.of_facility(None).count() == len(self.ALL)


class TestWords:
    @pytest.mark.parametrize(
        ("kind", "text"), [("mou", "MoU SMK Negeri 3 Jember"), ("pks", "PKS SMK Negeri 3 Jember")]
    )
    def test_an_agreement_is_called_as_people_call_it(self, cast, kind, text):
        assert str(AgreementFactory(kind=kind, partner=cast.school)) == text

    def test_the_root_of_an_addendum_is_its_parent(self):
        parent = AgreementFactory()
        addendum = AgreementFactory(kind="addendum", parent=parent)

        assert (addendum.root, parent.root) == (parent, parent)
