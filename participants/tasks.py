from django_tasks import task

from participants import services
from participants.models import RosterImport, ScanUpload


@task()
def import_roster(roster_import_id):
    services.run_import(roster_import=RosterImport.objects.get(pk=roster_import_id))


@task()
def read_scans(upload_id):
    services.read_upload(upload=ScanUpload.objects.get(pk=upload_id))
