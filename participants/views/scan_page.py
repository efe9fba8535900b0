"""The page on which an officer turns a scanned sheet into marks."""

import secrets

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.documents.scan_overlay import crop, overlay
from participants.forms.scan_page import NO_MARK, ScanPageForm
from participants.models import Attendance, Enrollment, ReadingTrail, ScanPage
from participants.queries.scan_page import (
    CONFIRMABLE,
    confirmed_twin,
    could_not_be_reread,
    next_page,
    page_rows,
    read_otherwise,
)
from participants.queries.scan_uploads import PageLine


@require(Permission.CONFIRM_SCANS)
@require_http_methods(FORM_METHODS)
def scan_page(request, pk):
    page = get_object_or_404(_pages(request.user), pk=pk)
    if page.state not in CONFIRMABLE:
        return _unread(request, page)
    form = ScanPageForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_of_another_sheet(page):
        return _anew(request, page)
    conflicts = {}
    if form.is_bound and form.is_valid():
        outcome = form.perform(services.confirm_page, page=page, by=request.user)
        if outcome and not outcome.conflicts:
            _say(request, page, outcome)
            return redirect(next_page(page, _pages(request.user)) or page.file.upload)
        conflicts = outcome.conflicts if outcome else {}
        # Somebody else may have confirmed it meanwhile: both are shown.
        page = _pages(request.user).get(pk=pk)
        if form.is_of_another_sheet(page) or page.state not in CONFIRMABLE:
            return _anew(request, page, form.non_field_errors())
    return _page(request, page, form, conflicts)


def _pages(user):
    return ScanPage.objects.visible_to(user).select_related(
        "sheet__session__batch__facility",
        "sheet__session__unit",
        "file__upload",
        "confirmed_by",
        "set_aside_by",
    )


def _anew(request, page, errors=()):
    """The page as it is now, without the answers: they were about something else."""
    changed = _("Halaman ini sementara itu berubah; jawabannya tidak disimpan. Periksa dari awal.")
    messages.error(request, " ".join(errors) or changed)
    return redirect(page)


def _say(request, page, outcome):
    session = page.sheet.session
    if outcome.is_replay:
        words = _("Isian ini sudah diterima sebelumnya; tidak ada yang ditulis lagi.")
        messages.info(request, _received(request.user, page, words))
        return
    words = ngettext(
        "%(count)s tanda dari kertas tersimpan.",
        "%(count)s tanda dari kertas tersimpan.",
        outcome.written,
    ) % {"count": outcome.written}
    if not outcome.written:
        words = _("Semua tanda itu sudah tersimpan.")
    messages.success(request, _received(request.user, page, words))
    roster = Enrollment.objects.visible_to(request.user).on_roster_of(session)
    if not roster.exclude(attendances__session=session).exists():
        words = _("Daftar hadir %(session)s sudah lengkap.") % {"session": session}
        link = format_html(
            '{} <a href="{}">{}</a>', words, session.get_absolute_url(), _("Kunci daftar hadir")
        )
        messages.success(request, link)


def _received(user, page, words):
    """Tells the browser that it need not keep the answers any longer."""
    key = f"lapasapp.scan.{user.pk}.{page.pk}"
    return format_html('<span data-received="{}">{}</span>', key, words)


def _note(request, page):
    batch = page.sheet.session.batch if page.sheet else None
    how = ReadingTrail.How.VIEWED
    services.record_reading(by=request.user, how=how, page="scan_page", batch=batch)


def _unread(request, page):
    """Nothing to confirm: its picture, and why."""
    _note(request, page)
    context = {"page": page, "line": PageLine(page)}
    return render(request, "participants/scan_page_unread.html", context)


def _page(request, page, form, conflicts):
    _note(request, page)
    rows = page_rows(page)
    session = page.sheet.session
    double = None if page.confirmed_at else confirmed_twin(rows.twins)
    shown = [_row(page, row, form, conflicts) for row in rows.rows]
    status = 409 if conflicts or form.is_overtaken else 422 if form.errors else 200
    context = {
        "page": page,
        "session": session,
        "form": form,
        "nonce": secrets.token_urlsafe(16),
        "day": form.day_over(session),
        "confirmed_at": form.confirmed_at_over(page),
        "read": rows,
        "could_not_be_reread": could_not_be_reread(page),
        "double": double,
        "otherwise": read_otherwise(page, double) if double else [],
        "doubtful": [one for one in shown if not one["row"].is_sure],
        "sure": [one for one in shown if one["row"].is_sure],
        "guests": [{"row": one, "crop": crop(page.sheet.paper, one.place)} for one in rows.guests],
        "gone": [{"row": one, "crop": crop(page.sheet.paper, one.place)} for one in rows.gone],
        "codes": Attendance.Code,
        "no_mark": NO_MARK,
        "conflict_count": len(conflicts),
        "is_writable": session.is_writable,
        "overlay": overlay(page, rows),
        "picture": picture_of(page),
        "next_page": next_page(page, _pages(request.user)),
    }
    return render(request, "participants/scan_page.html", context, status=status)


def picture_of(page):
    """Its address; a page that is read again has another picture."""
    url = reverse("participants:scan_page_picture", args=[page.pk])
    return f"{url}?v={page.picture_sha256[:12]}"


def _row(page, row, form, conflicts):
    conflict = conflicts.get(row.enrollment.pk)
    answer = form.answers.codes.get(row.place) if form.is_bound else row.answer
    # Whoever has seen both may decide: of a conflict the next time the page wins.
    version = row.version
    if form.is_bound and not conflict and not form.is_overtaken:
        version = form.answers.versions.get(row.place, row.version)
    return {
        "row": row,
        "answer": answer,
        "word": Attendance.Code(answer).label if answer else "",
        "conflict": conflict,
        "version": version,
        "crop": crop(page.sheet.paper, row.place),
        "others": [(one, picture_of(one.page)) for one in row.others],
    }
