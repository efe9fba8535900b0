"""What the database refuses, and by which of our constraints."""

import contextlib
import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction


@contextlib.contextmanager
def refused_by(name):
    """The block is refused by the constraint of that name; the transaction of the test lives on."""
    model, constraint = next(
        (model, constraint)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.name == name
    )
    said = name
    if connection.vendor == "sqlite" and (fields := getattr(constraint, "fields", ())):
        # SQLite names the columns of a unique index, not the index.
        columns = (model._meta.get_field(field).column for field in fields)
        said = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    with pytest.raises(IntegrityError, match=re.escape(said)), transaction.atomic():
        yield
