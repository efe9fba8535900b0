"""The papers of an agreement."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS, kept_file_response
from partnerships import services
from partnerships.documents import Undrawable, page_image, page_sizes
from partnerships.forms.documents import DocumentForm
from partnerships.models import Agreement, Document

HOUR = 60 * 60


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def document_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        if document := form.perform(services.keep_document, agreement=agreement, by=request.user):
            messages.success(request, _kept(document))
            return redirect(agreement)
    return render(
        request, "partnerships/document_create.html", {"form": form, "agreement": agreement}
    )


def _kept(document):
    if document.version == 1:
        return _("Berkas tersimpan persis seperti aslinya.")
    return _("%(title)s versi %(version)s tersimpan persis seperti aslinya.") % {
        "title": document.title,
        "version": document.version,
    }


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def document_detail(request, pk):
    document = get_object_or_404(
        Document.objects.visible_to(request.user).select_related(
            "agreement__partner", "uploaded_by"
        ),
        pk=pk,
    )
    versions = document.agreement.documents.of_title(document.title).select_related("uploaded_by")
    context = {"document": document, "versions": versions, "pages": _pages(document)}
    return render(request, "partnerships/document_detail.html", context)


def _pages(document):
    """[(width, height)] of the page images, in pixels; nothing when the file cannot be drawn."""
    try:
        return page_sizes(document)
    except Undrawable:
        return []


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@cache_control(private=True, max_age=HOUR)
def document_page(request, pk, number):
    """One page as a picture of our own drawing: nothing of the file itself reaches the browser."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if not 1 <= number <= document.page_count:
        raise Http404
    try:
        return HttpResponse(page_image(document, number), content_type="image/png")
    except Undrawable:
        raise Http404 from None


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def document_download(request, pk):
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return kept_file_response(document)
