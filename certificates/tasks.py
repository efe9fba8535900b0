from django_tasks import task

from certificates import services
from certificates.models import IssueRun


@task()
def issue(run_id):
    services.run_issuing(run=IssueRun.objects.select_related("batch", "started_by").get(pk=run_id))
