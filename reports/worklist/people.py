"""Who leaves a class, who is at risk, which rounds wait."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import in_days
from participants.models import Enrollment, SelectionRound
from participants.queries.advice import at_risk
from participants.queries.patterns import patterns_of
from programs.models import Batch
from reports.worklist.tasks import LATE, MOST_OF_A_KIND, ORDINARY, SOON, Task


def planned_ends(user):
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


def people_at_risk(user):
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


def patterns(user):
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


def unfinished_rounds(user):
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
