"""Scans of attendance sheets: uploaded, watched while they are read, listed, opened as they came."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.permissions import Permission, require
from core.http import FORM_METHODS, kept_file_response
from core.paging import chosen, page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from participants import services, tasks
from participants.exports.scans import SCAN_PAGES
from participants.forms.scans import ScanUploadForm
from participants.models import ReadingTrail, ScanFile, ScanPage, ScanUpload
from participants.queries.scan_uploads import (
    LISTED,
    PageLine,
    batches_with,
    contents_of,
    lines_of,
    listed,
    state_counts,
    with_counts,
)
from programs.models import Batch

RECENT_UPLOADS = 10
SORTS = {
    "day": [
        F("sheet__session__takes_place_on").asc(nulls_last=True),
        F("sheet__session__starts_at").asc(nulls_last=True),
        F("sheet__page").asc(nulls_last=True),
    ],
    "batch": [F("sheet__session__batch__name").asc(nulls_last=True)],
    "uploaded": ["file__upload__uploaded_at", "file", "number"],
}


@require(Permission.CONFIRM_SCANS)
@require_http_methods(FORM_METHODS)
def scan_list(request):
    """The upload form, below it the pages of one state (`?state=`), and the uploads of late."""
    form = ScanUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        facility = request.user.facility
        if upload := form.perform(services.keep_scans, facility=facility, by=request.user):
            tasks.read_scans.enqueue(upload.pk)
            return redirect(upload)
    everything = ScanPage.objects.visible_to(request.user)
    state, query = request.GET.get("state"), request.GET.get("q", "").strip()
    state = state if state in LISTED else ScanPage.State.READ
    batch = chosen(request, "batch", Batch.objects.visible_to(request.user))
    pages = sorted_by(
        request, listed(everything, state=state, batch=batch, query=query), SORTS, default="day"
    )
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response("pindaian", SCAN_PAGES, map(PageLine, pages))
    page = page_of(request, pages)
    uploads = ScanUpload.objects.visible_to(request.user)
    counts = state_counts(everything)
    context = {
        "form": form,
        "before": uploads.filter(pk__in=form.uploads_before) if form.is_bound else [],
        "page": page,
        "lines": lines_of(page),
        "state": state,
        "states": [(one, one.label, counts[one]) for one in LISTED],
        "batch": batch,
        "batches": batches_with(everything),
        "query": query,
        "is_narrowed": bool(query or batch),
        "uploads": with_counts(uploads)[:RECENT_UPLOADS],
    }
    return render(
        request, "participants/scan_list.html", context, status=422 if form.errors else 200
    )


@require(Permission.CONFIRM_SCANS)
@require_http_methods(FORM_METHODS)
@vary_on_headers("HX-Request")
def scan_upload(request, pk):
    """How far the job is, then what each page is; a POST begins a killed job again."""
    uploads = ScanUpload.objects.visible_to(request.user).select_related("uploaded_by")
    upload = get_object_or_404(uploads, pk=pk)
    if request.method == "POST":
        return _resume(request, upload)
    pages = ScanPage.objects.visible_to(request.user).filter(file__upload=upload)
    total, waiting = pages.count(), pages.filter(state=ScanPage.State.WAITING).count()
    if waiting and not upload.has_stalled:
        template = "participants/scan_upload_running.html"
        template += "#progress" if request.htmx else ""
        context = {"upload": upload, "total": total, "done": total - waiting}
        return render(request, template, context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "upload": upload,
        "contents": contents_of(upload),
        "files": upload.files.all(),
        "total": total,
    }
    return render(request, "participants/scan_upload.html", context)


def _resume(request, upload):
    try:
        services.resume_reading(upload=upload, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        tasks.read_scans.enqueue(upload.pk)
    return redirect(upload)


@require(Permission.CONFIRM_SCANS)
@require_safe
def scan_file_download(request, pk):
    file = get_object_or_404(ScanFile.objects.visible_to(request.user), pk=pk)
    pages = file.pages.all()
    _note(request, ReadingTrail.How.EXPORTED, "scan_file_download", pages)
    if pages.filter(sheet=None).exists():
        audit.record("scan.downloaded", file, by=request.user)
    return kept_file_response(file)


@require(Permission.CONFIRM_SCANS)
@require_safe
def scan_page_picture(request, pk):
    """The straightened sheet, or a refused page as it came.

    Whose names stand on a page of no known sheet is not known either: that it was seen goes to the audit trail.
    """
    pages = ScanPage.objects.visible_to(request.user).exclude(picture="")
    page = get_object_or_404(pages.select_related("file__upload__facility"), pk=pk)
    _note(request, ReadingTrail.How.VIEWED, "scan_page_picture", pages.filter(pk=page.pk))
    if page.sheet_id is None:
        audit.record("scan.viewed", page, by=request.user)
    try:
        response = FileResponse(page.picture.open(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response.headers["Content-Disposition"] = "inline"
    return response


def _note(request, how, page, pages):
    for batch in batches_with(pages):
        services.record_reading(by=request.user, how=how, page=page, batch=batch)
