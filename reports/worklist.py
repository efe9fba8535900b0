"""What needs doing, by right and by urgency; each line leads to the place where it is done."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission
from certificates.models import Certificate, Revocation
from certificates.queries import custody
from core.templatetags.ui import in_days
from participants.models import Enrollment, SelectionRound, UnitResult
from participants.queries.advice import at_risk
from participants.queries.patterns import patterns_of
from partnerships.models import Agreement, Document
from programs.models import Batch, Proposal, Session, ToolCount
from programs.queries import agreement_gaps_of

LATE, SOON, ORDINARY = "late", "soon", "ordinary"
URGENCY = {LATE: 0, SOON: 1, ORDINARY: 2}
ENDING_DAYS, PRESSING_DAYS = 90, 30
OPENING_DAYS = 14
MOST_OF_A_KIND = 6
# Batches beyond their own agreement's dates that an addendum may yet cover.
SUSPECTS_CHECKED = 100


@dataclass(frozen=True)
class Task:
    """One line of the worklist."""

    urgency: str
    icon: str
    what: str
    where: str
    due: str
    verb: str
    url: str


def worklist(user):
    """[Task] for `user`, the most urgent first. The number of queries does not grow with the rows."""
    sources = {
        Permission.MARK_ATTENDANCE: [_missing_tools, _missing_sheets, _open_sheets],
        Permission.RECORD_RESULTS: [_missing_results],
        Permission.ENROLL: [_planned_ends, _people_at_risk, _unfinished_rounds, _patterns],
        Permission.MANAGE_PARTNERSHIPS: [_ending_agreements, _missing_scans],
        Permission.MANAGE_PROGRAMS: [
            _uncovered_batches,
            _waiting_proposals,
            _batches_to_open,
            _batches_to_finish,
        ],
        Permission.APPROVE_CERTIFICATES: [_awaiting_approval, _waiting_revocations],
        Permission.PREPARE_CERTIFICATES: [_awaiting_preparation],
        Permission.ISSUE_CERTIFICATES: [_awaiting_issue],
        Permission.HANDLE_PAPERS: [_handovers, _unsigned_papers, _unclaimed_papers],
    }
    tasks = [
        task
        for permission, finders in sources.items()
        if user.can(permission)
        for find in finders
        for task in find(user)
    ]
    return sorted(tasks, key=lambda task: URGENCY[task.urgency])


def _batches_with(sessions, user):
    """(batch, count, first session) of batches with such sessions."""
    rows = (
        sessions.order_by()
        .values("batch")
        .annotate(count=Count("pk"), first=Min("takes_place_on"))
        .order_by("first")[:MOST_OF_A_KIND]
    )
    batches = Batch.objects.visible_to(user).in_bulk([row["batch"] for row in rows])
    firsts = {}
    for session in sessions.filter(batch__in=batches).order_by("-takes_place_on", "-starts_at"):
        firsts[session.batch_id] = session
    return [(batches[row["batch"]], row["count"], firsts[row["batch"]]) for row in rows]


def _missing_tools(user):
    """Meetings that are over, and not as many tools back as went out."""
    counts = (
        ToolCount.objects.visible_to(user)
        .not_even()
        .filter(session__takes_place_on__lte=timezone.localdate())
        .select_related("session__batch__facility")
        .order_by("session__takes_place_on", "session__starts_at", "session", "position")
    )
    by_session = defaultdict(list)
    for one in counts:
        if one.session.has_ended:
            by_session[one.session].append(one)
    for session, found in list(by_session.items())[:MOST_OF_A_KIND]:
        missing = sum(max(one.missing, 0) for one in found)
        yield Task(
            LATE,
            "exclamation-triangle-fill",
            ngettext("%(count)s alat belum kembali", "%(count)s alat belum kembali", missing)
            % {"count": missing}
            if missing
            else _("Hitungan alat tidak cocok"),
            f"{session.batch} · {date_format(session.takes_place_on, 'l j F')}",
            in_days((session.takes_place_on - timezone.localdate()).days),
            _("Hitung lagi"),
            reverse("programs:session_tools", args=[session.pk]),
        )


def _missing_sheets(user):
    sessions = Session.objects.visible_to(user).sheet_missing()
    for batch, count, first in _batches_with(sessions, user):
        yield Task(
            LATE,
            "clipboard-x",
            ngettext(
                "%(count)s daftar hadir belum diisi", "%(count)s daftar hadir belum diisi", count
            )
            % {"count": count},
            f"{batch} · {date_format(first.takes_place_on, 'l j F')}",
            in_days((first.takes_place_on - timezone.localdate()).days),
            _("Isi sekarang"),
            first.get_absolute_url()
            if count == 1
            else f"{reverse('participants:sheet_list')}?batch={batch.pk}#missing",
        )


def _open_sheets(user):
    sessions = Session.objects.visible_to(user).filter(
        status=Session.Status.HELD, locked_at=None, takes_place_on__lt=timezone.localdate()
    )
    for batch, count, first in _batches_with(sessions, user):
        yield Task(
            SOON,
            "unlock",
            ngettext(
                "%(count)s daftar hadir belum dikunci",
                "%(count)s daftar hadir belum dikunci",
                count,
            )
            % {"count": count},
            f"{batch} · {date_format(first.takes_place_on, 'l j F')}",
            in_days((first.takes_place_on - timezone.localdate()).days),
            _("Periksa dan kunci"),
            reverse("participants:attendance", args=[first.pk]),
        )


def _missing_results(user):
    """Finished batches in which somebody's unit has no result yet."""
    people = Enrollment.objects.active().filter(batch=OuterRef("pk")).order_by().values("batch")
    batches = (
        Batch.objects.visible_to(user)
        .filter(
            ends_on__lte=timezone.localdate(), state__in=[Batch.State.RUNNING, Batch.State.FINISHED]
        )
        .annotate(
            people=Count("enrollments", filter=Q(enrollments__ended_on=None), distinct=True),
            units=Count("curriculum__units", distinct=True),
        )
        .filter(Exists(people))
        .order_by("ends_on")
    )
    done = dict(
        UnitResult.objects.complete()
        .filter(enrollment__batch__in=batches, enrollment__ended_on=None)
        .order_by()
        .values_list("enrollment__batch")
        .annotate(Count("pk"))
    )
    incomplete = [one for one in batches if done.get(one.pk, 0) < one.people * one.units]
    for batch in incomplete[:MOST_OF_A_KIND]:
        missing = batch.people * batch.units - done.get(batch.pk, 0)
        ended = _("selesai %(day)s") % {"day": date_format(batch.ends_on)}
        yield Task(
            SOON,
            "journal-text",
            ngettext("%(count)s nilai belum diisi", "%(count)s nilai belum diisi", missing)
            % {"count": missing},
            f"{batch} · {ended}",
            "",
            _("Isi nilai"),
            reverse("participants:results", args=[batch.pk]),
        )


