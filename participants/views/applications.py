"""Who is proposed for a batch: the list with its waiting list, proposing, withdrawing, the next in line."""

from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.exports.selection import APPLICATIONS
from participants.forms.selection import ProposeForm, SeatForm, WithdrawForm
from participants.models import Application, Inmate, ReadingTrail, SelectionRound
from participants.queries.advice import advice_for
from participants.queries.candidates import CANDIDATES_SHOWN, ticked_first, ticked_in
from participants.queries.rounds import free_seats, waiting_list
from programs.models import Batch

# States in which a person may be proposed again.
BACK = [Application.State.DECLINED, Application.State.WITHDRAWN]


def batch_of(request, pk):
    return get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("facility", "curriculum__program"),
        pk=pk,
    )


def application_of(request, pk):
    return get_object_or_404(
        Application.objects.visible_to(request.user).select_related(
            "inmate", "batch__facility", "batch__curriculum__program", "proposed_by"
        ),
        pk=pk,
    )


def _read(request, application, page):
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page=page, inmates=[application.inmate]
    )


def applications_url(batch):
    return reverse("participants:application_list", args=[batch.pk])


@require(Permission.VIEW_RESTRICTED)
@require_safe
def application_list(request, pk):
    batch = batch_of(request, pk)
    everyone = Application.objects.visible_to(request.user).filter(batch=batch)
    counts = dict(everyone.order_by().values_list("state").annotate(Count("pk")))
    applications = everyone.select_related("inmate", "proposed_by")
    query = request.GET.get("q", "").strip()
    if query:
        people = Inmate.objects.visible_to(request.user).matching(query)
        applications = applications.filter(inmate__in=people)
    if (state := request.GET.get("state")) in Application.State.values:
        applications = applications.filter(state=state)
    applications = sorted_by(
        request,
        applications,
        {
            "name": [Lower("inmate__name")],
            "proposed": ["proposed_at"],
            "state": ["state", Lower("inmate__name")],
        },
        default="-proposed",
    )
    is_export = request.GET.get("export") == "xlsx"
    page = page_of(request, applications)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.of_list(query, is_export=is_export),
        page="application_list",
        inmates=[one.inmate for one in (applications if is_export else page)],
        query=query,
    )
    if is_export:
        return spreadsheet_response(f"usulan-{batch.code}", APPLICATIONS, applications)
    line = list(waiting_list(batch).values_list("pk", flat=True))
    for one in page:
        one.place = line.index(one.pk) + 1 if one.pk in line else None
    free = free_seats(batch)
    rounds = list(SelectionRound.objects.visible_to(request.user).filter(batch=batch))
    context = {
        "batch": batch,
        "page": page,
        "query": query,
        "total": sum(counts.values()),
        "states": [
            (value, label, counts.get(value, 0)) for value, label in Application.State.choices
        ],
        "free": free,
        "next_in_line": everyone.select_related("inmate").filter(pk__in=line[:1]).first()
        if free and batch.takes_people
        else None,
        "rounds": rounds,
        "has_running_round": any(one.state != SelectionRound.State.DECIDED for one in rounds),
        "is_open": batch.state in Batch.UNDER_WAY,
    }
    return render(request, "participants/application_list.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def application_create(request, pk):
    """Propose several people at once."""
    batch = batch_of(request, pk)
    taken = Application.objects.visible_to(request.user).filter(batch=batch).exclude(state__in=BACK)
    candidates = (
        Inmate.objects.visible_to(request.user)
        .present()
        .not_in(batch)
        .exclude(pk__in=taken.values("inmate"))
        .order_by(Lower("name"), "pk")
    )
    is_sent = request.method == "POST" and "find" not in request.POST
    typed = request.POST or request.GET
    form = ProposeForm(
        request.POST if is_sent else None,
        candidates=candidates,
        initial={"origin": Application.Origin.OFFICER} | typed.dict(),
    )
    if is_sent and form.is_valid():
        if made := form.perform(services.propose, batch=batch, by=request.user):
            messages.success(
                request,
                ngettext("%(count)s orang diusulkan.", "%(count)s orang diusulkan.", len(made))
                % {"count": len(made)},
            )
            return redirect(applications_url(batch))
    query = typed.get("q", "").strip()
    mine, others = ticked_first(candidates, ticked=ticked_in(typed), query=query)
    people = [*mine, *others[:CANDIDATES_SHOWN]]
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.of_list(query),
        page="application_create",
        inmates=people,
        query=query,
    )
    advice = advice_for(batch, people)
    context = {
        "form": form,
        "batch": batch,
        "people": [
            {"inmate": one, "advice": advice[one.pk], "is_chosen": one in mine} for one in people
        ],
        "found_count": len(mine) + others.count(),
        "query": query,
    }
    return render(request, "participants/application_create.html", context)


@require(Permission.VIEW_RESTRICTED)
@require_safe
def application_detail(request, pk):
    """The way of one application, and the answer to "why not me?"."""
    application = application_of(request, pk)
    _read(request, application, "application_detail")
    context = {
        "application": application,
        "moves": application.moves.select_related("by"),
        "candidacies": application.candidacies.select_related("round").order_by("-round__pk"),
        "can_withdraw": application.can_withdraw,
    }
    return render(request, "participants/application_detail.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def application_withdraw(request, pk):
    application = application_of(request, pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.withdraw_application, application=application, by=request.user):
            messages.success(request, _("Usulan %(name)s ditarik.") % {"name": application.inmate})
            return redirect(applications_url(application.batch))
    _read(request, application, "application_withdraw")
    context = {"form": form, "application": application}
    return render(request, "participants/application_withdraw.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def application_enroll(request, pk):
    """A seat came free: the first of the waiting list takes it."""
    application = application_of(request, pk)
    batch = application.batch
    form = SeatForm(request.POST or None, initial={"joined_on": batch.starts_on})
    if request.method == "POST" and form.is_valid():
        if form.perform(services.enroll_waiting, application=application, by=request.user):
            messages.success(request, _("%(name)s menjadi peserta.") % {"name": application.inmate})
            return redirect(applications_url(batch))
    _read(request, application, "application_enroll")
    context = {
        "form": form,
        "application": application,
        "advice": advice_for(batch, [application.inmate])[application.inmate_id],
        "free": free_seats(batch),
    }
    return render(request, "participants/application_enroll.html", context)
