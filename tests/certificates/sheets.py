"""Certificates as they are after sealing, without the way there; and sheets that are on their way."""

import hashlib
from datetime import date

from certificates import services
from certificates.models import Certificate, NumberSeries
from tests.certificates.stages import LAST_DAY
from tests.partnerships.scans import pdf

SEALED_AT = "2026-01-02T03:00Z"


def certify(training, *, pdfs=None, key="BKR/SMKN3-JBR/2025", **more):
    """A sealed certificate for everybody of `training`; with `pdfs`, their files as well."""
    series, _ = NumberSeries.objects.get_or_create(key=key)
    made = []
    for place, enrollment in enumerate(training.enrollments):
        content = pdfs[place] if pdfs else b"%PDF-"
        certificate = Certificate.objects.create(
            **{
                "enrollment": enrollment,
                "status": Certificate.Status.SEALED,
                "dated_on": LAST_DAY,
                "prepared_by": training.cast.certificate_admin,
                "approved_by": training.cast.head,
                "approved_at": SEALED_AT,
                "series": series,
                "sequence": place + 1,
                "number": f"{place + 1:03d}/{key.replace('/2025', '')}/XII/2025",
                "content": {"name": enrollment.inmate.name, "program": "Produksi Bakery"},
                "numbered_at": SEALED_AT,
                "sealed_at": SEALED_AT,
                "sha256": hashlib.sha256(content).hexdigest(),
                "byte_count": len(content),
            }
            | more
        )
        if pdfs:
            certificate.path.parent.mkdir(parents=True, exist_ok=True)
            certificate.path.write_bytes(content)
        made.append(certificate)
    return made


def move(certificates, *steps, by, on=date(2026, 1, 5), place="Lemari 3"):
    """The sheets take these steps, one after the other."""
    for step in steps:
        services.move_papers(
            certificates=certificates,
            step=step,
            happened_on=on,
            place=place if step == "stored" else "",
            by=by,
        )


def two_pages(*, pages=2):
    return pdf(pages, size=(842, 595))