def _planned_ends(user):
    """Participants whose last day has come as it was planned, and who still hold their seat."""
    today = timezone.localdate()
    people = (
        Enrollment.objects.visible_to(user)
        .active()
        .filter(planned_end_on__lte=today, closed_at=None, batch__state__in=Batch.UNDER_WAY)
        .select_related("inmate", "batch")
        .order_by("planned_end_on")[:MOST_OF_A_KIND]
    )
    for one in people:
        yield Task(
            SOON,
            "box-arrow-right",
            _("%(name)s direncanakan berhenti") % {"name": one.inmate},
            str(one.batch),
            in_days((one.planned_end_on - today).days),
            _("Catat akhir kepesertaan"),
            reverse("participants:enrollment_detail", args=[one.pk]),
        )


def _people_at_risk(user):
    """Running batches with somebody who leaves before the end, or was absent too often."""
    running = Batch.objects.visible_to(user).running().select_related("curriculum")
    batches = {batch.pk: batch for batch in running.order_by("ends_on")}
    found = [(batches[pk], people) for pk, people in at_risk(batches.values()).items() if people]
    for batch, people in found[:MOST_OF_A_KIND]:
        count = len(people)
        yield Task(
            SOON,
            "person-exclamation",
            ngettext(
                "%(count)s orang berisiko tidak selesai",
                "%(count)s orang berisiko tidak selesai",
                count,
            )
            % {"count": count},
            f"{batch} · {_('selesai %(day)s') % {'day': date_format(batch.ends_on)}}",
            "",
            _("Lihat jalan keluarnya"),
            reverse("participants:at_risk", args=[batch.pk]),
        )


