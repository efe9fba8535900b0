"""The home page, the yearly report and the search."""

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from certificates.models import Certificate
from participants.models import Inmate, ReadingTrail
from participants.services import record_reading
from partnerships.models import Agreement
from programs.models import Batch
from reports import queries
from reports.worklist import LATE, worklist

FOUND_OF_EACH = 8


@require(Permission.VIEW_WORKLIST)
@require_safe
def home(request):
    tasks = worklist(request.user)
    sees_agreements = request.user.can(Permission.VIEW_PARTNERSHIPS)
    timeline, lives = queries.agreement_lives(request.user) if sees_agreements else (None, [])
    context = {
        "today": timezone.localdate(),
        "tasks": tasks,
        "urgent_count": sum(task.urgency == LATE for task in tasks),
        "running": queries.running_batches(request.user),
        "timeline": timeline,
        "lives": lives,
        "sees_agreements": sees_agreements,
        "sessions": queries.sessions_today(request.user),
    }
    return render(request, "reports/home.html", context)


@require(Permission.VIEW_REPORTS)
@require_safe
def overview(request):
    """A year of training, a row for each facility."""
    years = queries.years_with_batches(request.user)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else years[0]
    rows = queries.facility_rows(request.user, year)
    totals = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("agreements", "batches", "people", "hours", "certificates")
    }
    context = {"year": year, "years": years, "rows": rows, "totals": totals}
    return render(request, "reports/overview.html", context)


@require(Permission.VIEW_WORKLIST)
@require_safe
def search(request):
    """People, batches, certificates and agreements, within what one may see."""
    query = request.GET.get("q", "").strip()
    found = {}
    if query:
        found = {name: rows[:FOUND_OF_EACH] for name, rows in _matches(request.user, query)}
        record_reading(
            by=request.user,
            how=ReadingTrail.How.SEARCHED,
            page="search",
            inmates=_people_in(found),
            query=query,
        )
    context = {"query": query, "found": found, "found_any": any(map(len, found.values()))}
    return render(request, "reports/search.html", context)


def _people_in(found):
    """Whose names the search brings up, each once."""
    holders = (one.enrollment.inmate for one in found.get("certificates", []))
    return {one.pk: one for one in (*found.get("inmates", []), *holders)}.values()


def _matches(user, query):
    if user.can(Permission.VIEW_INMATES):
        yield (
            "inmates",
            Inmate.objects.visible_to(user).matching(query),
        )
    if user.can(Permission.VIEW_PROGRAMS):
        yield (
            "batches",
            Batch.objects.visible_to(user).filter(
                Q(name__icontains=query) | Q(code__icontains=query)
            ),
        )
    if user.can(Permission.VIEW_CERTIFICATES):
        yield (
            "certificates",
            Certificate.objects.visible_to(user)
            .filter(Q(number__icontains=query) | Q(enrollment__inmate__name__icontains=query))
            .select_related("enrollment__inmate"),
        )
    if user.can(Permission.VIEW_PARTNERSHIPS):
        yield (
            "agreements",
            Agreement.objects.visible_to(user)
            .filter(
                Q(partner__name__icontains=query)
                | Q(facility_number__icontains=query)
                | Q(partner_number__icontains=query)
            )
            .select_related("partner"),
        )
