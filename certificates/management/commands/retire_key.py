import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from certificates import services


class Command(BaseCommand):
    help = (
        "Sign nothing more with an issuer key from today on; its successor is made at once. "
        "What it signed stays proven, unless it is --compromised: then nothing of it does."
    )

    def add_arguments(self, parser):
        parser.add_argument("kid", help="the key's id, as /v/keys.json tells it")
        parser.add_argument(
            "--compromised", action="store_true", help="somebody else may have had the secret"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, kid, compromised, **options):
        try:
            key = services.retire_key(kid=kid.lower(), is_compromised=compromised, by=None)
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=1) from None
        successor = services.issuer_key().kid
        if options["json"]:
            result = {
                "kid": key.kid,
                "retired_on": key.retired_on.isoformat(),
                "successor": successor,
            }
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(
                f"{key.kid} retired on {key.retired_on}; {successor} signs from now on"
            )
