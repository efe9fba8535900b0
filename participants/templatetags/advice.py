"""How a list of Advice reads."""

from django import template

from participants.eligibility import Verdict

register = template.Library()


@register.filter
def met(advice):
    """How many rules are met."""
    return sum(one.verdict == Verdict.OK for one in advice)


@register.filter
def unmet(advice):
    """[Advice] against somebody, then what is unknown."""
    return sorted(
        (one for one in advice if one.verdict != Verdict.OK),
        key=lambda one: one.verdict == Verdict.UNKNOWN,
    )
