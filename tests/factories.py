"""Rows for tests, as few words as possible; the world stands still around 2025-12-17 unless said otherwise."""

from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from accounts.models import Assignment, Facility, Region, User
from accounts.roles import Role
from certificates.models import Emblem, ForbiddenWord, OutsideCertificate, Revocation, SignedScan
from participants.models import (
    Activity,
    AnnouncedAbsence,
    Application,
    Enrollment,
    Evidence,
    Finding,
    Inmate,
    PaperScan,
    PrintedSheet,
    RosterImport,
    ScanFile,
    ScanPage,
    ScanUpload,
    SelectionRound,
    Separation,
    Suspension,
    TransferStatement,
)
from participants.paper.layout import LAYOUTS, VERSION
from partnerships.models import Agreement, Commitment, Contact, Delivery, Partner, Side, Signatory
from programs.models import (
    Batch,
    Competence,
    Coverage,
    Curriculum,
    DayRule,
    Instructor,
    Program,
    Proposal,
    Room,
    Session,
    Teaching,
    Unit,
)

PASSWORD = "kopi-roti-las-tani"


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence("kanwil-{}".format)
    name = factory.Sequence("Kanwil {}".format)


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility

    code = factory.Sequence("LAPAS-{}".format)
    name = factory.Sequence("Lapas Kelas IIA {}".format)
    grade = Facility.Grade.IIA
    city = "Jember"
    region = factory.SubFactory(RegionFactory)
    sheet_days = None  # the tests' meetings are long past


class UserFactory(DjangoModelFactory):
    """A person with one assignment: UserFactory(role=Role.OFFICER, facility=jember)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("user{}".format)
    name = factory.Sequence("Orang {}".format)
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self, create, role, **kwargs):
        if role:
            Assignment.objects.create(user=self, role=role, **self._place)

    @classmethod
    def _create(cls, model_class, *args, facility=None, region=None, **kwargs):
        user = super()._create(model_class, *args, **kwargs)
        user._place = {"facility": facility, "region": region}
        return user


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner
        skip_postgeneration_save = True

    name = factory.Sequence("SMK Negeri {}".format)
    short_code = factory.Sequence("SMKN{}".format)
    npsn = factory.Sequence("{:08d}".format)
    city = "Jember"

    @factory.post_generation
    def facilities(self, create, facilities, **kwargs):
        self.facilities.add(*facilities or [])


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence("Narahubung {}".format)


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = Agreement

    facility = factory.SubFactory(FacilityFactory)
    partner = factory.SubFactory(PartnerFactory)
    facility_number = factory.Sequence("W15-{}/2025".format)
    partner_number = factory.Sequence("421.5/{}/2025".format)
    signed_on = date(2025, 12, 17)
    starts_on = date(2025, 12, 17)
    ends_on = date(2027, 12, 16)


class SignatoryFactory(DjangoModelFactory):
    class Meta:
        model = Signatory

    agreement = factory.SubFactory(AgreementFactory)
    side = Side.PARTNER
    name = factory.Sequence("Penanda Tangan {}".format)
    title = "Kepala SMK Negeri 3 Jember"
    has_certificate_signature = True


class CommitmentFactory(DjangoModelFactory):
    """11 packages of material, evenly over the agreement's term."""

    class Meta:
        model = Commitment

    agreement = factory.SubFactory(AgreementFactory)
    side = Side.PARTNER
    kind = Commitment.Kind.MATERIALS
    title = factory.Sequence("Bahan praktik {}".format)
    promised = 11
    measure = "paket"


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    commitment = factory.SubFactory(CommitmentFactory)
    amount = 1
    delivered_on = factory.SelfAttribute("commitment.agreement.starts_on")


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    facility = factory.SubFactory(FacilityFactory)
    code = factory.Sequence("P{}".format)
    name = factory.Sequence("Program {}".format)
    field = Program.Field.BAKERY


class CoverageFactory(DjangoModelFactory):
    class Meta:
        model = Coverage


