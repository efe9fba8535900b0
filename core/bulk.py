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
    defaults = {name: value for name, value in defaults_of(model).items() if name not in rows[0]}
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, [*rows[0], *defaults]))
    source = _from_json if connection.vendor == "postgresql" else _from_values
    tail = f" RETURNING {quote(model._meta.pk.column)}"
    if overwrite:
        changes = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in overwrite)
        tail = f" ON CONFLICT ({quote(model._meta.pk.column)}) DO UPDATE SET {changes}{tail}"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) "
    ids = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            words, values = source(model, rows[start : start + CHUNK], defaults)
            cursor.execute(f"{head}{words}{tail}", values)
            ids += [key for (key,) in cursor.fetchall()]
    return ids


def _from_values(model, rows, defaults):
    encoded = json_columns_of(model) & rows[0].keys()
    one = f"({', '.join(['%s'] * (len(rows[0]) + len(defaults)))})"
    values = []
    for row in rows:
        if encoded:
            row = row | {name: _json(row[name]) for name in encoded}
        values += row.values()
        values += defaults.values()
    return f"VALUES {', '.join([one] * len(rows))}", values


def _from_json(model, rows, defaults):
    """The rows as one value: thirty thousand would be written into the statement one by one."""
    quote, kinds = connection.ops.quote_name, kinds_of(model)
    rows = [row | defaults for row in rows]
    columns = ", ".join(f"{quote(name)} {kinds[name]}" for name in rows[0])
    names = ", ".join(map(quote, rows[0]))
    words = f"SELECT {names} FROM json_to_recordset(%s::json) AS row({columns})"  # noqa: S608
    return words, [json.dumps(rows, default=str)]


@cache
def defaults_of(model):
    """{column: what stands there when nobody says anything}, the key left out."""
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if not field.primary_key
    }


@cache
def kinds_of(model):
    """{column: its type in the database}"""
    return {field.column: field.db_type(connection) for field in model._meta.concrete_fields}


@cache
def json_columns_of(model):
    return {field.column for field in model._meta.concrete_fields if isinstance(field, JSONField)}


def _json(value):
    return None if value is None else json.dumps(value)
