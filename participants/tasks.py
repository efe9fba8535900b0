from django_tasks import task

from participants import services
from participants.models import RosterImport


@task()
def import_roster(roster_import_id):
    services.run_import(roster_import=RosterImport.objects.get(pk=roster_import_id))
