

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0005_plain_digits'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='batch',
            name='instructors',
        ),
    ]
