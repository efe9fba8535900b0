"""What a design may add to a certificate: letterhead, English title, emblems, a duplicate's line."""

import base64
from io import BytesIO

from PIL import Image, ImageDraw

from certificates import documents
from certificates.documents import Paper
from tests.certificates.paper import (
    ARIF,
    LONG_SCHOOL,
    LONG_SIGNATORIES,
    PROGRAM_OF_90,
    like_arif,
    units,
)


def png(width, height):
    """An uploaded emblem of some other shape than ours, as a data URL."""
    picture, file = Image.new("RGB", (width, height), "white"), BytesIO()
    ImageDraw.Draw(picture).ellipse((1, 1, width - 2, height - 2), outline="maroon", width=6)
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


EMBLEMS = {"sha256:wide": png(600, 240), "sha256:high": png(160, 420)}
FIRST = {"number": "001/BKR/SMKN3-JBR/XII/2025", "issued_on": "2025-12-31"}
WORDING = ARIF["wording"]
VARIANTS = {
    "letterhead": like_arif(
        letterhead={
            "above": ["PEMERINTAH PROVINSI JAWA TIMUR", "DINAS PENDIDIKAN"],
            "address": "Jalan Contoh Nomor 31, Jember 68100 · Telepon (0331) 000000",
        },
    ),
    "bilingual duplicate": like_arif(
        letterhead={"above": ["YAYASAN PENDIDIKAN CONTOH"], "address": ""},
        school={**ARIF["school"], "emblem": "sha256:high"},
        program_emblem="sha256:wide",
        wording={**WORDING, "title_en": "Certificate of Training"},
        duplicate_of=FIRST,
        is_specimen=False,
    ),
    "partial": like_arif(
        kind="partial",
        program_emblem="leaf",
        predicate="",
        attendance_percent="",
        units=units(1),
        wording={
            **WORDING,
            "title": "Surat Keterangan",
            "title_en": "Statement of Units Completed",
            "sentence": "telah mengikuti sebagian unit kompetensi pada pelatihan",
        },
    ),
    "longest words": like_arif(
        letterhead={
            "above": [
                "PEMERINTAH PROVINSI LAMPUNG DAN KABUPATEN LAMPUNG TIMUR SERTA KOTA DI SEKITARNYA",
                "DINAS PENDIDIKAN, KEBUDAYAAN, PEMUDA, OLAHRAGA, DAN PARIWISATA DAERAH SETEMPAT",
            ],
            "address": "Jalan Raya Pertanian Pembangunan Nomor 131, Kelurahan Sukadana Ilir,"
            " Kabupaten Lampung Timur 34194, Telepon (0725) 000000, surat@contoh.sch.id, NPSN 1080",
        },
        school={**LONG_SCHOOL, "emblem": "sha256:wide"},
        program_emblem="sha256:high",
        wording={
            "title": "Sertifikat Pelatihan Kompetensi Keahlian",
            "title_en": "Certificate of Competence Based Vocational Training Programs",
            "opening": "dengan bangga dan rasa syukur sertifikat ini diberikan untuk",
            "sentence": "atas keberhasilannya menyelesaikan seluruh rangkaian pelatihan berbasis"
            " kompetensi kerja",
        },
        name="MUHAMMAD ABDURRAHMAN WAHYU HIDAYATULLAH PRAWIRANEGARA KUSUMA",
        program=PROGRAM_OF_90,
        signatories=LONG_SIGNATORIES,
        duplicate_of=FIRST,
        verify_url=f"{ARIF['verify_url']}#{'A2B3C4D5E6' * 36}",  # a QR code of 77 modules
    ),
}


def variants_in(look):
    return {name: {**content, "look": look} for name, content in VARIANTS.items()}


def drawn_variants(contents):
    """{name: PDF} of contents that may name an uploaded emblem."""
    papers = [Paper(one, qr=one["verify_url"], emblems=EMBLEMS) for one in contents.values()]
    return dict(zip(contents, documents.certificate_pdfs(papers), strict=True))
