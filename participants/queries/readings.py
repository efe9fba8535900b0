"""Who saw a person's file, and who changed it: the reading trail and the audit trail as one list of lines."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import CharField, Count, Max, Q, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, AuditEvent, User
from participants.models import Inmate, ReadingTrail

CHANGED = "changed"

# The pages by the words of their menus; a page that is not here is told by its name.
PAGES = {
    "inmate_list": _("daftar warga binaan"),
    "inmate_detail": _("halaman orang"),
    "inmate_update": _("isian data orang"),
    "of_inmate": _("sertifikat orang"),
    "certificate_list": _("daftar sertifikat"),
    "certificate_detail": _("sertifikat"),
    "certificate_download": _("PDF sertifikat"),
    "certificates_of_batch": _("sertifikat angkatan"),
    "batch_download": _("PDF sertifikat seangkatan"),
    "certificate_statements": _("isian surat keterangan"),
    "void_create": _("isian pembatalan sertifikat"),
    "duplicate_create": _("isian duplikat sertifikat"),
    "replacement_create": _("isian penggantian sertifikat"),
    "revocation_create": _("isian pencabutan sertifikat"),
    "revocation_decide": _("keputusan pencabutan sertifikat"),
    "revocation_list": _("daftar pencabutan sertifikat"),
    "outside_list": _("daftar sertifikat dari luar"),
    "outside_create": _("isian sertifikat dari luar"),
    "outside_update": _("isian sertifikat dari luar"),
    "outside_download": _("pindaian sertifikat dari luar"),
    "tray": _("lembar sertifikat angkatan"),
    "print_file": _("berkas cetak sertifikat"),
    "paper_of": _("lembar sertifikat"),
    "signed_scan_create": _("isian pindaian lembar"),
    "signed_scan_download": _("pindaian lembar sertifikat"),
    "hand_over": _("isian serah terima lembar"),
    "receipt": _("tanda terima lembar"),
    "handover_list": _("lembar yang harus diserahkan"),
    "unclaimed_list": _("lembar yang belum diambil"),
    "inmate_trail": _("jejak baca"),
    "enrollment_detail": _("kepesertaan"),
    "enrollment_end": _("isian kepesertaan"),
    "enrollment_plan_end": _("isian kepesertaan"),
    "enrollment_suspend": _("isian kepesertaan"),
    "enrollment_return": _("isian kepesertaan"),
    "suspension_resume": _("isian kepesertaan"),
    "inmate_depart": _("isian keluar"),
    "statement_create": _("isian surat keterangan"),
    "statement_download": _("surat keterangan"),
    "statement_import": _("surat dari Lapas lain"),
    "roster": _("daftar peserta angkatan"),
    "roster_import": _("impor daftar"),
    "ledger": _("buku jam"),
    "recap_print": _("rekap daftar hadir di kertas"),
    "patterns": _("pola kehadiran"),
    "catch_up_create": _("isian susulan"),
    "catch_up_update": _("isian susulan"),
    "at_risk": _("berisiko tidak selesai"),
    "enrollment_create": _("calon peserta angkatan"),
    "application_list": _("usulan peserta"),
    "application_create": _("calon yang diusulkan"),
    "application_detail": _("usulan peserta"),
    "selection_round": _("seleksi"),
    "selection_scores": _("nilai seleksi"),
    "selection_decide": _("putusan sidang TPP"),
    "selection_minutes": _("berita acara sidang TPP"),
    "selection_lottery": _("undian seleksi"),
    "selection_enroll": _("peserta terpilih"),
    "selection_decree_print": _("SK peserta"),
    "attendance": _("daftar hadir"),
    "day_pack": _("berkas pintu"),
    "day_pack_print": _("berkas pintu di kertas"),
    "attendance_print": _("daftar hadir di kertas"),
    "sheets_print": _("daftar hadir di kertas"),
    "attendance_paper": _("ketik dari kertas"),
    "scan_download": _("pindaian daftar hadir"),
    "scan_page": _("konfirmasi lembar daftar hadir"),
    "scan_file_download": _("berkas pindaian daftar hadir"),
    "scan_page_picture": _("gambar pindaian daftar hadir"),
    "results": _("daftar nilai"),
    "results_import": _("impor nilai"),
    "result_detail": _("nilai satu unit"),
    "evidence_create": _("isian bukti hasil"),
    "evidence_download": _("bukti hasil"),
    "mastery": _("penguasaan keterampilan"),
    "sheet_list": _("daftar hadir sehari, per blok"),
    "mark_grid": _("tanda sepekan"),
    "attendance_history": _("riwayat daftar hadir"),
    "absence_list": _("pemberitahuan"),
    "absence_create": _("isian pemberitahuan"),
    "search": _("pencarian di seluruh aplikasi"),
    "rapor": _("rapor"),
    "rapor_batch": _("rapor bersama"),
    "slip": _("lembar peserta"),
    "slip_batch": _("lembar peserta"),
}
DEEDS = {
    "inmate.registered": _("mencatat orang ini"),
    "inmate.updated": _("mengubah data"),
    "inmate.photographed": _("mengganti foto"),
    "inmate.photo_removed": _("menghapus foto"),
    "inmate.departed": _("mencatat keluar"),
    "inmate.returned": _("membatalkan catatan keluar"),
    "inmate.import_undone": _("membatalkan impor"),
    "statement.imported": _("mencatat pelatihan bawaan"),
    "finding.recorded": _("mencatat penilaian"),
    "activity.recorded": _("mencatat kegiatan lain"),
    "activity.ended": _("mengakhiri kegiatan lain"),
    "advice.overridden": _("mengesampingkan saran"),
    "enrollment.made": _("memasukkan ke angkatan"),
    "enrollment.ended": _("mengakhiri kepesertaan"),
    "enrollment.end_planned": _("mencatat rencana berhenti"),
    "enrollment.suspended": _("menangguhkan peserta"),
    "enrollment.suspension_withdrawn": _("membatalkan penangguhan"),
    "enrollment.resumed": _("mencatat ikut lagi"),
    "absence.announced": _("memberitahukan tidak hadir"),
    "absence.withdrawn": _("membatalkan pemberitahuan"),
    "application.made": _("mengusulkan untuk angkatan"),
    "application.withdrawn": _("menarik usulan"),
}
# What neither the person nor the auditor is told: it is restricted, and about somebody else as well.
UNTOLD = ("separation.recorded", "separation.ended")


@dataclass(frozen=True)
class Line:
    """One deed at one time. `duty` is the present task of whoever did it, `note` what was searched or changed."""

    at: datetime
    by: User | None
    duty: str
    deed: str
    where: str
    note: str


@dataclass(frozen=True)
class Day:
    """What one person did with the file on one day, by one kind of page, and how often."""

    day: datetime
    by: User | None
    duty: str
    deed: str
    where: str
    times: int


def readings_of(inmate):
    """Readings of the person, and of the batches in which they stood at the time."""
    about = [Q(inmate=inmate)]
    for batch, enrolled_at in inmate.enrollments.values_list("batch", "enrolled_at"):
        about.append(Q(batch=batch, at__gte=enrolled_at))
    return ReadingTrail.objects.filter(reduce(or_, about))


def changes_of(inmate):
    """The audit trail's lines about the person, but for what is told to nobody."""
    subjects = {
        "participants.inmate": [inmate.pk],
        "participants.enrollment": inmate.enrollments.values_list("pk", flat=True),
        "participants.application": inmate.applications.values_list("pk", flat=True),
    }
    about = (
        Q(subject_type=kind, subject_id__in=[str(key) for key in keys])
        for kind, keys in subjects.items()
    )
    return AuditEvent.objects.filter(reduce(or_, about)).exclude(action__in=UNTOLD)


