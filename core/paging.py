"""One way to page, filter and sort a list; all of it lives in the URL."""

import re

from django.core.paginator import Paginator

PAGE_SIZE = 25


def page_of(request, rows, *, size=PAGE_SIZE):
    """The page of `rows` that the URL asks for; a page beyond the end shows the last one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def chosen(request, name, rows):
    """The one of `rows` whose key the URL gives as `name`, or None: a list is then not narrowed."""
    wanted = request.GET.get(name, "")
    return rows.filter(pk=wanted).first() if re.fullmatch(r"[0-9]{1,18}", wanted) else None


def sorted_by(request, rows, choices, *, default):
    """`rows` in the order that `?sort=` names, e.g. ``{"name": [Lower("name")]}``; "-name" turns it round.

    An unknown name gives the `default`, which is written like the URL's.
    """
    asked = request.GET.get("sort", "")
    if asked.removeprefix("-") not in choices:
        asked = default
    rows = rows.order_by(*choices[asked.removeprefix("-")], "pk")
    return rows.reverse() if asked.startswith("-") else rows
