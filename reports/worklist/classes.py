"""Sheets, results, tools, states and proposals of batches."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import in_days
from participants.models import Enrollment, ScanPage, UnitResult
from programs.models import Batch, Proposal, Session, ToolCount
from reports.worklist.tasks import LATE, MOST_OF_A_KIND, SOON, Task

OPENING_DAYS = 14


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


def missing_tools(user):
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


def missing_sheets(user):
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


def open_sheets(user):
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


def _scans(user, state):
    """How many pages there are in that state, and how long the oldest has been lying there, in words."""
    found = (
        ScanPage.objects.visible_to(user)
        .filter(state=state)
        .aggregate(count=Count("pk"), first=Min("file__upload__uploaded_at"))
    )
    if not found["count"]:
        return 0, ""
    days = (timezone.localdate() - timezone.localdate(found["first"])).days
    return found["count"], in_days(-days)


def scans_to_confirm(user):
    count, due = _scans(user, ScanPage.State.READ)
    if count:
        yield Task(
            SOON,
            "file-earmark-image",
            ngettext(
                "%(count)s lembar pindaian menunggu konfirmasi",
                "%(count)s lembar pindaian menunggu konfirmasi",
                count,
            )
            % {"count": count},
            _("Belum menjadi tanda di daftar hadir"),
            due,
            _("Konfirmasi"),
            reverse("participants:scan_list"),
        )


def unread_scans(user):
    """Refused pages that nobody has set aside."""
    count, due = _scans(user, ScanPage.State.REFUSED)
    if count:
        yield Task(
            SOON,
            "file-earmark-image",
            ngettext(
                "%(count)s halaman pindaian tidak terbaca",
                "%(count)s halaman pindaian tidak terbaca",
                count,
            )
            % {"count": count},
            _("Ketik kodenya, pindai ulang, atau sisihkan"),
            due,
            _("Periksa"),
            f"{reverse('participants:scan_list')}?state={ScanPage.State.REFUSED.value}",
        )


def missing_results(user):
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


def waiting_proposals(user):
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


def batches_to_open(user):
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


def batches_to_finish(user):
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
