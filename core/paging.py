"""One way to page, filter and sort a list; all of it lives in the URL."""

from django.core.paginator import Paginator

PAGE_SIZE = 25


def page_of(request, rows, *, size=PAGE_SIZE):
    """The page of `rows` that the URL asks for; a page beyond the end shows the last one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def sorted_by(request, rows, choices):
    """`rows` in the order that `?sort=` names, e.g. ``{"name": [Lower("name")]}``; "-name" turns it round.

    The first choice is the default. An unknown name falls back to it.
    """
    asked = request.GET.get("sort", "")
    key = asked if asked in choices else asked.removeprefix("-")
    if key not in choices:
        asked = key = next(iter(choices))
    rows = rows.order_by(*choices[key], "pk")
    return rows if asked == key else rows.reverse()
