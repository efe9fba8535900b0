"""Lapas Jember: bakery with SMK Negeri 3, certified in December 2025, and light steel with SMK Negeri 2."""

from datetime import date, time, timedelta

from certificates.services import approve, prepare
from lapasapp.demo.absences import announce
from lapasapp.demo.accounts import account
from lapasapp.demo.agreements import Pledge, prolong, promise, sign
from lapasapp.demo.classes import (
    Plan,
    School,
    around,
    finished_class,
    open_class,
    running_class,
    schedule,
    teaching_days,
)
from lapasapp.demo.curricula import BAKERY, LIGHT_STEEL, offer
from lapasapp.demo.names import BAKERS, JAVANESE
from lapasapp.demo.paper import hold_on_paper
from lapasapp.demo.people import Register
from lapasapp.demo.selection import selection_round
from participants.services import update_inmate
from partnerships.models import Commitment, Partner, Side
from partnerships.services import add_contact, give_account, register_partner
from programs.services import add_competence, add_instructor, add_room, propose_session

HEAD = ("RM. Kristyo Nugroho", "Kepala Lapas Kelas IIA Jember")
CHRISTMAS = (date(2025, 12, 25), date(2025, 12, 26))
BAKERY_DAYS = teaching_days(date(2025, 12, 17), date(2025, 12, 31), off=CHRISTMAS)
STEEL_ENDS_IN_DAYS = 24
Kind, AT_ONCE = Commitment.Kind, Commitment.Pace.AT_ONCE
BAKERY_PLEDGES = (
    Pledge(Side.PARTNER, Kind.HOURS, "Jam pelajaran", 320),
    Pledge(
        Side.PARTNER, Kind.INSTRUCTORS, "Instruktur", 2, pace=AT_ONCE, due_on=date(2025, 12, 31)
    ),
    Pledge(
        Side.PARTNER,
        Kind.MATERIALS,
        "Bahan praktik",
        24,
        "paket",
        deliveries=(
            (date(2025, 12, 17), 6, "BA serah terima 01"),
            (date(2026, 3, 2), 4, "BA serah terima 02"),
            (date(2026, 8, 3), 4, "BA serah terima 03"),
        ),
    ),
    Pledge(Side.PARTNER, Kind.CERTIFICATES, "Sertifikat pelatihan", 80, pace=AT_ONCE),
    Pledge(Side.FACILITY, Kind.SEATS, "Peserta", 80),
    Pledge(
        Side.FACILITY,
        Kind.OTHER,
        "Oven dek kedua",
        1,
        "unit",
        pace=AT_ONCE,
        due_on=date(2026, 1, 19),
    ),
    Pledge(
        Side.FACILITY,
        Kind.MONEY,
        "Dana bahan baku",
        24_000_000,
        deliveries=(
            (date(2026, 1, 12), 6_000_000, "Transfer tahap I"),
            (date(2026, 7, 13), 6_000_000, "Transfer tahap II"),
        ),
    ),
)


def build(today):
    officer = account("petugas.jember")
    register = Register(officer=officer, names=JAVANESE)
    bakers = bakery_school(officer, today)
    bakery(bakers, register, today)
    light_steel(light_steel_school(officer, today), register, today)
    register.others(day=today)
    next_bakery(bakers, today)


def bakery_school(officer, today):
    partner = register_partner(
        by=officer,
        kind=Partner.Kind.SMK,
        name="SMK Negeri 3 Jember",
        npsn="99350103",
        short_code="SMKN3-JBR",
        city="Jember",
        expertise="Kuliner",
        emblem=Partner.Emblem.WHEAT,
    )
    contact = add_contact(
        partner=partner, by=officer, name="Endang Lestari, S.Pd.", title="Koordinator kerja sama"
    )
    give_account(contact=contact, user=account("koordinator.smkn3"), by=officer)
    agreement = sign(
        by=officer,
        partner=partner,
        facility_number="W.15.PAS.PAS12-HM.05.02-1187",
        partner_number="421.5/918/101.6.5.3/2025",
        signed_on=date(2025, 12, 17),
        starts_on=date(2025, 12, 17),
        ends_on=date(2027, 12, 16),
        head=HEAD,
        certificate_signatories=(
            ("Sri Wahyuni, S.Pd.", "Ketua Konsentrasi Keahlian Kuliner"),
            ("Widiwasito", "Kepala SMK Negeri 3 Jember"),
        ),
    )
    promise(agreement, BAKERY_PLEDGES, today=today, by=officer)
    prolong(agreement, today=today, by=officer)
    return School(
        agreement=agreement,
        curriculum=offer(BAKERY, agreement=agreement, by=officer),
        instructors=bakers(partner, officer, today),
        room=add_room(by=officer, name="Ruang Praktik Boga", capacity=24),
        officer=officer,
    )


