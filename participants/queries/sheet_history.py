"""What became of one sheet, told from the audit trail: who changed what, and from what to what."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import AuditEvent, User
from participants.models import Attendance, Enrollment
from programs.models import Session

DEEDS = {
    "session.scheduled": gettext_lazy("menjadwalkan pertemuan"),
    "session.moved": gettext_lazy("mengubah pertemuan"),
    "session.cancelled": gettext_lazy("membatalkan pertemuan"),
    "session.substituted": gettext_lazy("mencatat instruktur pengganti"),
    "session.held": gettext_lazy("menyatakan pertemuan terlaksana"),
    "session.locked": gettext_lazy("mengunci daftar hadir"),
    "session.unlocked": gettext_lazy("membuka lagi daftar hadir"),
    "catch_up.planned": gettext_lazy("memilih peserta susulan"),
    "catch_up.changed": gettext_lazy("mengubah peserta susulan"),
    "tools.counted": gettext_lazy("menghitung alat"),
}
# Whom the planning of a catch-up names, and what became of each.
INVITED = {
    "people": ("", gettext_lazy("diundang")),
    "added": ("", gettext_lazy("diundang")),
    "removed": (gettext_lazy("diundang"), ""),
}
LOCKED_BY_RULE = gettext_lazy("daftar hadir dikunci menurut aturan Lapas")


@dataclass(frozen=True)
class Change:
    """One thing that changed: whose mark or which field, from what to what."""

    of: str
    under: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    at: datetime
    by: User | None
    deed: str
    note: str
    changes: list


def events_of(session):
    """The audit trail's events of one session, the newest first."""
    return AuditEvent.objects.filter(
        subject_type=Session._meta.label_lower, subject_id=str(session.pk)
    ).select_related("by")


def lines(session, events):
    """[Line] for some of `events_of`; one query for the names of all people in them."""
    people = {pk for event in events for pk in _people_in(event)}
    enrollments = (
        Enrollment.objects.filter(batch=session.batch_id, pk__in=people)
        .select_related("inmate")
        .in_bulk()
    )
    return [_line(event, enrollments) for event in events]


def _people_in(event):
    details = event.details
    if event.action == "attendance.recorded":
        return map(int, details.get("changed", {}))
    return (pk for name in INVITED for pk in details.get(name, []))


def _line(event, enrollments):
    details = event.details
    if event.action == "attendance.recorded":
        changes = _mark_changes(details.get("changed", {}), enrollments)
        return Line(event.at, event.by, _recorded(details, changes), _source(details), changes)
    deed = DEEDS.get(event.action, event.action)
    if event.action == "session.locked" and event.by is None:
        deed = LOCKED_BY_RULE
    changes = [
        Change(_label(name), "", *map(_value, pair))
        for name, pair in details.get("changed", {}).items()
    ]
    for name, words in INVITED.items():
        changes += [_of_person(pk, enrollments, *words) for pk in details.get(name, [])]
    return Line(event.at, event.by, str(deed), details.get("reason", ""), changes)


def _recorded(details, changes):
    """ "mengisi 20 tanda dan mengubah 1 tanda", of what there is."""
    marked, changed = details.get("marked", 0), len(changes)
    words = []
    if marked:
        words.append(
            ngettext("mengisi %(count)s tanda", "mengisi %(count)s tanda", marked)
            % {"count": marked}
        )
    if changed:
        words.append(
            ngettext("mengubah %(count)s tanda", "mengubah %(count)s tanda", changed)
            % {"count": changed}
        )
    return _(" dan ").join(words)


def _source(details):
    return _("dari kertas") if details.get("source") == Attendance.Source.PAPER else ""


def _mark_changes(changed, enrollments):
    """In the order of the paper."""
    keys = sorted(map(int, changed), key=lambda pk: getattr(enrollments.get(pk), "position", 0))
    return [_of_person(pk, enrollments, *map(mark_in_words, changed[str(pk)])) for pk in keys]


def _of_person(pk, enrollments, old, new):
    """Somebody who is not found any more has a number alone."""
    one = enrollments.get(pk)
    if one is None:
        return Change(f"#{pk}", "", str(old), str(new))
    return Change(one.inmate.name, one.inmate.short_register, str(old), str(new))


def mark_in_words(stored):
    """Terlambat (Lapas), 15 menit, kunjungan: of "T facility 15 kunjungan", as the trail keeps a mark."""
    code, _space, rest = stored.partition(" ")
    if code not in Attendance.Code.values:
        return stored or str(_("belum"))
    words = str(Attendance.Code(code).label)
    cause, _space, after = rest.partition(" ")
    if code != Attendance.Code.PRESENT and cause in Attendance.Cause.values:
        words, rest = f"{words} ({Attendance.Cause(cause).label})", after
    minutes, _space, after = rest.partition(" ")
    if code == Attendance.Code.LATE and minutes.isdecimal():
        words = f"{words}, {_('%(minutes)s menit') % {'minutes': minutes}}"
        rest = after
    return f"{words}, {rest}" if rest else words


def _label(field):
    names = {one.name: one.verbose_name for one in Session._meta.fields}
    return str(names.get(field, field))


def _value(text):
    """A stored value as people read it: days in words, hours without seconds."""
    try:
        return date_format(date.fromisoformat(text))
    except ValueError:
        pass
    parts = text.split(":")
    return ".".join(parts[:2]) if len(parts) == 3 and all(map(str.isdecimal, parts)) else text
