"""The papers of an agreement."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from partnerships import services
from partnerships.forms.documents import DocumentForm
from partnerships.models import Agreement, Document


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def document_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.keep_document, agreement=agreement, by=request.user):
            messages.success(request, _("Berkas tersimpan persis seperti aslinya."))
            return redirect(agreement)
    return render(
        request, "partnerships/document_create.html", {"form": form, "agreement": agreement}
    )


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def document_download(request, pk):
    document = get_object_or_404(
        Document.objects.filter(agreement__in=Agreement.objects.visible_to(request.user)), pk=pk
    )
    response = FileResponse(
        document.file.open(),
        as_attachment=True,
        filename=document.filename,
        content_type="application/pdf",
    )
    # Whatever stands in an uploaded file, a browser that opens it must not run it as this site.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
