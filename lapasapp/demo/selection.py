"""People proposed for a class, what the clinic found, and a round that waits for the panel."""

import random
from datetime import timedelta
from decimal import Decimal

from participants.models import Application, Finding, Inmate
from participants.services import Points, open_round, propose, record_finding, score_round

CRITERIA = (("Wawancara", 40), ("Minat", 30), ("Kemampuan dasar", 30))
ORIGINS = tuple(Application.Origin)
SCORES = range(58, 96, 2)
# The doctor has not seen everybody yet, and not everybody is fit.
UNSEEN_EVERY, UNFIT_EVERY = 9, 14


def selection_round(batch, *, proposed, seats, chair, today, officer):
    """`proposed` people of the house for `seats`, all scored; equal totals wait for the lottery."""
    people = _candidates(batch, proposed)
    _visit_clinic(people, today=today, officer=officer)
    for origin, some in zip(ORIGINS, (people[::2], people[1::4], people[3::4]), strict=True):
        propose(inmates=some, batch=batch, origin=origin, by=officer)
    round = open_round(
        batch=batch,
        seats=seats,
        criteria=CRITERIA,
        held_on=today + timedelta(8),
        chair=chair,
        members="Sri Handayani, S.H.\nBudi Santoso, S.Sos.\ndr. Rina Maharani",
        by=officer,
    )
    dice = random.Random(batch.code)
    criteria = list(round.criteria.all())
    points = {
        (candidate.pk, criterion.pk): Points(Decimal(dice.choice(SCORES)), version=0)
        for candidate in round.candidates.order_by("pk")
        for criterion in criteria
    }
    score_round(round=round, points=points, by=officer)
    return round


def _candidates(batch, size):
    """Convicted people of the house who are in no class, and the one who leaves before its end."""
    free = Inmate.objects.present().filter(
        facility=batch.facility, enrollments=None, one_third_on__isnull=False
    )
    leaving = free.filter(expected_release_on__range=(batch.starts_on, batch.ends_on))[:1]
    others = free.filter(expected_release_on__gt=batch.ends_on).order_by("register_number")
    return [*leaving, *others[: size - len(leaving)]]


def _visit_clinic(people, *, today, officer):
    for number, inmate in enumerate(people, start=1):
        if number % UNSEEN_EVERY:
            value = Finding.Value.UNFIT if number % UNFIT_EVERY == 0 else Finding.Value.FIT
            record_finding(
                inmate=inmate,
                kind=Finding.Kind.HEALTH,
                value=value,
                source="Klinik Lapas",
                found_on=today - timedelta(20 + number % 7),
                by=officer,
            )
