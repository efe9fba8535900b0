"""What a person did here goes along to the next facility, signed; and what the person brings is read here."""

import hashlib
import json
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Facility
from core import signing
from participants.documents.statement import MOST_LETTER_BYTES, statement_pdf, unfolded
from participants.models import CarriedTraining, Enrollment, Inmate, TransferStatement
from participants.queries.life import is_about, participation

PURPOSE = "surat-keterangan"
VERSION = 1

# What a letter of this version says: dictionaries with just these keys, texts, whole numbers, lists.
SIGNER = {"title": str, "name": str, "nip": str}
PERSON = {"name": str, "register_number": str, "born_on": str}
UNIT = {
    "code": str,
    "title": str,
    "theory_hours": int,
    "practice_hours": int,
    "taught": int,
    "attended": int,
    "score": str,
    "result": str,
}
CONTENT = {
    "version": int,
    "uuid": str,
    "batch_key": str,
    "made_at": str,
    "number": str,
    "dated_on": str,
    "facility": str,
    "city": str,
    "destination": str,
    "signer": SIGNER,
    "person": PERSON,
    "program": str,
    "batch": str,
    "partner": str,
    "joined_on": str,
    "left_on": str,
    "lesson_minutes": int,
    "taught": int,
    "attended": int,
    "percent": str,
    "units": [UNIT],
}


# Sending


def make_statement(
    *, enrollment, number, destination, signer_title, signer_name, signer_nip="", paper="a4", by
):
    """A signed TransferStatement on what the participant did so far; a newer one takes an older one's place."""
    enrollment = Enrollment.objects.select_related(
        "batch__facility__region",
        "batch__curriculum__program",
        "batch__agreement__partner",
        "inmate",
    ).get(pk=enrollment.pk)
    signer = {"title": signer_title, "name": signer_name, "nip": signer_nip}
    content = _content_of(enrollment) | {
        "number": number,
        "destination": destination,
        "signer": signer,
    }
    letter = signing.canonical(_signed(content))
    pdf = statement_pdf(content, letter, facility=enrollment.batch.facility, paper=paper)
    return _keep(enrollment, content, pdf, by)


def _content_of(enrollment):
    """All that is the same whoever signs it. Nothing restricted: no housing, no sentence, no reason."""
    batch, inmate = enrollment.batch, enrollment.inmate
    numbers = participation(enrollment)
    return {
        "version": VERSION,
        "uuid": str(uuid4()),
        "batch_key": f"{batch.facility.code}/{batch.code}",
        "made_at": timezone.now().isoformat(timespec="microseconds"),
        "dated_on": timezone.localdate().isoformat(),
        "facility": batch.facility.name,
        "city": batch.facility.city,
        "person": {
            "name": inmate.name,
            "register_number": inmate.register_number,
            "born_on": _iso(inmate.born_on),
        },
        "program": batch.curriculum.program.name,
        "batch": batch.name,
        "partner": batch.agreement.partner.name,
        "joined_on": _iso(enrollment.joined_on),
        "left_on": _iso(enrollment.ended_on),
        "lesson_minutes": settings.LESSON_MINUTES,
        "taught": numbers.taught,
        "attended": numbers.standing.attended,
        "percent": _text(numbers.standing.percent),
        "units": [_unit(one) for one in numbers.units],
    }


def _unit(hours):
    unit, result = hours.unit, hours.result
    return {
        "code": unit.code,
        "title": unit.title,
        "theory_hours": unit.theory_hours,
        "practice_hours": unit.practice_hours,
        "taught": hours.taught,
        "attended": hours.attended,
        "score": _text(result and result.score),
        "result": {None: "", True: "K", False: "BK"}[result and result.is_competent],
    }


def _iso(day):
    return day.isoformat() if day else ""


def _text(number):
    return "" if number is None else str(number)


def _signed(content):
    signature = signing.sign(PURPOSE, signing.canonical(content))
    return {"content": content, "key": signature.key_id, "signature": signature.value}


