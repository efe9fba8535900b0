"""Thousands of rows at once, in the few statements that the database needs for them.

`bulk_create` spends ten times as long on preparing each value of each row as the database on writing it.
"""

import json
from functools import cache

from django.db import connection
from django.db.models import JSONField

# 500 rows of 60 columns stay below the number of values that SQLite takes in a statement.
CHUNK = 500


def insert_all(model, rows, *, overwrite=()):
    """Insert `rows`, dicts with the same names of columns; the ids, in their order.

    Values are as the database takes them, days as ISO text; a column left out gets its field's default, JSON
    is encoded here. With `overwrite`, the rows carry ids, and of those already there these columns are written.
    """
    rows = list(rows)
    if not rows:
        return []
    quote, table = connection.ops.quote_name, model._meta.db_table
    defaults = {name: value for name, value in defaults_of(model).items() if name not in rows[0]}
    columns = [*rows[0], *defaults]
    encoded = json_columns_of(model) & rows[0].keys()
    tail = f" RETURNING {quote(model._meta.pk.column)}"
    if overwrite:
        changes = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in overwrite)
        tail = f" ON CONFLICT ({quote(model._meta.pk.column)}) DO UPDATE SET {changes}{tail}"
    head = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    one = f"({', '.join(['%s'] * len(columns))})"
    ids = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            values = []
            for row in chunk:
                if encoded:
                    row = row | {name: _json(row[name]) for name in encoded}
                values += row.values()
                values += defaults.values()
            cursor.execute(f"{head}{', '.join([one] * len(chunk))}{tail}", values)
            ids += [key for (key,) in cursor.fetchall()]
    return ids


@cache
def defaults_of(model):
    """{column: what stands there when nobody says anything}, the key left out."""
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if not field.primary_key
    }


@cache
def json_columns_of(model):
    return {field.column for field in model._meta.concrete_fields if isinstance(field, JSONField)}


def _json(value):
    return None if value is None else json.dumps(value)
