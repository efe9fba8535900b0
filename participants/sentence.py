"""The dates of a sentence, and what cannot be about them."""

from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# In the order in which they come.
COURSE = {
    "one_third_on": gettext_lazy("1/3 masa pidana"),
    "half_on": gettext_lazy("1/2 masa pidana"),
    "two_thirds_on": gettext_lazy("2/3 masa pidana"),
    "expires_on": gettext_lazy("ekspirasi"),
}
SENTENCE_DATES = (*COURSE, "expected_release_on")


def sentence_faults(facts, today=None):
    """{field: message} of what cannot be in `facts`, {field: date or None}; empty when all of it can.

    `today` spares those who ask about thousands the asking.
    """
    known = {name: facts[name] for name in SENTENCE_DATES if facts.get(name)}
    today = today or timezone.localdate()
    return (
        _birth_fault(facts.get("born_on"), known, today)
        | _order_faults(known)
        | _release_fault(known)
    )


def sentence_start(facts):
    """The day on which the sentence began, reckoned back from 1/3 and 2/3; None without both."""
    one_third, two_thirds = facts.get("one_third_on"), facts.get("two_thirds_on")
    return one_third - (two_thirds - one_third) if one_third and two_thirds else None


def _birth_fault(born_on, known, today):
    if born_on is None:
        return {}
    if born_on >= today:
        return {"born_on": _("Tanggal lahir harus sebelum hari ini.")}
    if known and born_on >= min(known.values()):
        return {"born_on": _("Tanggal lahir harus sebelum semua tanggal masa pidana.")}
    return {}


def _order_faults(known):
    course = [name for name in COURSE if name in known]
    return {
        later: _("%(later)s tidak mungkin sebelum %(earlier)s (%(day)s).")
        % {
            "later": str(COURSE[later]).capitalize(),
            "earlier": COURSE[earlier],
            "day": date_format(known[earlier]),
        }
        for earlier, later in pairwise(course)
        if known[later] < known[earlier]
    }


def _release_fault(known):
    start, release = sentence_start(known), known.get("expected_release_on")
    if start is None or release is None or release >= start:
        return {}
    return {
        "expected_release_on": _(
            "Perkiraan bebas tidak mungkin sebelum masa pidana mulai, yaitu %(day)s menurut 1/3 dan 2/3."
        )
        % {"day": date_format(start)}
    }
