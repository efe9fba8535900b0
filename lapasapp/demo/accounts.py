"""Who can sign in to the demo. The people are made up; the school's contact gets hers in jember.py."""

from dataclasses import dataclass

from accounts.models import Facility, Region, User
from accounts.roles import Role
from accounts.services import open_account, set_password
from lapasapp.demo import password
from lapasapp.demo.places import JEMBER, METRO, SINGARAJA


@dataclass(frozen=True)
class Account:
    """`place` is the code of a facility, or of a region for the regional role."""

    username: str
    name: str
    role: Role
    place: str = ""
    title: str = ""
    is_listed: bool = True


ACCOUNTS = (
    Account("admin", "Admin Contoh", Role.ADMIN, title="Admin sistem"),
    Account("petugas.jember", "Ratna Wulandari", Role.OFFICER, JEMBER, "Bimker"),
    Account("petugas.metro", "Yudi Pratikno", Role.OFFICER, METRO, "Kasubsi Bimker"),
    Account("instruktur.jember", "Sri Wahyuni, S.Pd.", Role.INSTRUCTOR, JEMBER, "Guru kejuruan"),
    Account("instruktur.metro", "Budi Hartawan, S.T.", Role.INSTRUCTOR, METRO, "Guru kejuruan"),
    Account("koordinator.smkn3", "Endang Lestari, S.Pd.", Role.COORDINATOR),
    Account("sertifikat.jember", "Nining Rahayu", Role.CERTIFICATE_ADMIN, JEMBER, "Staf Giatja"),
    Account("sertifikat.metro", "Desi Anggraini", Role.CERTIFICATE_ADMIN, METRO, "Staf Giatja"),
    Account("kepala.jember", "Wahyu Santosa", Role.HEAD, JEMBER, "Plh. Kepala Lapas"),
    Account("kepala.metro", "Hendri Kusuma", Role.HEAD, METRO, "Plh. Kepala Lapas"),
    Account("kanwil.jatim", "Lilik Suharti", Role.REGIONAL, "JATIM", "Kabid Pembinaan"),
    Account("pusat", "Bambang Irawan", Role.NATIONAL, title="Direktorat Pembinaan"),
    Account("auditor", "Maria Siahaan", Role.AUDITOR, title="Auditor"),
    Account(
        "petugas.singaraja",
        "Putu Ayu Larasati",
        Role.OFFICER,
        SINGARAJA,
        "Kasubsi Kegiatan Kerja",
        is_listed=False,
    ),
)


def account(username):
    return User.objects.get(username=username)


def build():
    secret = password.kept() or password.make()
    by = None
    for one in ACCOUNTS:
        open_account(
            username=one.username,
            name=one.name,
            password=secret,
            role=one.role,
            facility=_facility(one),
            region=Region.objects.get(code=one.place) if one.role == Role.REGIONAL else None,
            title=one.title,
            is_demo=True,
            by=by,
        )
        by = by or account(one.username)


def _facility(one):
    if one.role == Role.REGIONAL or not one.place:
        return None
    return Facility.objects.get(code=one.place)


def demo_users():
    """The accounts above, as they are in this database; nobody's without demo data."""
    if not Facility.objects.filter(is_demo=True).exists():
        return []
    order = {one.username: number for number, one in enumerate(ACCOUNTS)}
    users = User.objects.filter(username__in=order).select_related("contact__partner")
    return sorted(users, key=lambda user: order[user.username])


def known_password():
    """What opens the demo accounts. If its file is gone, they all get a new one: a hash tells nothing."""
    if secret := password.kept():
        return secret
    secret = password.make()
    for user in demo_users():
        set_password(user=user, password=secret, by=None)
    return secret


def listed():
    """[(username, role, place)] of the accounts to be shown."""
    shown = {one.username for one in ACCOUNTS if one.is_listed}
    return [
        (user.username, user.assignment.get_role_display(), _place(user))
        for user in demo_users()
        if user.username in shown and user.is_active and user.assignment
    ]


def _place(user):
    contact = getattr(user, "contact", None)
    return str(contact.partner if contact else user.assignment.place)
