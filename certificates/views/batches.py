import io
import zipfile

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.permissions import Permission, require
from certificates import services, tasks
from certificates.forms import PrepareForm
from certificates.forms.preparing import StatementForm
from certificates.models import Certificate
from certificates.queries import readiness
from certificates.sealed import Damaged, sealed_bytes
from core.http import FORM_METHODS
from participants.models import ReadingTrail
from participants.services import record_reading
from programs.models import Batch


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
    drafts = [one for one in ready.certificates if one.status == Certificate.Status.DRAFT]
    own = [one for one in drafts if one.is_work_of(request.user)]
    context = {
        "batch": batch,
        "readiness": ready,
        "draft_count": len(drafts),
        "approvable_count": len(drafts) - len(own),
        "own_count": len(own),
        "statement_count": sum(one.can_have_statement for one in ready.candidates),
        "approved_count": ready.count(Certificate.Status.APPROVED, Certificate.Status.NUMBERED),
        "sealed_count": ready.count(Certificate.Status.SEALED),
        "certificate_count": ready.count(*Certificate.IN_WORK, Certificate.Status.SEALED),
        "run": run,
        "is_running": run is not None and run.is_running,
        "form": form,
    }
    template = "certificates/batch.html"
    if request.htmx and context["is_running"]:
        template = f"{template}#progress"
    else:  # shows people, whatever asked for it
        record_reading(
            by=request.user,
            how=ReadingTrail.How.VIEWED,
            page="certificates_of_batch",
            batch=batch,
        )
    response = render(request, template, context, status=status)
    if request.htmx and not context["is_running"]:
        response.headers["HX-Refresh"] = "true"
    return response


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@vary_on_headers("HX-Request")
def batch(request, pk):
    batch = _batch(request, pk)
    first = min(batch.ends_on, timezone.localdate())
    return _batch_page(request, batch, PrepareForm(initial={"dated_on": first}))


@require(Permission.PREPARE_CERTIFICATES)
@require_POST
def prepare(request, pk):
    batch = _batch(request, pk)
    form = PrepareForm(request.POST)
    if form.is_valid() and (drafts := form.perform(services.prepare, batch=batch, by=request.user)):
        messages.success(request, _waiting_words(len(drafts)))
        return redirect("certificates:batch", batch.pk)
    return _batch_page(request, batch, form, status=422)


def _waiting_words(count):
    return ngettext(
        "%(count)s sertifikat menunggu persetujuan.",
        "%(count)s sertifikat menunggu persetujuan.",
        count,
    ) % {"count": count}


@require(Permission.PREPARE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def statement_create(request, pk):
    """Statements of units for those who stopped, or lack something, and are competent in a unit or more."""
    batch = _batch(request, pk)
    record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="certificate_statements", batch=batch
    )
    ready = readiness(batch)
    entitled = [one for one in ready.candidates if one.can_have_statement]
    form = StatementForm(
        request.POST or None,
        enrollments=batch.enrollments.in_paper_order(),
        candidates=entitled,
        initial={"dated_on": min(batch.ends_on, timezone.localdate())},
    )
    if request.method == "POST" and form.is_valid():
        if drafts := form.perform(services.prepare_statements, batch=batch, by=request.user):
            messages.success(request, _waiting_words(len(drafts)))
            return redirect("certificates:batch", batch.pk)
    context = {"batch": batch, "form": form, "entitled": entitled, "blockers": ready.blockers}
    return render(request, "certificates/statement_create.html", context)


@require(Permission.APPROVE_CERTIFICATES)
@require_POST
def approve(request, pk):
    batch = _batch(request, pk)
    try:
        count = services.approve(batch=batch, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        if not count:
            messages.info(request, _("Tidak ada lagi yang menunggu persetujuan."))
            return redirect("certificates:batch", batch.pk)
        messages.success(
            request,
            ngettext("%(count)s sertifikat disetujui.", "%(count)s sertifikat disetujui.", count)
            % {"count": count},
        )
        _say_what_stays(request, batch)
    return redirect("certificates:batch", batch.pk)


def _say_what_stays(request, batch):
    """Drafts beside those just approved: one's own, and those that are no longer true."""
    visible = Certificate.objects.visible_to(request.user)
    drafts = visible.of(batch).filter(status=Certificate.Status.DRAFT)
    own = sum(one.is_work_of(request.user) for one in drafts)
    if own:
        words = ngettext(
            "%(count)s yang disiapkan sendiri menunggu orang lain.",
            "%(count)s yang disiapkan sendiri menunggu orang lain.",
            own,
        )
        messages.info(request, words % {"count": own})
    if changed := len(drafts) - own:
        words = ngettext(
            "%(count)s tidak disetujui: isinya belum atau tidak lagi benar. Lihat keadaannya di bawah.",
            "%(count)s tidak disetujui: isinya belum atau tidak lagi benar. Lihat keadaannya di bawah.",
            changed,
        )
        messages.info(request, words % {"count": changed})


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
    certificates = Certificate.objects.visible_to(request.user).of(batch).sealed()
    buffer = io.BytesIO()
    try:
        with zipfile.ZipFile(buffer, "w") as archive:
            for certificate in certificates.order_by("series", "sequence"):
                archive.writestr(certificate.filename, sealed_bytes(certificate))
    except Damaged as error:
        messages.error(request, str(error))
        return redirect("certificates:batch", batch.pk)
    record_reading(
        by=request.user, how=ReadingTrail.How.EXPORTED, page="batch_download", batch=batch
    )
    audit.record("certificates.downloaded", batch, by=request.user)
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=f"sertifikat-{batch.code}.zip")
