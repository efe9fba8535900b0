"""A roster from upload to undoing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of
from core.spreadsheets import MEDIA_TYPE, spreadsheet_response
from participants import services, tasks
from participants.columns import HEADINGS
from participants.exports.rosters import roster_template, wrong_columns
from participants.forms.rosters import WAYS_OUT, MissingSheet, RosterForm, twin_answers
from participants.imports import take_roster
from participants.models import Inmate, ReadingTrail, RosterImport
from participants.queries.comparison import DATES, compare
from participants.registers import register_key

MOST_NAMED = 30
FROM_FILE = ("rows", "wrong", "answers")
BLANK = dict.fromkeys(HEADINGS, "")
TABS = {
    "wrong": gettext_lazy("Salah"),
    "changed": gettext_lazy("Berubah"),
    "new": gettext_lazy("Baru"),
    "twins": gettext_lazy("Mungkin orang yang sama"),
    "missing": gettext_lazy("Tidak ada di berkas"),
    "unchanged": gettext_lazy("Sama"),
}
RESULT_TABS = {
    "new": gettext_lazy("Baru"),
    "changed": gettext_lazy("Berubah"),
    "departed": gettext_lazy("Sudah keluar"),
}


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def roster_import_list(request):
    form = RosterForm(
        request.POST or None,
        request.FILES or None,
        initial={"facts_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        kept = form.perform(take_roster, facility=request.user.facility, by=request.user)
        if kept:
            return redirect(kept)
    imports = (
        RosterImport.objects.visible_to(request.user)
        .select_related("uploaded_by")
        .defer(*FROM_FILE)
    )
    context = {"form": form, "page": page_of(request, imports)}
    return render(request, "participants/roster_import_list.html", context)


@require(Permission.MANAGE_INMATES)
@require_safe
def roster_template_download(request):
    response = HttpResponse(roster_template(), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="templat-daftar.xlsx"'
    return response


def _import(request, pk):
    """What the file says is read only where it is shown: a page that waits for the job asks every second."""
    imports = RosterImport.objects.visible_to(request.user).defer(*FROM_FILE)
    return get_object_or_404(imports.select_related("facility", "uploaded_by"), pk=pk)


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
@vary_on_headers("HX-Request")
def roster_import(request, pk):
    """What the file would do, how far the job is, or what it did; a POST answers the open questions."""
    roster_import = _import(request, pk)
    if roster_import.waits:
        return _dry_run(request, roster_import)
    if request.method == "POST":
        messages.info(request, _("Impor ini tidak menunggu jawaban lagi."))
        return redirect(roster_import)
    if roster_import.is_running:
        template = "participants/roster_import_running.html"
        template += "#progress" if request.htmx else ""
        return render(request, template, {"roster_import": roster_import})
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _result(request, roster_import)


def _dry_run(request, roster_import):
    roster_import.refresh_from_db(fields=FROM_FILE)
    comparison = compare(roster_import)
    tabs = {
        "wrong": roster_import.wrong + comparison.wrong,
        **{name: getattr(comparison, name) for name in TABS if name != "wrong"},
    }
    tab = request.GET.get("tab")
    if tab not in tabs:
        tab = next((name for name in tabs if tabs[name]), "new")
    page, sheet = page_of(request, tabs[tab]), None
    if request.method == "POST":
        sheet = MissingSheet(
            request.POST, missing=comparison.missing, facts_on=roster_import.facts_on
        )
        same = twin_answers(request.POST, comparison.twins)
        if not sheet.errors and _answered(request, roster_import, sheet.answers, same):
            return redirect(request.get_full_path())
    _note_reading(request, roster_import, [_person_of(one) for one in page])
    context = {
        "roster_import": roster_import,
        "comparison": comparison,
        "tab": tab,
        "tabs": [(name, label, len(tabs[name])) for name, label in TABS.items()],
        "page": page,
        "rows": [_as_shown(tab, one, roster_import, sheet) for one in page],
        "asks": tab == "missing" or (tab == "twins" and any(one.person for one in page)),
        "wrong_count": len(tabs["wrong"]),
        "person_count": sum(comparison.counts.values()),
        "ways_out": WAYS_OUT,
        "newer_on": _newer_than(request, roster_import),
        "passed_over": _passed_over(roster_import),
        "open_twins": sum(not one.is_same for one in comparison.twins),
    }
    return render(
        request,
        "participants/roster_import.html",
        context,
        status=422 if sheet and sheet.errors else 200,
    )


def _newer_than(request, roster_import):
    """The day of newer facts that are in the registry already; None when this file is the newest."""
    newer = RosterImport.objects.visible_to(request.user).filter(
        state=RosterImport.State.DONE, facts_on__gt=roster_import.facts_on
    )
    return newer.aggregate(newest=Max("facts_on"))["newest"]


def _passed_over(roster_import):
    """[(what, names)] of what was not read from the file."""
    kinds = {
        "columns": _("Kolom lain"),
        "sheets": _("Lembar tanpa daftar"),
        "rows": _("Baris tanpa no. register, nama, dan jenis kelamin"),
    }
    found = roster_import.passed_over
    return [
        (what, ", ".join(map(str, found[kind][:MOST_NAMED])))
        for kind, what in kinds.items()
        if found.get(kind)
    ]


def _answered(request, roster_import, missing, same):
    try:
        services.answer_roster(
            roster_import=roster_import, missing=missing, same=same, by=request.user
        )
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("Jawaban tersimpan. Berlaku ketika daftar disimpan."))
    return True


def _person_of(one):
    """The registry's person in a line of the page, if there is one."""
    return getattr(one, "person", one if isinstance(one, dict) and "id" in one else None)


