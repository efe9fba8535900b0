from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Assignment, Facility, Region, User


@transaction.atomic
def open_region(*, by, **fields):
    region = Region(**fields)
    region.full_clean()
    region.save()
    audit.record("region.opened", region, by=by)
    return region


@transaction.atomic
def open_facility(*, by, **fields):
    facility = Facility(**fields)
    facility.full_clean()
    facility.save()
    audit.record("facility.opened", facility, by=by, facility=facility)
    return facility


@transaction.atomic
def update_facility(*, facility, by, **fields):
    facility = Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    changed = audit.set_fields(facility, fields)
    facility.full_clean()
    facility.save(update_fields=list(changed))
    audit.record("facility.updated", facility, by=by, facility=facility, changed=changed)
    return facility


@transaction.atomic
def update_profile(*, by, email):
    """One's own mail address; the trail says that it changed, not to what."""
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    user.email = email
    # An account made on the command line may lack what its admin has still to fill in.
    user.clean_fields(exclude=[one.name for one in User._meta.fields if one.name != "email"])
    user.save(update_fields=["email"])
    audit.record("account.mail_set", user, by=by)
    return user


@transaction.atomic
def open_account(
    *,
    username,
    name,
    password,
    role,
    facility=None,
    region=None,
    title="",
    email="",
    is_demo=False,
    by,
):
    """A new person with one assignment; the password is told to them by hand."""
    user = User(username=username, name=name, email=email, is_demo=is_demo)
    user.full_clean(exclude=["password"])
    _check_password(password, user)
    user.set_password(password)
    user.save()
    audit.record("account.opened", user, by=by, facility=facility, role=role)
    assign(user=user, role=role, facility=facility, region=region, title=title, by=by)
    return user


@transaction.atomic
def assign(*, user, role, facility=None, region=None, title="", by):
    """Give a person one more role in a place."""
    assignment = Assignment(user=user, role=role, facility=facility, region=region, title=title)
    assignment.full_clean()
    assignment.save()
    vars(user).pop("assignment", None)  # the trail may have asked when there was none yet
    audit.record("account.assigned", user, by=by, facility=facility, role=role)
    return assignment


def _check_password(password, user):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error}) from None


@transaction.atomic
def set_password(*, user, password, by):
    """A new password; the sessions of the old one end by themselves."""
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("account.password_set", user, by=by)
    return user


@transaction.atomic
def close_account(*, user, by):
    """The person can no longer sign in; what they did stays theirs."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.assignments.filter(ended_at=None).update(ended_at=timezone.now())
    audit.record("account.closed", user, by=by)
    return user


@transaction.atomic
def end_assignment(*, assignment, by):
    """The person no longer acts there; the line stays."""
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["ended_at"])
    audit.record("account.unassigned", assignment.user, by=by, role=assignment.role)
    return assignment
