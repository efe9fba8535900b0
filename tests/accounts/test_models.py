"""Assignments that cannot exist, and the first account of an installation."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Assignment, AuditEvent, Facility, User
from accounts.roles import Permission, Role
from tests.core.refusals import refused_by
from tests.factories import PASSWORD, FacilityFactory, RegionFactory, UserFactory


class TestAssignmentConstraints:
    @pytest.fixture
    def person(self, db):
        return UserFactory()

    @pytest.mark.parametrize("role", ["officer", "instructor", "certificate_admin", "head"])
    def test_assignment_facility_exactly_for_facility_roles(self, person, role):
        with refused_by("assignment_facility_exactly_for_facility_roles"):
            Assignment.objects.create(user=person, role=role)

        Assignment.objects.create(user=person, role=role, facility=FacilityFactory())

    @pytest.mark.parametrize("role", ["coordinator", "national", "auditor", "admin"])
    def test_assignment_facility_for_nobody_else(self, person, role):
        with refused_by("assignment_facility_exactly_for_facility_roles"):
            Assignment.objects.create(user=person, role=role, facility=FacilityFactory())

        Assignment.objects.create(user=person, role=role)

    def test_assignment_region_exactly_for_regional_role(self, person):
        with refused_by("assignment_region_exactly_for_regional_role"):
            Assignment.objects.create(user=person, role=Role.REGIONAL)
        with refused_by("assignment_region_exactly_for_regional_role"):
            Assignment.objects.create(user=person, role=Role.NATIONAL, region=RegionFactory())

        Assignment.objects.create(user=person, role=Role.REGIONAL, region=RegionFactory())

    @pytest.mark.parametrize("role", [Role.NATIONAL, Role.REGIONAL, Role.OFFICER])
    def test_assignment_once_per_person_role_and_place(self, person, role):
        jember = FacilityFactory()
        place = {Role.REGIONAL: {"region": jember.region}, Role.OFFICER: {"facility": jember}}
        again = {"user": person, "role": role, **place.get(role, {})}
        first = Assignment.objects.create(**again)
        with refused_by("assignment_once_per_person_role_and_place"):
            Assignment.objects.create(**again)

        first.ended_at = timezone.now()
        first.save()
        Assignment.objects.create(**again)

    def test_the_reader_is_told_which_field_to_mend(self, person):
        with pytest.raises(ValidationError) as refusal:
            Assignment(user=person, role=Role.HEAD).full_clean()

        assert [error.code for error in refusal.value.error_dict["__all__"]] == ["facility"]


class TestCreateSuperuser:
    def test_the_first_account_can_act_at_once_as_admin(self, browse, db):
        call_command(
            "createsuperuser", username="pertama", email="", interactive=False, verbosity=0
        )
        first = User.objects.get()

        assert first.can(Permission.MANAGE_USERS)
        assert browse(first).get("/users/").status_code == 200


class TestUser:
    def test_without_a_name_the_username_stands_in(self):
        assert str(User(username="ratna.jember")) == "ratna.jember"
        assert str(User(username="ratna.jember", name="Ratna Wulandari")) == "Ratna Wulandari"

    def test_the_password_is_kept_as_a_hash(self, db):
        person = UserFactory()

        assert PASSWORD not in person.password
        assert person.check_password(PASSWORD)


class TestVisibleTo:
    """Reach, on the two models of this app."""

    @pytest.mark.parametrize(
        ("name", "facilities"),
        [
            ("officer", ["LAPAS-JEMBER"]),
            ("regional", ["LAPAS-JEMBER"]),
            ("national", ["LAPAS-JEMBER", "LAPAS-METRO"]),
            ("auditor", ["LAPAS-JEMBER", "LAPAS-METRO"]),
            ("stranger", ["LAPAS-METRO"]),
            ("instructor", []),
            ("coordinator", []),
        ],
    )
    def test_facilities_and_their_trail(self, cast, name, facilities):
        person = getattr(cast, name)
        for facility in (cast.jember, cast.metro):
            AuditEvent.objects.create(action="program.created", facility=facility)
        trail = AuditEvent.objects.visible_to(person).order_by("facility__code")

        assert [one.code for one in Facility.objects.visible_to(person)] == facilities
        assert [event.facility.code for event in trail] == facilities

    def test_an_ended_assignment_sees_nothing(self, cast):
        cast.officer.assignments.update(ended_at=timezone.now())
        officer = User.objects.get(pk=cast.officer.pk)

        assert officer.assignment is None
        assert not Facility.objects.visible_to(officer).exists()
