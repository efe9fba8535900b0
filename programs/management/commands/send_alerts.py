import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from programs import services


class Command(BaseCommand):
    help = "Mail the warnings that are due: agreements that end, meetings outside them. Run it once a day."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, **options):
        if not settings.MAIL_IS_SET:
            raise CommandError("No mail is set: EMAIL_URL is empty.", returncode=2)
        sent = services.send_alerts()
        self.stdout.write(json.dumps({"sent": sent}) if options["json"] else f"{sent} sent")
