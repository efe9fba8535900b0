from django.db import migrations

from core.append_only import protect, unprotect

TABLE = "participants_earlierattempt"


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_sheets_and_ledger")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor.connection, TABLE),
            lambda apps, schema_editor: unprotect(schema_editor.connection, TABLE),
        )
    ]