class CurriculumFactory(DjangoModelFactory):
    class Meta:
        model = Curriculum

    program = factory.SubFactory(ProgramFactory)
    version = factory.Sequence(lambda n: n + 1)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    curriculum = factory.SubFactory(CurriculumFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence("Unit {}".format)
    theory_hours = 1
    practice_hours = 3


class InstructorFactory(DjangoModelFactory):
    class Meta:
        model = Instructor

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence("Instruktur {}".format)


class CompetenceFactory(DjangoModelFactory):
    """A paper for life."""

    class Meta:
        model = Competence

    instructor = factory.SubFactory(InstructorFactory)
    title = factory.Sequence("Sertifikat Kompetensi {}".format)


class BatchFactory(DjangoModelFactory):
    """Takes facility from the agreement, and a curriculum with one unit of 4 JP."""

    class Meta:
        model = Batch

    agreement = factory.SubFactory(AgreementFactory)
    facility = factory.SelfAttribute("agreement.facility")
    curriculum = factory.LazyAttribute(
        lambda batch: CurriculumFactory(program__facility=batch.facility)
    )
    code = factory.Sequence("BATCH-{}".format)
    name = factory.Sequence("Angkatan {}".format)
    starts_on = date(2025, 12, 17)
    ends_on = date(2025, 12, 31)
    state = Batch.State.RUNNING


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room
        django_get_or_create = ("facility", "name")

    facility = factory.SubFactory(FacilityFactory)
    name = "Ruang Praktik Boga"


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    batch = factory.SubFactory(BatchFactory)
    unit = factory.LazyAttribute(lambda session: UnitFactory(curriculum=session.batch.curriculum))
    instructor = factory.LazyAttribute(
        lambda session: InstructorFactory(partner=session.batch.agreement.partner)
    )
    takes_place_on = date(2025, 12, 17)
    starts_at = time(8)
    ends_at = time(11)
    hours = 4
    room = factory.LazyAttribute(lambda session: RoomFactory(facility=session.batch.facility))


class PaperScanFactory(DjangoModelFactory):
    class Meta:
        model = PaperScan

    session = factory.SubFactory(SessionFactory)
    filename = "lembar.pdf"
    file = factory.django.FileField(data=b"%PDF-1.7", filename="lembar.pdf")
    sha256 = factory.Sequence("{:064x}".format)
    byte_count = 8
    page_count = 1
    uploaded_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.session.facility)
    )


class PrintedSheetFactory(DjangoModelFactory):
    """The only page of a session's sheet; the people on it come as `enrollments=[keys]`."""

    class Meta:
        model = PrintedSheet

    session = factory.SubFactory(SessionFactory)
    takes_place_on = factory.LazyAttribute(lambda one: one.session.takes_place_on)
    page = 1
    page_count = 1
    paper = "a4"
    layout = VERSION
    sha256 = factory.Sequence("{:064x}".format)
    printed_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.session.facility)
    )


class ScanUploadFactory(DjangoModelFactory):
    class Meta:
        model = ScanUpload

    facility = factory.SubFactory(FacilityFactory)
    uploaded_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.facility)
    )


class ScanFileFactory(DjangoModelFactory):
    class Meta:
        model = ScanFile

    upload = factory.SubFactory(ScanUploadFactory)
    filename = "pindaian.pdf"
    file = factory.django.FileField(data=b"%PDF-1.7", filename="pindaian.pdf")
    sha256 = factory.Sequence("{:064x}".format)
    byte_count = 8
    page_count = 1
    uploaded_by = factory.SelfAttribute("upload.uploaded_by")


def reading_of(said="", paper="a4"):
    """What the reader saw: a letter is a row it is sure of, "." an empty one, "2" one with two marks."""
    doubts = {".": ["empty"], "2": ["two"]}
    rows = [
        {"code": "", "doubts": doubts[sign]} if sign in doubts else {"code": sign, "doubts": []}
        for sign in said.ljust(LAYOUTS[paper].rows, ".")
    ]
    return {
        "refusal": "",
        "paper": paper,
        "code": "",
        "rows": rows,
        "dpi": 200,
        "is_bilevel": False,
    }


