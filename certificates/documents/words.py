"""What stands on every certificate, whatever its look, in words. The paper is Indonesian."""

from datetime import date

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()


def long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period(first: date, last: date) -> str:
    """17 sampai 31 Desember 2025; month and year are said once when they are the same."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        start = f"{first.day}"
    elif first.year == last.year:
        start = f"{first.day} {MONTHS[first.month - 1]}"
    else:
        start = long_date(first)
    return f"{start} sampai {long_date(last)}"


def decimal(number: str | None) -> str:
    """87.20 as 87,2; a number that is not there as a dash."""
    if number in (None, ""):
        return "–"
    text = str(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def notes(content):
    """Up to three short paragraphs under the table: [(heading, text)]."""
    limit = f", nilai {decimal(content['pass_mark'])} ke atas" if content["pass_mark"] else ""
    lesson = f"1 jam pelajaran (JP) = {content['lesson_minutes']} menit."
    yield "Hasil", f"K kompeten{limit}; BK belum kompeten. {lesson}"
    scale = ", ".join(
        f"{one['name']} {decimal(one['from'])}–{decimal(one['to'])}"
        for one in content["predicates"]
    )
    attended = ""
    if content["attendance_percent"]:
        attended = f"{decimal(content['attendance_percent'])} persen dari {content['hours']} JP."
    if scale:
        yield "Predikat", f"{scale}. Kehadiran {attended}" if attended else f"{scale}."
    elif attended:
        yield "Kehadiran", attended
    if content["standard"]:
        yield "Acuan", content["standard"]
