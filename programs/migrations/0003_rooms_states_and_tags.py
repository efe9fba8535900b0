from django.db import migrations
from django.utils import timezone

TAGS = ["Asta Cita", "13 Program Akselerasi", "Ketahanan pangan", "Pembinaan kemandirian", "UMKM"]


def make_rooms(apps, schema_editor):
    """A room so far was a word on each meeting; the same word in one facility is one room."""
    Room = apps.get_model("programs", "Room")
    rooms = {}
    for session in apps.get_model("programs", "Session").objects.select_related("batch"):
        name = " ".join(session.room.split()) or "–"
        key = (session.batch.facility_id, name.lower())
        if key not in rooms:
            rooms[key] = Room.objects.create(facility_id=session.batch.facility_id, name=name)
        session.place = rooms[key]
        session.save(update_fields=["place"])


def set_states(apps, schema_editor):
    """A batch's stage so far followed from its dates, and a cancelled meeting had no cause."""
    Batch = apps.get_model("programs", "Batch")
    today = timezone.localdate()
    Batch.objects.filter(starts_on__gt=today).update(state="open")
    Batch.objects.filter(starts_on__lte=today, ends_on__gte=today).update(state="running")
    Batch.objects.filter(ends_on__lt=today).update(state="finished")
    sessions = apps.get_model("programs", "Session").objects
    sessions.filter(status="cancelled").update(cancel_cause="other")


def seed_tags(apps, schema_editor):
    Tag = apps.get_model("programs", "Tag")
    for name in TAGS:
        Tag.objects.create(name=name)


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_timetable")]

    operations = [
        migrations.RunPython(make_rooms, migrations.RunPython.noop),
        migrations.RunPython(set_states, migrations.RunPython.noop),
        migrations.RunPython(seed_tags, migrations.RunPython.noop),
    ]
