"""The timetable on paper and as a calendar file for the school."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from core.pdf import render_pdfs
from programs.models import Session


def timetable_pdf(batch, *, paper="a4"):
    """The meetings of `batch` as a PDF with letterhead, on "a4" or "f4" paper. Raises PdfUnavailable.

    It hangs on the wall of an Indonesian office: its words are Indonesian whatever the screen's language.
    """
    sessions = list(batch.sessions.select_related("unit", "instructor", "room"))
    context = {
        "batch": batch,
        "facility": batch.facility,
        "paper": paper,
        "sessions": sessions,
        "hours": sum(
            one.hours
            for one in sessions
            if one.status != Session.Status.CANCELLED and not one.is_catch_up
        ),
        "printed_on": timezone.localdate(),
    }
    with translation.override("id"):
        (pdf,) = render_pdfs(
            "programs/pdf/timetable.html", [context], stylesheet="css/print/timetable.css"
        )
    return pdf


def timetable_ics(batch, *, host):
    """The meetings of `batch` as an iCalendar file (bytes); `host` makes their identities the site's own."""
    calendar = Calendar()
    calendar.add("prodid", "-//LapasApp//id")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", str(batch))
    zone = ZoneInfo(batch.facility.timezone)
    for session in batch.sessions.select_related("unit", "instructor", "room"):
        calendar.add_component(_event(session, batch, zone, host))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(session, batch, zone, host):
    event = Event()
    event.add("uid", f"session-{session.pk}@{host}")
    event.add("dtstamp", timezone.now())
    event.add("summary", f"{session.unit} · {batch}")
    event.add("dtstart", datetime.combine(session.takes_place_on, session.starts_at, zone))
    event.add("dtend", datetime.combine(session.takes_place_on, session.ends_at, zone))
    event.add("location", vText(f"{session.room}, {batch.facility}"))
    event.add(
        "description",
        _("%(hours)s JP · %(instructor)s")
        % {"hours": session.hours, "instructor": session.instructor},
    )
    is_cancelled = session.status == Session.Status.CANCELLED
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return event
