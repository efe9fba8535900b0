"""Prints real sheets for the simulator: `python -m tests.paper.printing`, once after each change of the sheet.

The PDF is made as the office makes it, in a throw-away database, and kept as pictures beside a list of them.
"""

import json
import os
import shutil

import pypdfium2
from PIL import Image

from tests.paper.sheets import DRAWN, SCALE

# Short, usual, and as long as names get; none of a living person.
NAMES = [
    "Sutrisno",
    "Achmad Fauzi bin Hasanudin",
    "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra",
    "Ni Luh Putu Ayu Kartikasari",
    "Y",
    "Raden Mas Haryo Suryodiningrat Prawirokusumo alias Gendut bin Almarhum Karto Dimejo",
    "Yohanes Fransiskus Xaverius Ngongo",
    "I Gusti Ngurah Agung Bagus Oka Mahaputra",
    "Slamet",
]


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "lapasapp.settings_test"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    try:
        call_command("migrate", verbosity=0)
        listed = [fact for paper in ("a4", "f4") for fact in keep(*printed(paper))]
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    (DRAWN / "sheets.json").write_text(json.dumps(listed, indent=2))
    print("\n".join(f"{fact['name']} {fact['code']} {fact['people']}" for fact in listed))


def printed(paper, people=33):
    """(PaperPages, PDF) of a class of `people` on that paper."""
    from accounts.roles import Role
    from participants.documents.sheet import sheets_pdf
    from participants.services.printing import print_sheets
    from tests import factories

    session = factories.SessionFactory()
    for number in range(people):
        inmate = factories.InmateFactory(
            facility=session.batch.facility, name=NAMES[number % len(NAMES)]
        )
        factories.EnrollmentFactory(batch=session.batch, position=number + 1, inmate=inmate)
    officer = factories.UserFactory(role=Role.OFFICER, facility=session.batch.facility)
    pages = print_sheets(sessions=[session], paper=paper, by=officer)
    return pages, sheets_pdf(pages, paper=paper)


def keep(pages, pdf):
    """The pages as PNG of 12 px/mm; yields what sheets.json says of each."""
    from participants.sheetcode import code_of

    DRAWN.mkdir(parents=True, exist_ok=True)
    for page, drawn in zip(pages, pypdfium2.PdfDocument(pdf), strict=True):
        name = f"{page.sheet.paper}-{page.sheet.page}.png"
        picture(drawn).save(DRAWN / name)
        code = code_of(page.sheet.pk).replace("-", "")
        yield {
            "name": name,
            "paper": page.sheet.paper,
            "code": code,
            "people": len(page.rows),
        }


def picture(page):
    """A page of a PDF in grey, 12 px/mm."""
    bitmap = page.render(scale=SCALE * 25.4 / 72, grayscale=True)
    return Image.fromarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])


if __name__ == "__main__":
    main()
