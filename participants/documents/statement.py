"""The surat keterangan that goes along with a person: a paper, and inside it the same for the next facility to read."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from core.pdf import Attachment, render_pdfs
from partnerships.documents.media import media_type_of
from partnerships.documents.sandbox import Undrawable, ask
from partnerships.models.documents import PDF

LETTER_NAME = "surat-keterangan.json"
MOST_PDF_BYTES = 5 * 2**20
MOST_LETTER_BYTES = 100_000


def statement_pdf(content, letter, *, facility, paper):
    """The paper on "a4" or "f4" as PDF bytes, the `letter` (JSON bytes with signature) attached to it."""
    made_at = datetime.fromisoformat(content["made_at"])
    context = {
        "says": unfolded(content),
        "facility": facility,
        "paper": paper,
        "attachments": [Attachment(LETTER_NAME, letter, made_at)],
    }
    with translation.override("id"):
        [pdf] = render_pdfs(
            "participants/pdf/statement.html", [context], stylesheet="css/print/statement.css"
        )
    return pdf


def letter_in(file):
    """The bytes of the letter inside an uploaded PDF; nothing is believed of either yet.

    The file is opened in a process of its own. ValidationError says what is wrong and how to mend it.
    """
    file.seek(0)
    pdf = file.read(MOST_PDF_BYTES + 1)
    if len(pdf) > MOST_PDF_BYTES:
        raise ValidationError(
            _("Berkas lebih besar dari %(limit)s MB, jadi bukan surat keterangan dari LapasApp.")
            % {"limit": MOST_PDF_BYTES // 2**20}
        )
    if media_type_of(pdf) != PDF:
        raise ValidationError(
            _("Berkas ini bukan PDF. Unggah surat keterangan aslinya, bukan foto atau pindaian.")
        )
    try:
        attachments = json.loads(ask(pdf, "attachments"))
    except Undrawable:
        raise ValidationError(
            _("PDF ini rusak atau terkunci. Minta berkas aslinya dari Lapas asal.")
        ) from None
    if [name for name, _content in attachments] != [LETTER_NAME]:
        raise ValidationError(
            _(
                "PDF ini tidak membawa data surat keterangan. Unggah berkas aslinya: "
                "hasil cetak, pindaian, atau simpan ulang kehilangan datanya."
            )
        )
    return base64.b64decode(attachments[0][1])


def unfolded(content):
    """What a statement says, its days as dates and its numbers as Decimals.

    ValueError or ArithmeticError when they are none.
    """
    days = ("dated_on", "joined_on", "left_on")
    return (
        content
        | {name: _day(content[name]) for name in days}
        | {
            "percent": _decimal(content["percent"]),
            "person": content["person"] | {"born_on": _day(content["person"]["born_on"])},
            "units": [unit | {"score": _decimal(unit["score"])} for unit in content["units"]],
        }
    )


def _day(text):
    return date.fromisoformat(text) if text else None


def _decimal(text):
    if not text:
        return None
    value = Decimal(text)
    if not 0 <= value <= 100:
        raise ValueError(text)
    return value
