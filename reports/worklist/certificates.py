"""Certificates on their way, and the sheets of paper."""

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
from participants.models import Enrollment
from programs.models import Batch
from reports.worklist.tasks import MOST_OF_A_KIND, ORDINARY, SOON, Task


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


def awaiting_approval(user):
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


def waiting_revocations(user):
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


def awaiting_issue(user):
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


def awaiting_preparation(user):
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


def handovers(user):
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


def unsigned_papers(user):
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


def unclaimed_papers(user):
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
