"""No restricted value reaches who may not know: a canary in each, and a look into every address of the matrix."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from accounts.roles import Permission, Role
from participants.models import Application, Enrollment, Inmate, Suspension
from tests import factories
from tests.test_access import MATRIX, address, one_of_each

pytestmark = pytest.mark.django_db

# What each restricted field of a file holds, and how a page would say it; it stands nowhere else.
FIELDS = {
    "register_class": ("A.IV", r"\bA\.IV\b"),
    "housing_unit": ("Blok Kenari/7", "Kenari"),
    "one_third_on": (date(2091, 3, 1), r"\b2091\b"),
    "half_on": (date(2092, 3, 1), r"\b2092\b"),
    "two_thirds_on": (date(2093, 3, 1), r"\b2093\b"),
    "expires_on": (date(2094, 3, 1), r"\b2094\b"),
    "expected_release_on": (date(2095, 3, 1), r"\b2095\b"),
    "disciplined_until": (date(2096, 3, 1), r"\b2096\b"),
}
# The same for what stands beside the file.
BESIDE = {
    "finding": "Kutilang",
    "activity": "Jalak",
    "suspension": "Murai",
    "application": "Cucakrawa",
    "advice": "Perkutut",
    "override": "Merpati",
    "destination": "Gelatik",
    "departed_on": r"\b2097\b",
    "departure": r"(?i)\bmutasi\b",
    "ended_on": r"\b2098\b",
    "end_note": "Punai",
    "separated from": "Rangkong",
}
PATTERNS = {name: pattern for name, (_value, pattern) in FIELDS.items()} | BESIDE

# What a list shows besides its first page.
VARIANTS = ["?export=xlsx", "?state=departed", "?q=Achmad"]
LISTS = ("_list", ":search", ":roster", ":inmate_trail")


@pytest.fixture
def filled(training):
    """{kind: key} for the addresses; the files of this class, and what is beside them, are full of canaries."""
    objects = one_of_each(training)
    values = {name: value for name, (value, _pattern) in FIELDS.items()}
    achmad = training.enrollments[0]
    Inmate.objects.filter(enrollments__batch=training.batch).update(**values)
    Inmate.objects.filter(pk=achmad.inmate_id).update(
        departed_on=date(2097, 3, 1), departure="transferred", destination="Lapas Gelatik"
    )
    Enrollment.objects.filter(pk=achmad.pk).update(
        ended_on=date(2098, 3, 1), end_reason="discipline", end_note="Karena Punai"
    )
    Suspension.objects.filter(pk=objects["suspension"]).update(reason="Karena Murai")
    Application.objects.filter(pk=objects["application"]).update(note="Kata Cucakrawa")
    factories.FindingFactory(inmate=achmad.inmate, source="dr. Kutilang")
    factories.ActivityFactory(inmate=achmad.inmate, title="Kegiatan Jalak")
    factories.SeparationFactory(
        first=achmad.inmate,
        second=factories.InmateFactory(facility=training.cast.jember, name="Rangkong"),
    )
    achmad.inmate.overrides.create(
        batch=training.batch,
        rule="register_f",
        advice="Saran Perkutut",
        reason="Alasan Merpati",
        made_by=training.cast.officer,
    )
    return objects


def everything(client, role, ids):
    """{address: text} of all that this role may get: pages, lists as spreadsheets, papers, calendars."""
    texts = {}
    for name, (methods, roles) in MATRIX.items():
        if role in roles and "GET" in methods:
            for variant in ["", *(VARIANTS if name.endswith(LISTS) else [])]:
                texts[name + variant] = text_of(client.get(address(name, ids) + variant))
    return texts


def text_of(response):
    """What somebody can read in an answer, whatever its kind."""
    content = response.getvalue()
    kind = response.headers["Content-Type"].partition(";")[0]
    if content.startswith(b"%PDF-") and len(content) > 100:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return "" if kind.startswith("image/") else content.decode(errors="replace")


def told(texts):
    """{canary: the addresses that tell it}"""
    found = {}
    for where, text in texts.items():
        for name, pattern in PATTERNS.items():
            if re.search(pattern, text):
                found.setdefault(name, []).append(where)
    return found


def test_every_restricted_field_has_a_canary():
    assert set(FIELDS) == set(Inmate.RESTRICTED_FIELDS)


def test_canary_an_officer_is_told_all_of_it(filled, training, browse):
    texts = everything(browse(training.cast.officer), Role.OFFICER, filled)
    assert set(told(texts)) == set(PATTERNS)


@pytest.mark.parametrize(
    "role",
    [
        Role.INSTRUCTOR,
        Role.COORDINATOR,
        Role.CERTIFICATE_ADMIN,
        Role.AUDITOR,
        Role.NATIONAL,
        Role.ADMIN,
    ],
)
def test_nobody_else_is_told_any(filled, training, browse, role):
    user = getattr(training.cast, role.value)
    assert not user.can(Permission.VIEW_RESTRICTED)
    texts = everything(browse(user), role, filled)
    found = told(texts)
    if user.can(Permission.VIEW_INMATES) and user.assignment.reach == "facility":
        # The other one's own name, in the list of everybody; never beside the first.
        assert set(found.pop("separated from")) == {
            "participants:inmate_list",
            "participants:inmate_list?export=xlsx",
        }
    assert found == {}


def test_an_instructor_reads_a_name_and_the_end_of_the_number(filled, training, browse):
    Inmate.objects.filter(pk=filled["inmate"]).update(
        register_number="A.IV 8214/2025", born_on=date(1961, 2, 3)
    )
    texts = everything(browse(training.cast.instructor), Role.INSTRUCTOR, filled)
    text = "\n".join(texts.values())
    assert "Achmad Fauzi" in texts["participants:slip"]
    assert "…214" in texts["participants:roster"]
    assert re.findall(r"\b8214\b|A\.IV|\b1961\b|\b64 tahun", text) == []
