"""The signing tray: the sheets of each class from the printer to the cupboard."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import Permission, require
from certificates import services
from certificates.documents.print_file import print_file as print_file_of
from certificates.forms.custody import MoveForm
from certificates.models import Certificate
from certificates.queries import custody
from certificates.sealed import Damaged
from core.http import pdf_response
from core.paging import page_of
from participants.models import ReadingTrail
from participants.services import record_reading
from programs.models import Batch

How = ReadingTrail.How
Paper = Certificate.Paper
# One file of so many sheets takes a few seconds and about ten megabytes.
SHEETS_PER_FILE = 200
TOGETHER = (Paper.NONE, Paper.PRINTED, Paper.SIGNED)
WITHDRAWN = [(Paper.LOST, gettext_lazy("sudah ditarik dan dimusnahkan"))]


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def tray_list(request):
    """How many sheets of each class are where; classes whose sheets are all handed over only on demand."""
    batches = custody.with_papers(request.user)
    shows_all = request.GET.get("state") == "all"
    page = page_of(request, batches if shows_all else custody.unfinished(batches))
    context = {
        "page": page,
        "rows": [custody.tray_row(batch) for batch in page],
        "steps": Paper.labels,
        "shows_all": shows_all,
        "has_any": bool(page.paginator.count) or batches.exists(),
    }
    return render(request, "certificates/tray_list.html", context)


def _batch(request, pk):
    return get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("agreement__partner", "facility"),
        pk=pk,
    )


def _published(request, batch):
    certificates = Certificate.objects.visible_to(request.user).published()
    return custody.papers_of(certificates.filter(enrollment__batch=batch))


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def tray(request, pk):
    batch = _batch(request, pk)
    record_reading(by=request.user, how=How.VIEWED, page="tray", batch=batch)
    return _tray_page(request, batch)


@require(Permission.HANDLE_PAPERS)
@require_POST
def tray_move(request, pk):
    """The sheets that are ticked take one step together."""
    batch = _batch(request, pk)
    form = MoveForm(request.POST, certificates=_published(request, batch))
    moved = form.is_valid() and form.perform(services.move_papers, by=request.user)
    if not moved:
        record_reading(by=request.user, how=How.VIEWED, page="tray", batch=batch)
        return _tray_page(request, batch, form, status=422)
    _say(request, moved, Paper(form.cleaned_data["step"]))
    return redirect("certificates:tray", batch.pk)


def _say(request, moved, step):
    if count := len(moved.moved):
        text = ngettext(
            "%(count)s lembar tercatat %(step)s.", "%(count)s lembar tercatat %(step)s.", count
        )
        messages.success(request, text % {"count": count, "step": step.label})
    if count := len(moved.already):
        text = ngettext(
            "%(count)s lembar memang sudah tercatat %(step)s.",
            "%(count)s lembar memang sudah tercatat %(step)s.",
            count,
        )
        messages.info(request, text % {"count": count, "step": step.label})


def _tray_page(request, batch, refused=None, status=200):
    """A part for each step at which sheets are, each with its form; a refused form stands in its part."""
    sheets = list(_published(request, batch))
    in_force = [one for one in sheets if one.status == Certificate.Status.SEALED]
    parts = [
        _part(request, batch, step, [one for one in in_force if one.paper == step], refused)
        for step in Paper
    ]
    ended = [one for one in sheets if one.status in Certificate.ENDED and one.paper]
    to_withdraw = [one for one in ended if one.paper != Paper.LOST]
    context = {
        "batch": batch,
        "parts": [part for part in parts if part["sheets"]],
        "to_withdraw": to_withdraw,
        "withdrawal": _withdrawal(request, batch, refused),
        "not_printed": sum(not one.paper for one in in_force),
        "printed_files": range(1, (len(in_force) - 1) // SHEETS_PER_FILE + 2) if in_force else [],
    }
    _say_homeless(request, refused, context)
    return render(request, "certificates/tray.html", context, status=status)


def _say_homeless(request, refused, context):
    """A refusal whose part is gone, since somebody else moved those sheets meanwhile, is said on top."""
    names = [part["name"] for part in context["parts"]] + ["ended"] * bool(context["to_withdraw"])
    if refused is not None and request.POST.get("part") not in names:
        for errors in refused.errors.values():
            for error in errors:
                messages.error(request, error)


def _part(request, batch, step, sheets, refused):
    form = _form(request, batch, step or "none", custody.NEXT[step], refused)
    # A class is printed and signed together; what lies in the cupboard leaves it one by one.
    together = [str(one.pk) for one in sheets] if step in TOGETHER else []
    chosen = form.data.getlist("certificates") if form.is_bound else together
    return {
        "step": step,
        "name": step or "none",
        "sheets": sheets,
        "form": form,
        "chosen": [one.pk for one in sheets if str(one.pk) in chosen],
        "has_place": not {Paper.STORED, Paper.HANDED}.isdisjoint(custody.NEXT[step]),
    }


def _withdrawal(request, batch, refused):
    form = _form(request, batch, "ended", [Paper.LOST], refused)
    form.fields["step"].choices = WITHDRAWN
    return form


def _form(request, batch, name, steps, refused):
    """The form of a part: the refused one where it came from, else a fresh one."""
    if refused is not None and request.POST.get("part") == name:
        refused.auto_id = f"{name}-%s"
        refused.fields["step"].choices = [
            choice for choice in refused.fields["step"].choices if choice[0] in steps
        ]
        return refused
    return MoveForm(certificates=Certificate.objects.none(), steps=steps, auto_id=f"{name}-%s")


@require(Permission.HANDLE_PAPERS)
@require_safe
def print_file(request, pk):
    """All sheets in force in signing order, ready for the printer (?rest=1: those not printed yet)."""
    batch = _batch(request, pk)
    sheets = _published(request, batch).sealed()
    if "rest" in request.GET:
        sheets = sheets.filter(paper=Paper.NONE)
    sheets = list(page_of(request, sheets, size=SHEETS_PER_FILE))
    if not sheets:
        messages.info(request, _("Tidak ada lembar yang perlu dicetak."))
        return redirect("certificates:tray", batch.pk)
    try:
        pdf = print_file_of(sheets)
    except Damaged as error:
        messages.error(request, str(error))
        return redirect("certificates:tray", batch.pk)
    record_reading(by=request.user, how=How.PRINTED, page="print_file", batch=batch)
    audit.record("certificates.print_file_made", batch, by=request.user, count=len(sheets))
    return pdf_response(f"cetak-{batch.code}.pdf", pdf)
