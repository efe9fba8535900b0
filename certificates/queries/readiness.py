"""May this batch be certified, and who in it: each obstacle with its remedy and where to find it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.content import (
    contents_of,
    design_of,
    numbering_of_school,
    unnumbered,
)
from certificates.documents import has_room_for, undrawable
from certificates.models import Certificate
from certificates.stigma import found_in, public_texts, words_for
from core.templatetags.ui import date_range, number
from participants.queries.ledger import percentage
from participants.queries.sheets import with_people
from participants.queries.standings import Standing, standings
from programs.models import Batch, Session
from programs.queries import agreement_gaps, hours_by_unit


@dataclass(frozen=True)
class Blocker:
    """Why a certificate cannot be, what mends it, and where."""

    what: str
    remedy: str
    url: str


@dataclass
class Candidate:
    """One participant on the way to a certificate."""

    standing: Standing
    certificate: Certificate | None  # the one in work, else in force, else the last that was
    content: dict | None  # what it would say today
    partial_content: dict | None  # what a statement of units completed would say
    blockers: list = field(default_factory=list)

    @property
    def enrollment(self):
        return self.standing.enrollment

    @property
    def is_unnumbered(self):
        return self.certificate is not None and self.certificate.status in Certificate.UNNUMBERED

    @property
    def is_changed(self):
        """What the certificate was prepared (and perhaps approved) to say is no longer what is true."""
        return self.is_unnumbered and self.certificate.content != self.content

    @property
    def obstacles(self):
        """Why an approved certificate must not be issued as it is, in words."""
        changed = [_("berubah sejak disiapkan")] if self.is_changed else []
        same = [_("belum ada yang dibetulkan")] if self.says_nothing_new else []
        return [blocker.what for blocker in self.blockers] + changed + same

    @property
    def says_nothing_new(self):
        """A replacement that says what the one in force says already: its correction is still to come."""
        old = self.certificate and self.certificate.replaces
        return (
            self.is_unnumbered
            and old is not None
            and old.status == Certificate.Status.SEALED
            and unnumbered(old) == self.certificate.content
        )

    @property
    def is_ready(self):
        return not self.blockers and (self.certificate is None or self.is_changed)

    @property
    def can_have_statement(self):
        """Stopped or short of something, but competent in a unit: a statement says what was reached."""
        return self.certificate is None and bool(self.blockers) and self.partial_content is not None


@dataclass(frozen=True)
class Readiness:
    """A batch on the day of its certificates."""

    blockers: list
    candidates: list
    duplicates: list  # those in work, each a Certificate

    @property
    def certificates(self):
        of_candidates = [one.certificate for one in self.candidates if one.certificate]
        return [*of_candidates, *self.duplicates]

    def count(self, *statuses):
        return sum(one.status in statuses for one in self.certificates)

    @property
    def ready(self):
        return [] if self.blockers else [one for one in self.candidates if one.is_ready]


def readiness(batch):
    """Readiness of `batch` (with agreement, partner and curriculum at hand)."""
    certificates, duplicates = _certificates_of(batch)
    everybody = standings(batch)
    design = design_of(batch.agreement)
    said = contents_of(batch, everybody, design)
    contents, partial = said[Certificate.Kind.TRAINING], said[Certificate.Kind.PARTIAL]
    candidates = []
    for standing in everybody:
        key = standing.enrollment.pk
        certificate = certificates.get(key)
        is_partial = certificate is not None and certificate.kind == Certificate.Kind.PARTIAL
        blockers = [] if is_partial else _of_person(batch, standing)
        candidates.append(
            Candidate(
                standing,
                certificate,
                (partial if is_partial else contents).get(key),
                partial.get(key),
                [*blockers, *_of_name(standing.enrollment.inmate, design.look)],
            )
        )
    blockers = [*_of_batch(batch), *_of_words(batch, design, said)]
    return Readiness(blockers, candidates, duplicates)


def _certificates_of(batch):
    """({enrollment key: its certificate in work, else in force, else the last one}, duplicates in work)"""
    found, duplicates = {}, []
    told = Certificate.objects.of(batch).exclude(status=Certificate.Status.VOID)
    for one in told.select_related("replaces", "duplicate_of", "enrollment__inmate"):
        if one.is_duplicate:
            if one.status in Certificate.IN_WORK:
                duplicates.append(one)
        elif one.enrollment_id not in found or _rank(one) >= _rank(found[one.enrollment_id]):
            found[one.enrollment_id] = one
    return found, duplicates


def _rank(certificate):
    return (certificate.status in Certificate.IN_WORK, certificate.status == "sealed")


def _of_batch(batch):
    agreement = batch.agreement.get_absolute_url()
    if batch.state not in (Batch.State.FINISHED, Batch.State.CLOSED):
        yield Blocker(
            _("Angkatan belum dinyatakan selesai"),
            _("Nyatakan selesai di halaman angkatan, bila semua pertemuan sudah terlaksana."),
            batch.get_absolute_url(),
        )
    for gap in agreement_gaps(batch):
        yield Blocker(
            _("Tidak ada perjanjian berlaku yang mencakup program ini pada %(days)s")
            % {"days": date_range(gap.starts_on, gap.ends_on)},
            _("Catat adendum, atau tambahkan programnya pada perjanjian."),
            agreement,
        )
    signatories = batch.agreement.signatories.filter(
        has_certificate_signature=True, removed_at=None
    )
    if not signatories:
        yield Blocker(
            _("Belum ada penanda tangan sertifikat dari pihak mitra"),
            _("Tambahkan pada perjanjian, misalnya kepala sekolah."),
            agreement,
        )
    for one in signatories:
        if one.has_left_office:
            yield Blocker(
                _("Masa jabatan %(name)s sudah berakhir") % {"name": one},
                _("Keluarkan dari perjanjian dan tambahkan penggantinya."),
                agreement,
            )
    yield from _of_sessions(batch)


def _of_words(batch, design, said):
    """Words that would betray the holder; all that is not personal is alike in every content of a kind."""
    if design.can_name_facility:
        return
    words, found = words_for(batch.facility), {}
    for contents in filter(None, said.values()):
        for one in found_in(_public_texts(batch, next(iter(contents.values()))), words):
            found.setdefault((one.word, one.text), one)
    for one in found.values():
        yield Blocker(
            _("Kata “%(word)s” akan tercetak: %(text)s") % {"word": one.word, "text": one.text},
            _("Ganti tulisannya: sertifikat tidak boleh menunjukkan tempat pelatihan diikuti."),
            batch.get_absolute_url(),
        )


def _public_texts(batch, content):
    """What this one would say to strangers, under a number such as it will get."""
    number = numbering_of_school(
        batch.agreement.partner,
        kind=content["kind"],
        program=batch.curriculum.program.code,
        day=batch.ends_on,
    ).text(1)
    issued = {"number": number, "issued_on": batch.ends_on.isoformat(), "verify_url": ""}
    host = urlsplit(settings.PUBLIC_BASE_URL).netloc
    return public_texts(content | issued | {"verify_host": host})


def _of_sessions(batch):
    sessions = batch.sessions.alive()
    planned = with_people(sessions.filter(status=Session.Status.PLANNED))
    roster_sizes = list(planned.values_list("people", flat=True))
    if empty := roster_sizes.count(0):
        yield Blocker(
            ngettext(
                "%(count)s pertemuan tidak punya peserta lagi",
                "%(count)s pertemuan tidak punya peserta lagi",
                empty,
            )
            % {"count": empty},
            _("Batalkan pertemuannya dengan alasan; daftar hadirnya tidak bisa diisi siapa pun."),
            batch.get_absolute_url(),
        )
    if planned := len(roster_sizes) - empty:
        yield Blocker(
            ngettext(
                "%(count)s pertemuan belum terlaksana",
                "%(count)s pertemuan belum terlaksana",
                planned,
            )
            % {"count": planned},
            _("Isi daftar hadirnya, atau batalkan pertemuannya dengan alasan."),
            batch.get_absolute_url(),
        )
    if open_sheets := sessions.filter(status=Session.Status.HELD, locked_at=None).count():
        yield Blocker(
            ngettext(
                "%(count)s daftar hadir belum dikunci",
                "%(count)s daftar hadir belum dikunci",
                open_sheets,
            )
            % {"count": open_sheets},
            _("Periksa lalu kunci daftar hadirnya."),
            batch.get_absolute_url(),
        )
    for row in hours_by_unit(batch):
        if row.left:
            yield Blocker(
                _("%(unit)s kurang %(missing)s JP") % {"unit": row.unit, "missing": row.left},
                _("Jadwalkan pertemuan tambahan untuk unit ini."),
                batch.get_absolute_url(),
            )


def _of_hours(batch, hours):
    """Too little attended; or enough only because what was never taught counts against nobody."""
    minimum, catch_up = batch.minimum_attendance, _("Adakan pertemuan susulan.")
    url = reverse("participants:catch_up_create", args=[batch.pk])
    if (hours.counted and hours.percent < minimum) or not (hours.counted or hours.debt):
        yield Blocker(
            _("Hadir %(percent)s %%, batasnya %(minimum)s %%")
            % {"percent": number(hours.percent) or "0", "minimum": minimum},
            catch_up,
            url,
        )
    elif not hours.counted or percentage(hours.attended, hours.counted + hours.debt) < minimum:
        yield Blocker(
            _("Utang %(debt)s JP belum diajar ulang") % {"debt": hours.debt}, catch_up, url
        )


def _of_person(batch, standing):
    roster = reverse("participants:roster", args=[batch.pk])
    enrollment = standing.enrollment
    if enrollment.ended_on:
        yield Blocker(
            _("Berhenti sebelum selesai"),
            _("Sertifikat hanya untuk yang menyelesaikan pelatihan."),
            roster,
        )
        return
    yield from _of_hours(batch, standing.hours)
    if standing.unmarked:
        yield Blocker(
            ngettext(
                "%(count)s daftar hadir belum memuat namanya",
                "%(count)s daftar hadir belum memuat namanya",
                standing.unmarked,
            )
            % {"count": standing.unmarked},
            _("Buka kunci daftar hadirnya dan isi tandanya, atau betulkan tanggal ikut sejak."),
            batch.get_absolute_url(),
        )
    if standing.units_competent < standing.units:
        yield Blocker(
            _("Kompeten %(done)s dari %(units)s unit")
            % {"done": standing.units_competent, "units": standing.units},
            _("Lengkapi nilai, atau adakan ujian ulang."),
            reverse("participants:results", args=[batch.pk]),
        )


def _of_name(inmate, look):
    if strange := undrawable(inmate.name, look):
        yield Blocker(
            _("Nama memuat huruf yang tidak bisa dicetak: %(letters)s") % {"letters": strange},
            _("Tulis namanya dengan huruf Latin."),
            inmate.get_absolute_url(),
        )
    elif not has_room_for(inmate.name, look):
        yield Blocker(
            _("Nama terlalu panjang untuk lembar sertifikat"),
            _("Tulis lebih singkat, misalnya tanpa gelar."),
            inmate.get_absolute_url(),
        )