def _note_reading(request, roster_import, people, how=ReadingTrail.How.LISTED):
    ids = [one["id"] for one in people if one]
    services.record_reading(
        by=request.user,
        how=how,
        page="roster_import",
        query=roster_import.filename,
        inmates=Inmate.objects.visible_to(request.user).filter(pk__in=ids),
    )


def _as_shown(tab, one, roster_import, sheet):
    """A line of the page in words."""
    if tab == "missing":
        return {"person": _words(one), "id": one["id"], **_answer_of(one, roster_import, sheet)}
    if tab == "wrong":
        return one | {"number": one["cells"].get(HEADINGS["register_number"], "")}
    if tab == "twins":
        return {
            "key": one.key if one.person else "",
            "row": _words(one.row),
            "other": _words(one.person or one.other),
            "place": one.other,
            "is_same": one.is_same,
        }
    return {
        "row": _words(one.facts),
        "place": one.row,
        "person": one.person,
        "is_back": one.is_back,
        "is_doubtful": one.is_doubtful,
        "changes": _differences(
            {name: change for name, change in one.changes.items() if name in one.row}
        ),
    }


def _answer_of(person, roster_import, sheet):
    """What was said of somebody missing: as it was typed, or as it is kept."""
    pk = str(person["id"])
    if sheet and pk in sheet.typed:
        return {"answer": sheet.typed[pk], "error": sheet.errors.get(pk, "")}
    kept = roster_import.answers.get("missing", {}).get(pk)
    if kept is None:
        return {"answer": {"departure": "", "departed_on": "", "destination": ""}, "error": ""}
    day = f"{parse_date(kept['departed_on']):%d-%m-%Y}"
    return {"answer": kept | {"departed_on": day}, "error": ""}


def _words(facts):
    """Also of what the file has no column for."""
    return {name: _word(name, value) for name, value in (BLANK | facts).items()}


def _word(name, value):
    if value and name in DATES:
        return date_format(parse_date(value), "SHORT_DATE_FORMAT")
    if value and name in ("sex", "departure"):
        return dict(Inmate._meta.get_field(name).choices)[value]
    return value or ""


def _differences(changes):
    """[(what, old, new)] in words."""
    return [
        (capfirst(Inmate._meta.get_field(name).verbose_name), _word(name, old), _word(name, new))
        for name, (old, new) in changes.items()
    ]


def _result(request, roster_import):
    tab = request.GET.get("tab")
    tabs = [
        (name, label, count)
        for name, label in RESULT_TABS.items()
        if (count := roster_import.counts.get(name))
    ]
    if tab not in [name for name, _label, _count in tabs]:
        tab = tabs[0][0] if tabs else ""
    changes = roster_import.changes.filter(kind=tab).select_related("inmate")
    page = page_of(request, changes.order_by("inmate__name", "pk"))
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.LISTED,
        page="roster_import",
        query=roster_import.filename,
        inmates=[change.inmate for change in page],
    )
    context = {
        "roster_import": roster_import,
        "is_newest": roster_import.is_newest,
        "tabs": tabs,
        "tab": tab,
        "page": page,
        "rows": [(change.inmate, _what_changed(change)) for change in page],
    }
    return render(request, "participants/roster_import_result.html", context)


def _what_changed(change):
    if change.before is None:
        return []
    names = [name for name in change.after if name in change.before and name[:5] != "facts"]
    pairs = {name: (change.before[name], change.after[name]) for name in names}
    return _differences({name: pair for name, pair in pairs.items() if pair[0] != pair[1]})


@require(Permission.MANAGE_INMATES)
@require_POST
def roster_import_commit(request, pk):
    roster_import = _import(request, pk)
    try:
        services.start_import(
            roster_import=roster_import, seen=request.POST.get("seen", ""), by=request.user
        )
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        tasks.import_roster.enqueue(roster_import.pk)
    return redirect(roster_import)


@require(Permission.MANAGE_INMATES)
@require_POST
def roster_import_discard(request, pk):
    return _do(request, pk, services.discard_roster, _("Unggahan ini dibuang."))


@require(Permission.MANAGE_INMATES)
@require_POST
def roster_import_undo(request, pk):
    return _do(
        request, pk, services.undo_import, _("Impor dibatalkan; data kembali seperti sebelumnya.")
    )


def _do(request, pk, service, done):
    roster_import = _import(request, pk)
    try:
        service(roster_import=roster_import, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(roster_import)
    messages.success(request, done)
    return redirect("participants:roster_import_list")


@require(Permission.MANAGE_INMATES)
@require_safe
def roster_import_wrong(request, pk):
    """The wrong rows with a column that says why."""
    roster_import = _import(request, pk)
    roster_import.refresh_from_db(fields=FROM_FILE)
    comparison = compare(roster_import)
    rows = roster_import.wrong + comparison.wrong
    numbers = {register_key(row["cells"].get(HEADINGS["register_number"], "")) for row in rows}
    _note_reading(
        request,
        roster_import,
        [one for one in comparison.people if register_key(one["register_number"]) in numbers],
        ReadingTrail.How.EXPORTED,
    )
    return spreadsheet_response("baris-salah", wrong_columns(rows), rows)
