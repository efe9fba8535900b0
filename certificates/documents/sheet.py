"""A certificate's content laid out for the template of its look.

Every text whose length is not ours to choose has a list of steps (size, lines); it takes the first
that it fits, measured with the font's own widths, and is refused when it fits none: nothing
overflows silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from django.utils.translation import gettext as _

from certificates.documents.look import Look
from certificates.documents.qr import qr_picture
from certificates.documents.typesetting import CannotDraw, undrawable
from certificates.documents.words import decimal, long_date, notes, period

OUR_EMBLEMS = ("wheat", "cog", "leaf")


@dataclass(frozen=True)
class Paper:
    """One certificate to draw: what it says, what its QR code holds, and what goes into its file.

    `emblems` are the uploaded ones that the content names: {"sha256:…": PNG bytes as a data URL}.
    """

    content: dict
    qr: str
    emblems: dict = field(default_factory=dict)
    attachments: tuple = ()


def sheet(paper: Paper, look: Look) -> dict:
    """The template's context for one paper; texts in NFC, every size chosen. Raises CannotDraw."""
    content = composed(paper.content)
    if missing := undrawable("".join(texts(content)), look.faces):
        raise CannotDraw(
            _("Huruf sertifikat tidak memiliki %(characters)s.") % {"characters": " ".join(missing)}
        )
    if not 1 <= len(content["signatories"]) <= 2:
        raise CannotDraw(_("Lembar sertifikat memuat satu atau dua penanda tangan."))
    said = texts_of(content)
    placed = {
        place: fitting.fit(said[place]) if said[place] else None
        for place, fitting in look.places.items()
    }
    *others, head = content["signatories"]
    units = content["units"]
    return {
        "document_date": f"{content['issued_on']}T00:00:00Z",
        "attachments": paper.attachments,
        "is_specimen": content["is_specimen"],
        "author": content["school"]["name"],
        "emblem": emblem_url(content["school"]["emblem"], paper, look),
        "program_emblem": emblem_url(content["program_emblem"], paper, look),
        "number": content["number"],
        "document_title": said["document_title"],
        "microtext": look.microtext.line(said["school_caps"], said["title"], content["number"]),
        **placed,
        "program_lines": placed["program"].text.count("\n") + 1,
        "hours_and_dates": said["hours_and_dates"],
        "predicate": content["predicate"],
        "signatories": [
            *(signatory(one, "left", look.signed) for one in others),
            signatory(head, "right", look.signed),
        ],
        "head": signatory(head, "right", look.head),
        "qr": qr_picture(paper.qr, look.ink),
        "units": [unit_row(unit) for unit in units],
        "table": look.table.layout(units, content["predicate"]),
        "total_hours": content["theory_hours"] + content["practice_hours"],
        "theory_hours": content["theory_hours"],
        "practice_hours": content["practice_hours"],
        "average": decimal(content["average"]),
        "result": "K" if units and all(unit["is_competent"] for unit in units) else "",
        "notes": look.notes.fit(list(notes(content))),
        **look.more(content),
    }


def texts_of(content) -> dict[str, str]:
    """Every text that may have a place on a look, by the name of its place; empty when there is none."""
    school, wording, letterhead = content["school"], content["wording"], content["letterhead"]
    issued_on = date.fromisoformat(content["issued_on"])
    held = period(date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"]))
    hours_and_dates = f"{content['hours']} jam pelajaran, {held}"
    predicate = f", dengan predikat {content['predicate']}" if content["predicate"] else ""
    first = content["duplicate_of"]
    return {
        "document_title": f"{wording['title']} {content['program']}, {content['number']}",
        "title": wording["title"].upper(),
        "title_en": wording["title_en"],
        "opening": wording["opening"],
        "sentence": wording["sentence"],
        "duplicate": _duplicate(first) if first else "",
        "school": school["name"],
        "school_caps": school["name"].upper(),
        "above": "\n".join(letterhead["above"]),
        "address": letterhead["address"],
        "number": content["number"],
        "front_number": f"Nomor {content['number']}",
        "back_number": f"Nomor {content['number']}",
        "name": content["name"],
        "holder": content["name"],
        "program": content["program"],
        "course": f"Program {content['program']}, {content['hours']} jam pelajaran",
        "facts": f"{hours_and_dates}{predicate}",
        "hours_and_dates": hours_and_dates,
        "hours": f"{content['hours']} JP",
        "held": held,
        "predicate": content["predicate"],
        "place_and_date": f"{school['city']}, {long_date(issued_on)}",
        "verify_host": content["verify_host"],
    }


def _duplicate(first):
    """The paper is Indonesian whatever the language of the screen."""
    day = long_date(date.fromisoformat(first["issued_on"]))
    return f"DUPLIKAT, pengganti lembar nomor {first['number']} tanggal {day}"


def emblem_url(emblem, paper, look):
    """The picture of an emblem that the content names; None without one. Raises CannotDraw."""
    if not emblem:
        return None
    if emblem in OUR_EMBLEMS:
        suffix = f"-{look.emblem_ink}" if look.emblem_ink else ""
        return f"static:img/emblem-{emblem}{suffix}.svg"
    if emblem in paper.emblems:
        return paper.emblems[emblem]
    raise CannotDraw(_("Lambang “%(emblem)s” tidak ada.") % {"emblem": emblem})


def unit_row(unit):
    return {
        **unit,
        "score": decimal(unit["score"]),
        "result": "K" if unit["is_competent"] else "BK",
    }


def signatory(one, side, fittings):
    said = {"title": one["title"], "name": one["name"], "nip": one["nip"] and f"NIP {one['nip']}"}
    placed = {
        place: fitting.fit(said[place]) if said[place] else None
        for place, fitting in fittings.items()
    }
    return {"side": side, **placed}


def composed(value):
    """The same content with every text in NFC: "e" with a loose accent becomes one letter."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {key: composed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [composed(one) for one in value]
    return value


def texts(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)
