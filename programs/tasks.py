from django_tasks import task

from accounts.models import Facility
from programs.services.alerts import send_alerts


@task()
def warn(facility_id):
    send_alerts(facility=Facility.objects.get(pk=facility_id))
