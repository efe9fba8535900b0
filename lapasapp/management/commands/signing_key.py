import base64

from django.core.management.base import BaseCommand

from core import signing


class Command(BaseCommand):
    help = "Prints this installation's public key, for TRUSTED_SIGNERS of others."

    def handle(self, **options):
        key = signing.public_key()
        self.stdout.write(f"{signing.key_id(key)}:{base64.b64encode(key).decode()}")
