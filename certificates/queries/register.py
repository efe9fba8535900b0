"""The book of numbers: what took one, whatever became of it."""

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Certificate
from partnerships.models import Partner

Status = Certificate.Status
DUPLICATE = "duplicate"


def register(user):
    """The numbered certificates that `user` may see, with all that a line of the book says."""
    return (
        Certificate.objects.visible_to(user)
        .in_register()
        .select_related(
            "enrollment__inmate",
            "enrollment__batch__agreement__partner",
            "enrollment__batch__curriculum__program",
            "enrollment__batch__facility",
            "series",
            "replaces",
            "replaced_by",
            "duplicate_of",
        )
    )


def matching(certificates, query):
    """By number, name (as it is printed, or as it is now), batch or school."""
    return certificates.filter(
        Q(number__icontains=query)
        | Q(content__name__icontains=query)
        | Q(enrollment__inmate__name__icontains=query)
        | Q(enrollment__batch__name__icontains=query)
        | Q(enrollment__batch__code__iexact=query)
        | Q(enrollment__batch__agreement__partner__name__icontains=query)
    )


def of_kind(certificates, kind):
    """Training or partial, the first of each; or the duplicates of both."""
    if kind == DUPLICATE:
        return certificates.exclude(duplicate_of=None)
    return certificates.originals().filter(kind=kind) if kind in Certificate.Kind else certificates


def schools(user):
    """Partners with a number in the book."""
    numbered = Certificate.objects.visible_to(user).exclude(number=None)
    return Partner.objects.filter(
        pk__in=numbered.order_by().values("enrollment__batch__agreement__partner")
    ).order_by("name")


def remark(certificate):
    """What the book says beside a number: void, revoked, replaced, replacing, a duplicate; or nothing."""
    return "; ".join(_remarks(certificate))


def _remarks(one):
    if one.kind == Certificate.Kind.PARTIAL:
        yield _("surat keterangan")
    if one.is_duplicate:
        yield _("duplikat dari %(number)s") % {"number": one.duplicate_of.number}
    if one.replaces:
        yield _("menggantikan %(number)s") % {"number": one.replaces.number}
    if one.status == Status.NUMBERED:
        yield _("belum disegel")
    if one.status == Status.VOID:
        yield _("batal: %(reason)s") % {"reason": one.void_reason}
    if one.status == Status.REVOKED:
        yield _("dicabut %(day)s: %(reason)s") % _end_of(one)
    if one.status == Status.SUPERSEDED:
        number = one.replaced_by.number if hasattr(one, "replaced_by") else None
        by = _("digantikan %(number)s, %(day)s: %(reason)s")
        alone = _("digantikan %(day)s: %(reason)s")
        yield (by if number else alone) % (_end_of(one) | {"number": number})


def _end_of(one):
    day = date_format(timezone.localdate(one.ended_at))
    return {"day": day, "reason": one.get_end_reason_display()}
