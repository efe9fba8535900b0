from django.db import migrations

from core.append_only import protect, unprotect

TABLE = "accounts_auditevent"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: protect(schema_editor.connection, TABLE),
            lambda apps, schema_editor: unprotect(schema_editor.connection, TABLE),
        )
    ]
