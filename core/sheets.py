"""Spreadsheets from outside (xlsx, xls, ods, csv) as rows of text; see sheet_reading.py for how they are opened."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from core.sandbox import GaveUp, run

READING = Path(__file__).with_name("sheet_reading.py")
PATIENCE_SECONDS = 9

REFUSALS = {
    "encrypted": gettext_lazy(
        "Berkas ini dilindungi kata sandi. Hapus kata sandinya di Excel, lalu unggah lagi."
    ),
    "macros": gettext_lazy(
        "Berkas ini membawa makro. Simpan ulang sebagai buku kerja Excel biasa (.xlsx)."
    ),
    "markup": gettext_lazy(
        "Berkas ini halaman web yang dinamai lembar kerja. Buka di Excel, lalu simpan sebagai .xlsx."
    ),
    "other": gettext_lazy("Berkas ini bukan lembar kerja. Unggah .xlsx, .xls, .ods, atau .csv."),
    "damaged": gettext_lazy(
        "Berkas ini rusak. Buka di Excel, simpan ulang sebagai .xlsx, lalu unggah lagi."
    ),
    "heavy": gettext_lazy(
        "Isi berkas ini terlalu besar untuk dibaca. Salin daftarnya saja ke buku kerja baru."
    ),
    "rows": gettext_lazy("Berkas ini lebih dari 20.000 baris. Bagi menjadi beberapa berkas."),
    "quote": gettext_lazy(
        "Tanda kutip di berkas CSV ini tidak ditutup. Simpan sebagai .xlsx, lalu unggah lagi."
    ),
}


@dataclass(frozen=True)
class Sheet:
    """`rows` are [(number as the spreadsheet shows it, [text of each cell])], empty ones left out."""

    name: str
    is_hidden: bool
    rows: list


def read_sheets(content):
    """The sheets of a spreadsheet's bytes; ValidationError says why it is not read, and how to mend it."""
    try:
        answer = json.loads(run(READING, content, patience=PATIENCE_SECONDS))
    except GaveUp:
        answer = {"refused": "heavy"}
    if "refused" in answer:
        raise ValidationError(REFUSALS[answer["refused"]], code=answer["refused"])
    return [Sheet(**sheet) for sheet in answer["sheets"]]
