"""Large numbers as people read them."""

from django import template
from django.utils import formats

register = template.Library()


@register.filter
def figure(value):
    """A whole number in groups of three, in the reader's notation: 12.500.000 or 12,500,000."""
    return formats.number_format(value, force_grouping=True)
