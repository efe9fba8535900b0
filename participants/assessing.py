"""What one cell of the grid of scores comes to, or the words why it does not. No database."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from participants.registers import name_key
from participants.scoring import final_score, is_held_back, weights_of


@dataclass(frozen=True)
class Assessment:
    """One row of the grid: Decimal scores, and the version it was based on.

    `is_competent` is K (True), BK (False), or whatever follows from the scores (None). With `is_remedial` it is a new
    attempt; without, it corrects the last one. Of a unit with both, theory or practice may come first alone: a part
    without score, K or BK, until the other completes it. `attempt` is the one that the page showed.
    """

    theory: Decimal | None
    practice: Decimal | None
    is_competent: bool | None
    version: int
    is_remedial: bool = False
    attempt: int = 1


@dataclass(frozen=True)
class Examination:
    """Who assessed, and when."""

    assessor: str
    second_assessor: str
    assessed_on: object


def joined(result, given):
    """`given` beside what was stored after its page was opened on an empty row.

    One teacher sends theory and another practice, from two pages: neither takes anything from the other.
    """
    if result is None or given.version or given.is_remedial:
        return given
    theory, practice = (
        stored if typed is None else typed
        for typed, stored in (
            (given.theory, result.theory_score),
            (given.practice, result.practice_score),
        )
    )
    is_beside = result.is_part and (
        result.theory_score in (None, theory) and result.practice_score in (None, practice)
    )
    version = result.version if is_beside else given.version
    return replace(given, theory=theory, practice=practice, version=version)


def facts_of(curriculum, unit, result, given):
    """What is to be stored of `given`: {field: value}."""
    _check_remedial(result, given)
    _check_parts(unit, result, given)
    theory, practice = given.theory, given.practice
    facts = {"theory_score": theory, "practice_score": practice}
    if theory is None and practice is None:
        # From before theory and practice were told apart: only K or BK can change.
        score = result.score
    elif None in _taught(unit, theory, practice):
        score = None
    else:
        score = final_score(theory, practice, weights_of(curriculum, unit))
    if score is None:
        if given.is_competent is not None:
            raise ValidationError(
                _("K atau BK baru bisa dipilih bila nilai teori dan praktiknya sudah lengkap.")
            )
        return facts | {"score": None, "is_competent": False}
    is_competent = given.is_competent
    if is_competent is None:
        is_competent = score >= curriculum.pass_mark and not (
            result and not given.is_remedial and is_held_back(result, curriculum.pass_mark)
        )
    if is_competent and score < curriculum.pass_mark:
        raise ValidationError(
            _("Nilai akhir di bawah %(mark)s berarti belum kompeten (BK).")
            % {"mark": curriculum.pass_mark}
        )
    return facts | {"score": score, "is_competent": is_competent}


def _taught(unit, theory, practice):
    """Of theory and practice, those that the unit has."""
    pairs = ((theory, unit.theory_hours), (practice, unit.practice_hours))
    return [one for one, hours in pairs if hours]


def _check_remedial(result, given):
    if not given.is_remedial:
        return
    if result is None or result.is_part:
        raise ValidationError(
            _("Belum ada nilai yang diulang. Hapus centang remedial untuk percobaan pertama.")
        )
    if result.is_competent and given.version == result.version:
        raise ValidationError(
            _("Sudah kompeten, jadi tidak ada remedial. Hapus centangnya untuk membetulkan nilai.")
        )
    if given.theory is None and given.practice is None:
        raise ValidationError(_("Isi nilai remedialnya."))


def _check_parts(unit, result, given):
    """Nothing that the unit does not have; nothing stored is emptied; a part alone only where it is the first."""
    parts = [
        (given.theory, unit.theory_hours, _("Unit ini tanpa JP teori, jadi tanpa nilai teori.")),
        (
            given.practice,
            unit.practice_hours,
            _("Unit ini tanpa JP praktik, jadi tanpa nilai praktik."),
        ),
    ]
    for score, hours, words in parts:
        if score is not None and not hours:
            raise ValidationError(words)
    if result is None:
        if given.theory is None and given.practice is None:
            raise ValidationError(_("Isi nilai teori atau nilai praktiknya."))
    elif given.version == result.version:
        # An older page is no answer to what is stored now: that is a clash.
        _check_emptied(unit, result, given)


def _check_emptied(unit, result, given):
    """Scores can be replaced, not taken away; and what is complete does not become a part again."""
    stored, typed = (result.theory_score, result.practice_score), (given.theory, given.practice)
    if typed == (None, None):
        is_emptied = stored != typed
    else:
        pairs = zip(_taught(unit, *stored), _taught(unit, *typed), strict=True)
        is_emptied = not given.is_remedial and any(
            new is None and old is not None for old, new in pairs
        )
    if is_emptied:
        raise ValidationError(
            _("Nilai yang tersimpan tidak bisa dikosongkan; hanya bisa diganti nilai lain.")
        )
    if result.is_part or typed == (None, None):
        return
    if given.theory is None and unit.theory_hours:
        raise ValidationError(_("Isi juga nilai teori; nilai akhir dihitung dari keduanya."))
    if given.practice is None and unit.practice_hours:
        raise ValidationError(_("Isi juga nilai praktik; nilai akhir dihitung dari keduanya."))


def check_order(result, held):
    if result.assessed_on and held.assessed_on < result.assessed_on:
        raise ValidationError(
            _("Remedial tidak bisa lebih dulu daripada percobaan ke-%(attempt)s, %(day)s.")
            % {
                "attempt": result.attempt,
                "day": date_format(result.assessed_on, "SHORT_DATE_FORMAT"),
            }
        )


def faults_of(held, batch):
    """{field: words} of what is wrong with the examination."""
    faults = {}
    if not held.assessor:
        faults["assessor"] = _("Isi nama pengujinya.")
    if batch.curriculum.needs_second_assessor and not held.second_assessor:
        faults["second_assessor"] = _("Program ini dinilai dua penguji. Isi penguji kedua.")
    elif held.second_assessor and _person(held.second_assessor) == _person(held.assessor):
        faults["second_assessor"] = _("Penguji kedua harus orang lain.")
    if held.assessed_on > timezone.localdate():
        faults["assessed_on"] = _("Tanggal ini belum tiba.")
    elif held.assessed_on < batch.starts_on:
        faults["assessed_on"] = _("Angkatan ini baru mulai %(day)s.") % {
            "day": date_format(batch.starts_on, "SHORT_DATE_FORMAT")
        }
    return faults


def _person(name):
    """Sri Wahyuni, S.Pd. and SRI WAHYUNI are one person."""
    return name_key(name.partition(",")[0])