@transaction.atomic
def _keep(enrollment, content, pdf, by):
    """Apart from the drawing, which takes its time."""
    statement = TransferStatement(
        uuid=content["uuid"],
        enrollment=enrollment,
        number=content["number"],
        content=content,
        sha256=hashlib.sha256(pdf).hexdigest(),
        made_by=by,
    )
    statement.full_clean(exclude=["file"])
    statement.file.save(f"{statement.uuid}.pdf", ContentFile(pdf), save=False)
    statement.save()
    audit.record("statement.made", statement, by=by, sha256=statement.sha256)
    return statement


# Receiving


def read_letter(letter, *, facility):
    """The content of a `letter` (bytes) that we, or a trusted installation, wrote just so; else ValidationError.

    It comes from elsewhere than `facility`, which knows its own people's trainings.
    """
    if len(letter) > MOST_LETTER_BYTES:
        raise ValidationError(_("Data di dalam surat ini terlalu besar untuk surat keterangan."))
    try:
        said = json.loads(letter)
        signature = signing.Signature(str(said["key"]), str(said["signature"]))
        content = said["content"]
        signed = signing.canonical(content)
    except (ValueError, LookupError, TypeError, RecursionError):
        raise _damaged() from None
    if not signing.is_known(signature.key_id):
        raise ValidationError(
            _(
                "Surat ini ditandatangani LapasApp lain (kunci %(key)s) yang belum dipercaya di sini. "
                "Minta admin menambahkan kuncinya."
            )
            % {"key": signature.key_id[:16]}
        )
    if not signing.verify(PURPOSE, signed, signature):
        raise ValidationError(
            _(
                "Tanda tangan surat ini tidak cocok: isinya berubah sesudah ditandatangani. "
                "Minta surat aslinya dari Lapas asal."
            )
        )
    _check_content(content)
    own = TransferStatement.objects.filter(enrollment__batch__facility=facility)
    if own.filter(uuid=content["uuid"]).exists():
        raise ValidationError(_("Surat ini dibuat di sini; pelatihannya sudah tercatat."))
    return content


def _check_content(content):
    """Even those whom we trust may write what this version does not read."""
    if not _fits(content, CONTENT) or content["version"] != VERSION:
        raise ValidationError(
            _("Surat ini dari versi LapasApp lain yang belum bisa dibaca di sini.")
        )
    try:
        unfolded(content)
    except (ValueError, ArithmeticError):
        raise _damaged() from None


def _fits(thing, shape):
    if isinstance(shape, dict):
        return (
            isinstance(thing, dict)
            and thing.keys() == shape.keys()
            and all(_fits(thing[key], part) for key, part in shape.items())
        )
    if isinstance(shape, list):
        return isinstance(thing, list) and all(_fits(one, shape[0]) for one in thing)
    return type(thing) is shape


def _damaged():
    return ValidationError(
        _("Data di dalam surat ini rusak. Minta berkas aslinya dari Lapas asal.")
    )


@transaction.atomic
def import_statement(*, inmate, letter, by):
    """Note what a signed `letter` (bytes) says beside the inmate whom it is about, once in each facility."""
    facility = Facility.objects.select_for_update(no_key=True).get(pk=inmate.facility_id)
    content = read_letter(letter, facility=facility)
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    if not is_about(unfolded(content)["person"], inmate):
        raise ValidationError(
            {
                "inmate": _(
                    "Surat ini tentang %(person)s; nama atau tanggal lahirnya berbeda dari milik %(inmate)s."
                )
                % {"person": content["person"]["name"], "inmate": inmate}
            }
        )
    noted = CarriedTraining.objects.filter(inmate__facility=facility)
    if noted.filter(statement_uuid=content["uuid"]).exists():
        raise ValidationError(_("Surat keterangan ini sudah tercatat."))
    carried = CarriedTraining(
        inmate=inmate,
        statement_uuid=content["uuid"],
        batch_key=content["batch_key"],
        content=content,
        imported_by=by,
    )
    carried.full_clean()
    carried.save()
    audit.record("statement.imported", inmate, by=by, number=content["number"])
    return carried
