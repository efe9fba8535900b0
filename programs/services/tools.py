"""Tools counted out to a meeting and back in: none may stay behind."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from programs.models import Session, ToolCount
from programs.services.batches import refuse_when_over
from programs.services.sessions import locked
from programs.tools import LONGEST, listed_tools, tools_of

NAMED_AT_MOST = 4
MOST_TOOLS = 60


@dataclass(frozen=True)
class ToolNumbers:
    """What one row of the form says, and the version it was based on; None: not brought back yet."""

    taken_out: int
    brought_back: int | None
    version: int = 0

    @property
    def facts(self):
        return self.taken_out, self.brought_back


@dataclass(frozen=True)
class ToolConflict:
    """Somebody else counted this tool meanwhile: `theirs` is stored, `yours` is not."""

    theirs: ToolCount | None
    yours: ToolNumbers


@dataclass(frozen=True)
class ToolOutcome:
    """What became of a count: rows written, or conflicts by tool (then nothing was written)."""

    written: int = 0
    conflicts: dict | None = None


@transaction.atomic
def count_tools(*, session, counts, by):
    """Write a meeting's counts, {tool: ToolNumbers}; tools of no curriculum may be among them.

    Raises ValidationError once the sheet is locked, before the day of the meeting, for a name that is none,
    and for whatever more goes out when it is cancelled or its batch over; what is out may be brought back even
    then.
    """
    session = locked(session)
    _refuse_when_locked(session)
    stored = {one.tool: one for one in session.tool_counts.select_related("counted_by")}
    listed = listed_tools(session.batch.curriculum)
    _refuse_strange(counts, [*listed, *stored])
    places = _places(listed, stored)
    changed, new, conflicts, trail = [], [], {}, {}
    for tool, numbers in counts.items():
        count = stored.get(tool)
        if count and count.facts == numbers.facts:
            continue
        if numbers.version != (count.version if count else 0):
            conflicts[tool] = ToolConflict(theirs=count, yours=numbers)
            continue
        trail[tool] = [_words(count.facts) if count else "", _words(numbers.facts)]
        if count is None:
            count = ToolCount(session=session, tool=tool, position=places(tool), version=0)
            new.append(count)
        else:
            changed.append(count)
        if not count.pk or count.taken_out != numbers.taken_out:
            _refuse_going_out(session)
        count.taken_out, count.brought_back = numbers.facts
        count.counted_by = by
        count.version += 1
        count.clean_fields(exclude=["session", "counted_by"])
    if conflicts:
        return ToolOutcome(conflicts=conflicts)
    _write(new, changed)
    if trail:
        audit.record("tools.counted", session, by=by, changed=trail)
    return ToolOutcome(written=len(trail))


def _refuse_strange(counts, known):
    """A tool besides the `known` ones has a name that reads like one, and is not one of them in other letters."""
    more = [tool for tool in counts if tool not in known]
    taken = {one.casefold() for one in known}
    for tool in more:
        if not 0 < len(tool) <= LONGEST or not tool.isprintable() or tool != tool.strip():
            raise ValidationError(
                _("Nama alat memuat tanda yang tidak tampak. Ketik ulang namanya.")
            )
        if tool.casefold() in taken:
            raise ValidationError(_("Alat “%(tool)s” sudah ada di daftar.") % {"tool": tool})
        taken.add(tool.casefold())
    if more and len(set(known)) + len(more) > MOST_TOOLS:
        raise ValidationError(
            _("Satu pertemuan paling banyak %(count)s alat.") % {"count": MOST_TOOLS}
        )


def _places(listed, stored):
    """A function that gives each tool its place: as listed, then in the order of being counted."""
    last = max([len(listed), *(one.position for one in stored.values())])
    order = {tool: place for place, tool in enumerate(listed, start=1)}
    return lambda tool: order.setdefault(tool, last + 1 + len(order) - len(listed))


def _words(facts):
    """As the trail keeps it: "4/3", "4/" while they are out."""
    return "/".join("" if one is None else str(one) for one in facts)


def _write(new, changed):
    ToolCount.objects.bulk_create(new)
    now = timezone.now()
    for count in changed:
        count.counted_at = now
    ToolCount.objects.bulk_update(
        changed, ["taken_out", "brought_back", "version", "counted_by", "counted_at"]
    )


def _refuse_when_locked(session):
    if session.is_locked:
        raise ValidationError(
            _("Daftar hadir pertemuan ini sudah dikunci, jadi hitungan alatnya tidak berubah lagi.")
        )


def _refuse_going_out(session):
    refuse_when_over(session.batch)
    if session.status == Session.Status.CANCELLED:
        raise ValidationError(_("Pertemuan ini dibatalkan, jadi tidak ada alat yang keluar."))
    if session.takes_place_on > timezone.localdate():
        raise ValidationError(
            _("Alat dihitung pada hari pertemuannya, %(day)s.")
            % {"day": date_format(session.takes_place_on)}
        )


def refuse_while_tools_are_out(session):
    """ValidationError until every listed tool was counted and everything that went out is back."""
    tools = tools_of([session])[session.pk]
    if tools.are_back:
        return
    said = []
    if tools.short:
        said.append(
            _("Alat belum kembali: %(tools)s.")
            % {"tools": _named(tools.short, _("%(tool)s (kurang %(count)s)"))}
        )
    if tools.surplus:
        said.append(
            _("Alat yang kembali lebih banyak daripada yang keluar, jadi salah hitung: %(tools)s.")
            % {"tools": _named(tools.surplus, _("%(tool)s (lebih %(count)s)"))}
        )
    if tools.uncounted:
        said.append(
            _("Alat belum dihitung: %(tools)s.") % {"tools": _named(tools.uncounted, "%(tool)s")}
        )
    raise ValidationError(
        " ".join([*said, _("Hitung di halaman Alat pertemuan ini, lalu kunci lagi.")]),
        code="tools",
    )


def _named(lines, words):
    named = [words % {"tool": one.tool, "count": abs(one.missing or 0)} for one in lines]
    if len(named) > NAMED_AT_MOST:
        rest = _("%(count)s lainnya") % {"count": len(named) - NAMED_AT_MOST + 1}
        named = [*named[: NAMED_AT_MOST - 1], rest]
    return "; ".join(named)
