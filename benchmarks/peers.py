"""The same certificates made by other programs, whichever are installed: each peer is a function that
makes the whole batch.

The browsers and office programs get the HTML that plain WeasyPrint gets. The libraries that draw get the
same two pages: the artwork path by path, the texts, the table of units, the QR code, fonts embedded.
"""

import shutil
import subprocess
from contextlib import suppress
from importlib.util import find_spec

import segno

from benchmarks.certificates import pages_on_disk, papers
from core.pdf import static_file

PAGE = (841.89, 595.28)  # points
ART = ("img/certificate/frame-front.svg", "img/certificate/frame-back.svg")


def installed():
    """[(name, function)] of those that this machine has."""
    found = []
    if chromium := shutil.which("chromium") or shutil.which("google-chrome"):
        found.append(("Chromium, started each time", lambda: browser(chromium)))
        if find_spec("playwright"):
            found.append(("Chromium, kept open", lambda: open_browser(chromium)))
    if wkhtmltopdf := shutil.which("wkhtmltopdf"):
        found.append(("wkhtmltopdf", lambda: each_page([wkhtmltopdf, "-q"])))
    if soffice := shutil.which("soffice"):
        found.append(("LibreOffice, one call", lambda: office(soffice)))
    if find_spec("fpdf"):
        found.append(("fpdf2, drawn", fpdf2))
    if find_spec("reportlab"):
        found.append(("ReportLab, drawn", reportlab))
    return found


def browser(program):
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    for page in pages_on_disk():
        run([program, *quiet, f"--print-to-pdf={page.with_suffix('.pdf')}", page.as_uri()])


def open_browser(program):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = chromium.new_page()
        for page in pages_on_disk():
            tab.goto(page.as_uri())
            tab.pdf(path=page.with_suffix(".pdf"), prefer_css_page_size=True)
        chromium.close()


def each_page(command):
    for page in pages_on_disk():
        run([*command, str(page), str(page.with_suffix(".pdf"))])


def office(program):
    found = list(pages_on_disk())
    folder = str(found[0].parent)
    run([program, "--headless", "--convert-to", "pdf", "--outdir", folder, *map(str, found)])


def run(command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# Libraries that draw


def lines_of(content):
    """(page, x, y in points from the top, font, size, text) of everything that is written."""
    centre = PAGE[0] / 2
    yield from (
        (0, centre, 145, "bold", 14, content["school"]["name"].upper()),
        (0, centre, 190, "bold", 35, "SERTIFIKAT PELATIHAN"),
        (0, centre, 210, "text", 11, f"Nomor {content['number']}"),
        (0, centre, 285, "bold", 42, content["name"]),
        (0, centre, 355, "bold", 27, content["program"]),
        (0, centre, 380, "text", 13, f"{content['hours']} jam pelajaran, {content['predicate']}"),
        (1, centre, 100, "bold", 14, content["name"]),
    )
    for place, one in zip((215, 625), content["signatories"], strict=True):
        yield 0, place, 430, "text", 12, one["title"]
        yield 0, place, 510, "bold", 13, one["name"]
    for row, unit in enumerate(content["units"]):
        cells = ("code", "title", "theory_hours", "practice_hours", "score", "predicate")
        places = (120, 330, 530, 580, 630, 700)
        for place, cell in zip(places, cells, strict=True):
            yield 1, place, 150 + 18 * row, "text", 9, str(unit[cell])


def modules_of(paper):
    """(x, y, length) of the QR code's dark runs, in modules."""
    for y, row in enumerate(segno.make_qr(paper.qr, error="m", boost_error=False).matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None


def font_files():
    return {
        name: str(static_file(f"static:fonts/certificate/EBGaramond-{weight}.ttf"))
        for name, weight in (("text", "Regular"), ("bold", "SemiBold"))
    }


def fpdf2():
    from fpdf import FPDF

    for paper in papers():
        pdf = FPDF(orientation="landscape", unit="pt", format="A4")
        for name, path in font_files().items():
            pdf.add_font(name, fname=path)
        written = list(lines_of(paper.content))
        for number, art in enumerate(ART):
            pdf.add_page()
            pdf.image(str(static_file(f"static:{art}")), 0, 0, PAGE[0], PAGE[1])
            for page, x, y, font, size, text in written:
                if page == number:
                    pdf.set_font(font, size=size)
                    pdf.text(x - pdf.get_string_width(text) / 2, y, text)
            if number == 0:
                for x, y, length in modules_of(paper):
                    pdf.rect(390 + x, 410 + y, length, 1, style="F")
        pdf.output()


def reportlab():
    from io import BytesIO

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name, path in font_files().items():
        pdfmetrics.registerFont(TTFont(name, path))
    artwork = [list(strokes_of(art)) for art in ART]
    for paper in papers():
        canvas = Canvas(BytesIO(), pagesize=PAGE)
        written = list(lines_of(paper.content))
        for number, strokes in enumerate(artwork):
            draw_strokes(canvas, strokes)
            for page, x, y, font, size, text in written:
                if page == number:
                    canvas.setFont(font, size)
                    canvas.drawCentredString(x, PAGE[1] - y, text)
            if number == 0:
                for x, y, length in modules_of(paper):
                    canvas.rect(390 + x, PAGE[1] - 410 - y, length, 1, stroke=0, fill=1)
            canvas.showPage()
        canvas.save()


def strokes_of(art):
    """The artwork as the operators that WeasyPrint writes for it, each (numbers, operator)."""
    from weasyprint import HTML

    seen = []

    class Watched(dict):
        def __setitem__(self, url, picture):
            draw = picture.draw

            def noting(stream, *how):
                before = len(stream.stream)
                draw(stream, *how)
                seen.extend(stream.stream[before:])

            picture.draw = noting
            super().__setitem__(url, picture)

    url = static_file(f"static:{art}").as_uri()
    HTML(string=f'<img src="{url}">').write_pdf(cache=Watched())
    for line in seen:
        *numbers, operator = line.split()
        with suppress(ValueError):
            yield [float(number) for number in numbers], operator.decode()


def draw_strokes(canvas, strokes):
    path = canvas.beginPath()
    for numbers, operator in strokes:
        if operator == "m":
            path.moveTo(*numbers)
        elif operator == "l":
            path.lineTo(*numbers)
        elif operator == "c":
            path.curveTo(*numbers)
        elif operator == "h":
            path.close()
        elif operator in ("S", "f", "B"):
            canvas.drawPath(path, stroke=operator != "f", fill=operator != "S")
            path = canvas.beginPath()
        elif operator == "q":
            canvas.saveState()
        elif operator == "Q":
            canvas.restoreState()
        elif operator == "cm":
            canvas.transform(*numbers)
        elif operator == "w":
            canvas.setLineWidth(*numbers)
        elif operator == "RG":
            canvas.setStrokeColorRGB(*numbers)
        elif operator == "rg":
            canvas.setFillColorRGB(*numbers)
