from django.core.management.base import BaseCommand, CommandError

from participants.models import SelectionRound
from participants.queries.rounds import replay


class Command(BaseCommand):
    help = "Reckon totals, lottery tickets and order of a selection round anew, and compare."

    def add_arguments(self, parser):
        parser.add_argument("pk", type=int, help="the round's number, as in its address")

    def handle(self, *args, pk, **options):
        round = (
            SelectionRound.objects.exclude(seed="")
            .select_related("batch__facility", "batch__curriculum__program")
            .filter(pk=pk)
            .first()
        )
        if round is None:
            raise CommandError(f"Round {pk} does not exist, or is not submitted yet.", returncode=2)
        if found := replay(round):
            raise CommandError("\n".join([f"{round}: differs", *found]), returncode=1)
        self.stdout.write(f"{round}: equal, seed {round.seed}")
