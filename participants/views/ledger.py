"""The book of hours of a batch, and the school's form about it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from core.http import pdf_response
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.documents.recap import recap_pdf
from participants.exports.ledger import ledger_columns
from participants.models import ReadingTrail
from participants.queries.book import NUMBERS, book_of, entries_of
from programs.models import Batch

ORDERS = {
    "name": lambda one: one.enrollment.inmate.name.casefold(),
    "percent": lambda one: -1 if one.hours.percent is None else one.hours.percent,
    "debt": lambda one: one.hours.debt,
}


@require(Permission.VIEW_ROSTER)
@require_safe
def ledger(request, pk):
    """Everybody's hours; ?person= the meetings behind a line, &of= those behind one number of it."""
    batch = _batch(request, pk)
    book = book_of(batch)
    people = _sorted(book.people, request.GET.get("sort", ""))
    is_export = request.GET.get("export") == "xlsx"
    how = ReadingTrail.How.EXPORTED if is_export else ReadingTrail.How.VIEWED
    services.record_reading(by=request.user, how=how, page="ledger", batch=batch)
    if is_export:
        units = [one.row.unit for one in book.units]
        return spreadsheet_response(f"buku-jam-{batch.code}", ledger_columns(units), people)
    context = {"batch": batch, "book": book, "people": people}
    context["unit_hours"] = [one.row for one in book.units]
    context["chosen"] = chosen = _chosen(request, people)
    context["of"] = of = request.GET.get("of") if request.GET.get("of") in NUMBERS else ""
    if chosen:
        entries = entries_of(chosen.enrollment)
        context["entries"] = [one for one in entries if not of or one.of in NUMBERS[of]]
        context["chosen_units"] = list(zip(context["unit_hours"], chosen.units, strict=True))
    return render(request, "participants/ledger.html", context)


def _batch(request, pk):
    batches = Batch.objects.visible_to(request.user)
    return get_object_or_404(
        batches.select_related("curriculum__program", "facility__region", "agreement__partner"),
        pk=pk,
    )


def _sorted(people, asked):
    order = ORDERS.get(asked.removeprefix("-"))
    return sorted(people, key=order, reverse=asked.startswith("-")) if order else people


def _chosen(request, people):
    """The Balance that ?person= asks for, or None."""
    wanted = request.GET.get("person")
    if wanted is None:
        return None
    known = {str(one.enrollment.pk): one for one in people}
    if wanted not in known:
        raise Http404
    return known[wanted]


@require(Permission.VIEW_ROSTER)
@require_safe
def recap_print(request, pk):
    batch = _batch(request, pk)
    paper = "f4" if request.GET.get("paper") == "f4" else "a4"
    pdf = recap_pdf(batch, paper=paper)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.PRINTED, page="recap_print", batch=batch
    )
    return pdf_response(f"rekap-daftar-hadir-{batch.code}.pdf", pdf)
