"""How many queries a page costs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)
