"""Lapas Metro: four fields with SMK Negeri 2 Metro, certified in August 2025, and coffee again today."""

from datetime import date

from certificates.models import Certificate, PaperMove
from certificates.services import (
    approve,
    issue_batch,
    move_papers,
    prepare,
    save_design,
)
from lapasapp.demo.accounts import account
from lapasapp.demo.agreements import Pledge, prolong, promise, sign
from lapasapp.demo.classes import (
    Plan,
    School,
    around,
    finished_class,
    running_class,
    teaching_days,
)
from lapasapp.demo.curricula import AGRIBUSINESS, CHEMISTRY, COFFEE, WELDING, offer
from lapasapp.demo.names import LAMPUNGESE
from lapasapp.demo.people import Register
from partnerships.models import Commitment, Partner, Side
from partnerships.services import register_partner
from programs.models import Batch
from programs.services import add_instructor, add_room

HEAD = ("Tunggul Buono", "Kepala Lapas Kelas IIA Metro")
DAYS = teaching_days(date(2025, 8, 6), date(2025, 8, 18))
COURSES = (
    (AGRIBUSINESS, "Kebun Hidroponik", "Rohani Siregar, S.P.", None),
    (CHEMISTRY, "Laboratorium Kimia", "Tri Handayani, S.Si.", None),
    (WELDING, "Bengkel Las", "Joni Iskandar, S.T.", None),
    (COFFEE, "Ruang Sangrai", "Budi Hartawan, S.T.", "instruktur.metro"),
)

Kind, AT_ONCE = Commitment.Kind, Commitment.Pace.AT_ONCE
PLEDGES = (
    Pledge(Side.PARTNER, Kind.HOURS, "Jam pelajaran empat bidang", 400),
    Pledge(
        Side.PARTNER,
        Kind.INSTRUCTORS,
        "Instruktur, satu tiap bidang",
        4,
        pace=AT_ONCE,
        due_on=date(2025, 8, 6),
    ),
    Pledge(
        Side.PARTNER,
        Kind.CERTIFICATES,
        "Sertifikat tahap pertama",
        80,
        pace=AT_ONCE,
        due_on=date(2025, 8, 31),
    ),
    Pledge(
        Side.PARTNER,
        Kind.MATERIALS,
        "Benih dan pupuk",
        20,
        "paket",
        deliveries=(
            (date(2025, 8, 6), 8, "Tahap pertama"),
            (date(2026, 1, 14), 4, "Musim hujan"),
        ),
    ),
    Pledge(Side.FACILITY, Kind.SEATS, "Peserta", 140),
    Pledge(
        Side.FACILITY,
        Kind.OTHER,
        "Petak lahan praktik",
        3,
        "petak",
        pace=AT_ONCE,
        due_on=date(2025, 9, 1),
        deliveries=((date(2025, 8, 20), 3, "Blok kebun timur"),),
    ),
)


def build(today):
    officer = account("petugas.metro")
    register = Register(officer=officer, names=LAMPUNGESE)
    agreement = agreement_with_school(officer, today)
    schools = {
        course.code: school_of(course, agreement, officer, room, teacher, username)
        for course, room, teacher, username in COURSES
    }
    for course, *_ in COURSES:
        certified_class(course, schools[course.code], register)
    running_class(
        Plan("MTR-KOP-A2", "Roasting Kopi A2", around(today)),
        school=schools[COFFEE.code],
        inmates=register.trainees(day=today),
        today=today,
    )
    register.others(day=today)


def agreement_with_school(officer, today):
    partner = register_partner(
        by=officer,
        kind=Partner.Kind.SMK,
        name="SMK Negeri 2 Metro",
        npsn="99180202",
        short_code="SMKN2-MTR",
        city="Metro",
        is_center_of_excellence=True,
        expertise="Agribisnis",
        emblem=Partner.Emblem.LEAF,
    )
    agreement = sign(
        by=officer,
        partner=partner,
        facility_number="W.9.PAS.PAS3-HM.05.02-0725",
        partner_number="421.5/512/2025",
        signed_on=date(2025, 8, 5),
        starts_on=date(2025, 8, 5),
        ends_on=date(2027, 8, 4),
        head=HEAD,
        certificate_signatories=(
            ("Dwi Astuti, S.P., M.P.", "Ketua Pusat Keunggulan"),
            ("Harjimat", "Kepala SMK Negeri 2 Metro"),
        ),
    )
    save_design(
        agreement=agreement,
        seen_version=0,
        by=account("sertifikat.metro"),
        look="modern",
        is_bilingual=True,
    )
    promise(agreement, PLEDGES, today=today, by=officer)
    prolong(agreement, today=today, by=officer)
    return agreement


def school_of(course, agreement, officer, room, teacher, username):
    curriculum = offer(course, agreement=agreement, by=officer)
    instructor = add_instructor(
        partner=agreement.partner,
        by=officer,
        name=teacher,
        programs=[curriculum.program],
        user=account(username) if username else None,
    )
    return School(
        agreement=agreement,
        curriculum=curriculum,
        instructors=(instructor,),
        room=add_room(by=officer, name=room, capacity=24),
        officer=officer,
    )


def certified_class(course, school, register):
    batch = finished_class(
        Plan(f"MTR-{course.code}-A1", f"{course.name} A1", DAYS),
        school=school,
        inmates=register.trainees(day=DAYS[0]),
    )
    prepare(batch=batch, dated_on=DAYS[-1], by=account("sertifikat.metro"))
    approve(batch=batch, by=account("kepala.metro"))


def issue():
    """Seal the four classes, and what became of the papers since.

    Apart from `build`: files do not roll back, so each is sealed for good.
    """
    for course, *_ in COURSES:
        issue_batch(batch=certified_batch(course), by=account("sertifikat.metro"))
    if not PaperMove.objects.filter(
        certificate__enrollment__batch=certified_batch(COFFEE)
    ).exists():
        hand_out(certified_batch(COFFEE))


def certified_batch(course):
    return Batch.objects.get(code=f"MTR-{course.code}-A1")


def hand_out(batch):
    """Signed and put away; who has left since has the paper, but for one who did not come for it."""
    papers = list(Certificate.objects.of(batch).sealed())
    by = account("sertifikat.metro")
    for step, day, place in (
        ("printed", date(2025, 8, 20), ""),
        ("signed", date(2025, 8, 22), ""),
        ("stored", date(2025, 8, 22), "Lemari arsip Giatja, map 3"),
    ):
        move_papers(certificates=papers, step=step, happened_on=day, place=place, by=by)
    move_papers(certificates=papers[:6], step="handed", happened_on=date(2025, 9, 1), by=by)
