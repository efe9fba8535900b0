"""A roster of 10,000 people in a file, against the bare reading of the file's cells."""

from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from core.sheets import read_sheets
from participants import services
from participants.imports import take_roster
from participants.queries.comparison import compare
from tests import factories
from tests.participants.roster_files import people, plain_roster

PEOPLE = 10_000


def rows(race):
    facility = factories.FacilityFactory()
    content = plain_roster(people(PEOPLE))

    def look():
        """Validated, duplicates found."""
        roster_import = take_roster(
            file=ContentFile(content, name="daftar.xlsx"),
            facts_on=date(2025, 12, 1),
            facility=facility,
            by=None,
        )
        compare(roster_import)
        return roster_import

    def dry_run():
        with transaction.atomic():
            look()
            transaction.set_rollback(True)

    def whole():
        """As `import_roster` does it."""
        with transaction.atomic():
            roster_import = look()
            services.run_import(
                roster_import=services.start_import(roster_import=roster_import, by=None)
            )
            transaction.set_rollback(True)

    def parsing():
        read_sheets(content)

    checked, written, parsed = race(dry_run, whole, parsing)
    yield (
        f"roster of {PEOPLE} checked / parsing alone",
        checked / parsed,
        f"{checked * 1000:.0f} ms, parsing {parsed * 1000:.0f} ms",
    )
    yield (
        f"roster of {PEOPLE} written too / parsing alone",
        written / parsed,
        f"{written * 1000:.0f} ms",
    )
