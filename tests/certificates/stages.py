"""The way of a batch to its certificates, a step a function; and a second world to take it in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connection

from accounts.roles import Role
from certificates import services
from certificates.models import Certificate
from tests import factories
from tests.conftest import Training

LAST_DAY = date(2025, 12, 31)


def cheap_pdfs(papers):
    """Stands in for the drawing, which takes half a second a sheet."""
    for paper in papers:
        yield f"%PDF-1.7 {paper.content['number']} {paper.content['name']}".encode()


def prepare(training, dated_on=LAST_DAY):
    return services.prepare(
        batch=training.batch, dated_on=dated_on, by=training.cast.certificate_admin
    )


def approve(training):
    services.approve(batch=training.batch, by=training.cast.head)
    return list(Certificate.objects.of(training.batch))


def issue(training):
    return services.issue_batch(batch=training.batch, by=training.cast.certificate_admin).sealed


def all_the_way(training):
    """The sealed certificates of a training that has been finished."""
    prepare(training)
    approve(training)
    return issue(training)


def another_training(
    cast,
    *,
    facility=None,
    school=None,
    program="LAS",
    code="JBR-LAS-A1",
    names=("Bambang",),
    **batch,
):
    """A class of one unit and one meeting with its own agreement, instructor and people."""
    facility = facility or cast.jember
    school = school or cast.school
    agreement = factories.AgreementFactory(facility=facility, partner=school)
    factories.SignatoryFactory(agreement=agreement)
    curriculum = factories.CurriculumFactory(
        program__facility=facility, program__code=program, program__name=f"Program {program}"
    )
    factories.CoverageFactory(agreement=agreement, program=curriculum.program)
    unit = factories.UnitFactory(curriculum=curriculum, position=1)
    batch = factories.BatchFactory(
        agreement=agreement, curriculum=curriculum, code=code, name=f"Angkatan {code}", **batch
    )
    officer = factories.UserFactory(role=Role.OFFICER, facility=facility)
    session = factories.SessionFactory(
        batch=batch,
        unit=unit,
        instructor=factories.InstructorFactory(
            partner=school, user=factories.UserFactory(role=Role.INSTRUCTOR, facility=facility)
        ),
        takes_place_on=batch.starts_on,
        room=factories.RoomFactory(facility=facility, name=f"Ruang {code}"),
    )
    enrollments = [
        factories.EnrollmentFactory(
            batch=batch,
            position=number,
            inmate=factories.InmateFactory(facility=facility, name=name),
            enrolled_by=officer,
        )
        for number, name in enumerate(names, start=1)
    ]
    return Training(agreement, curriculum, batch, [session], enrollments, cast)


def at_once(*works):
    """Do the works in a thread each, all starting together; gives what they return, or raises what they raise."""
    start = Barrier(len(works))

    def work_with_own_connection(work):
        try:
            start.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work_with_own_connection, works))
