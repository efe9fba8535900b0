"""The office's own papers about certificates: receipt, register, list of what nobody fetched."""

from django.utils import timezone, translation

from certificates.queries.register import remark
from core.pdf import render_pdfs


def receipt_pdf(certificate, *, move=None, shows_taker=True, paper="a4"):
    """The receipt of a certificate as PDF bytes; without a `move`, with room to write who takes it.

    What the taker is to the holder, and where it was, may tell where the holder went: `shows_taker`.
    """
    return _pdf(
        "receipt",
        paper,
        certificate=certificate,
        facility=certificate.facility,
        move=move,
        shows_taker=shows_taker,
        program=certificate.content.get("program", ""),
    )


def register_pdf(certificates, *, facility, is_picked, paper="a4"):
    """The book of numbers as PDF bytes; `is_picked` when not all of it is there."""
    with translation.override("id"):
        rows = [(one, remark(one)) for one in certificates]
    return _pdf("register", paper, rows=rows, facility=facility, is_picked=is_picked)


def unclaimed_pdf(certificates, *, facility, shows_dates, paper="a4"):
    """Sheets whose holders have left, as PDF bytes."""
    return _pdf(
        "unclaimed", paper, certificates=certificates, facility=facility, shows_dates=shows_dates
    )


def _pdf(name, paper, **context):
    with translation.override("id"):
        context |= {"paper": paper, "printed_on": timezone.localdate()}
        (pdf,) = render_pdfs(
            f"certificates/pdf/{name}.html", [context], stylesheet="css/print/certificates.css"
        )
    return pdf
