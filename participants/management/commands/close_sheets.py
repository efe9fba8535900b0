import json

from django.core.management.base import BaseCommand

from participants import services


class Command(BaseCommand):
    help = (
        "Lock the complete attendance sheets whose days are over, by each facility's own rule. "
        "Run it once a day; running it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, **options):
        locked, left = services.close_sheets()
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "locked": [_named(one) for one in locked],
                        "incomplete": [_named(one) | {"why": why} for one, why in left],
                    },
                    ensure_ascii=False,
                )
            )
            return
        self.stdout.write(f"{len(locked)} locked, {len(left)} incomplete")
        for session, why in left:
            self.stdout.write(f"{session.batch.code} {session.takes_place_on}: {why}")


def _named(session):
    return {
        "session": session.pk,
        "batch": session.batch.code,
        "on": session.takes_place_on.isoformat(),
    }
