"""Agreements with their signatories and scan, signed as the officers of the demo would record them."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from partnerships.models import Agreement, Commitment, Document, Side
from partnerships.services import (
    add_signatory,
    keep_document,
    record_agreement,
    record_commitment,
    record_delivery,
)

A4_PIXELS = (827, 1169)  # at 100 dpi
PAPER, PRINT, INK, STAMP = "#fdfcf8", "#b9bcc0", "#2b4596", "#7a4aa8"
PAPERS = (
    (Document.Kind.SIGNED, "PKS bertanda tangan", 4),
    (Document.Kind.ANNEX, "Lampiran kurikulum", 2),
)
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
        for kind, title, pages in PAPERS:
            file = scan(f"{title}.pdf", pages, is_signed=kind == Document.Kind.SIGNED)
            keep_document(agreement=agreement, kind=kind, title=title, file=file, by=by)
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


@dataclass(frozen=True)
class Pledge:
    """One line of rights and duties; `deliveries` are (day, amount, note) of what is noted by hand."""

    side: Side
    kind: Commitment.Kind
    title: str
    promised: int
    measure: str = ""
    pace: Commitment.Pace = Commitment.Pace.EVEN
    due_on: date | None = None
    deliveries: tuple = ()


def promise(agreement, pledges, *, today, by):
    """Record the pledges, with those deliveries that `today` has seen."""
    for pledge in pledges:
        commitment = record_commitment(
            agreement=agreement,
            by=by,
            side=pledge.side,
            kind=pledge.kind,
            title=pledge.title,
            promised=pledge.promised,
            measure=pledge.measure,
            pace=pledge.pace,
            due_on=pledge.due_on,
        )
        for day, amount, note in pledge.deliveries:
            if day <= today:
                record_delivery(
                    commitment=commitment, by=by, amount=amount, delivered_on=day, note=note
                )


def scan(filename, pages, *, is_signed):
    """Bars stand for the text of the scan: the wording of the real agreements is not ours to make up."""
    sheets = [sheet() for _ in range(pages)]
    if is_signed:
        put_signatures(sheets[-1])
    content = io.BytesIO()
    sheets[0].save(content, "PDF", save_all=True, append_images=sheets[1:], resolution=100)
    return ContentFile(content.getvalue(), name=filename)


def sheet():
    paper = Image.new("RGB", A4_PIXELS, PAPER)
    pen = ImageDraw.Draw(paper)
    pen.rectangle((254, 96, 573, 112), PRINT)
    for row in range(24):
        shorter = 0 if (row + 1) % 6 else 240
        pen.rectangle((110, 170 + 28 * row, 717 - shorter, 178 + 28 * row), PRINT)
    return paper


def put_signatures(paper):
    pen = ImageDraw.Draw(paper)
    for left in (130, 500):
        stroke = ((0, 60), (38, 8), (52, 74), (84, 22), (98, 66), (132, 30), (190, 44))
        pen.line([(left + x, 940 + y) for x, y in stroke], INK, width=3, joint="curve")
        pen.rectangle((left, 1034, left + 190, 1042), PRINT)
        pen.ellipse((left - 46, 912, left + 64, 1022), outline=STAMP, width=3)
