import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from certificates.models import Certificate
from certificates.verification import LARGEST, check_pdf

STATUS = {
    Certificate.Status.SEALED: "in force",
    Certificate.Status.REVOKED: "revoked",
    Certificate.Status.SUPERSEDED: "superseded",
}


class Command(BaseCommand):
    help = "Tells whether a PDF is one that was sealed here, unaltered, and whether its certificate is in force."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, file, **options):
        try:
            with file.open("rb") as opened:
                result = check_pdf(opened.read(LARGEST + 1))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=2) from None
        except DatabaseError as error:
            raise CommandError(f"The ledger cannot be read: {error}", returncode=2) from None
        said = self.said(result)
        if options["json"]:
            self.stdout.write(json.dumps(said))
        else:
            for name, value in said.items():
                self.stdout.write(f"{name}: {value}")
        if not result.is_good:
            raise CommandError(f"{file}: {self.objection(result)}", returncode=1)

    def said(self, result):
        said = {"verdict": result.verdict.value, "sha256": result.sha256}
        if result.is_genuine:
            said["number"] = result.certificate.number
            said["status"] = STATUS[result.certificate.status]
            said["signer"] = result.signer
        elif result.certificate:
            said["made_from"] = result.certificate.number
        return said

    def objection(self, result):
        if result.is_genuine:
            return f"genuine, but {STATUS[result.certificate.status]}"
        return result.verdict.label
