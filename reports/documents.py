"""The papers of a renewal: the sheet of promises, and the letter that asks for a talk.

They are letters of an Indonesian office, so their words are Indonesian whatever the screen's language.
"""

from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format

from accounts.templatetags.letterhead import in_full
from core.pdf import render_pdfs
from core.templatetags.figures import figure
from partnerships.models import Agreement, Partner, Side, Signatory
from reports.letter_docx import letter_docx

PAPERS = ("a4", "f4")
HEADS = ("Kepala", "Plt.", "Plh.", "Direktur", "Pimpinan", "Ketua Yayasan")


def promises_pdf(ledger, *, paper):
    """The sheet for the table of the renewal talk, on `paper` of PAPERS, as PDF bytes."""
    context = {
        "ledger": ledger,
        "paper": paper,
        "facility": ledger.root.facility,
        "sides": [
            (ledger.root.partner, _of_side(ledger, Side.PARTNER)),
            (in_full(ledger.root.facility), _of_side(ledger, Side.FACILITY)),
        ],
        "signatures": _signatures(ledger),
    }
    return _pdf("reports/pdf/promises.html", context, "css/print/promises.css")


def renewal_letter_pdf(ledger):
    """The renewal letter, ready to print, as PDF bytes."""
    with translation.override("id"):
        context = {"letter": renewal_letter(ledger), "facility": ledger.root.facility}
    return _pdf(
        "reports/pdf/renewal_letter.html", context | {"ledger": ledger}, "css/print/letter.css"
    )


def renewal_letter_docx(ledger):
    """The same letter to be edited, as DOCX bytes."""
    with translation.override("id"):
        return letter_docx(renewal_letter(ledger), ledger.root.facility, ledger.today)


def _pdf(template, context, stylesheet):
    with translation.override("id"):
        [pdf] = render_pdfs(template, [context], stylesheet=stylesheet)
    return pdf


def _of_side(ledger, side):
    return [promise for promise in ledger.promises if promise.commitment.side == side]


# Who signs


@dataclass(frozen=True)
class Signature:
    """Under a paper: for whom, as what, and by whom; an empty name is a line to be filled in."""

    title: str
    name: str = ""
    nip: str = ""


def _signatures(ledger):
    """{side: Signature} of both sides, of those who are in office today."""
    people = (
        Signatory.objects.filter(agreement__in=ledger.parts, removed_at=None)
        .exclude(leaves_office_on__lt=ledger.today)
        .exclude(took_office_on__gt=ledger.today)
        .order_by("-agreement__starts_on", "pk")
    )
    nobody = {
        Side.FACILITY: f"Kepala {ledger.root.facility}",
        Side.PARTNER: _head_of(ledger.root.partner),
    }
    return {side.value: _signature(people, side, title) for side, title in nobody.items()}


def _signature(people, side, title):
    """A head before anybody else: the others of a school sign certificates."""
    ours = [one for one in people if one.side == side]
    heads = [one for one in ours if one.title.startswith(HEADS)]
    for one in heads or ours:
        return Signature(one.title, one.name, one.nip)
    return Signature(title)


def _head_of(partner):
    head = "Pimpinan" if partner.kind == Partner.Kind.COMPANY else "Kepala"
    return f"{head} {partner}"


# The letter


@dataclass(frozen=True)
class Letter:
    """A surat dinas in the order in which it is read; `blanks` are filled in by hand."""

    place_and_date: str
    particulars: list
    recipient: list
    opening: list
    facts: list
    open_heading: str
    open_items: list
    proposal: str
    blanks: list
    closing: list
    signature: Signature


BLANK = "." * 44


def renewal_letter(ledger):
    """The Letter that asks the partner to a talk about renewing; call it under the language "id"."""
    root = ledger.root
    return Letter(
        place_and_date=f"{root.facility.city}, {date_format(ledger.today)}",
        particulars=[
            ("Nomor", BLANK),
            ("Sifat", "Biasa"),
            ("Lampiran", "1 (satu) berkas" if ledger.promises else "–"),
            ("Hal", f"Pembahasan perpanjangan {_kind(root)}"),
        ],
        recipient=[f"Yth. {_head_of(root.partner)}", *_address_of(root.partner)],
        opening=["Dengan hormat,", _reference(ledger), _counted_until(ledger)],
        facts=_facts(ledger.counts),
        open_heading=_open_heading(ledger),
        open_items=[_open_item(promise, root) for promise in ledger.left_over],
        proposal=_proposal(ledger),
        blanks=[("Hari, tanggal", BLANK), ("Pukul", BLANK), ("Tempat", BLANK)],
        closing=_closing(ledger),
        signature=_signatures(ledger)[Side.FACILITY],
    )


def _kind(root):
    return Agreement.Kind(root.kind).label


def _address_of(partner):
    return [line for line in (partner.address, f"di {partner.city}") if line]


def _reference(ledger):
    root = ledger.root
    count = len(ledger.parts) - 1
    addenda = f" beserta {count} adendumnya" if count else ""
    ends = "telah berakhir pada" if _is_over(ledger) else "berlaku sampai dengan"
    return (
        f"Sehubungan dengan {_kind(root)} antara {in_full(root.facility)} dan {root.partner}, "
        f"Nomor {root.facility_number} (nomor Lapas) dan Nomor {root.partner_number} "
        f"(nomor mitra){addenda}, yang ditandatangani pada {date_format(root.signed_on)} dan "
        f"{ends} {date_format(ledger.last_day_on)}, kami menyampaikan terima kasih "
        "atas kerja sama Bapak/Ibu dalam menyelenggarakan pelatihan kemandirian bagi Warga Binaan."
    )


def _is_over(ledger):
    return ledger.last_day_on < ledger.today


def _counted_until(ledger):
    return f"Sampai dengan {date_format(ledger.today)} telah terlaksana:"


def _facts(counts):
    return [
        ("Angkatan", f"{figure(counts.batches)} angkatan"),
        ("Jam pelajaran yang diajarkan", f"{figure(counts.hours)} JP"),
        ("Instruktur yang mengajar", f"{figure(counts.instructors)} orang"),
        ("Peserta", f"{figure(counts.seats)} orang"),
        ("Sertifikat yang terbit", f"{figure(counts.certificates)} lembar"),
    ]


def _open_heading(ledger):
    if not ledger.promises:
        return ""
    if not ledger.left_over:
        return "Menurut catatan kami, seluruh janji kedua pihak telah terpenuhi."
    return "Menurut catatan kami, yang belum terpenuhi seluruhnya:"


def _open_item(promise, root):
    commitment = promise.commitment
    party = root.partner if commitment.side == Side.PARTNER else root.facility
    return (
        f"{commitment} ({party}): terpenuhi {figure(promise.delivered)} dari "
        f"{figure(promise.promised)} {commitment.measure}, sisa {figure(promise.left)}."
    )


def _proposal(ledger):
    when = (
        "dalam waktu dekat"
        if _is_over(ledger)
        else f"sebelum perjanjian berakhir pada {date_format(ledger.last_day_on)}"
    )
    return (
        "Untuk itu kami mengusulkan pertemuan kedua pihak guna membahas perpanjangan perjanjian "
        f"tersebut, {when}, pada:"
    )


def _closing(ledger):
    thanks = "Demikian kami sampaikan. Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih."
    if not ledger.promises:
        return [thanks]
    return [
        "Lembar realisasi hak dan kewajiban kami lampirkan sebagai bahan pembahasan.",
        thanks,
    ]
