"""Tables that may grow and never change: triggers refuse UPDATE and DELETE, on both databases."""

POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_change_of_{table}() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}();
"""
POSTGRES_UNDO = """
DROP TRIGGER IF EXISTS {table}_is_append_only ON {table};
DROP FUNCTION IF EXISTS refuse_change_of_{table}();
"""
SQLITE = """
CREATE TRIGGER {table}_refuses_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def protect(connection, table):
    """Install the triggers on `table`; used by migrations."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES.format(table=table))
        else:
            for action in ("UPDATE", "DELETE"):
                cursor.execute(SQLITE.format(table=table, action=action))


def unprotect(connection, table):
    """Take the triggers away: for reversing a migration, and for tests that empty their database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_UNDO.format(table=table))
        else:
            for action in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{action}")
