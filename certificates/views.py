import io
import re
import zipfile
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.permissions import Permission, require
from certificates import services, tasks
from certificates.content import masked
from certificates.forms import PrepareForm
from certificates.models import Certificate
from certificates.queries import readiness
from core.paging import page_of, sorted_by
from participants.models import Inmate, ReadingTrail
from participants.services import record_reading
from programs.models import Batch


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_list(request):
    certificates = Certificate.objects.visible_to(request.user).select_related(
        "enrollment__inmate", "enrollment__batch__agreement__partner"
    )
    has_any = certificates.exists()
    certificates = certificates.of_facility(request.GET.get("facility"))
    query = request.GET.get("q", "").strip()
    if query:
        certificates = certificates.filter(
            Q(number__icontains=query)
            | Q(enrollment__inmate__name__icontains=query)
            | Q(enrollment__batch__name__icontains=query)
        )
    status = request.GET.get("status", "")
    if status in Certificate.Status:
        certificates = certificates.filter(status=status)
    if re.fullmatch(r"(19|20)\d\d", year := request.GET.get("year", ""), re.ASCII):
        certificates = certificates.filter(enrollment__batch__starts_on__year=int(year))
    certificates = sorted_by(
        request,
        certificates,
        {
            "dated": ["dated_on", "series", "sequence"],
            "number": ["series", "sequence"],
            "name": [Lower("enrollment__inmate__name")],
        },
        default="-dated",
    )
    page = page_of(request, certificates)
    record_reading(
        by=request.user,
        how=ReadingTrail.How.of_list(query),
        page="certificate_list",
        inmates=[one.enrollment.inmate for one in page],
        query=query,
    )
    context = {
        "page": page,
        "query": query,
        "has_any": has_any,
        "statuses": Certificate.Status,
        "status": status,
        "waiting": Batch.objects.visible_to(request.user)
        .filter(
            enrollments__certificate__status__in=[
                Certificate.Status.DRAFT,
                Certificate.Status.APPROVED,
                Certificate.Status.NUMBERED,
            ]
        )
        .distinct(),
    }
    return render(request, "certificates/certificate_list.html", context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_detail(request, pk):
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(
            "enrollment__inmate",
            "enrollment__batch__agreement__partner",
            "enrollment__batch__curriculum__program",
            "prepared_by",
            "approved_by",
        ),
        pk=pk,
    )
    record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page="certificate_detail",
        inmates=[certificate.enrollment.inmate],
    )
    return render(request, "certificates/certificate_detail.html", {"certificate": certificate})


