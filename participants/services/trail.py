"""Who read about whom. Every page, search, export and print that shows people calls this once."""

from participants.models import ReadingTrail


def record_reading(*, by, how, page, inmates=(), batch=None, query=""):
    """One line a person in `inmates`, or one for the whole class of `batch` (a roster, a sheet).

    `page` is the URL name without its namespace, `query` what was searched for. The lines are written in the
    order of the people's keys: two pages at once lock them one after the other.
    """
    about = {"by": by, "how": how, "page": page, "query": query[:200]}
    people = sorted(inmates, key=lambda inmate: inmate.pk)
    rows = [ReadingTrail(inmate=inmate, **about) for inmate in people]
    if batch:
        rows.append(ReadingTrail(batch=batch, **about))
    ReadingTrail.objects.bulk_create(rows, batch_size=500)
