"""What in a class's marks somebody should look at."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from participants import services
from participants.models import ReadingTrail
from participants.queries.patterns import patterns_of
from programs.models import Batch


@require(Permission.VIEW_RESTRICTED)
@require_safe
def patterns(request, pk):
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.LISTED, page="patterns", batch=batch
    )
    context = {"batch": batch, "found": patterns_of([batch])[batch.pk]}
    return render(request, "participants/patterns.html", context)