def _patterns(user):
    """One line for all running batches; it leads to the one with most to look at."""
    batches = {batch.pk: batch for batch in Batch.objects.visible_to(user).running()}
    counts = {pk: found.count for pk, found in patterns_of(batches.values()).items() if found.count}
    if not counts:
        return
    count, most = sum(counts.values()), max(counts, key=counts.get)
    others = len(counts) - 1
    yield Task(
        ORDINARY,
        "eye",
        ngettext(
            "%(count)s pola kehadiran untuk dilihat",
            "%(count)s pola kehadiran untuk dilihat",
            count,
        )
        % {"count": count},
        ngettext(
            "%(batch)s dan %(others)s angkatan lain",
            "%(batch)s dan %(others)s angkatan lain",
            others,
        )
        % {"batch": batches[most], "others": others}
        if others
        else str(batches[most]),
        "",
        _("Lihat"),
        reverse("participants:patterns", args=[most]),
    )


def _unfinished_rounds(user):
    """Selection rounds by what they wait for: the sitting, its decision, the decree, the seats."""
    today = timezone.localdate()
    rounds = SelectionRound.objects.visible_to(user).unfinished().select_related("batch")
    for one in rounds.order_by("held_on")[:MOST_OF_A_KIND]:
        what, verb = _step_of(one)
        is_past = one.held_on < today and one.state != SelectionRound.State.DECIDED
        yield Task(
            LATE if is_past else ORDINARY,
            "sort-down",
            what,
            str(one.batch),
            date_format(one.held_on, "SHORT_DATE_FORMAT"),
            verb,
            one.get_absolute_url(),
        )


def _step_of(selection_round):
    """(what a round waits for, what to press)"""
    if selection_round.state == SelectionRound.State.OPEN:
        return _("Seleksi belum diajukan ke TPP"), _("Lanjutkan")
    if selection_round.state == SelectionRound.State.SUBMITTED:
        return _("Keputusan TPP belum dicatat"), _("Catat keputusan TPP")
    if not selection_round.decree_number:
        return _("SK peserta belum dicatat"), _("Catat SK peserta")
    what = ngettext(
        "%(count)s peserta terpilih belum masuk",
        "%(count)s peserta terpilih belum masuk",
        selection_round.to_seat,
    )
    return what % {"count": selection_round.to_seat}, _("Masukkan peserta")


def _ending_agreements(user):
    agreements = (
        Agreement.objects.visible_to(user)
        .ending_within(days=ENDING_DAYS)
        .select_related("partner")
        .order_by("covered_until")[:MOST_OF_A_KIND]
    )
    for agreement in agreements:
        days_left = (agreement.covered_until - timezone.localdate()).days
        yield Task(
            LATE if days_left <= PRESSING_DAYS else SOON,
            "hourglass-split",
            _("%(agreement)s berakhir %(days)s")
            % {"agreement": agreement, "days": in_days(days_left)},
            str(agreement.number),
            date_format(agreement.covered_until, "SHORT_DATE_FORMAT"),
            _("Siapkan adendum"),
            agreement.get_absolute_url(),
        )


def _missing_scans(user):
    agreements = (
        Agreement.objects.visible_to(user)
        .in_force()
        .exclude(documents__kind=Document.Kind.SIGNED)
        .select_related("partner")[:MOST_OF_A_KIND]
    )
    for agreement in agreements:
        yield Task(
            ORDINARY,
            "file-earmark-arrow-up",
            _("Pindaian %(agreement)s belum ada") % {"agreement": agreement},
            str(agreement.number),
            "",
            _("Unggah"),
            agreement.get_absolute_url(),
        )


