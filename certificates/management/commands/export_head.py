from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certificates import heads
from certificates.keyring import KeyMissing
from certificates.services import ledger


class Command(BaseCommand):
    help = (
        "Sign how the ledger ends now and keep that outside the database. Run it daily, "
        "with LEDGER_HEAD_DIR or FILE on another machine or a medium that can only be added to."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: a new one in LEDGER_HEAD_DIR"
        )

    def handle(self, *args, file, **options):
        try:
            path = ledger.export_head(file)
        except (ledger.ChainBroken, heads.HeadRefused) as refusal:
            raise CommandError(f"{refusal} Run verify_ledger.", returncode=1) from None
        except (KeyMissing, OSError, ValueError) as fault:
            raise CommandError(str(fault), returncode=2) from None
        head = heads.read(path, heads.trusted_keys())
        self.stdout.write(f"{path}: {head.count} entries, {head.hash}, key {head.kid}")
