"""The roles, and what each may do."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICER = "officer", _("Petugas bimbingan kerja")
    INSTRUCTOR = "instructor", _("Instruktur")
    COORDINATOR = "coordinator", _("Koordinator sekolah")
    CERTIFICATE_ADMIN = "certificate_admin", _("Petugas sertifikat")
    HEAD = "head", _("Kepala")
    REGIONAL = "regional", _("Kantor wilayah")
    NATIONAL = "national", _("Kantor pusat")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Admin")


class Permission(StrEnum):
    VIEW_WORKLIST = "view_worklist"
    VIEW_PARTNERSHIPS = "view_partnerships"
    MANAGE_PARTNERSHIPS = "manage_partnerships"
    EDIT_PARTNERS = "edit_partners"
    MERGE_PARTNERS = "merge_partners"
    VIEW_PROGRAMS = "view_programs"
    MANAGE_PROGRAMS = "manage_programs"
    PROPOSE = "propose"
    VIEW_INMATES = "view_inmates"
    MANAGE_INMATES = "manage_inmates"
    VIEW_RESTRICTED = "view_restricted"
    VIEW_PHOTOS = "view_photos"
    MANAGE_RULES = "manage_rules"
    VIEW_ROSTER = "view_roster"
    ENROLL = "enroll"
    MARK_ATTENDANCE = "mark_attendance"
    CONFIRM_SCANS = "confirm_scans"
    UNLOCK_ATTENDANCE = "unlock_attendance"
    RECORD_RESULTS = "record_results"
    VIEW_CERTIFICATES = "view_certificates"
    PREPARE_CERTIFICATES = "prepare_certificates"
    APPROVE_CERTIFICATES = "approve_certificates"
    ISSUE_CERTIFICATES = "issue_certificates"
    DESIGN_CERTIFICATES = "design_certificates"
    HANDLE_PAPERS = "handle_papers"
    RECORD_OUTSIDE_CERTIFICATES = "record_outside_certificates"
    MANAGE_SIGNING = "manage_signing"
    VIEW_REPORTS = "view_reports"
    VIEW_AUDIT = "view_audit"
    MANAGE_USERS = "manage_users"


P = Permission
READ_ALL = {
    P.VIEW_WORKLIST,
    P.VIEW_PARTNERSHIPS,
    P.VIEW_PROGRAMS,
    P.VIEW_ROSTER,
    P.VIEW_CERTIFICATES,
    P.VIEW_REPORTS,
}
ROLE_PERMISSIONS = {
    Role.OFFICER: READ_ALL
    | {
        P.MANAGE_PARTNERSHIPS,
        P.EDIT_PARTNERS,
        P.MANAGE_PROGRAMS,
        P.VIEW_INMATES,
        P.MANAGE_INMATES,
        P.VIEW_RESTRICTED,
        P.VIEW_PHOTOS,
        P.MANAGE_RULES,
        P.ENROLL,
        P.MARK_ATTENDANCE,
        P.CONFIRM_SCANS,
        P.UNLOCK_ATTENDANCE,
        P.RECORD_RESULTS,
        P.HANDLE_PAPERS,
        P.RECORD_OUTSIDE_CERTIFICATES,
    },
    Role.INSTRUCTOR: {
        P.VIEW_WORKLIST,
        P.VIEW_PROGRAMS,
        P.VIEW_ROSTER,
        P.VIEW_PHOTOS,
        P.MARK_ATTENDANCE,
        P.RECORD_RESULTS,
    },
    Role.COORDINATOR: {P.VIEW_WORKLIST, P.VIEW_PARTNERSHIPS, P.VIEW_PROGRAMS, P.PROPOSE},
    Role.CERTIFICATE_ADMIN: READ_ALL
    | {
        P.VIEW_INMATES,
        P.VIEW_PHOTOS,
        P.PREPARE_CERTIFICATES,
        P.ISSUE_CERTIFICATES,
        P.DESIGN_CERTIFICATES,
        P.HANDLE_PAPERS,
        P.RECORD_OUTSIDE_CERTIFICATES,
    },
    Role.HEAD: READ_ALL
    | {P.VIEW_INMATES, P.VIEW_RESTRICTED, P.VIEW_PHOTOS, P.MANAGE_RULES, P.APPROVE_CERTIFICATES},
    Role.REGIONAL: READ_ALL,
    Role.NATIONAL: READ_ALL,
    Role.AUDITOR: READ_ALL | {P.VIEW_INMATES, P.VIEW_PHOTOS, P.VIEW_AUDIT},
    Role.ADMIN: READ_ALL
    | {
        P.VIEW_AUDIT,
        P.MANAGE_USERS,
        P.EDIT_PARTNERS,
        P.MERGE_PARTNERS,
        P.MANAGE_SIGNING,
    },
}


def roles_that_can(permission):
    return [role for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
