"""A spreadsheet of scores against what is stored: what would be new, changed, the same, or wrong."""

import re
from dataclasses import dataclass, field

from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext as _

from core.forms import ScoreField
from core.sheets import read_sheets
from core.templatetags.ui import number
from participants.imports import bytes_of
from participants.imports.cells import tidy
from participants.queries.standings import results_of
from participants.registers import name_key
from participants.score_columns import NAME, NUMBER, REGISTER, heading_key, score_columns
from participants.services import Assessment
from participants.services.results import words_of

HEADING_WITHIN = 50
SALT = "participants.results_import"
LASTS_SECONDS = 12 * 60 * 60
LOOKS_LIKE_SCORE = re.compile(r"\b(teori|praktik)$", re.IGNORECASE)
TOO_FINE = re.compile(r"\d{1,3}[.,]\d{3,}", re.ASCII)


@dataclass(frozen=True)
class Change:
    """One result that the file would write; `old` is None for a new one."""

    enrollment: object
    unit: object
    theory: object
    practice: object
    old: object

    @property
    def cell(self):
        return self.enrollment.pk, self.unit.pk

    @property
    def words(self):
        return words_of(self.theory, self.practice)

    @property
    def was(self):
        old = self.old
        if old.theory_score is None and old.practice_score is None:
            return _("nilai akhir %(score)s") % {"score": number(old.score)}
        return words_of(old.theory_score, old.practice_score)


@dataclass
class ScoreFile:
    """`new` and `changed` are [Change], `unchanged` a count, `wrong` [{"sheet", "row", "column", "cell", "reason"}].

    `passed_over` names sheets and columns that were not read.
    """

    new: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: int = 0
    wrong: list = field(default_factory=list)
    passed_over: list = field(default_factory=list)

    @property
    def changes(self):
        return self.new + self.changed


def read_scores(file, *, batch):
    """A ScoreFile from an uploaded `file` (a Django File); ValidationError on "file" when it is no such list."""
    try:
        sheets = read_sheets(bytes_of(file))
        return _Reading(batch).read(sheets)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None


def seal(score_file, *, batch, by):
    """What the page carries to its confirmation: nobody else's, of no other batch, and with the versions seen."""
    rows = [
        [*one.cell, _text(one.theory), _text(one.practice), one.old.version if one.old else 0]
        for one in score_file.changes
    ]
    return signing.dumps([batch.pk, by.pk, rows], salt=SALT, compress=True)


def unseal(text, *, batch, by):
    """{cell: Assessment} of what was sealed; ValidationError once it is too old, BadRequest for any other."""
    try:
        batch_pk, user_pk, rows = signing.loads(text, salt=SALT, max_age=LASTS_SECONDS)
    except signing.SignatureExpired:
        raise ValidationError(_("Pemeriksaan berkas ini sudah lama. Unggah lagi.")) from None
    except signing.BadSignature:
        raise BadRequest("rows") from None
    if (batch_pk, user_pk) != (batch.pk, by.pk):
        raise BadRequest("rows")
    clean = ScoreField(required=False).clean
    return {
        (person, unit): Assessment(clean(theory), clean(practice), None, version)
        for person, unit, theory, practice, version in rows
    }


def _text(score):
    return "" if score is None else f"{score:f}"


