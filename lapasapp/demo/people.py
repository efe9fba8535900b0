"""Inmates, all of them made up: register numbers, and sentences whose dates are in order."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, product

from lapasapp.demo.names import WOMEN
from participants.models import Inmate
from participants.services import register_inmate

Grade = Inmate.RegisterClass
FIRST_FREE_NUMBER = 341

# Of those not in training: how often a class occurs, and the length of its sentence in days.
GRADES = {
    Grade.BI: (30, (400, 2200)),
    Grade.BIIA: (6, (95, 360)),
    Grade.BIIB: (2, (40, 90)),
    Grade.AIII: (4, (60, 200)),
}
ON_REMAND = {Grade.AIII}
TRAINEES_SENTENCE, TRAINEES_SERVED = (540, 2200), (0.4, 0.6)
DISCIPLINED_SHARE = 0.08


@dataclass(frozen=True)
class Sentence:
    began_on: date
    days: int

    def after(self, share):
        return self.began_on + timedelta(int(self.days * share))


class Register:
    """One facility's register: gives out each name and number once, the same ones in every run."""

    def __init__(self, *, officer, names):
        self.officer = officer
        self.random = random.Random(officer.facility.code)
        self.numbers = count(FIRST_FREE_NUMBER)
        self.names = [" ".join(parts) for parts in product(*names)]
        self.random.shuffle(self.names)

    def trainees(self, *, day, size=20, known=()):
        """People well into their sentence on `day`: the `known` (name, number), then new ones."""
        new = sorted(self.names.pop() for _ in range(size - len(known)))
        rows = [*known, *((name, next(self.numbers)) for name in new)]
        return [
            self._enter(
                name, number, Grade.BI, self._sentence(day, TRAINEES_SENTENCE, TRAINEES_SERVED)
            )
            for name, number in rows
        ]

    def others(self, *, day, size=60):
        """The rest of the house, as it stands on `day`."""
        women = WOMEN[self.officer.facility.code]
        weights = [weight for weight, _ in GRADES.values()]
        for name in [*women, *(self.names.pop() for _ in range(size - len(women)))]:
            [grade] = self.random.choices(list(GRADES), weights)
            sentence = self._sentence(day, GRADES[grade][1], (0.1, 0.7))
            disciplined_until = None
            if self.random.random() < DISCIPLINED_SHARE:
                disciplined_until = day + timedelta(self.random.randint(15, 150))
            self._enter(
                name,
                next(self.numbers),
                grade,
                sentence,
                sex=Inmate.Sex.FEMALE if name in women else Inmate.Sex.MALE,
                disciplined_until=disciplined_until,
            )

    def _sentence(self, day, length, served):
        days = self.random.randint(*length)
        return Sentence(day - timedelta(int(days * self.random.uniform(*served))), days)

    def _enter(self, name, number, grade, sentence, *, sex=Inmate.Sex.MALE, **more):
        block = "W" if sex == Inmate.Sex.FEMALE else self.random.choice("ABCD")
        age_in_days = self.random.randint(20 * 365, 56 * 365)
        return register_inmate(
            by=self.officer,
            register_number=f"{grade} {number:03d}/{sentence.began_on.year}",
            name=name,
            sex=sex,
            born_on=sentence.began_on - timedelta(age_in_days),
            register_class=grade,
            housing_unit=f"Blok {block}/{self.random.randint(1, 12)}",
            **({} if grade in ON_REMAND else self._dates(sentence)),
            **more,
        )

    def _dates(self, sentence):
        return {
            "one_third_on": sentence.after(1 / 3),
            "half_on": sentence.after(1 / 2),
            "two_thirds_on": sentence.after(2 / 3),
            "expires_on": sentence.after(1),
            "expected_release_on": sentence.after(self.random.uniform(0.75, 0.92)),
        }
