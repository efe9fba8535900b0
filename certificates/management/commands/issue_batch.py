import json
import shutil
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from certificates import services
from certificates.signing import SigningFailed
from programs.models import Batch


class Command(BaseCommand):
    help = "Number and seal every approved certificate of a batch; goes on where an earlier run stopped."

    def add_arguments(self, parser):
        parser.add_argument("code", help="the batch's code, e.g. JBR-BKR-A1")
        parser.add_argument("--out", type=Path, help="folder for a copy of each PDF of the batch")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, code, out, **options):
        batch = Batch.objects.filter(code=code).first()
        if batch is None:
            raise CommandError(f"No batch has the code {code}.", returncode=2)
        try:
            issued = services.issue_batch(batch=batch, by=None)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=1) from None
        except SigningFailed as error:
            raise CommandError(str(error), returncode=1) from None
        if out:
            out.mkdir(parents=True, exist_ok=True)
            for certificate in issued.sealed:
                shutil.copyfile(certificate.path, out / certificate.filename)
        self.report(batch, issued, as_json=options["json"])
        if issued.skipped:
            raise CommandError("\n".join(issued.skipped), returncode=1)

    def report(self, batch, issued, *, as_json):
        numbers = [certificate.number for certificate in issued.sealed]
        if as_json:
            result = {"batch": batch.code, "sealed": numbers, "skipped": issued.skipped}
            self.stdout.write(json.dumps(result))
        else:
            for line in [f"{batch.code}: {len(numbers)} sealed", *(f"  {one}" for one in numbers)]:
                self.stdout.write(line)
