from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Permission


def shell(request):
    """What the top bar shows: the places this person may go, and which of them they are in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"nav": [], "assignments": [], "can": {}}
    return {
        "nav": [
            {"label": label, "url": reverse(name), "is_here": request.path.startswith(below)}
            for label, name, right, below in _places()
            if request.user.can(right)
        ],
        "assignments": getattr(request, "assignments", []),
        "can": {right.value: request.user.can(right) for right in Permission},
    }


def _places():
    """(label, URL name, permission, paths that belong to it)"""
    return [
        (_("Beranda"), "reports:home", Permission.VIEW_WORKLIST, ("/search/",)),
        (
            _("Kerja sama"),
            "partnerships:agreement_list",
            Permission.VIEW_PARTNERSHIPS,
            ("/partnerships/",),
        ),
        (
            _("Daftar hadir"),
            "participants:sheet_list",
            Permission.MARK_ATTENDANCE,
            ("/participants/sheets/", "/participants/sessions/", "/participants/scans/"),
        ),
        (
            _("Peserta"),
            "participants:inmate_list",
            Permission.VIEW_INMATES,
            (
                "/participants/inmates/",
                "/participants/rosters/",
                "/participants/rules/",
                "/participants/selection/",
                "/participants/applications/",
                "/participants/statements/",
                "/participants/absences/",
            ),
        ),
        (
            _("Angkatan"),
            "programs:batch_list",
            Permission.VIEW_PROGRAMS,
            (
                "/programs/",
                "/participants/batches/",
                "/participants/enrollments/",
            ),
        ),
        (
            _("Sertifikat"),
            "certificates:certificate_list",
            Permission.VIEW_CERTIFICATES,
            ("/certificates/",),
        ),
        (_("Laporan"), "reports:overview", Permission.VIEW_REPORTS, ("/reports/",)),
        (_("Pengguna"), "accounts:user_list", Permission.MANAGE_USERS, ("/users/",)),
        (_("Jejak audit"), "accounts:audit_list", Permission.VIEW_AUDIT, ("/audit/",)),
    ]
