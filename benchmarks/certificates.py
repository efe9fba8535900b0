"""Drawing certificates: a batch through core.pdf, beside plain WeasyPrint and whatever else is installed."""

import atexit
import os
import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

from certificates.documents import Paper, certificate_pdfs, look_of, sheet
from certificates.models import Certificate
from certificates.papers import paper_of
from certificates.services import issuer_key, signer_for
from core.pdf import static_file
from tests.certificates.paper import ARIF, like_arif, units
from tests.factories import PartnerFactory

BATCH = 40
NAIVE_BATCH = 4
RUNS = 3  # each takes a minute
NAMES = ("Achmad Fauzi", "Sutrisno", "Siti Nurhaliza Kusumaningrum", "Abdurrahman Hidayatullah")
# As long as a signed claim usually is.
CLAIM = "A2B3C4D5E6" * 27


def papers(count=NAIVE_BATCH):
    """Different people with eight to fifteen units and a QR code of the usual size."""
    for number in range(count):
        content = like_arif(
            name=f"{NAMES[number % len(NAMES)]} {chr(65 + number % 26)}",
            number=f"{number + 1:03d}/BKR/SMKN3-JBR/XII/2025",
            units=units(8 + number % 8),
        )
        yield Paper(content, qr=f"{ARIF['verify_url']}#{CLAIM}")


@cache
def web_folder():
    """The static files with fonts as the web has them, woff2."""
    from fontTools.ttLib import TTFont

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    static = static_file("static:css/theme.css").parent.parent
    for name in ("img", "css"):
        shutil.copytree(static / name, folder / name)
    (folder / "fonts" / "certificate").mkdir(parents=True)
    for path in (static / "fonts" / "certificate").glob("*.ttf"):
        font = TTFont(path)
        font.flavor = "woff2"
        font.save(folder / "fonts" / "certificate" / f"{path.stem}.woff2")
    for stylesheet in (folder / "css").glob("certificate-*.css"):
        stylesheet.write_text(stylesheet.read_text().replace('.ttf"', '.woff2"'))
    return folder


@cache
def pages():
    """Each certificate as one complete HTML page."""
    folder = web_folder().as_uri()
    found = []
    for paper in papers():
        look = look_of(paper.content)
        html = get_template(look.template).render(sheet(paper, look))
        link = f'<link rel="stylesheet" href="{folder}/{look.stylesheet}">'
        found.append(html.replace("</head>", f"{link}</head>").replace("static:", f"{folder}/"))
    return found


def pages_on_disk():
    for number, html in enumerate(pages()):
        path = web_folder() / f"{number}.html"
        path.write_text(html)
        yield path


def naive():
    from weasyprint import HTML

    for html in pages():
        HTML(string=html).write_pdf(pdf_variant="pdf/a-3b")


def ours(workers):
    def draw():
        settings.PDF_WORKERS = workers
        return list(certificate_pdfs(papers(BATCH)))

    return draw


def sealed(workers):
    """The whole way of a batch: QR claims and credentials signed, drawn, signed in the school's name, kept."""
    settings.PDF_SIGNER = "own"
    settings.KEY_ROOT = settings.CERTIFICATE_ROOT = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, settings.KEY_ROOT)
    key, signer = issuer_key(), signer_for(PartnerFactory(name="SMK Negeri 3 Jember"))
    certificates = [
        Certificate(
            pk=number,
            content=paper.content,
            number=paper.content["number"],
            dated_on=date(2025, 12, 31),
            numbered_at=datetime(2026, 1, 5, tzinfo=UTC),
        )
        for number, paper in enumerate(papers(BATCH), start=1)
    ]

    def seal():
        settings.PDF_WORKERS = workers
        pdfs = certificate_pdfs(paper_of(one, key) for one in certificates)
        for one, pdf in zip(certificates, pdfs, strict=True):
            with (settings.CERTIFICATE_ROOT / f"{one.pk}.pdf").open("wb") as file:
                file.write(signer.sign(pdf, one))
                os.fsync(file.fileno())

    return seal


def rows(race):
    from benchmarks import peers

    installed = peers.installed()
    ways = (naive, ours(1), ours(2), sealed(2), *(make for _name, make in installed))
    plain, one, two, whole, *others = race(*ways, runs=RUNS)
    batch_of_naive, each = plain / NAIVE_BATCH * BATCH, 1000 / BATCH
    for what, seconds in (
        ("certificates, one core: naive / ours", one),
        ("certificates, two workers: naive / ours", two),
        ("certificates, two workers, signed: naive / ours", whole),
    ):
        yield what, batch_of_naive / seconds, f"{seconds * each:.0f} ms each"
    for (name, _make), seconds in zip(installed, others, strict=True):
        ratio = seconds / NAIVE_BATCH * BATCH / one
        yield f"certificates: {name} / ours", ratio, f"{seconds / NAIVE_BATCH * 1000:.0f} ms each"
