"""Rules of a facility, facts about people, and an officer's reasons against an advice."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Facility
from participants.eligibility import RULES
from participants.models import Activity, EligibilityRule, Finding, Override, Separation

LONGEST_ADVICE = 300


@transaction.atomic
def record_overrides(*, batch, inmate, advice, reason, by):
    """An officer's reason against each of `advice`, with the advice as it reads now.

    The trail says how many: which rule it was is restricted.
    """
    overrides = [
        Override(
            batch=batch,
            inmate=inmate,
            rule=one.rule,
            advice=one.fact[:LONGEST_ADVICE],
            reason=reason,
            made_by=by,
        )
        for one in advice
    ]
    for one in overrides:
        one.full_clean()
    Override.objects.bulk_create(overrides)
    audit.record("advice.overridden", inmate, by=by, batch=str(batch), advice=len(overrides))
    return overrides


@transaction.atomic
def set_rules(*, settings, program=None, by):
    """Give rules of the own facility, or of one program, other settings than the default.

    `settings` is {Rule: Setting}, or None for a rule that shall follow the facility (or the default) again.
    """
    # The facility stands for its rules: those that are not there yet cannot be locked.
    Facility.objects.select_for_update(no_key=True).get(pk=by.facility.pk)
    rules = EligibilityRule.objects.filter(facility=by.facility, program=program)
    said = {row.rule: row for row in rules}
    for rule, setting in settings.items():
        _set_rule(rule, setting, said.get(rule), program, by)
    return settings


def _set_rule(rule, setting, row, program, by):
    before = row and [row.is_on, row.amount]
    after = setting and [setting.is_on, setting.amount]
    if before == after:
        return
    if setting is None:
        audit.record("rule.reset", row, by=by, **_place(program), changed=[before, None])
        row.delete()
        return
    _refuse_strange_amount(rule, setting.amount)
    row = row or EligibilityRule(facility=by.facility, program=program, rule=rule)
    row.is_on, row.amount = setting.is_on, setting.amount
    row.full_clean()
    row.save()
    audit.record("rule.set", row, by=by, **_place(program), changed=[before, after])


def _place(program):
    return {"program": str(program)} if program else {}


def _refuse_strange_amount(rule, amount):
    text = RULES[rule]
    if text.default.amount is None:
        is_fine = amount is None
    elif text.choices:
        is_fine = amount in text.choices
    else:
        is_fine = amount is not None and 0 <= amount <= text.most
    if not is_fine:
        raise ValidationError({f"{rule}_amount": _("Isi 0 sampai %(most)s.") % {"most": text.most}})


@transaction.atomic
def record_finding(*, inmate, by, **fields):
    """The trail names what it is about, not the result."""
    finding = Finding(inmate=inmate, recorded_by=by, **fields)
    if finding.found_on > timezone.localdate():
        raise ValidationError({"found_on": _("Tanggal penilaian tidak mungkin sesudah hari ini.")})
    finding.full_clean()
    finding.save()
    audit.record("finding.recorded", inmate, by=by, kind=finding.kind)
    return finding


@transaction.atomic
def record_activity(*, inmate, by, **fields):
    activity = Activity(inmate=inmate, recorded_by=by, **fields)
    activity.full_clean()
    activity.save()
    audit.record("activity.recorded", inmate, by=by)
    return activity


@transaction.atomic
def end_activity(*, activity, by):
    """It happened for the last time before today; what never began goes away."""
    found = Activity.objects.select_for_update(of=("self",), no_key=True).filter(pk=activity.pk)
    activity = found.first()
    if activity is None:
        raise ValidationError(_("Kegiatan ini sudah dihapus."))
    yesterday = timezone.localdate() - timedelta(1)
    if activity.starts_on > yesterday:
        activity.delete()
    elif activity.ends_on is None or activity.ends_on > yesterday:
        activity.ends_on = yesterday
        activity.full_clean()
        activity.save(update_fields=["ends_on"])
    audit.record("activity.ended", activity.inmate, by=by)


@transaction.atomic
def separate(*, inmate, other, by):
    """From now on these two must not meet. Why is nobody's business here."""
    if inmate.facility_id != other.facility_id:
        raise ValidationError({"other": _("Orang ini bukan warga binaan Lapas ini.")})
    first, second = sorted((inmate, other), key=lambda one: one.pk)
    pair = Separation(first=first, second=second, recorded_by=by)
    pair.full_clean()
    pair.save()
    audit.record("separation.recorded", inmate, by=by)
    return pair


@transaction.atomic
def end_separation(*, separation, by):
    separation = Separation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=separation.pk
    )
    if separation.ended_at:
        raise ValidationError(_("Pemisahan ini sudah berakhir."))
    separation.ended_at = timezone.now()
    separation.save(update_fields=["ended_at"])
    audit.record("separation.ended", separation.first, by=by)
