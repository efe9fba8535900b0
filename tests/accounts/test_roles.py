"""Who may do what: the telling rows of the table."""

import pytest

from accounts.roles import ROLE_PERMISSIONS, Permission, Role, roles_that_can

OFFICE = {Role.OFFICER, Role.CERTIFICATE_ADMIN, Role.HEAD}


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.MANAGE_PARTNERSHIPS, {Role.OFFICER}),
        (Permission.MARK_ATTENDANCE, {Role.OFFICER, Role.INSTRUCTOR}),
        (Permission.VIEW_INMATES, OFFICE | {Role.AUDITOR}),
        (Permission.VIEW_RESTRICTED, {Role.OFFICER, Role.HEAD}),
        (Permission.VIEW_AUDIT, {Role.AUDITOR, Role.ADMIN}),
        (Permission.MANAGE_USERS, {Role.ADMIN}),
    ],
)
def test_these_roles_and_no_other(permission, roles):
    assert set(roles_that_can(permission)) == roles


def test_nobody_both_prepares_and_approves_certificates():
    prepare = set(roles_that_can(Permission.PREPARE_CERTIFICATES))
    approve = set(roles_that_can(Permission.APPROVE_CERTIFICATES))

    assert (prepare, approve) == ({Role.CERTIFICATE_ADMIN}, {Role.HEAD})


@pytest.mark.parametrize("role", [Role.REGIONAL, Role.NATIONAL, Role.AUDITOR])
def test_overseers_only_read(role):
    assert {right for right in ROLE_PERMISSIONS[role] if not right.startswith("view_")} == set()


def test_every_role_is_in_the_table_and_every_right_is_given_to_somebody():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set.union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_a_person_has_the_rights_of_the_present_assignment_only(cast):
    assert cast.officer.can(Permission.ENROLL)
    assert not cast.officer.can(Permission.MANAGE_USERS)