def bakers(partner, officer, today):
    """Two teachers; a paper of the second runs out soon."""
    first = add_instructor(
        partner=partner, by=officer, name="Sri Wahyuni, S.Pd.", user=account("instruktur.jember")
    )
    second = add_instructor(partner=partner, by=officer, name="Hadi Mulyono")
    add_competence(instructor=first, title="Sertifikat pendidik tata boga", by=officer)
    add_competence(
        instructor=second,
        title="Sertifikat kompetensi produksi bakeri",
        valid_until=today + timedelta(40),
        by=officer,
    )
    return first, second


def bakery(school, register, today):
    first = finished_class(
        Plan("JBR-BKR-A1", "Produksi Bakery A1", BAKERY_DAYS),
        school=school,
        inmates=register.trainees(day=BAKERY_DAYS[0], known=BAKERS),
    )
    prepare(batch=first, dated_on=BAKERY_DAYS[-1], by=account("sertifikat.jember"))
    approve(batch=first, by=account("kepala.jember"))
    running = running_class(
        Plan("JBR-BKR-A2", "Produksi Bakery A2", around(today)),
        school=school,
        inmates=register.trainees(day=today),
        today=today,
    )
    ask_for_practice(running, school=school)
    release_early(running, on=today + timedelta(4), by=school.officer)
    announce(running, today=today, by=school.officer)
    not_locked = running.sessions.filter(takes_place_on__lt=today, locked_at=None)
    hold_on_paper(not_locked, officer=school.officer)


def release_early(batch, *, on, by):
    """Somebody of the class goes home before its last meetings."""
    inmate = batch.enrollments.in_paper_order()[7].inmate
    update_inmate(inmate=inmate, expected_release_on=on, by=by)


def next_bakery(school, today):
    """A class to come, for which the panel will choose."""
    days = teaching_days(today + timedelta(21), today + timedelta(39))
    batch = open_class(Plan("JBR-BKR-A3", "Produksi Bakery A3", days, quota=10), school=school)
    schedule(batch, days, school=school)
    selection_round(
        batch, proposed=23, seats=10, chair=HEAD[0], today=today, officer=school.officer
    )


def ask_for_practice(batch, *, school):
    """The coordinator would like one more afternoon; the officer has not decided yet."""
    unit = batch.curriculum.units.last()
    day = batch.sessions.last().takes_place_on
    fields = {
        "takes_place_on": day,
        "starts_at": time(16),
        "ends_at": time(17, 30),
        "unit": unit,
        "hours": 2,
        "theory_hours": 0,
        "room": school.room,
        "instructor": school.instructor_of(unit),
    }
    propose_session(
        batch=batch,
        **fields,
        note="Latihan menghitung harga pokok sebelum ujian",
        details={
            **{name: str(fields[name].pk) for name in ("unit", "room", "instructor")},
            "takes_place_on": f"{day:%d-%m-%Y}",
            "starts_at": "16.00",
            "ends_at": "17.30",
            "hours": "2",
            "theory_hours": "0",
        },
        by=account("koordinator.smkn3"),
    )


def light_steel_school(officer, today):
    partner = register_partner(
        by=officer,
        kind=Partner.Kind.SMK,
        name="SMK Negeri 2 Jember",
        npsn="99350102",
        short_code="SMKN2-JBR",
        city="Jember",
        emblem=Partner.Emblem.COG,
    )
    ends_on = today + timedelta(STEEL_ENDS_IN_DAYS)
    starts_on = ends_on - timedelta(364)
    agreement = sign(
        by=officer,
        partner=partner,
        facility_number=f"W.15.PAS.PAS12-HM.05.02-0412/{starts_on.year}",
        partner_number=f"421.5/377/{starts_on.year}",
        signed_on=starts_on,
        starts_on=starts_on,
        ends_on=ends_on,
        head=HEAD,
        certificate_signatories=(("Suharjo, S.T., M.T.", "Kepala SMK Negeri 2 Jember"),),
        is_scanned=False,
    )
    return School(
        agreement=agreement,
        curriculum=offer(LIGHT_STEEL, agreement=agreement, by=officer),
        instructors=(add_instructor(partner=partner, by=officer, name="Eka Sudrajat, S.Pd."),),
        room=add_room(by=officer, name="Bengkel Konstruksi", capacity=20),
        officer=officer,
    )


def light_steel(school, register, today):
    """One class whose certificates wait for approval, and one planned beyond the agreement's end."""
    days = teaching_days(today - timedelta(45), today - timedelta(32))
    first = finished_class(
        Plan("JBR-BJR-A1", "Konstruksi Baja Ringan A1", days, quota=12),
        school=school,
        inmates=register.trainees(day=days[0], size=12),
    )
    prepare(batch=first, dated_on=days[-1], by=account("sertifikat.jember"))
    days = teaching_days(today + timedelta(14), today + timedelta(30))
    open_class(Plan("JBR-BJR-A2", "Konstruksi Baja Ringan A2", days), school=school)