def _uncovered_batches(user):
    """Batches not yet over that reach beyond their agreement, or whose program it does not cover."""
    suspects = (
        Batch.objects.visible_to(user)
        .filter(ends_on__gte=timezone.localdate() - timedelta(days=ENDING_DAYS))
        .exclude(state=Batch.State.CANCELLED)
        .exclude(enrollments__certificates__status=Certificate.Status.SEALED)
        .filter(
            Q(ends_on__gt=F("agreement__ends_on"))
            | Q(agreement__signed_on=None)
            | Q(starts_on__lt=F("agreement__starts_on"))
            | Q(agreement__ended_early_on__lt=F("ends_on"))
            | ~Q(agreement__coverages__program=F("curriculum__program"))
        )
        .select_related("agreement__partner", "curriculum")
        .order_by("starts_on")
        .distinct()[:SUSPECTS_CHECKED]
    )
    gaps = agreement_gaps_of(suspects)
    for batch in [batch for batch in suspects if gaps[batch.pk]][:MOST_OF_A_KIND]:
        yield Task(
            LATE,
            "slash-circle",
            _("%(batch)s di luar perjanjian") % {"batch": batch},
            _("%(agreement)s tidak mencakup angkatan ini mulai %(day)s")
            % {"agreement": batch.agreement, "day": date_format(gaps[batch.pk][0].starts_on)},
            "",
            _("Catat adendum"),
            batch.agreement.get_absolute_url(),
        )


def _waiting_proposals(user):
    waiting = (
        Proposal.objects.visible_to(user)
        .waiting()
        .aggregate(count=Count("pk"), first=Min("proposed_at"))
    )
    if count := waiting["count"]:
        days = (timezone.localdate() - timezone.localdate(waiting["first"])).days
        yield Task(
            SOON,
            "chat-left-text",
            ngettext(
                "%(count)s usulan sekolah menunggu keputusan",
                "%(count)s usulan sekolah menunggu keputusan",
                count,
            )
            % {"count": count},
            _("Pertemuan atau instruktur"),
            in_days(-days),
            _("Putuskan"),
            reverse("programs:proposal_list"),
        )


def _batches_to_open(user):
    """Planned, and the first day is near: nobody can take a seat yet."""
    today = timezone.localdate()
    batches = (
        Batch.objects.visible_to(user)
        .filter(state=Batch.State.PLANNED, starts_on__lte=today + timedelta(days=OPENING_DAYS))
        .order_by("starts_on")[:MOST_OF_A_KIND]
    )
    for batch in batches:
        yield Task(
            SOON,
            "people",
            _("Pendaftaran %(batch)s belum dibuka") % {"batch": batch},
            _("Mulai %(day)s") % {"day": date_format(batch.starts_on)},
            in_days((batch.starts_on - today).days),
            _("Buka"),
            batch.get_absolute_url(),
        )


def _batches_to_finish(user):
    today = timezone.localdate()
    batches = (
        Batch.objects.visible_to(user)
        .filter(state=Batch.State.RUNNING, ends_on__lt=today)
        .order_by("ends_on")[:MOST_OF_A_KIND]
    )
    for batch in batches:
        yield Task(
            SOON,
            "check-lg",
            _("%(batch)s belum dinyatakan selesai") % {"batch": batch},
            _("Hari terakhir %(day)s") % {"day": date_format(batch.ends_on)},
            in_days((batch.ends_on - today).days),
            _("Periksa"),
            batch.get_absolute_url(),
        )


def _certificates(user, status):
    """(batch, count) of batches with certificates in that state."""
    return (
        Batch.objects.visible_to(user)
        .annotate(
            waiting=Count(
                "enrollments__certificates", filter=Q(enrollments__certificates__status__in=status)
            )
        )
        .filter(waiting__gt=0)
        .select_related("agreement__partner")
        .order_by("ends_on")[:MOST_OF_A_KIND]
    )


def _certificate_task(batch, what, where, verb, icon="award"):
    return Task(SOON, icon, what, where, "", verb, reverse("certificates:batch", args=[batch.pk]))


