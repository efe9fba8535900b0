"""A small world for drills: classes that are approved and wait for their certificates."""

import hashlib
from types import SimpleNamespace

from django.conf import settings

from accounts.models import AuditEvent
from accounts.roles import Role
from certificates import heads
from certificates.models import Certificate
from certificates.queries.ledger import examine
from tests import factories
from tests.certificates import stages


def cast():
    jember = factories.FacilityFactory()
    person, here = factories.UserFactory, {"facility": jember}
    return SimpleNamespace(
        jember=jember,
        school=factories.PartnerFactory(name="SMK Negeri 3 Jember", facilities=[jember]),
        officer=person(role=Role.OFFICER, **here),
        instructor=person(role=Role.INSTRUCTOR, **here),
        certificate_admin=person(role=Role.CERTIFICATE_ADMIN, **here),
        head=person(role=Role.HEAD, **here),
    )


def approved_class(of_cast, code, people=40):
    """A finished class of `people`, every certificate approved. Returns its batch."""
    training = stages.another_training(
        of_cast, program=code, code=code, names=[f"Peserta {number}" for number in range(people)]
    )
    training.finish()
    stages.prepare(training)
    stages.approve(training)
    return training.batch


def faults(batch):
    """What is not as if nobody had ever disturbed the issuing of this batch; empty when all is well."""
    certificates = list(Certificate.objects.of(batch))
    sealed = [one for one in certificates if one.status == Certificate.Status.SEALED]
    found = [f"{len(certificates) - len(sealed)} not sealed"] * (len(sealed) < len(certificates))
    if sorted(one.sequence for one in sealed) != list(range(1, len(sealed) + 1)):
        found.append("the numbers have gaps or doubles")
    for one in sealed:
        if hashlib.sha256(one.path.read_bytes()).hexdigest() != one.sha256:
            found.append(f"{one.number}: another file")
    for action in ("certificate.numbered", "certificate.sealed"):
        done = AuditEvent.objects.filter(action=action, subject_id__in=[one.pk for one in sealed])
        if done.count() != len(sealed):
            found.append(f"{action} {done.count()} times")
    keys = heads.trusted_keys()
    known = [heads.read(path, keys) for path in heads.kept()]
    found += map(str, examine(known, with_files=True).findings)
    return found + [f"{path.name} left" for path in settings.CERTIFICATE_ROOT.rglob("*.tmp")]
