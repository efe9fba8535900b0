"""The surat keterangan that goes along with a person, and those that people bring."""

import base64

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.documents.statement import letter_in, unfolded
from participants.forms.life import CarryForm, StatementFileForm, StatementForm
from participants.models import Enrollment, Inmate, ReadingTrail, TransferStatement
from participants.queries.life import namesakes


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def statement_create(request, pk):
    enrollment = get_object_or_404(
        Enrollment.objects.visible_to(request.user).select_related("batch", "inmate"), pk=pk
    )
    form = StatementForm(request.POST or None, initial=_as_last_time(request.user, enrollment))
    if request.method == "POST" and form.is_valid():
        if form.perform(services.make_statement, enrollment=enrollment, by=request.user):
            messages.success(
                request, _("Surat keterangan dibuat. Unduh, cetak, lalu tanda tangani.")
            )
            return redirect("participants:enrollment_detail", enrollment.pk)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page="statement_create",
        inmates=[enrollment.inmate],
    )
    return render(
        request, "participants/statement_create.html", {"form": form, "enrollment": enrollment}
    )


def _as_last_time(user, enrollment):
    """Who signed this facility's last statement, and where this person goes."""
    initial = {"destination": enrollment.inmate.destination}
    if last := TransferStatement.objects.visible_to(user).first():
        signer = last.content["signer"]
        initial |= {f"signer_{name}": signer[name] for name in ("title", "name", "nip")}
    return initial


@require(Permission.VIEW_RESTRICTED)
@require_safe
def statement_download(request, pk):
    """The file as it was made, byte for byte."""
    statement = get_object_or_404(
        TransferStatement.objects.visible_to(request.user).select_related("enrollment__inmate"),
        pk=pk,
    )
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.PRINTED,
        page="statement_download",
        inmates=[statement.enrollment.inmate],
    )
    return FileResponse(
        statement.file.open(),
        as_attachment=True,
        filename=f"surat-keterangan-{statement.uuid}.pdf",
        content_type="application/pdf",
    )


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def statement_import(request):
    """First the file, then whose it is; between the two the signed letter waits in the page itself."""
    if "letter" in request.POST:
        return _choose_person(request)
    form = StatementFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            letter = letter_in(form.cleaned_data["file"])
            content = services.read_letter(letter, facility=request.user.facility)
            return _statement(request, letter, content)
        except ValidationError as error:
            form.add_error("file", error)
    return render(request, "participants/statement_import.html", {"form": form})


def _choose_person(request):
    try:
        letter = base64.b64decode(request.POST["letter"], validate=True)
        content = services.read_letter(letter, facility=request.user.facility)
    except ValueError:
        messages.error(request, _("Surat itu tidak sampai dengan utuh. Unggah lagi berkasnya."))
        return redirect("participants:statement_import")
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("participants:statement_import")
    form = CarryForm(request.POST, people=_people(request.user, content))
    if form.is_valid():
        inmate = form.cleaned_data["inmate"]
        try:
            services.import_statement(inmate=inmate, letter=letter, by=request.user)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Pelatihan bawaan %(name)s tercatat.") % {"name": inmate})
            return redirect(inmate)
    return _statement(request, letter, content, form)


def _statement(request, letter, content, form=None):
    people = _people(request.user, content)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.SEARCHED,
        page="statement_import",
        inmates=people,
        query=content["person"]["name"],
    )
    context = {
        "form": form
        or CarryForm(people=people, initial={"letter": base64.b64encode(letter).decode()}),
        "says": unfolded(content),
        "people": people,
    }
    return render(request, "participants/statement_import.html", context)


def _people(user, content):
    return namesakes(Inmate.objects.visible_to(user), content)
