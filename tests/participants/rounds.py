"""A round with people and totals, in few words."""

from datetime import date
from decimal import Decimal

from participants import services
from participants.models import Finding, SelectionRound
from participants.queries.rounds import standing_of
from participants.services import Choice, Points, Word
from programs.models import Batch
from tests import factories

CRITERIA = [("Wawancara", 40), ("Minat", 30), ("Kemampuan dasar", 30)]


class Selection:
    """People proposed for the bakery class, with one total each (None: not scored), and their round."""

    def __init__(self, training, totals, *, seats=2, quota=None):
        self.training, self.by = training, training.cast.officer
        taken = training.batch.enrollments.count()
        Batch.objects.filter(pk=training.batch.pk).update(quota=taken + (quota or seats))
        self.batch = Batch.objects.get(pk=training.batch.pk)
        self.people = [
            factories.InmateFactory(
                facility=training.cast.jember,
                name=name,
                register_number=f"B.I {number}/2024",
                one_third_on=date(2025, 1, 1),
                expected_release_on=date(2027, 1, 1),
            )
            for number, name in enumerate(totals, start=501)
        ]
        for one in self.people:
            factories.FindingFactory(inmate=one, kind=Finding.Kind.HEALTH, recorded_by=self.by)
        self.applications = services.propose(
            inmates=self.people, batch=self.batch, origin="officer", by=self.by
        )
        self.round = services.open_round(
            batch=self.batch,
            seats=seats,
            criteria=CRITERIA,
            held_on=date(2025, 12, 15),
            chair="Hendra Saputra",
            members="Sari Dewi\nBudi Santoso",
            by=self.by,
        )
        self.score(totals)

    def person(self, name):
        return next(one for one in self.people if one.name == name)

    def candidate(self, name):
        return self.round.candidates.get(application__inmate__name=name)

    def application(self, name):
        return self.batch.applications.get(inmate__name=name)

    def score(self, totals):
        criteria = list(self.round.criteria.all())
        points = {
            (self.candidate(name).pk, one.pk): Points(Decimal(total), 0)
            for name, total in totals.items()
            if total is not None
            for one in criteria
        }
        return services.score_round(round=self.round, points=points, by=self.by)

    def choices(self, **told):
        """As ranked, but for those told: Budi=(True, "why")."""
        choices = {row.pk: Choice(row.is_default) for row in standing_of(self.fresh()).in_play}
        return choices | {self.candidate(name).pk: Choice(*said) for name, said in told.items()}

    def submit(self, service=services.submit_round, **told):
        return service(
            round=self.round,
            choices=self.choices(**told),
            seen=standing_of(self.fresh()).fingerprint,
            by=self.by,
        )

    def decide(self, number="W15-TPP-1", service=services.decide_round, **told):
        """Whoever is proposed is chosen, the others wait, but for those told: Budi=("declined", "why")."""
        words = {
            row.pk: Word("chosen" if row.is_ticked else "waiting")
            for row in standing_of(self.fresh()).in_play
        }
        words |= {self.candidate(name).pk: Word(*said) for name, said in told.items()}
        return service(
            round=self.round,
            minutes_number=number,
            held_on=date(2025, 12, 15),
            chair="Hendra Saputra",
            members="Sari Dewi",
            words=words,
            seen=standing_of(self.fresh()).fingerprint,
            by=self.by,
        )

    def decree(self, number="W15-SK-1"):
        return services.record_decree(
            round=self.round, decree_number=number, decree_on=date(2025, 12, 16), by=self.by
        )

    def seat(self, **fields):
        return services.enroll_chosen(round=self.round, by=self.by, **fields)

    def fresh(self):
        return SelectionRound.objects.select_related(
            "batch__facility__region", "batch__curriculum__program"
        ).get(pk=self.round.pk)

    def proposed(self):
        return {
            one.application.inmate.name
            for one in self.round.candidates.filter(is_proposed=True).select_related(
                "application__inmate"
            )
        }

    def depart(self, name):
        one = self.person(name)
        one.departed_on, one.departure = date(2025, 12, 14), "released"
        one.save()
