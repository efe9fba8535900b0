import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from certificates import proof
from certificates.models import Certificate


class Command(BaseCommand):
    help = "Check the text of a QR code: whether we signed it, and whether its certificate is still in force."

    def add_arguments(self, parser):
        parser.add_argument("text", help="what the QR code holds, from https to its end")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, text, **options):
        try:
            result = self.result(text)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be asked: {error}", returncode=2) from None
        if options["json"]:
            self.stdout.write(json.dumps(result, cls=DjangoJSONEncoder))
        else:
            claim = result["claim"] or {}
            for name, said in {**result, **claim, "claim": bool(claim)}.items():
                self.stdout.write(f"{name}: {said}")
        if not result["good"]:
            raise SystemExit(1)

    def result(self, text):
        """Good is a paper that is genuine, says what we say, and is in force."""
        try:
            claim = proof.read(text, proof.known_keys())
        except proof.Refused as refused:
            return {
                "good": False,
                "fault": refused.fault,
                "status": None,
                "agrees": None,
                "claim": None,
            }
        certificate = Certificate.objects.published().filter(public_id=claim.public_id).first()
        agrees = certificate and claim.agrees_with(certificate.content)
        status = certificate.status if certificate else "unknown"
        return {
            "good": bool(agrees) and status == Certificate.Status.SEALED,
            "fault": None,
            "status": status,
            "agrees": agrees,
            "claim": asdict(claim),
        }
