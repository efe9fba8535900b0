"""The tools of a meeting: those that its curriculum lists, those counted besides, and whether all are back."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programs.models import ToolCount

LONGEST = ToolCount._meta.get_field("tool").max_length


@dataclass(frozen=True)
class ToolLine:
    """One tool of one meeting; `count` is None until somebody has counted it."""

    tool: str
    count: ToolCount | None

    @property
    def missing(self):
        """How many are still outside, below zero when more came back than went out; None if not counted."""
        return self.count and self.count.missing

    @property
    def tone(self):
        if self.count is None:
            return "plain"
        if self.missing > 0 and self.count.brought_back is None:
            return "warn"
        return "bad" if self.missing else "ok"

    @property
    def words(self):
        if self.count is None:
            return _("belum dihitung")
        if self.missing > 0:
            is_out = self.count.brought_back is None
            words = _("%(count)s masih keluar") if is_out else _("kurang %(count)s")
            return words % {"count": self.missing}
        if self.missing < 0:
            return _("lebih %(count)s") % {"count": -self.missing}
        return _("lengkap") if self.count.taken_out else _("tidak keluar")


@dataclass(frozen=True)
class Tools:
    """All tools of one meeting, in the order of the curriculum; no lines when it needs none."""

    lines: list[ToolLine]

    @property
    def uncounted(self):
        return [one for one in self.lines if one.count is None]

    @property
    def short(self):
        return [one for one in self.lines if one.count and one.missing > 0]

    @property
    def surplus(self):
        return [one for one in self.lines if one.count and one.missing < 0]

    @property
    def are_back(self):
        """Whether everything was counted and nothing is missing: only then its sheet may be locked."""
        return not (self.uncounted or self.short or self.surplus)

    @property
    def are_untouched(self):
        return len(self.uncounted) == len(self.lines)

    @property
    def last_count(self):
        """The latest ToolCount, or None."""
        counts = [one.count for one in self.lines if one.count]
        return max(counts, key=lambda one: one.counted_at, default=None)

    @property
    def missing(self):
        return sum(one.missing for one in self.short)

    @property
    def tone(self):
        if self.short or self.surplus:
            return "bad"
        return "plain" if self.uncounted else "ok"

    @property
    def words(self):
        """How it stands, in two or three words beside "Alat"."""
        if self.short:
            return _("%(count)s belum kembali") % {"count": self.missing}
        if self.surplus:
            return _("hitungan tidak cocok")
        return _("belum dihitung") if self.uncounted else _("lengkap")


def listed_tools(curriculum):
    """The tools of a curriculum, one a line, each once."""
    lines = (line.strip()[:LONGEST].strip() for line in curriculum.tools.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def tools_of(sessions):
    """{session.pk: Tools} of meetings with batch and curriculum at hand; one query for all."""
    counts = defaultdict(dict)
    for one in ToolCount.objects.filter(session__in=sessions).select_related("counted_by"):
        counts[one.session_id][one.tool] = one
    return {
        one.pk: Tools(_lines(listed_tools(one.batch.curriculum), counts[one.pk]))
        for one in sessions
    }


def _lines(listed, counts):
    return [ToolLine(tool, counts.get(tool)) for tool in dict.fromkeys([*listed, *counts])]
