"""What an officer does with one scanned page besides confirming it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services, tasks
from participants.forms.scans import PageNameForm, SetAsideForm
from participants.models import ScanPage


def _page(request, pk):
    pages = ScanPage.objects.visible_to(request.user).select_related(
        "file__upload__uploaded_by", "sheet__session__batch"
    )
    return get_object_or_404(pages, pk=pk)


@require(Permission.CONFIRM_SCANS)
@require_http_methods(FORM_METHODS)
def scan_page_name(request, pk):
    """Which sheet it is, by the code in letters."""
    page = _page(request, pk)
    form = PageNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if named := form.perform(services.name_page, page=page, by=request.user):
            return redirect(named)
    return render(request, "participants/scan_page_name.html", {"form": form, "page": page})


@require(Permission.CONFIRM_SCANS)
@require_POST
def scan_page_reread(request, pk):
    page = _page(request, pk)
    try:
        page = services.reread_page(page=page, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        tasks.read_scans.enqueue(page.file.upload_id)
        messages.info(request, _("Halaman dibaca lagi."))
    return redirect(page.file.upload)


@require(Permission.CONFIRM_SCANS)
@require_http_methods(FORM_METHODS)
def scan_page_set_aside(request, pk):
    page = _page(request, pk)
    form = SetAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_aside_page, page=page, by=request.user):
            messages.success(request, _("Halaman disisihkan; gambarnya tetap tersimpan."))
            return redirect(page.file.upload)
    return render(request, "participants/scan_page_set_aside.html", {"form": form, "page": page})


@require(Permission.CONFIRM_SCANS)
@require_POST
def scan_page_restore(request, pk):
    page = _page(request, pk)
    try:
        page = services.restore_page(page=page, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        if page.state == ScanPage.State.WAITING:
            tasks.read_scans.enqueue(page.file.upload_id)
        messages.success(request, _("Halaman dikembalikan."))
    return redirect(page.file.upload)
