import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Facility
from participants import services
from participants.imports import take_roster
from participants.models import RosterImport
from participants.queries.comparison import compare


class Command(BaseCommand):
    help = "Take a roster (xlsx, xls, ods, csv) into a facility's registry: all of it or, with a wrong row, nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--facility", required=True, help="its code, e.g. LAPAS-JEMBER")
        parser.add_argument("--dry-run", action="store_true", help="compare only, write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, file, facility, dry_run, **options):
        facility = Facility.objects.filter(code=facility).first()
        if facility is None:
            raise CommandError("No facility has this code.", returncode=2)
        try:
            with file.open("rb") as opened:
                roster_import, result = self.begin(File(opened, name=file.name), facility, dry_run)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=2) from None
        if not (dry_run or result["wrong"]):
            services.run_import(roster_import=roster_import)
            roster_import.refresh_from_db()
            if roster_import.state != RosterImport.State.DONE:
                raise CommandError(roster_import.error, returncode=1)
        self.report(result, as_json=options["json"])
        if result["wrong"]:
            raise CommandError("Nothing was written.", returncode=1)

    @transaction.atomic
    def begin(self, file, facility, dry_run):
        """The import, begun, and what it is going to do; nothing stays of a dry run or of a bad file."""
        roster_import = take_roster(
            file=file, facts_on=timezone.localdate(), facility=facility, by=None
        )
        comparison = compare(roster_import)
        rows = roster_import.wrong + comparison.wrong
        result = comparison.counts | {"wrong": [one for row in rows for one in faults_of(row)]}
        if dry_run or rows:
            transaction.set_rollback(True)
        else:
            roster_import = services.start_import(roster_import=roster_import, by=None)
        return roster_import, result

    def report(self, result, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(" · ".join(f"{name} {result[name]}" for name in list(result)[:3]))
        for one in result["wrong"]:
            self.stdout.write(f"  row {one['row']}, {one['column']}: {one['reason']}")


def faults_of(row):
    return [
        {
            "row": row["row"],
            "column": fault["column"],
            "reason": f"{fault['reason']} ({row['sheet']}: {fault['cell'] or '–'})",
        }
        for fault in row["faults"]
    ]
