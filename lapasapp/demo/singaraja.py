"""Lapas Singaraja: a small house in another region, so that there is something that must not be seen."""

from datetime import timedelta

from certificates.services import save_design
from lapasapp.demo.accounts import account
from lapasapp.demo.agreements import sign
from lapasapp.demo.classes import Plan, School, around, running_class
from lapasapp.demo.curricula import SEWING, offer
from lapasapp.demo.names import BALINESE
from lapasapp.demo.people import Register
from partnerships.models import Partner
from partnerships.services import register_partner
from programs.services import add_instructor, add_room


def build(today):
    officer = account("petugas.singaraja")
    register = Register(officer=officer, names=BALINESE)
    running_class(
        Plan("SGR-BSN-A1", "Menjahit Busana A1", around(today), quota=6),
        school=sewing_school(officer, today),
        inmates=register.trainees(day=today, size=6),
        today=today,
    )
    register.others(day=today)


def sewing_school(officer, today):
    partner = register_partner(
        by=officer,
        kind=Partner.Kind.SMK,
        name="SMK Negeri 1 Singaraja",
        npsn="99510101",
        short_code="SMKN1-SGR",
        city="Buleleng",
        emblem=Partner.Emblem.COG,
    )
    starts_on = today - timedelta(200)
    agreement = sign(
        by=officer,
        partner=partner,
        facility_number=f"W.20.PAS.PAS6-HM.05.02-0138/{starts_on.year}",
        partner_number=f"421.5/091/{starts_on.year}",
        signed_on=starts_on,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(730),
        head=("I Gusti Ngurah Darma", "Kepala Lapas Kelas IIB Singaraja"),
        certificate_signatories=(("Ni Wayan Sukmawati, M.Pd.", "Kepala SMK Negeri 1 Singaraja"),),
    )
    save_design(
        agreement=agreement,
        seen_version=0,
        by=officer,
        look="kop",
        letterhead="Pemerintah Provinsi Bali\nDinas Pendidikan, Kepemudaan, dan Olahraga",
        address="Jalan Contoh Nomor 12, Singaraja 81100 · Telepon (0362) 000000",
    )
    return School(
        agreement=agreement,
        curriculum=offer(SEWING, agreement=agreement, by=officer),
        instructors=(add_instructor(partner=partner, by=officer, name="Kadek Sriani, S.Pd."),),
        room=add_room(by=officer, name="Ruang Jahit", capacity=12),
        officer=officer,
    )
