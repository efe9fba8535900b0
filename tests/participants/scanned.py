"""A class's sheet that came back as a scan, and what an officer answers on its page."""

from participants import services
from participants.services import Answers
from tests import factories
from tests.factories import reading_of


def scan_of(training, said, *, people=None, **more):
    """The ScanPage of the first meeting's sheet; `said` is a letter a row, "." empty, "2" two marks."""
    people = training.enrollments if people is None else people
    if "sheet" not in more:
        more["sheet__session"] = training.session
        more["sheet__enrollments"] = [one.pk for one in people]
    return factories.ScanPageFactory(reading=reading_of(said), **more)


def confirm(page, codes, *, count=None, by, version=0, nonce="nonce-of-page", **more):
    """The officer's answers, one letter a row, "-" for none; a space is a row not answered."""
    answered = {place: code for place, code in enumerate(codes, start=1) if code != " "}
    answers = Answers(
        sheet=page.sheet_id,
        codes={place: code.strip("-") for place, code in answered.items()},
        versions=dict.fromkeys(answered, version),
        confirmed_at=page.confirmed_at,
    )
    typed = {"present_count": codes.count("H") if count is None else count, "count_note": ""}
    return services.confirm_page(
        page=page, answers=answers, nonce=nonce, by=by, **{**typed, **more}
    )