class ScanPageFactory(DjangoModelFactory):
    """A page that was read, every row of it empty; of a page without a `sheet` give the `file`."""

    class Meta:
        model = ScanPage

    sheet = factory.SubFactory(PrintedSheetFactory)
    file = factory.LazyAttribute(lambda one: ScanFileFactory(upload__facility=one.sheet.facility))
    number = 1
    state = ScanPage.State.READ
    paper = "a4"
    reading = factory.LazyFunction(reading_of)
    picture = factory.django.FileField(data=b"\xff\xd8\xff", filename="lembar.jpg")
    picture_sha256 = factory.Sequence("{:064x}".format)


class InmateFactory(DjangoModelFactory):
    class Meta:
        model = Inmate

    facility = factory.SubFactory(FacilityFactory)
    name = factory.Sequence("Warga Binaan {}".format)
    register_number = factory.Sequence("B.I {}/2025".format)
    sex = Inmate.Sex.MALE


class EnrollmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrollment

    batch = factory.SubFactory(BatchFactory)
    inmate = factory.LazyAttribute(lambda one: InmateFactory(facility=one.batch.facility))
    position = factory.Sequence(lambda n: n + 1)
    joined_on = factory.SelfAttribute("batch.starts_on")
    enrolled_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.batch.facility)
    )


class DayRuleFactory(DjangoModelFactory):
    class Meta:
        model = DayRule

    facility = factory.SubFactory(FacilityFactory)
    falls_on = date(2025, 12, 29)
    reason = "Razia"


class TeachingFactory(DjangoModelFactory):
    class Meta:
        model = Teaching

    batch = factory.SubFactory(BatchFactory)


class ProposalFactory(DjangoModelFactory):
    """A meeting that the school's coordinator asks for; `details` are the fields of its form."""

    class Meta:
        model = Proposal

    batch = factory.SubFactory(BatchFactory)
    agreement = factory.SelfAttribute("batch.agreement")
    kind = Proposal.Kind.SESSION
    details = factory.LazyAttribute(
        lambda one: {
            "takes_place_on": "22-12-2025",
            "starts_at": "13.00",
            "ends_at": "16.00",
            "hours": "4",
            "theory_hours": "",
            "unit": str(one.batch.curriculum.units.first().pk),
            "room": str(RoomFactory(facility=one.batch.facility).pk),
            "instructor": str(InstructorFactory(partner=one.batch.agreement.partner).pk),
        }
    )
    proposed_by = factory.SubFactory(UserFactory)


class FindingFactory(DjangoModelFactory):
    """A doctor's word: fit."""

    class Meta:
        model = Finding

    kind = Finding.Kind.HEALTH
    value = Finding.Value.FIT
    source = "dr. Anisa, klinik Lapas"
    found_on = date(2025, 12, 1)
    recorded_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.inmate.facility)
    )


class ActivityFactory(DjangoModelFactory):
    """Work in the kitchen on Wednesday mornings."""

    class Meta:
        model = Activity

    title = "Dapur"
    weekday = 3
    starts_at = time(8)
    ends_at = time(11)
    starts_on = date(2025, 12, 1)
    recorded_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.inmate.facility)
    )


class AnnouncedAbsenceFactory(DjangoModelFactory):
    """A visit, all day on the first day of the tests' class."""

    class Meta:
        model = AnnouncedAbsence

    starts_on = date(2025, 12, 17)
    ends_on = factory.SelfAttribute("starts_on")
    reason = AnnouncedAbsence.Reason.VISIT
    announced_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.inmate.facility)
    )


class SeparationFactory(DjangoModelFactory):
    """From somebody registered later."""

    class Meta:
        model = Separation

    second = factory.LazyAttribute(lambda one: InmateFactory(facility=one.first.facility))
    recorded_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.first.facility)
    )


class SuspensionFactory(DjangoModelFactory):
    """From the enrollment's first day, until somebody says so."""

    class Meta:
        model = Suspension

    enrollment = factory.SubFactory(EnrollmentFactory)
    starts_on = factory.SelfAttribute("enrollment.joined_on")
    reason = "Tugas dapur"
    made_by = factory.SelfAttribute("enrollment.enrolled_by")


