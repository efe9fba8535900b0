from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0003_document_titles")]

    operations = [
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('agreement', 'title', 'version'), name='document_version_once_per_title', violation_error_code='title', violation_error_message='Versi ini sudah ada.'),
        ),
    ]
