"""What the school's coordinator asks for, and the officer's answer."""

from datetime import date, time

from django.contrib import messages
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of
from partnerships.models import Agreement, Partner
from programs import services
from programs.forms.instructors import InstructorForm
from programs.forms.proposals import InstructorProposalForm, RefuseForm, SessionProposalForm
from programs.forms.sessions import SessionForm
from programs.models import Batch, Proposal
from programs.views.sessions import say_when_uncovered


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def proposal_list(request):
    proposals = (
        Proposal.objects.visible_to(request.user)
        .select_related(
            "agreement__partner", "agreement__facility", "batch", "proposed_by", "decided_by"
        )
        .order_by("-decided_at", "-proposed_at")
    )
    if request.GET.get("state") != "all":
        proposals = proposals.waiting().order_by("proposed_at")
    return render(request, "programs/proposal_list.html", {"page": page_of(request, proposals)})


def _details(form):
    """{field: text} of what was asked for, which is what the officer's form starts from."""
    return {
        name: _text(value)
        for name, value in form.cleaned_data.items()
        if name not in {"note", "agreement"}
    }


def _text(value):
    match value:
        case date():
            return f"{value:%d-%m-%Y}"
        case time():
            return f"{value:%H.%M}"
        case Model():
            return str(value.pk)
    return str(value)


@require(Permission.PROPOSE)
@require_http_methods(FORM_METHODS)
def session_propose(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement", "curriculum", "facility"
        ),
        pk=pk,
    )
    form = SessionProposalForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        if form.perform(
            services.propose_session, batch=batch, details=_details(form), by=request.user
        ):
            messages.success(request, _("Usulan terkirim. Petugas Lapas akan memutuskannya."))
            return redirect(batch)
    return render(request, "programs/session_propose.html", {"form": form, "batch": batch})


@require(Permission.PROPOSE)
@require_http_methods(FORM_METHODS)
def instructor_propose(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    agreements = Agreement.objects.visible_to(request.user).filter(partner=partner).in_force()
    form = InstructorProposalForm(request.POST or None, agreements=agreements)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.propose_instructor, details=_details(form), by=request.user):
            messages.success(request, _("Usulan terkirim. Petugas Lapas akan memutuskannya."))
            return redirect(partner)
    return render(request, "programs/instructor_propose.html", {"form": form, "partner": partner})


def _waiting(request, pk):
    proposal = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related(
            "agreement__partner",
            "batch__agreement",
            "batch__curriculum",
            "batch__facility",
            "proposed_by",
        ),
        pk=pk,
    )
    if proposal.decided_at:
        raise Http404
    return proposal


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def proposal_accept(request, pk):
    """The officer's own form, filled in as proposed; whatever she changes in it is what is booked."""
    proposal = _waiting(request, pk)
    typed = {"initial": proposal.details}
    if proposal.kind == Proposal.Kind.SESSION:
        form = SessionForm(request.POST or None, batch=proposal.batch, **typed)
        service, back = services.accept_session, proposal.batch
    else:
        form = InstructorForm(request.POST or None, user=request.user, **typed)
        service, back = services.accept_instructor, proposal.agreement.partner
    if request.method == "POST" and form.is_valid():
        if form.perform(service, proposal=proposal, by=request.user):
            messages.success(request, _("Usulan diterima."))
            if proposal.batch:
                say_when_uncovered(request, proposal.batch)
            return redirect(back)
    return render(request, "programs/proposal_accept.html", {"form": form, "proposal": proposal})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def proposal_refuse(request, pk):
    proposal = _waiting(request, pk)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.refuse_proposal, proposal=proposal, by=request.user):
            messages.success(request, _("Usulan ditolak; pengusul dapat membaca alasannya."))
            return redirect("programs:proposal_list")
    return render(request, "programs/proposal_refuse.html", {"form": form, "proposal": proposal})
