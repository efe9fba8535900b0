"""Agreements with their signatories and scan, signed as the officers of the demo would record them."""

import io
from datetime import timedelta

from django.core.files.base import ContentFile
from pypdf import PdfWriter

from partnerships.models import Agreement, Side
from partnerships.services import add_signatory, keep_document, record_agreement

A4_POINTS = (595, 842)
LEGAL_BASIS = "Undang-Undang Nomor 22 Tahun 2022 tentang Pemasyarakatan"
MARGIN_DAYS = 120


def sign(*, by, head, certificate_signatories, is_scanned=True, **fields):
    """A PKS; `head` and `certificate_signatories` are (name, title), the last of the latter the school's head."""
    agreement = record_agreement(by=by, kind=Agreement.Kind.PKS, legal_basis=LEGAL_BASIS, **fields)
    side = Side
    people = [(side.FACILITY, *head)] + [(side.PARTNER, *one) for one in certificate_signatories]
    for side_of_one, name, title in people:
        add_signatory(
            agreement=agreement,
            by=by,
            side=side_of_one,
            name=name,
            title=title,
            has_certificate_signature=side_of_one == side.PARTNER,
        )
    if is_scanned:
        keep_document(agreement=agreement, file=scan("PKS bertanda tangan.pdf"), by=by)
    return agreement


def prolong(agreement, *, today, by):
    """An addendum where the agreement would end under a class that runs around `today`.

    The two real agreements have fixed dates, and the demo is still wanted after them.
    """
    if agreement.ends_on >= today + timedelta(MARGIN_DAYS):
        return
    record_agreement(
        by=by,
        kind=Agreement.Kind.ADDENDUM,
        parent=agreement,
        partner=agreement.partner,
        facility_number=f"{agreement.facility_number}.A",
        partner_number=f"{agreement.partner_number}.A",
        signed_on=min(agreement.ends_on, today),
        starts_on=agreement.ends_on + timedelta(1),
        ends_on=today + timedelta(2 * 365),
    )


def scan(filename):
    """An empty page stands for the scan: the wording of the real agreements is not ours to make up."""
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(*A4_POINTS)
    writer.write(content)
    return ContentFile(content.getvalue(), name=filename)