@require(Permission.VIEW_INMATES)
@require_safe
@vary_on_headers("HX-Request")
def of_inmate(request, pk):
    """A person's certificates; as the slot of the person's page, each goes to its training there."""
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    certificates = Certificate.objects.visible_to(request.user).filter(enrollment__inmate=inmate)
    context = {
        "inmate": inmate,
        "certificates": certificates.select_related("enrollment__batch__agreement__partner"),
    }
    record_reading(by=request.user, how=ReadingTrail.How.VIEWED, page="of_inmate", inmates=[inmate])
    template = "certificates/of_inmate.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_download(request, pk):
    """The sealed bytes, exactly as they were sealed."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).sealed(), pk=pk)
    audit.record(
        "certificate.downloaded",
        certificate,
        by=request.user,
        facility=certificate.enrollment.batch.facility,
    )
    return FileResponse(
        certificate.path.open("rb"),
        as_attachment=True,
        filename=certificate.filename,
        content_type="application/pdf",
    )


def _batch(request, pk):
    return get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement__partner", "curriculum__program", "facility"
        ),
        pk=pk,
    )


def _batch_page(request, batch, form, status=200):
    """The batch on its way: checks, people, the next action, the progress of the job."""
    ready = readiness(batch)
    run = batch.issue_runs.first()
    context = {
        "batch": batch,
        "readiness": ready,
        "draft_count": ready.count(Certificate.Status.DRAFT),
        "approved_count": ready.count(Certificate.Status.APPROVED)
        + ready.count(Certificate.Status.NUMBERED),
        "sealed_count": ready.count(Certificate.Status.SEALED),
        "certificate_count": sum(one.certificate is not None for one in ready.candidates),
        "is_own_draft": any(
            one.certificate and one.certificate.prepared_by_id == request.user.pk
            for one in ready.candidates
        ),
        "run": run,
        "is_running": run is not None and run.is_running,
        "form": form,
    }
    template = "certificates/batch.html"
    if request.htmx and context["is_running"]:
        template = f"{template}#progress"
    response = render(request, template, context, status=status)
    if request.htmx and not context["is_running"]:
        response.headers["HX-Refresh"] = "true"
    return response


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@vary_on_headers("HX-Request")
def batch(request, pk):
    batch = _batch(request, pk)
    if not request.htmx:
        record_reading(
            by=request.user,
            how=ReadingTrail.How.VIEWED,
            page="certificates_of_batch",
            batch=batch,
        )
    first = min(batch.ends_on, timezone.localdate())
    return _batch_page(request, batch, PrepareForm(initial={"dated_on": first}))


@require(Permission.PREPARE_CERTIFICATES)
@require_POST
def prepare(request, pk):
    batch = _batch(request, pk)
    form = PrepareForm(request.POST)
    if form.is_valid() and (drafts := form.perform(services.prepare, batch=batch, by=request.user)):
        count = len(drafts)
        messages.success(
            request,
            ngettext(
                "%(count)s sertifikat menunggu persetujuan.",
                "%(count)s sertifikat menunggu persetujuan.",
                count,
            )
            % {"count": count},
        )
        return redirect("certificates:batch", batch.pk)
    return _batch_page(request, batch, form, status=422)


@require(Permission.APPROVE_CERTIFICATES)
@require_POST
def approve(request, pk):
    batch = _batch(request, pk)
    try:
        count = services.approve(batch=batch, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request,
            ngettext("%(count)s sertifikat disetujui.", "%(count)s sertifikat disetujui.", count)
            % {"count": count},
        )
    return redirect("certificates:batch", batch.pk)


@require(Permission.ISSUE_CERTIFICATES)
@require_POST
def issue(request, pk):
    batch = _batch(request, pk)
    try:
        run = services.start_issuing(batch=batch, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        tasks.issue.enqueue(run.pk)
    return redirect("certificates:batch", batch.pk)


@require(Permission.ISSUE_CERTIFICATES)
@require_safe
def batch_download(request, pk):
    """All sealed certificates of the batch in one ZIP, in the order of their numbers."""
    batch = _batch(request, pk)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for certificate in (
            Certificate.objects.visible_to(request.user)
            .of(batch)
            .sealed()
            .order_by("series", "sequence")
        ):
            archive.write(certificate.path, certificate.filename)
    audit.record("certificates.downloaded", batch, by=request.user)
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=f"sertifikat-{batch.code}.zip")


@never_cache
@require_safe
def verify(request, public_id):
    """What a stranger sees: the printed fields with a masked name. The only public page besides login.

    One indexed query; an unknown id and an unsealed certificate get the very same 404.
    """
    public_id = public_id.upper().replace("\0", "?")  # PostgreSQL takes no NUL
    certificate = Certificate.objects.sealed().filter(public_id=public_id).first()
    if certificate is None:
        response = render(request, "certificates/verify_unknown.html", status=404)
    else:
        content = certificate.content
        context = {
            "content": content,
            "masked_name": masked(content["name"]),
            "emblem": f"img/emblem-{content['school']['emblem']}.svg",
            "starts_on": date.fromisoformat(content["starts_on"]),
            "ends_on": date.fromisoformat(content["ends_on"]),
            "issued_on": date.fromisoformat(content["issued_on"]),
            "now": timezone.localtime(timezone=ZoneInfo(settings.TIME_ZONE)),
        }
        response = render(request, "certificates/verify.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
