from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from participants import services
from participants.forms.inmates import InmateForm
from participants.models import Inmate


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_list(request):
    inmates = Inmate.objects.visible_to(request.user).select_related("facility")
    has_any = inmates.exists()
    query = request.GET.get("q", "").strip()
    if query:
        inmates = inmates.filter(Q(name__icontains=query) | Q(register_number__icontains=query))
    inmates = sorted_by(
        request,
        inmates,
        {"name": [Lower("name")], "register": ["register_number"]},
        default="name",
    )
    context = {
        "page": page_of(request, inmates),
        "query": query,
        "has_any": has_any,
        "shows_restricted": request.user.can(Permission.VIEW_RESTRICTED),
    }
    return render(request, "participants/inmate_list.html", context)


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_detail(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    audit.record("inmate.viewed", inmate, by=request.user)
    context = {
        "inmate": inmate,
        "enrollments": inmate.enrollments.select_related("batch__agreement__partner").order_by(
            "-batch__starts_on"
        ),
        "shows_restricted": request.user.can(Permission.VIEW_RESTRICTED),
    }
    return render(request, "participants/inmate_detail.html", context)


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_create(request):
    form = InmateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if inmate := form.perform(services.register_inmate, by=request.user):
            messages.success(request, _("%(name)s tercatat.") % {"name": inmate})
            return redirect("participants:inmate_create" if "again" in request.POST else inmate)
    return render(request, "participants/inmate_create.html", {"form": form})


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_update(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = InmateForm(request.POST or None, instance=inmate)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_inmate, inmate=inmate, by=request.user):
            messages.success(request, _("Perubahan data tersimpan."))
            return redirect(inmate)
    return render(request, "participants/inmate_update.html", {"form": form, "inmate": inmate})
