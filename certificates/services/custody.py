"""Where each sheet of paper is: printed, signed, stored, handed over, lost; and the scan that comes back."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from certificates.models import Certificate, PaperMove, SignedScan
from certificates.queries.custody import last_moves, whereabouts
from partnerships.services import look_into

Paper = Certificate.Paper
# From where a sheet may come to each step; what is lost counts as where it was last. One that was
# lost before anybody signed it is printed anew; for a signed one there is the duplicate.
ALLOWED = {
    Paper.PRINTED: {Paper.NONE, Paper.PRINTED, Paper.SIGNED},  # back from signed: a wrong tick
    Paper.SIGNED: {Paper.PRINTED},
    Paper.STORED: {Paper.SIGNED, Paper.STORED, Paper.HANDED},  # back from handed: nobody took it
    Paper.HANDED: {Paper.SIGNED, Paper.STORED},
    Paper.LOST: {Paper.PRINTED, Paper.SIGNED, Paper.STORED, Paper.HANDED},
}
REPRINT_OF_SIGNED = (Paper.PRINTED, Paper.SIGNED)
REFUSALS = {
    Paper.PRINTED: gettext_lazy("sudah ditandatangani; bila hilang, buat duplikatnya"),
    Paper.SIGNED: gettext_lazy("belum dicetak"),
    Paper.STORED: gettext_lazy("belum ditandatangani"),
    Paper.HANDED: gettext_lazy("belum ditandatangani"),
    Paper.LOST: gettext_lazy("belum dicetak"),
}


@dataclass
class Moved:
    """What became of a press of the button."""

    moved: list = field(default_factory=list)
    already: list = field(default_factory=list)  # those that were there before


@transaction.atomic
def move_papers(*, certificates, step, happened_on, place="", recipient="", relation="", by):
    """The sheets of `certificates` (in force) take one `step` together, or none of them; a Moved.

    Handed over without a `recipient`: each to its holder. Sheets that are there already stay as they are.
    """
    locked = list(
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in certificates])
        .select_related("enrollment__batch__facility")
        .order_by("pk")
    )
    if happened_on > timezone.localdate():
        raise ValidationError({"happened_on": _("Tanggal itu belum tiba.")})
    place, recipient, relation = (" ".join(one.split()) for one in (place, recipient, relation))
    last = last_moves(locked)
    result = Moved()
    for one in locked:
        is_elsewhere = step == Paper.STORED and place and place != one.paper_place
        is_there = one.paper == step and not is_elsewhere
        (result.already if is_there else result.moved).append(one)
    refused = [words for one in result.moved for words in _refusals(one, step, last, happened_on)]
    if refused:
        raise ValidationError(refused)
    _write(result.moved, step, happened_on, place, recipient, relation, by)
    return result


def _refusals(certificate, step, last, happened_on):
    """Why this sheet cannot take the step, in words."""
    name = certificate.content["name"]
    is_withdrawal = certificate.status in Certificate.ENDED and step == Paper.LOST
    if certificate.status != Certificate.Status.SEALED and not is_withdrawal:
        yield _("%(name)s: sertifikatnya tidak berlaku; tarik lembarnya.") % {"name": name}
        return
    place = whereabouts(certificate, last)
    is_second_original = certificate.paper == Paper.LOST and (step, place) == REPRINT_OF_SIGNED
    if place not in ALLOWED[step] or is_second_original:
        yield f"{name}: {REFUSALS[step]}."
        return
    moves = last.get(certificate.pk)
    earliest = moves[-1].happened_on if moves else certificate.dated_on
    if happened_on < earliest:
        yield _("%(name)s: tidak mungkin sebelum %(day)s.") % {
            "name": name,
            "day": date_format(earliest),
        }


def _write(certificates, step, happened_on, place, recipient, relation, by):
    moves = [
        PaperMove(
            certificate=one,
            step=step,
            happened_on=happened_on,
            place=place,
            recipient=(recipient or one.content["name"]) if step == Paper.HANDED else "",
            relation=relation if step == Paper.HANDED else "",
            recorded_by=by,
        )
        for one in certificates
    ]
    if moves:
        moves[0].full_clean()  # the others differ by their holder alone
    PaperMove.objects.bulk_create(moves)
    # A sheet that went has no place here, and where it went may tell where its holder is.
    place = "" if step == Paper.HANDED else place
    Certificate.objects.filter(pk__in=[one.pk for one in certificates]).update(
        paper=step, paper_place=place
    )
    for one in certificates:
        one.paper, one.paper_place = step, place
        audit.record(f"paper.{step}", one, by=by, on=str(happened_on))


def hand_over(*, certificate, recipient, relation="", happened_on, place="", by):
    """The sheet goes to its holder, or to somebody for the holder; once."""
    moved = move_papers(
        certificates=[certificate],
        step=Paper.HANDED,
        happened_on=happened_on,
        place=place,
        recipient=recipient,
        relation=relation,
        by=by,
    )
    if moved.already:
        raise ValidationError(_("Lembar ini sudah tercatat diserahkan."))
    return moved.moved[0]


def keep_signed_scan(*, certificate, file, by):
    """Keep the scan of the signed sheet, as it came. Raises ValidationError on "file"."""
    content, facts = look_into(file, by=by)  # takes its time and must not hold the lock
    return _keep(certificate, content, facts, by)


@transaction.atomic
def _keep(certificate, content, facts, by):
    certificate = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    if not certificate.is_published:
        raise ValidationError(_("Sertifikat ini belum terbit."))
    if certificate.signed_scans.filter(sha256=facts["sha256"]).exists():
        raise ValidationError({"file": _("Pindaian yang sama sudah tersimpan.")})
    of_batch = Certificate.objects.filter(enrollment__batch=certificate.enrollment.batch_id)
    if other := of_batch.filter(signed_scans__sha256=facts["sha256"]).first():
        words = _("Pindaian ini sudah tersimpan untuk %(certificate)s. Periksa lembarnya.")
        raise ValidationError({"file": words % {"certificate": other}})
    scan = SignedScan(certificate=certificate, **facts)
    scan.full_clean(exclude=["file"])
    name = f"signed-scans/{certificate.pk}/{scan.sha256}"
    scan.file.save(name, ContentFile(content), save=False)
    scan.save()
    audit.record(
        "signed_scan.kept",
        scan,
        by=by,
        facility=certificate.facility,
        certificate=str(certificate),
        sha256=scan.sha256,
    )
    return scan
