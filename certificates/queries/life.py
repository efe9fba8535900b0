"""What has become of one certificate, and what may still be done with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import AuditEvent, User
from certificates.content import differing_results
from certificates.models import Certificate
from certificates.queries.readiness import readiness

Status = Certificate.Status
# Who did these stands in the trail alone.
DEEDS = {
    "certificate.numbered": "numbered_at",
    "certificate.sealed": "sealed_at",
    "certificate.revoked": "ended_at",
    "certificate.superseded": "ended_at",
}
EXPLAINED = ("certificate.duplicated", "certificate.replacement_begun")
# Reasons to replace that open the results; a name is corrected without touching them.
REOPENING = (
    Certificate.EndReason.RESULTS,
    Certificate.EndReason.MISTAKE,
    Certificate.EndReason.COMPLETED,
)


@dataclass(frozen=True)
class Step:
    """One moment of its life: what, when, by whom (a job's is whoever pressed its button)."""

    what: str
    at: datetime
    by: User | None = None
    note: str = ""
    tone: str = ""  # of a chip: ok, bad, info; none for the ordinary way


def steps_of(certificate, revocations, *, shows_explanations):
    """[Step], the oldest first; the words of requests only for the office that wrote them."""
    doers = _doers(certificate)
    steps = [
        Step(_("Disiapkan"), certificate.prepared_at, certificate.prepared_by),
        Step(_("Disetujui"), certificate.approved_at, certificate.approved_by),
        Step(_("Diberi nomor"), certificate.numbered_at, doers.get("numbered_at")),
        Step(_("Disegel"), certificate.sealed_at, doers.get("sealed_at"), tone="ok"),
        Step(
            certificate.get_status_display(),
            certificate.ended_at,
            doers.get("ended_at"),
            certificate.get_end_reason_display(),
            "bad" if certificate.status == Status.REVOKED else "info",
        ),
        Step(
            pgettext("sertifikat", "Dibatalkan"),
            certificate.voided_at,
            certificate.voided_by,
            certificate.void_reason,
            "bad",
        ),
    ]
    for one in revocations:
        steps.extend(_of_revocation(one, shows_explanations))
    return sorted((step for step in steps if step.at), key=lambda step: step.at)


def _doers(certificate):
    events = AuditEvent.objects.filter(
        action__in=DEEDS,
        subject_type=Certificate._meta.label_lower,
        subject_id=str(certificate.pk),
    ).select_related("by")
    return {DEEDS[event.action]: event.by for event in events}


def _of_revocation(revocation, shows_explanations):
    def words(text):
        return text if shows_explanations else ""

    yield Step(
        _("Pencabutan diminta: %(reason)s") % {"reason": revocation.get_reason_display()},
        revocation.requested_at,
        revocation.requested_by,
        words(revocation.explanation),
    )
    answer = _("Pencabutan dikabulkan") if revocation.is_granted else _("Pencabutan ditolak")
    yield Step(answer, revocation.decided_at, revocation.decided_by, words(revocation.answer))


def explanation_of(certificate):
    """Why a duplicate or a replacement is being made, as whoever began it wrote; "" of the others."""
    event = _beginning(certificate)
    return event.details["explanation"] if event else ""


def _beginning(certificate):
    return (
        AuditEvent.objects.filter(
            action__in=EXPLAINED,
            subject_type=Certificate._meta.label_lower,
            subject_id=str(certificate.pk),
        )
        .order_by("pk")
        .first()
    )


def differing(certificate, batch):
    """Which results of today (see content.differing_results) a certificate says otherwise."""
    [today] = [
        one for one in readiness(batch).candidates if one.enrollment.pk == certificate.enrollment_id
    ]
    is_partial = certificate.kind == Certificate.Kind.PARTIAL
    return differing_results(
        certificate.content, today.partial_content if is_partial else today.content
    )


def word_for(certificate):
    """What it is: a certificate, a statement, a duplicate, the replacement of another."""
    if certificate.is_duplicate:
        return _("Duplikat")
    if certificate.replaces_id:
        return _("Pengganti")
    return certificate.get_kind_display()


# Why something cannot be done with a certificate now, in words; "" when it can.


def bar_to_voiding(certificate):
    if certificate.status == Status.VOID:
        return _("Sertifikat ini sudah dibatalkan.")
    if certificate.status not in Certificate.IN_WORK:
        return _("Sertifikat ini sudah terbit, jadi tidak dibatalkan. Mintakan pencabutannya.")
    return ""


def bar_to_cancelling(certificate):
    """Nobody leaves corrected results behind a certificate in force that says others.

    What differed before the replacement was begun is not its doing.
    """
    first = certificate.replaces
    if not first or first.status != Status.SEALED:
        return ""
    if certificate.replacement_reason not in REOPENING:
        return ""
    now = differing(first, certificate.enrollment.batch)
    begun = _beginning(certificate)
    before = begun.details.get("differing", []) if begun else []
    if left := [name for name in now if name not in before]:
        words = (
            _(
                "Yang tercatat sekarang berbeda dari %(number)s yang berlaku: %(what)s. Terbitkan"
                " penggantinya, atau mintakan pencabutan %(number)s."
            )
            if certificate.number
            else _(
                "Yang tercatat sekarang berbeda dari %(number)s yang berlaku: %(what)s. Kembalikan"
                " catatannya seperti semula, atau terbitkan penggantinya."
            )
        )
        return words % {"number": first, "what": "; ".join(left)}
    return ""


def bar_to_duplicate(certificate):
    if certificate.is_duplicate:
        return _("Ini sudah duplikat. Buat duplikat dari sertifikat pertamanya.")
    if certificate.status != Status.SEALED:
        return _("Duplikat hanya dibuat dari sertifikat yang berlaku.")
    return _bar_of_work(certificate)


def bar_to_replacement(certificate):
    if certificate.is_duplicate:
        return _("Ini duplikat. Ganti sertifikat pertamanya; duplikatnya ikut berakhir.")
    if by := getattr(certificate, "replaced_by", None):
        return _("Penggantinya sudah ada: %(certificate)s.") % {"certificate": by}
    if certificate.status not in (Status.SEALED, Status.REVOKED):
        return _("Hanya sertifikat yang berlaku, atau yang dicabut, bisa diganti.")
    return _bar_of_work(certificate)


def _bar_of_work(certificate):
    """One thing at a time: a new number closes the person's results, which a replacement may need open."""
    work = Certificate.objects.filter(
        enrollment=certificate.enrollment_id, status__in=Certificate.IN_WORK
    )
    if one := work.first():
        return _("%(what)s orang ini masih disiapkan. Terbitkan atau batalkan itu dulu.") % {
            "what": word_for(one)
        }
    return ""


def bar_to_revocation(certificate):
    if certificate.status == Status.SUPERSEDED:
        return _("Sertifikat ini sudah digantikan oleh %(certificate)s.") % {
            "certificate": getattr(certificate, "replaced_by", None) or _("sertifikat lain")
        }
    if certificate.status == Status.REVOKED:
        return _("Sertifikat ini sudah dicabut.")
    if certificate.status != Status.SEALED:
        return _("Sertifikat ini belum terbit. Batalkan saja.")
    return ""
