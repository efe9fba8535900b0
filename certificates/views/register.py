import re

from django.db.models import Q
from django.db.models.functions import Lower
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.permissions import Permission, require
from certificates.models import Certificate
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
            enrollments__certificates__status__in=[
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
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).published(), pk=pk)
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
