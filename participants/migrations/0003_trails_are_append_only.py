from django.db import migrations

from core.append_only import protect, unprotect

TABLES = ["participants_readingtrail", "participants_override", "participants_applicationmove"]


def protect_all(apps, schema_editor):
    for table in TABLES:
        protect(schema_editor.connection, table)


def unprotect_all(apps, schema_editor):
    for table in TABLES:
        unprotect(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_people")]
    operations = [migrations.RunPython(protect_all, unprotect_all)]
