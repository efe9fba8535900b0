"""The addresses that machines ask for."""

from django.db import OperationalError, connection


def gone(execute, sql, params, many, context):
    raise OperationalError("server closed the connection unexpectedly")


class TestHealthz:
    def test_all_is_well(self, browse, db):
        answer = browse().get("/healthz")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert "no-store" in answer.headers["Cache-Control"]

    def test_the_database_is_away(self, browse, db):
        with connection.execute_wrapper(gone):
            answer = browse().get("/healthz")

        assert (answer.status_code, answer.json()) == (503, {"status": "database away"})


class TestRobots:
    def test_nothing_is_for_search_engines(self, browse):
        answer = browse().get("/robots.txt")

        assert answer.text == "User-agent: *\nDisallow: /\n"
        assert answer.headers["Content-Type"] == "text/plain"


class TestFavicon:
    def test_the_icon_that_browsers_ask_for_unasked(self, browse):
        answer = browse().get("/favicon.ico")

        assert answer.url == "/static/favicon.ico"
        assert browse().get(answer.url).status_code == 200
