import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certificates import heads
from certificates.queries.ledger import Finding, examine
from certificates.services.keys import strangers


class Command(BaseCommand):
    help = (
        "Walk the ledger and compare it with the certificates and the signed heads. "
        "Ends with 0 when all is well, 1 with findings, 2 when it cannot be checked."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--head", type=Path, help="a signed head; default: all those in LEDGER_HEAD_DIR"
        )
        parser.add_argument(
            "--files", action="store_true", help="hash every sealed file, and look for others"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, head, files, **options):
        try:
            proven, refused, leaked = self.heads(head)
        except (heads.HeadRefused, OSError) as fault:
            raise CommandError(str(fault), returncode=2) from None
        seen = examine(proven, with_files=files)
        seen.findings += [Finding(None, "", str(one)) for one in refused]
        seen.notes += map(str, leaked)
        seen.notes += [
            f"Key {key} has no issuer-{key}.key here: whose is it?" for key in strangers()
        ]
        if not proven:
            seen.notes.append(
                "Without a signed head, a cut end or a chain written anew would not show."
            )
        self.report(seen, proven, as_json=options["json"])
        if seen.findings:
            raise CommandError(f"{len(seen.findings)} findings", returncode=1)

    def heads(self, path):
        """The heads that are proven, why others are not, and which a leaked key signed.

        One asked for by name must be proven.
        """
        keys = heads.trusted_keys()
        if path:
            return [heads.read(path, keys)], [], []
        proven, refused, leaked = [], [], []
        for one in heads.kept():
            try:
                proven.append(heads.read(one, keys))
            except heads.KeyLeaked as note:
                leaked.append(note)
            except heads.HeadRefused as refusal:
                refused.append(refusal)
        return proven, refused, leaked

    def report(self, seen, proven, *, as_json):
        if as_json:
            result = {**asdict(seen), "heads": [asdict(head) for head in proven]}
            self.stdout.write(json.dumps(result))
            return
        for finding in seen.findings:
            self.stdout.write(str(finding))
        parts = [f"{seen.entries} entries", f"{seen.certificates} certificates"]
        parts += [f"{seen.erased} erased"] * bool(seen.erased)
        parts += [f"{seen.files} files"] * bool(seen.files)
        self.stdout.write(
            f"{', '.join([*parts, f'{len(proven)} heads'])}: {len(seen.findings)} findings"
        )
        for note in seen.notes:
            self.stderr.write(note)
