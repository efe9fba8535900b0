"""Papers about people: the training report for remission, and the slip for a participant."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from core.http import pdf_response
from participants import services
from participants.documents.rapor import PAPERS, rapor_pdf
from participants.documents.slip import slips_pdf
from participants.forms.inmates import TrainedSinceForm
from participants.models import Enrollment, Inmate, ReadingTrail
from participants.queries.timeline import training_of, trainings_in
from programs.models import Batch

# A file of so many takes about ten seconds.
PEOPLE_PER_FILE = 40


@require(Permission.VIEW_RESTRICTED)
@require_safe
def rapor(request, pk):
    inmate = get_object_or_404(
        Inmate.objects.visible_to(request.user).select_related("facility__region"), pk=pk
    )
    pdf = rapor_pdf([inmate], facility=inmate.facility, paper=_paper(request))
    _note(request, "rapor", [inmate])
    return pdf_response(f"rapor-{inmate.pk}.pdf", pdf)


@require(Permission.VIEW_RESTRICTED)
@require_safe
def rapor_batch(request):
    """Everybody's report for 17 August: who took part since a day, as files of PEOPLE_PER_FILE."""
    form = TrainedSinceForm(request.GET if "since" in request.GET else {"since": _last_august()})
    files = _files(request, form.cleaned_data["since"]) if form.is_valid() else None
    if "part" in request.GET and files:
        return _rapor_file(request, files)
    context = {"form": form, "files": [_people(one) for one in files] if files else []}
    context |= {"count": files.count if files else 0, "papers": PAPERS}
    return render(request, "participants/rapor_batch.html", context)


def _last_august():
    """The 17 August before today: whoever trained since then is looked at for the next one."""
    today = timezone.localdate()
    this_year = date(today.year, 8, 17)
    return this_year if this_year < today else this_year.replace(year=today.year - 1)


def _files(request, since):
    inmates = Inmate.objects.visible_to(request.user).present().trained_since(since)
    return Paginator(inmates.order_by(Lower("name"), "pk"), PEOPLE_PER_FILE)


def _people(page):
    people = list(page)
    return {"number": page.number, "count": len(people), "first": people[:1], "last": people[-1:]}


def _rapor_file(request, files):
    part = request.GET["part"]
    if part not in map(str, files.page_range) or not files.count:
        raise Http404
    inmates = list(files.page(int(part)))
    pdf = rapor_pdf(inmates, facility=request.user.facility, paper=_paper(request))
    _note(request, "rapor_batch", inmates)
    return pdf_response(f"rapor-bersama-{part}.pdf", pdf)


@require(Permission.VIEW_ROSTER)
@require_safe
def slip(request, pk):
    enrollment = get_object_or_404(
        Enrollment.objects.visible_to(request.user).select_related("batch__facility", "inmate"),
        pk=pk,
    )
    pdf = slips_pdf(
        [training_of(enrollment)], facility=enrollment.batch.facility, paper=_paper(request)
    )
    _note(request, "slip", [enrollment.inmate])
    return pdf_response(f"lembar-peserta-{enrollment.pk}.pdf", pdf)


@require(Permission.VIEW_ROSTER)
@require_safe
def slip_batch(request, pk):
    """A slip for each who takes part now."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("facility"), pk=pk
    )
    trainings = trainings_in(batch)
    pdf = slips_pdf(trainings, facility=batch.facility, paper=_paper(request))
    _note(request, "slip_batch", [one.enrollment.inmate for one in trainings])
    return pdf_response(f"lembar-peserta-{batch.code}.pdf", pdf)


def _paper(request):
    return "f4" if request.GET.get("paper") == "f4" else "a4"


def _note(request, page, inmates):
    services.record_reading(
        by=request.user, how=ReadingTrail.How.PRINTED, page=page, inmates=inmates
    )