class _Reading:
    """The sheets of one file, cell by cell, with everybody and everything of the batch at hand."""

    def __init__(self, batch):
        self.columns = {
            heading_key(one.heading): one for one in score_columns(batch.curriculum.units.all())
        }
        self.people = {one.position: one for one in batch.enrollments.in_paper_order()}
        self.stored = {(one.enrollment_id, one.unit_id): one for one in results_of(batch)}
        self.file, self.first = ScoreFile(), {}

    def read(self, sheets):
        found = False
        for sheet in sheets:
            heading = None if sheet.is_hidden else self._heading_of(sheet)
            if heading is not None:
                found = True
                self._read_sheet(sheet, heading)
            elif sheet.rows:
                self.file.passed_over.append(_("lembar %(name)s") % {"name": tidy(sheet.name)})
        if not found:
            raise ValidationError(
                _(
                    "Tidak ada daftar nilai di berkas ini: perlu satu baris judul dengan No., Nama, dan "
                    "paling sedikit satu unit. Unduh dulu daftar nilai angkatan ini, lalu isi di situ."
                )
            )
        return self.file

    def _heading_of(self, sheet):
        """The place of the first row that names people and at least one score."""
        for place, (_number, cells) in enumerate(sheet.rows[:HEADING_WITHIN]):
            keys = {heading_key(cell) for cell in cells}
            if {heading_key(NUMBER), heading_key(NAME)} <= keys and any(map(_is_score, keys)):
                return place
        return None

    def _read_sheet(self, sheet, heading):
        number, headings = sheet.rows[heading]
        places, wrong = {}, len(self.file.wrong)
        for place, text in enumerate(map(tidy, headings)):
            key = heading_key(text)
            if not key:
                continue
            if key in places:
                self._fault(
                    sheet, number, text, text, _("Judul ini ada dua kali. Hapus salah satunya.")
                )
            elif key in self.columns or key in map(heading_key, (NUMBER, NAME, REGISTER)):
                places[key] = place
            elif _is_score(key):
                self._fault(sheet, number, text, text, _("Judul ini bukan unit angkatan ini."))
            else:
                self.file.passed_over.append(_("kolom %(name)s") % {"name": text[:60]})
        if len(self.file.wrong) > wrong:
            return
        for number, cells in sheet.rows[heading + 1 :]:
            cells = cells + [""] * (len(headings) - len(cells))
            texts = {key: tidy(cells[place]) for key, place in places.items()}
            if any(texts[key] for key in places):
                self._read_row(sheet, number, texts)

    def _read_row(self, sheet, number, texts):
        """A row below the list, such as a sum or a signature, has no number and no score."""
        scores = {key: texts[key] for key in self.columns.keys() & texts.keys() if texts[key]}
        if not texts[heading_key(NUMBER)] and not scores:
            return
        enrollment = self._person(sheet, number, texts)
        if enrollment is None:
            return
        given = {}
        for key in [one for one in self.columns if one in scores]:
            column = self.columns[key]
            try:
                given[column.unit, column.part] = _score(scores[key])
            except ValidationError as error:
                self._fault(sheet, number, column.heading, scores[key], error.messages[0])
                given[column.unit, column.part] = None
        for unit in dict.fromkeys(unit for unit, _part in given):
            self._compare(sheet, number, enrollment, unit, given)

    def _person(self, sheet, number, texts):
        """Whose row it is, by number, name and register; None when it is wrong."""
        text, name = texts[heading_key(NUMBER)], texts[heading_key(NAME)]
        register = texts.get(heading_key(REGISTER), "")
        digits = re.fullmatch(r"(\d{1,5})\.?", text, re.ASCII)
        enrollment = self.people.get(int(digits[1])) if digits else None
        if enrollment is None:
            self._fault(sheet, number, NUMBER, text, _("Nomor ini tidak ada di angkatan."))
        elif name_key(name) != name_key(enrollment.inmate.name):
            self._fault(
                sheet,
                number,
                NAME,
                name,
                _("Nomor %(number)s di angkatan ini adalah %(name)s. Samakan nomor dan namanya.")
                % {"number": enrollment.position, "name": enrollment.inmate.name},
            )
        elif register and heading_key(register) != heading_key(enrollment.inmate.short_register):
            self._fault(
                sheet,
                number,
                REGISTER,
                register,
                _("Register akhir %(name)s adalah %(register)s.")
                % {"name": enrollment.inmate.name, "register": enrollment.inmate.short_register},
            )
        elif enrollment.pk in self.first:
            self._fault(
                sheet,
                number,
                NUMBER,
                text,
                _("Orang ini sudah ada di lembar %(sheet)s baris %(row)s.")
                % dict(zip(("sheet", "row"), self.first[enrollment.pk], strict=True)),
            )
        else:
            self.first[enrollment.pk] = (tidy(sheet.name), number)
            return enrollment
        return None

    def _compare(self, sheet, number, enrollment, unit, given):
        """An empty cell leaves what is stored; theory or practice may come first alone."""
        old = self.stored.get((enrollment.pk, unit.pk))
        scores = {}
        for column in self.columns.values():
            if column.unit != unit:
                continue
            if (unit, column.part) in given:
                scores[column.part] = given[unit, column.part]
                if scores[column.part] is None:
                    return
                continue
            scores[column.part] = old and getattr(old, f"{column.part}_score")
            if scores[column.part] is None and old and not old.is_part:
                self._fault(
                    sheet,
                    number,
                    column.heading,
                    "",
                    _("Isi juga nilai ini; nilai akhir dihitung dari teori dan praktik."),
                )
                return
        change = Change(enrollment, unit, scores.get("theory"), scores.get("practice"), old)
        if old is None:
            self.file.new.append(change)
        elif (old.theory_score, old.practice_score) == (change.theory, change.practice):
            self.file.unchanged += 1
        else:
            self.file.changed.append(change)

    def _fault(self, sheet, number, column, cell, reason):
        self.file.wrong.append(
            {
                "sheet": tidy(sheet.name),
                "row": number,
                "column": column,
                "cell": cell,
                "reason": reason,
            }
        )


def _is_score(key):
    return bool(LOOKS_LIKE_SCORE.search(key))


def _score(text):
    if text.startswith("="):
        raise ValidationError(_("Sel ini rumus tanpa hasil. Salin, lalu tempel sebagai nilai."))
    if text.startswith("#"):
        raise ValidationError(_("Rumus di sel ini galat. Isi dengan nilainya."))
    if TOO_FINE.fullmatch(text):
        raise ValidationError(
            _("Paling banyak dua angka di belakang koma; di Excel pakai ROUND(…;2).")
        )
    return ScoreField().clean(text)
