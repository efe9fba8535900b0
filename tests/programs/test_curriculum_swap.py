"""A class keeps the curriculum by which it was assessed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from participants.models import UnitResult
from programs.services import update_batch
from tests import factories

pytestmark = pytest.mark.django_db


def test_results_hold_the_curriculum_even_without_a_meeting(training):
    """Otherwise a score under one pass mark would be certified under another."""
    batch = factories.BatchFactory(agreement=training.agreement, curriculum=training.curriculum)
    other = factories.CurriculumFactory(program=training.curriculum.program, version=2)
    factories.UnitFactory(curriculum=other)
    person = factories.EnrollmentFactory(batch=batch)
    update_batch(batch=batch, curriculum=other, by=training.cast.officer)
    update_batch(batch=batch, curriculum=training.curriculum, by=training.cast.officer)
    UnitResult.objects.create(
        enrollment=person,
        unit=training.curriculum.units.first(),
        score=Decimal(80),
        is_competent=True,
        assessed_by=training.cast.instructor,
    )
    with pytest.raises(ValidationError) as refused:
        update_batch(batch=batch, curriculum=other, by=training.cast.officer)
    assert refused.value.message_dict == {
        "curriculum": ["Angkatan ini sudah dinilai; kurikulumnya tidak bisa diganti."]
    }