def trail_keys(inmate, how=""):
    """(at, source, pk) of each line, the newest first: to be counted, cut into pages, and read by `lines`."""
    columns = ("at", "source", "pk")
    readings = readings_of(inmate).annotate(source=Value("reading", CharField())).order_by()
    changes = changes_of(inmate).annotate(source=Value(CHANGED, CharField())).order_by()
    if how == CHANGED:
        return changes.values_list(*columns).order_by("-at", "-pk")
    if how:
        return readings.filter(how=how).values_list(*columns).order_by("-at", "-pk")
    both = readings.values_list(*columns).union(changes.values_list(*columns), all=True)
    return both.order_by("-at", "-pk")


def lines(keys, facility):
    """[Line] for some of `trail_keys`, in their order; `facility` picks the duty of those who have several."""
    wanted = defaultdict(list)
    for _at, source, pk in keys:
        wanted[source].append(pk)
    readings = ReadingTrail.objects.select_related("by", "batch").in_bulk(wanted["reading"])
    changes = AuditEvent.objects.select_related("by").in_bulk(wanted[CHANGED])
    people = {one.by_id for one in (*readings.values(), *changes.values())}
    duties = _duties(people, facility)
    return [
        _of_change(changes[pk], duties) if source == CHANGED else _of_reading(readings[pk], duties)
        for _at, source, pk in keys
    ]


def days(inmate, *, most):
    """[Day], the newest first and at most `most`, for the person's own paper."""
    read = (
        readings_of(inmate)
        .order_by()
        .annotate(day=TruncDate("at"))
        .values("day", "by", "how", "page")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")[:most]
    )
    changed = (
        changes_of(inmate)
        .order_by()
        .annotate(day=TruncDate("at"))
        .values("day", "by", "action")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-last")[:most]
    )
    rows = sorted([*read, *changed], key=lambda row: row["last"], reverse=True)[:most]
    people = User.objects.in_bulk({row["by"] for row in rows} - {None})
    duties = _duties(people, inmate.facility)
    return [
        Day(
            day=row["day"],
            by=people.get(row["by"]),
            duty=duties.get(row["by"], ""),
            deed=_deed(row["action"]) if "action" in row else ReadingTrail.How(row["how"]).label,
            where=PAGES.get(row["page"], row["page"]) if "page" in row else "",
            times=row["times"],
        )
        for row in rows
    ]


def _of_reading(reading, duties):
    page = PAGES.get(reading.page, reading.page)
    return Line(
        at=reading.at,
        by=reading.by,
        duty=duties.get(reading.by_id, ""),
        deed=reading.get_how_display(),
        where=f"{page}: {reading.batch}" if reading.batch else str(page),
        note=reading.query,
    )


def _of_change(event, duties):
    return Line(
        at=event.at,
        by=event.by,
        duty=duties.get(event.by_id, ""),
        deed=_deed(event.action),
        where="",
        note=", ".join(dict.fromkeys(map(_label, event.details.get("changed", [])))),
    )


def _deed(action):
    return str(DEEDS.get(action, action))


def _label(field):
    """The screen's word for a field of a person's file; of the restricted ones not even which."""
    if field in Inmate.RESTRICTED_FIELDS:
        return str(_("data terbatas"))
    names = {one.name: one.verbose_name for one in Inmate._meta.fields}
    return str(names.get(field, field))


def _duties(people, facility):
    """{user.pk: role and place}: here rather than elsewhere, present rather than ended."""
    found = {}
    assignments = Assignment.objects.filter(user__in=[one for one in people if one])
    for one in sorted(
        assignments.select_related("facility", "region"),
        key=lambda one: (one.facility_id == facility.pk, one.ended_at is None, one.pk),
    ):
        found[one.user_id] = str(one)
    return found