class TransferStatementFactory(DjangoModelFactory):
    """A letter with a file behind it, and little in either."""

    class Meta:
        model = TransferStatement

    enrollment = factory.SubFactory(EnrollmentFactory)
    number = factory.Sequence("W15.PAS-{}/2026".format)
    content = factory.LazyFunction(
        lambda: {"destination": "Lapas", "signer": {"title": "Kepala", "name": "", "nip": ""}}
    )
    file = factory.django.FileField(data=b"%PDF-", filename="statement.pdf")
    sha256 = "0" * 64
    made_by = factory.SelfAttribute("enrollment.enrolled_by")


class ApplicationFactory(DjangoModelFactory):
    """Proposed by an officer."""

    class Meta:
        model = Application

    batch = factory.SubFactory(BatchFactory)
    inmate = factory.LazyAttribute(lambda one: InmateFactory(facility=one.batch.facility))
    origin = Application.Origin.OFFICER
    proposed_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.batch.facility)
    )


class SelectionRoundFactory(DjangoModelFactory):
    """Open, for two seats, with nobody in it."""

    class Meta:
        model = SelectionRound

    batch = factory.SubFactory(BatchFactory)
    seats = 2
    held_on = date(2025, 12, 15)
    opened_by = factory.LazyAttribute(
        lambda one: UserFactory(role=Role.OFFICER, facility=one.batch.facility)
    )


class RosterImportFactory(DjangoModelFactory):
    """A file of one new man, looked at and not yet committed."""

    class Meta:
        model = RosterImport

    facility = factory.SubFactory(FacilityFactory)
    filename = "daftar.xlsx"
    sha256 = "0" * 64
    facts_on = date(2025, 12, 1)
    rows = factory.LazyFunction(
        lambda: [
            {
                "sheet": "Daftar",
                "row": 2,
                "register_number": "B.I 901/2025",
                "name": "Baru",
                "sex": "L",
            }
        ]
    )


class EvidenceFactory(DjangoModelFactory):
    """A photograph of a `result`, which the test gives."""

    class Meta:
        model = Evidence

    filename = "roti.jpg"
    media_type = "image/jpeg"
    file = factory.django.FileField(data=b"\xff\xd8\xff", filename="roti.jpg")
    sha256 = factory.Sequence("{:064x}".format)
    byte_count = 3
    page_count = 1
    uploaded_by = factory.SelfAttribute("result.assessed_by")


class RevocationFactory(DjangoModelFactory):
    """A request about a `certificate`, which the test gives, by whoever prepared it; nobody has decided."""

    class Meta:
        model = Revocation

    reason = "mistake"
    explanation = "Nilainya tertukar."
    requested_by = factory.SelfAttribute("certificate.prepared_by")


class OutsideCertificateFactory(DjangoModelFactory):
    class Meta:
        model = OutsideCertificate

    inmate = factory.SubFactory(InmateFactory)
    issuer = "LSP Boga Nusantara"
    scheme = "Pembuat roti muda"
    number = factory.Sequence("10714 2152 {:07d} 2025".format)
    issued_on = date(2025, 12, 20)
    filename = "bnsp.pdf"
    file = factory.django.FileField(data=b"%PDF-", filename="bnsp.pdf")
    sha256 = factory.Sequence("{:064x}".format)
    byte_count = 5
    page_count = 1
    uploaded_by = factory.SubFactory("tests.factories.UserFactory")


class SignedScanFactory(DjangoModelFactory):
    """The scan of a `certificate`, which the test gives."""

    class Meta:
        model = SignedScan

    filename = "lembar.pdf"
    file = factory.django.FileField(data=b"%PDF-", filename="lembar.pdf")
    sha256 = factory.Sequence("{:064x}".format)
    byte_count = 5
    page_count = 1
    uploaded_by = factory.SelfAttribute("certificate.prepared_by")


class EmblemFactory(DjangoModelFactory):
    """Some bytes that nobody draws."""

    class Meta:
        model = Emblem

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence("Lambang {}".format)
    sha256 = factory.Sequence("{:064x}".format)
    png = b"\x89PNG"
    width = height = 600
    uploaded_by = factory.SubFactory("tests.factories.UserFactory")


class ForbiddenWordFactory(DjangoModelFactory):
    """A word that the certificates of a `facility`, which the test gives, must not bear."""

    class Meta:
        model = ForbiddenWord

    facility = None
    word = factory.Sequence("Sumber {}".format)
    added_by = factory.SubFactory("tests.factories.UserFactory")
