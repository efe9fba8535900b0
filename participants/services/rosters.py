"""A roster on its way into the registry: kept, answered, begun, or dropped."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from participants.models import RosterImport
from participants.queries.comparison import compare

State = RosterImport.State
STILL_WRONG = gettext_lazy("Masih ada baris yang salah. Perbaiki berkasnya, lalu unggah lagi.")
STOPPED = gettext_lazy("Impor terhenti; tidak ada yang tersimpan. Tekan Simpan sekali lagi.")


@transaction.atomic
def keep_roster(*, rows, wrong, passed_over, filename, sha256, facts_on, facility, by):
    """Keep what a file says as a RosterImport; nothing of it is in the registry yet."""
    if facts_on > timezone.localdate():
        raise ValidationError({"facts_on": _("Tanggal itu belum tiba.")})
    roster_import = RosterImport(
        facility=facility,
        filename=" ".join(filename.split())[:200],
        sha256=sha256,
        facts_on=facts_on,
        rows=rows,
        wrong=wrong,
        passed_over=passed_over,
        total=len(rows),
        uploaded_by=by,
    )
    roster_import.save()
    audit.record("roster.uploaded", roster_import, by=by, rows=len(rows), wrong=len(wrong))
    return roster_import


@transaction.atomic
def answer_roster(*, roster_import, missing, same, by):
    """Note what the officer says about people who are not in the file, and who may be the same.

    `missing`: {inmate id: {"departure", "departed_on", "destination"} or None}, `same`: {register number in
    the file: inmate id or None}; None takes an answer back. Answers about others stay as they are.
    """
    roster_import = _waiting(roster_import)
    answers = {"missing": {}, "same": {}} | roster_import.answers
    for kind, given in (("missing", missing), ("same", same)):
        answers[kind] = {
            key: answer for key, answer in (answers[kind] | given).items() if answer is not None
        }
    roster_import.answers = answers
    roster_import.save(update_fields=["answers"])
    audit.record("roster.answered", roster_import, by=by, people=len(missing) + len(same))
    return roster_import


@transaction.atomic
def discard_roster(*, roster_import, by):
    roster_import = _waiting(roster_import)
    finish(roster_import, State.DISCARDED)
    audit.record("roster.discarded", roster_import, by=by)
    return roster_import


@transaction.atomic
def start_import(*, roster_import, seen=None, by):
    """Note that the import runs; the job then does it. A second press while it runs is refused.

    `seen` is the fingerprint of the comparison that the officer agreed to; None agrees to whatever it is now.
    A run whose job was killed is begun again.
    """
    roster_import = _waiting(roster_import)
    stalled = timezone.now() - RosterImport.STALLS_AFTER
    RosterImport.objects.filter(
        facility=roster_import.facility_id, state=State.RUNNING, started_at__lte=stalled
    ).update(state=State.FAILED, error=str(STOPPED))
    if roster_import.wrong:
        raise ValidationError(STILL_WRONG)
    if seen is not None and seen != compare(roster_import).fingerprint:
        raise ValidationError(
            _("Data berubah sejak halaman ini dibuka. Periksa sekali lagi, lalu simpan.")
        )
    roster_import.state = State.RUNNING
    roster_import.started_at, roster_import.started_by = timezone.now(), by
    roster_import.done, roster_import.error = 0, ""
    roster_import.validate_constraints()
    try:
        with transaction.atomic():
            roster_import.save(update_fields=["state", "started_at", "started_by", "done", "error"])
    except IntegrityError:  # another began between the look and the writing
        roster_import.validate_constraints()
        raise
    audit.record("roster.started", roster_import, by=by)
    return roster_import


def _waiting(roster_import):
    """The import as it stands, if it still waits for the officer."""
    roster_import = (
        RosterImport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=roster_import.pk)
    )
    if roster_import.is_running:
        raise ValidationError(_("Impor ini sedang berjalan."))
    if not roster_import.waits:
        raise ValidationError(
            _("Impor ini tidak bisa dilanjutkan (keadaan: %(state)s).")
            % {"state": roster_import.get_state_display().lower()}
        )
    return roster_import


def finish(roster_import, state):
    """Close the import; what the file says of people is not kept a second time."""
    roster_import.state = state
    roster_import.finished_at = timezone.now()
    roster_import.rows, roster_import.wrong, roster_import.answers = [], [], {}
    roster_import.save(
        update_fields=["state", "finished_at", "rows", "wrong", "answers", "counts", "done"]
    )
