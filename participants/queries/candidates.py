"""People to choose from: who is ticked stays on the list, whatever is searched for next."""

import re

CANDIDATES_SHOWN = 100


def ticked_in(typed):
    """The keys of people that a form or an address names; what the database could not hold is none."""
    return [pk for pk in typed.getlist("inmates") if re.fullmatch(r"[0-9]{1,18}", pk)]


def ticked_first(candidates, *, ticked, query):
    """(the ticked, whatever is searched for; a queryset of the others, matching `query` if there is one)."""
    others = candidates.matching(query) if query else candidates
    return list(candidates.filter(pk__in=ticked)), others.exclude(pk__in=ticked)
