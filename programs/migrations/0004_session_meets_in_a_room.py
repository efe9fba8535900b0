import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_rooms_states_and_tags")]

    operations = [
        migrations.RemoveField(model_name="session", name="room"),
        migrations.RenameField(model_name="session", old_name="place", new_name="room"),
        migrations.AlterField(
            model_name='session',
            name='room',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='programs.room', verbose_name='ruang'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True), models.Q(('cancel_cause', ''), _negated=True)), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancel_cause', ''), ('cancel_reason', '')), _connector='OR'), name='session_cancelled_with_reason_and_cause', violation_error_code='cancel_reason', violation_error_message='Tuliskan alasan pertemuan dibatalkan, dan sebabnya.'),
        ),
    ]
