from collections import Counter

from django.db import migrations


def name_documents(apps, schema_editor):
    """A document kept so far is known by its file's name; the same name again is its next version."""
    versions = Counter()
    for document in apps.get_model("partnerships", "Document").objects.order_by("uploaded_at", "pk"):
        title = document.filename[:120]
        versions[document.agreement_id, title] += 1
        document.title, document.version = title, versions[document.agreement_id, title]
        document.save(update_fields=["title", "version"])


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0002_promises_and_versions")]

    operations = [migrations.RunPython(name_documents, migrations.RunPython.noop)]
