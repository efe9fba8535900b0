"""The few tags that every page is made of."""

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

TONE_ICONS = {
    "ok": "check-circle-fill",
    "warn": "exclamation-triangle-fill",
    "bad": "x-circle-fill",
    "info": "info-circle",
    "plain": "clock",
}


@register.simple_tag
def icon(name, extra=""):
    """A decorative icon of the sprite; the word beside it carries the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        staticfiles_storage.url("img/icons.svg"),
        name,
    )


@register.simple_tag
def chip(tone, word, symbol=""):
    """A status: colour, icon and word together. Tones: ok, warn, bad, info, plain."""
    return format_html(
        '<span class="chip chip-{}">{}{}</span>', tone, icon(symbol or TONE_ICONS[tone]), word
    )


@register.simple_tag(takes_context=True)
def changed_query(context, **changes):
    """The page's query string with some parts changed: sorting, filtering and paging keep each other."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_link(context, key, label):
    """A table head that sorts by `key`, and turns the order round when it already does."""
    current = context["request"].GET.get("sort", "")
    turned = f"-{key}" if current == key else key
    arrow = {key: " ↑", f"-{key}": " ↓"}.get(current, "")
    return format_html(
        '<a class="sort" href="{}">{}{}</a>',
        changed_query(context, sort=turned, page=None),
        label,
        arrow,
    )


@register.filter
def date_range(starts_on, ends_on):
    """17–31 Desember 2025, or both dates in full when month or year differ."""
    if starts_on == ends_on:
        return formats.date_format(starts_on)
    last = formats.date_format(ends_on)
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        return f"{starts_on.day}–{last}"
    if starts_on.year == ends_on.year:
        return f"{formats.date_format(starts_on, 'MONTH_DAY_FORMAT')} – {last}"
    return f"{formats.date_format(starts_on)} – {last}"


@register.filter
def in_days(days):
    """How far away a day is, in words: today, 24 days left, 3 days ago."""
    if days == 0:
        return _("hari ini")
    if days > 0:
        return ngettext("%(days)s hari lagi", "%(days)s hari lagi", days) % {"days": days}
    return ngettext("%(days)s hari yang lalu", "%(days)s hari yang lalu", -days) % {"days": -days}


@register.filter
def months(count):
    """A span of whole months in words: 2 tahun, 18 bulan."""
    if count and count % 12 == 0:
        years = count // 12
        return ngettext("%(years)s tahun", "%(years)s tahun", years) % {"years": years}
    return ngettext("%(count)s bulan", "%(count)s bulan", count) % {"count": count}


@register.filter
def number(value):
    """A decimal without needless zeros, in the reader's notation: 87 or 87,5."""
    if value is None:
        return ""
    return formats.number_format(value.normalize() if value % 1 else int(value))
