"""Two rows of one school become one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.models import Partner
from programs.duplicates import plain
from programs.models import Proposal

# What the row that stays takes over where its own is empty.
PARTNER_FACTS = ("npsn", "address", "expertise", "is_center_of_excellence")
CONTACT_FACTS = ("title", "phone", "email", "user")
INSTRUCTOR_FACTS = ("nip", "user")


@transaction.atomic
def merge_partners(*, partner, into, by):
    """Everything of `partner` goes to `into`; the row stays behind, hidden from lists, and points there.

    Raises ValidationError when one of them is merged already, and when two people of one name cannot
    become one. Issued certificates keep their words, and number series are text.
    """
    partner, into = _locked(partner, into)
    taken = _take_facts(partner, into, PARTNER_FACTS)
    facilities = list(partner.facilities.exclude(pk__in=into.facilities.all()))
    agreements = list(partner.agreements.all())
    moved = {
        "taken": taken,
        "facilities": [one.code for one in facilities],
        "agreements": [f"{one.pk} {one.facility_number}".strip() for one in agreements],
        "contacts": _move_contacts(partner, into, by),
        "instructors": _move_instructors(partner, into, by),
    }
    partner.agreements.update(partner=into)
    into.facilities.add(*facilities)
    # Whoever was merged into this row before, now points to where it went.
    Partner.objects.filter(merged_into=partner).update(merged_into=into)
    partner.merged_into = into
    if "npsn" in taken:
        partner.npsn = ""  # unique: it goes with the school
    partner.save(update_fields=["merged_into", "npsn"])
    into.save(update_fields=list(taken))
    audit.record("partner.merged", partner, by=by, into=f"{into.pk} {into}", **moved)
    audit.record("partner.absorbed", into, by=by, merged=f"{partner.pk} {partner}", **moved)
    return into


def _locked(partner, into):
    if partner.pk == into.pk:
        raise ValidationError({"into": _("Mitra tidak bisa digabungkan ke dirinya sendiri.")})
    rows = (
        Partner.objects.select_for_update(no_key=True).order_by("pk").in_bulk([partner.pk, into.pk])
    )
    for row in rows.values():
        if row.merged_into_id:
            raise ValidationError(
                {"into": _("%(name)s sudah digabungkan ke mitra lain.") % {"name": row}}
            )
    return rows[partner.pk], rows[into.pk]


def _take_facts(one, kept, names):
    """{field: text} of what `kept`, unsaved, takes from `one` because its own is empty."""
    taken = {}
    for name in names:
        value = getattr(one, name)
        if value and not getattr(kept, name):
            setattr(kept, name, value)
            taken[name] = str(value)
    return taken


def _namesake(one, people):
    """Who of `people` has the same name, written however; None when nobody has."""
    return next((other for other in people if plain(other.name) == plain(one.name)), None)


def _refuse_two_accounts(one, kept):
    if one.user_id and kept.user_id:
        raise ValidationError(
            _("%(name)s punya akun pada kedua mitra. Tutup atau lepaskan salah satunya dulu.")
            % {"name": one}
        )


def _move_contacts(partner, into, by):
    """The names of all contacts moved; those known there already become one row."""
    known = list(into.contacts.select_for_update(no_key=True))
    moved = list(partner.contacts.select_for_update(no_key=True))
    for contact in moved:
        kept = _namesake(contact, known)
        if kept is None:
            contact.partner = into
            contact.save(update_fields=["partner"])
            continue
        _refuse_two_accounts(contact, kept)
        taken = _take_facts(contact, kept, CONTACT_FACTS)
        audit.record("contact.merged", kept, by=by, merged=f"{contact.pk} {contact}", taken=taken)
        contact.delete()  # before its account can go to the other row
        kept.save(update_fields=list(taken))
    return [contact.name for contact in moved]


def _move_instructors(partner, into, by):
    """The names of all instructors moved; those known there already become one person."""
    known = list(into.instructors.select_for_update(no_key=True))
    moved = list(partner.instructors.select_for_update(no_key=True))
    for instructor in moved:
        kept = _namesake(instructor, known)
        if kept is None:
            instructor.partner = into
            instructor.save(update_fields=["partner"])
        else:
            _become_one(instructor, kept, by)
    return [instructor.name for instructor in moved]


def _become_one(instructor, kept, by):
    _refuse_two_accounts(instructor, kept)
    _refuse_two_numbers(instructor, kept)
    instructor.sessions.update(instructor=kept)
    _move_teachings(instructor, kept)
    _move_competences(instructor, kept)
    _move_proposals(instructor, kept)
    kept.programs.add(*instructor.programs.all())
    taken = _take_facts(instructor, kept, INSTRUCTOR_FACTS)
    audit.record(
        "instructor.merged", kept, by=by, merged=f"{instructor.pk} {instructor}", taken=taken
    )
    instructor.delete()  # before her account can go to the other row
    kept.save(update_fields=list(taken))


def _refuse_two_numbers(one, kept):
    """A NIP and a NUPTK may both be hers; two different NIP are two people."""
    if one.nip and kept.nip and one.nip != kept.nip and len(one.nip) == len(kept.nip):
        raise ValidationError(
            _("Dua instruktur bernama %(name)s berbeda NIP/NUPTK. Bedakan dulu namanya.")
            % {"name": one}
        )


def _move_teachings(instructor, kept):
    for teaching in instructor.teachings.all():
        same = kept.teachings.filter(batch=teaching.batch_id).first()
        if same is None:
            teaching.instructor = kept
            teaching.save(update_fields=["instructor"])
            continue
        same.is_substitute = same.is_substitute and teaching.is_substitute
        same.save(update_fields=["is_substitute"])
        teaching.delete()


def _move_competences(instructor, kept):
    """A paper that both hold is kept once; the other copy is withdrawn."""
    held = set(kept.competences.current().values_list("title", "number"))
    for paper in instructor.competences.all():
        if paper.withdrawn_at is None and (paper.title, paper.number) in held:
            paper.withdrawn_at = timezone.now()
        paper.instructor = kept
        paper.save(update_fields=["instructor", "withdrawn_at"])


def _move_proposals(instructor, kept):
    """Meetings that the school still waits for, which name the instructor by her key."""
    waiting = Proposal.objects.waiting().filter(agreement__partner=instructor.partner_id)
    for proposal in waiting:
        if str(proposal.details.get("instructor")) == str(instructor.pk):
            proposal.details["instructor"] = type(proposal.details["instructor"])(kept.pk)
            proposal.save(update_fields=["details"])
