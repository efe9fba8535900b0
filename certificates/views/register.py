"""The book of numbers, and one certificate."""

import re
from io import BytesIO

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.models import Facility
from accounts.permissions import Permission, require
from certificates.documents.office import register_pdf
from certificates.exports import REGISTER
from certificates.models import Certificate
from certificates.queries import register
from certificates.sealed import Damaged, sealed_bytes
from core.http import pdf_response
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from participants.models import Inmate, ReadingTrail
from participants.services import record_reading
from programs.models import Batch

How = ReadingTrail.How
MOST_EXPORTED, MOST_PRINTED = 5000, 600
FILTERS = ("status", "kind", "school", "dated", "year", "paper", "facility")
STATUSES = [one for one in Certificate.Status if one not in Certificate.UNNUMBERED]
NOT_PRINTED = "none"  # in the address; in the row it is empty


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_list(request):
    """Also as a spreadsheet (?export=xlsx) and as a book on paper (?print=a4, ?print=f4)."""
    book = register.register(request.user)
    query = request.GET.get("q", "").strip()
    certificates = _picked(request, book, query)
    if "print" in request.GET:
        return _print(request, certificates, query)
    certificates = sorted_by(
        request,
        certificates,
        {
            "number": ["series", "sequence"],
            "dated": ["dated_on", "series", "sequence"],
            "name": [Lower("enrollment__inmate__name")],
        },
        default="number",
    )
    if request.GET.get("export") == "xlsx":
        return _export(request, certificates, query)
    page = page_of(request, certificates)
    _note(request, How.of_list(query), page.object_list, query)
    is_wide = request.user.assignment.reach != "facility"
    context = {
        "page": page,
        "rows": [(one, register.remark(one)) for one in page],
        "query": query,
        "has_any": bool(page.paginator.count) or book.exists(),
        "asked": {name: request.GET.get(name, "") for name in FILTERS},
        "statuses": STATUSES,
        "kinds": [*Certificate.Kind.choices, (register.DUPLICATE, _("Duplikat"))],
        "papers": [(value or NOT_PRINTED, label) for value, label in Certificate.Paper.choices],
        "schools": register.schools(request.user),
        "years": [day.year for day in book.order_by().dates("dated_on", "year", order="DESC")],
        "facilities": Facility.objects.visible_to(request.user).order_by("name") if is_wide else [],
        "waiting": _waiting(request.user),
    }
    return render(request, "certificates/certificate_list.html", context)


def _picked(request, book, query):
    """What the address asks for; a filter that makes no sense is left out."""
    asked = request.GET
    found = book.of_facility(asked.get("facility"))
    found = register.of_kind(found, asked.get("kind", ""))
    if asked.get("status") in Certificate.Status:
        found = found.filter(status=asked["status"])
    if re.fullmatch(r"\d{1,9}", school := asked.get("school", ""), re.ASCII):
        found = found.filter(enrollment__batch__agreement__partner=school)
    if re.fullmatch(r"(19|20)\d\d", year := asked.get("dated", ""), re.ASCII):
        found = found.filter(dated_on__year=year)
    # The year of the reports, whose figures lead here: that in which the class began.
    if re.fullmatch(r"(19|20)\d\d", year := asked.get("year", ""), re.ASCII):
        found = found.filter(enrollment__batch__starts_on__year=year)
    if (paper := asked.get("paper", "")) == NOT_PRINTED:
        found = found.sealed().filter(paper="")
    elif paper in Certificate.Paper.values and paper:
        found = found.filter(paper=paper)
    return register.matching(found, query) if query else found


def _waiting(user):
    in_work = Certificate.objects.visible_to(user).filter(status__in=Certificate.IN_WORK)
    keys = in_work.order_by().values("enrollment__batch")
    return Batch.objects.visible_to(user).filter(pk__in=keys).order_by("-ends_on", "pk")


def _export(request, certificates, query):
    certificates = list(certificates[: MOST_EXPORTED + 1])
    if len(certificates) > MOST_EXPORTED:
        return _too_many(request, MOST_EXPORTED)
    _note(request, How.EXPORTED, certificates, query)
    return spreadsheet_response("register-sertifikat", REGISTER, certificates)


def _print(request, certificates, query):
    """On the paper of one office."""
    offices = Facility.objects.visible_to(request.user).select_related("region")
    if code := request.GET.get("facility"):
        offices = offices.filter(code=code)
    office = offices.first() if offices.count() == 1 else None
    if office is None:
        messages.error(request, _("Pilih dulu satu Lapas: register dicetak dengan kop suratnya."))
        return redirect(_without(request, "print"))
    certificates = list(certificates[: MOST_PRINTED + 1])
    if len(certificates) > MOST_PRINTED:
        return _too_many(request, MOST_PRINTED)
    paper = "f4" if request.GET["print"] == "f4" else "a4"
    is_picked = bool(query) or any(request.GET.get(name) for name in FILTERS if name != "facility")
    pdf = register_pdf(certificates, facility=office, is_picked=is_picked, paper=paper)
    _note(request, How.PRINTED, certificates, query)
    return pdf_response("register-sertifikat.pdf", pdf)


def _too_many(request, most):
    messages.error(
        request,
        _("Lebih dari %(most)s nomor tidak muat di satu berkas. Persempit dulu daftarnya.")
        % {"most": f"{most:,}".replace(",", ".")},
    )
    return redirect(_without(request, "print", "export"))


def _without(request, *names):
    asked = request.GET.copy()
    for name in names:
        asked.pop(name, None)
    return f"{request.path}?{asked.urlencode()}"


def _note(request, how, certificates, query):
    people = {one.enrollment.inmate for one in certificates}
    record_reading(by=request.user, how=how, page="certificate_list", inmates=people, query=query)


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
        "outside": inmate.outside_certificates.all(),
    }
    record_reading(by=request.user, how=ReadingTrail.How.VIEWED, page="of_inmate", inmates=[inmate])
    template = "certificates/of_inmate.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_download(request, pk):
    """The sealed bytes, exactly as they were sealed."""
    certificates = Certificate.objects.visible_to(request.user).published()
    certificate = get_object_or_404(certificates.select_related("enrollment__inmate"), pk=pk)
    try:
        content = sealed_bytes(certificate)
    except Damaged as error:
        messages.error(request, str(error))
        return redirect(certificate)
    record_reading(
        by=request.user,
        how=How.EXPORTED,
        page="certificate_download",
        inmates=[certificate.enrollment.inmate],
    )
    audit.record(
        "certificate.downloaded",
        certificate,
        by=request.user,
        facility=certificate.enrollment.batch.facility,
    )
    return FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=certificate.filename,
        content_type="application/pdf",
    )
