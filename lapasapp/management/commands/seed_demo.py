import json
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lapasapp.demo.seeding import CannotSeed, seed


class Command(BaseCommand):
    help = "Fill the database with demo data; a second run changes nothing. Only with DEBUG."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError(
                "Data contoh hanya untuk mencoba: setel DEBUG=true, dan jangan di basis data sungguhan.",
                returncode=2,
            )
        try:
            summary = seed()
        except CannotSeed as error:
            raise CommandError(str(error), returncode=2) from None
        if options["json"]:
            self.stdout.write(json.dumps(asdict(summary)))
        elif options["verbosity"]:
            self.stdout.write(
                f"{'Data contoh dibuat' if summary.is_new else 'Data contoh sudah ada'}: "
                f"{summary.facilities} Lapas, {summary.inmates} warga binaan, "
                f"{summary.batches} angkatan, {summary.sealed} sertifikat terbit."
            )
