from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import (
    AssignmentForm,
    FacilityForm,
    FacilityUpdateForm,
    PasswordForm,
    ProfileForm,
    RegionForm,
    UserForm,
)
from accounts.middleware import SESSION_KEY
from accounts.models import Assignment, AuditEvent, Facility, User
from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by


@login_required
@require_POST
def choose_assignment(request):
    """Act from now on under another of one's own assignments."""
    chosen = request.POST.get("assignment", "")
    if chosen not in {str(assignment.pk) for assignment in request.assignments}:
        raise Http404
    request.session[SESSION_KEY] = int(chosen)
    return redirect("reports:home")


def locked_out(request, response=None, credentials=None, *args, **kwargs):
    """Too many wrong passwords for this account from this address (called by axes)."""
    return render(request, "account/locked_out.html", status=429)


@require(Permission.VIEW_AUDIT)
@require_safe
def audit_list(request):
    events = AuditEvent.objects.visible_to(request.user).select_related("by", "facility")
    query = request.GET.get("q", "").strip()
    if query:
        events = events.filter(
            Q(subject__icontains=query) | Q(action__icontains=query) | Q(by__name__icontains=query)
        )
    events = sorted_by(request, events, {"at": ["at"], "action": ["action"]}, default="-at")
    return render(
        request, "accounts/audit_list.html", {"page": page_of(request, events), "query": query}
    )


@require(Permission.MANAGE_USERS)
@require_safe
def user_list(request):
    users = User.objects.prefetch_related("assignments__facility", "assignments__region")
    query = request.GET.get("q", "").strip()
    if query:
        users = users.filter(Q(name__icontains=query) | Q(username__icontains=query))
    users = sorted_by(
        request, users, {"name": [Lower("name")], "username": ["username"]}, default="name"
    )
    return render(
        request, "accounts/user_list.html", {"page": page_of(request, users), "query": query}
    )


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def user_create(request):
    form = UserForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if user := form.perform(services.open_account, by=request.user):
            messages.success(request, _("Akun %(user)s sudah dibuka.") % {"user": user.username})
            return redirect("accounts:user_list")
    return render(request, "accounts/user_create.html", {"form": form})


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def user_assign(request, pk):
    person = get_object_or_404(User, pk=pk)
    form = AssignmentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.assign, user=person, by=request.user):
            messages.success(request, _("%(user)s mendapat tugas baru.") % {"user": person})
            return redirect("accounts:user_list")
    return render(request, "accounts/user_assign.html", {"form": form, "person": person})


@require(Permission.MANAGE_USERS)
@require_POST
def assignment_end(request, pk):
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).active(), pk=pk)
    if assignment == request.user.assignment:
        messages.error(request, _("Tugas yang sedang dipakai tidak bisa diakhiri sendiri."))
    else:
        services.end_assignment(assignment=assignment, by=request.user)
        messages.success(request, _("Tugas %(task)s diakhiri.") % {"task": assignment})
    return redirect("accounts:user_list")


@require(Permission.MANAGE_USERS)
@require_safe
def facility_list(request):
    facilities = Facility.objects.visible_to(request.user).select_related("region")
    query = request.GET.get("q", "").strip()
    if query:
        facilities = facilities.filter(Q(name__icontains=query) | Q(code__icontains=query))
    facilities = sorted_by(
        request,
        facilities,
        {"name": [Lower("name")], "region": [Lower("region__name"), Lower("name")]},
        default="name",
    )
    return render(
        request,
        "accounts/facility_list.html",
        {"page": page_of(request, facilities), "query": query},
    )


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def facility_create(request):
    form = FacilityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if facility := form.perform(services.open_facility, by=request.user):
            messages.success(request, _("%(name)s tercatat.") % {"name": facility})
            return redirect("accounts:facility_list")
    return render(request, "accounts/facility_create.html", {"form": form})


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def facility_update(request, pk):
    facility = get_object_or_404(Facility.objects.visible_to(request.user), pk=pk)
    form = FacilityUpdateForm(request.POST or None, instance=facility)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_facility, facility=facility, by=request.user):
            messages.success(request, _("Perubahan %(name)s tersimpan.") % {"name": facility})
            return redirect("accounts:facility_list")
    return render(request, "accounts/facility_update.html", {"form": form, "facility": facility})


@require(Permission.VIEW_WORKLIST)
@require_http_methods(FORM_METHODS)
def profile(request):
    """What one may change of one's own account."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_profile, by=request.user):
            messages.success(request, _("Profil tersimpan."))
            return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def region_create(request):
    form = RegionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if region := form.perform(services.open_region, by=request.user):
            messages.success(request, _("%(name)s tercatat.") % {"name": region})
            return redirect("accounts:facility_create")
    return render(request, "accounts/region_create.html", {"form": form})


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def user_password(request, pk):
    person = get_object_or_404(User, pk=pk)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_password, user=person, by=request.user):
            messages.success(request, _("Kata sandi %(user)s sudah diganti.") % {"user": person})
            return redirect("accounts:user_list")
    return render(request, "accounts/user_password.html", {"form": form, "person": person})


@require(Permission.MANAGE_USERS)
@require_POST
def user_close(request, pk):
    person = get_object_or_404(User, pk=pk)
    if person == request.user:
        messages.error(request, _("Akun sendiri tidak bisa ditutup."))
    else:
        services.close_account(user=person, by=request.user)
        messages.success(request, _("Akun %(user)s ditutup.") % {"user": person})
    return redirect("accounts:user_list")