def _awaiting_approval(user):
    for batch in _certificates(user, [Certificate.Status.DRAFT]):
        count = batch.waiting
        yield _certificate_task(
            batch,
            ngettext(
                "%(count)s sertifikat menunggu persetujuan",
                "%(count)s sertifikat menunggu persetujuan",
                count,
            )
            % {"count": count},
            f"{batch} · {batch.agreement.partner}",
            _("Periksa"),
        )


def _waiting_revocations(user):
    requests = Revocation.objects.visible_to(user).waiting().exclude(requested_by=user)
    waiting = requests.aggregate(count=Count("pk"), first=Min("requested_at"))
    if count := waiting["count"]:
        days = (timezone.localdate() - timezone.localdate(waiting["first"])).days
        yield Task(
            SOON,
            "slash-circle",
            ngettext(
                "%(count)s permintaan pencabutan sertifikat",
                "%(count)s permintaan pencabutan sertifikat",
                count,
            )
            % {"count": count},
            _("Sertifikatnya berlaku sampai diputuskan"),
            in_days(-days),
            _("Putuskan"),
            reverse("certificates:revocation_list"),
        )


def _awaiting_issue(user):
    for batch in _certificates(user, [Certificate.Status.APPROVED, Certificate.Status.NUMBERED]):
        count = batch.waiting
        yield _certificate_task(
            batch,
            ngettext(
                "%(count)s sertifikat siap diterbitkan",
                "%(count)s sertifikat siap diterbitkan",
                count,
            )
            % {"count": count},
            f"{batch} · {batch.agreement.partner}",
            _("Terbitkan"),
        )


def _awaiting_preparation(user):
    batches = (
        Batch.objects.visible_to(user)
        .filter(state=Batch.State.FINISHED)
        .filter(Exists(Enrollment.objects.active().filter(batch=OuterRef("pk"))))
        .exclude(
            Exists(
                Certificate.objects.filter(enrollment__batch=OuterRef("pk")).exclude(
                    status=Certificate.Status.VOID
                )
            )
        )
        .select_related("agreement__partner")
        .order_by("ends_on")[:MOST_OF_A_KIND]
    )
    for batch in batches:
        yield _certificate_task(
            batch,
            _("Sertifikat %(batch)s belum disiapkan") % {"batch": batch},
            _("Selesai %(day)s") % {"day": date_format(batch.ends_on)},
            _("Periksa syaratnya"),
            icon="clipboard-check",
        )


def _handovers(user):
    """Sheets that go with whoever leaves today; days of release count for those who may know them."""
    shows_dates = user.can(Permission.VIEW_RESTRICTED)
    if count := custody.due_today(user, tells_dates=shows_dates).count():
        yield Task(
            SOON,
            "send",
            ngettext(
                "%(count)s sertifikat harus diserahkan hari ini",
                "%(count)s sertifikat harus diserahkan hari ini",
                count,
            )
            % {"count": count},
            _("Lembarnya ikut dengan pemegangnya"),
            in_days(0),
            _("Serahkan"),
            reverse("certificates:handover_list"),
        )


def _unsigned_papers(user):
    """Classes with certificates in force whose sheets nobody has printed or signed yet."""
    batches = custody.with_papers(user).annotate(
        unsigned=F("papers_none") + F("papers_printed"),
    )
    for batch in batches.filter(unsigned__gt=0)[:MOST_OF_A_KIND]:
        yield Task(
            ORDINARY,
            "printer",
            ngettext(
                "%(count)s lembar sertifikat belum ditandatangani",
                "%(count)s lembar sertifikat belum ditandatangani",
                batch.unsigned,
            )
            % {"count": batch.unsigned},
            f"{batch} · {batch.agreement.partner}",
            "",
            _("Cetak dan tanda tangani"),
            reverse("certificates:tray", args=[batch.pk]),
        )


def _unclaimed_papers(user):
    if count := custody.unclaimed(user).count():
        yield Task(
            ORDINARY,
            "hourglass-split",
            ngettext(
                "%(count)s lembar sertifikat belum diambil",
                "%(count)s lembar sertifikat belum diambil",
                count,
            )
            % {"count": count},
            _("Pemegangnya sudah keluar"),
            "",
            _("Lihat"),
            reverse("certificates:unclaimed_list"),
        )
