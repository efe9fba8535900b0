"""What an officer keys from a paper sheet: the quick line, the counts at its foot, a scan."""

import re

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from participants.forms.sheets import day_of, number_of
from participants.models import Attendance, PrintedSheet
from participants.quickline import parse
from participants.services import mark_from_paper
from participants.sheetcode import NoSheetCode, read_code

# The quick line in plain words: what is written, and what it says.
EXAMPLES = [
    ("1-12h", _("nomor 1 sampai 12 hadir")),
    ("13s 14i 16a", _("satu nomor, satu huruf: s sakit, i izin, a alpa")),
    ("15t20", _("terlambat 20 menit; menitnya boleh tidak ditulis")),
    (
        "14i/l",
        _(
            "sebabnya Lapas; p peserta, m mitra. "
            "Tanpa sebab: menurut pemberitahuan, selain itu peserta"
        ),
    ),
    ("sisa h", _("semua yang belum punya tanda: hadir")),
]
LONGEST_LINE = 2000
ACCEPTED = ".pdf,.jpg,.jpeg,.png"
KINDS = _("PDF, JPEG, atau PNG.")
NOTHING = _("Ketik tanda dari kertas, misalnya 1-12h 13s.")
AGAIN = _("Pilih berkasnya sekali lagi: peramban tidak menyimpan pilihan berkas.")


def _count(code):
    invalid = _("Hitungan %(code)s: tulis angka 0 sampai 500.") % {"code": code}
    return forms.IntegerField(
        label=code,
        min_value=0,
        max_value=500,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), invalid),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PaperForm(Form):
    """The sheet of `session`, whose PaperRows are `rows`; version-<id> and nonce come with it, hidden.

    Cleaned, it holds what `keep_paper` takes: marks, file, nonce, day. Raises BadRequest for what no page of
    ours sends.
    """

    code = forms.CharField(
        label=_("Kode lembar"),
        max_length=40,
        required=False,
        help_text=_(
            "Di kaki lembar, di samping gambar QR. "
            "Bila diketik, kode ini memastikan kertasnya milik pertemuan ini."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    line = forms.CharField(
        label=_("Baris cepat"),
        max_length=LONGEST_LINE,
        error_messages={"required": NOTHING},
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    file = forms.FileField(
        label=_("Pindaian atau foto lembar"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, data=None, files=None, *, session, rows, user):
        super().__init__(data, files)
        self.session, self.rows, self.user = session, rows, user
        self.fields["line"].required = not files  # a scan may come alone
        self.fields |= {f"count_{code.value}": _count(code.value) for code in Attendance.Code}
        self.read = parse(self._readable_line(), self._numbers())
        self.versions = {row.enrollment.pk: self._version(row) for row in rows}
        self.fields["file"].help_text = f"{KINDS} {AGAIN}" if files else KINDS
        self.day = self._day()
        if self.is_bound:
            self.nonce = data.get("nonce", "")
            if not re.fullmatch(r"[\w-]{8,64}", self.nonce, re.ASCII):
                raise BadRequest("nonce")

    def _readable_line(self):
        """Nothing of a line that the field refuses for its length."""
        line = self.data.get("line", "").strip()
        return line if len(line) <= LONGEST_LINE else ""

    def _day(self):
        """Of the meeting as the page showed it."""
        if not self.is_bound:
            return self.session.takes_place_on
        return day_of(self.data.get("day", ""))

    @property
    def day_to_show(self):
        """Whoever was told that the meeting was moved, may key the line for its new day."""
        if self.day is None or self.has_error(NON_FIELD_ERRORS, "moved"):
            return self.session.takes_place_on
        return self.day

    def _numbers(self):
        return [row.number for row in self.rows]

    def _version(self, row):
        """As it was when the form was opened."""
        if not self.is_bound:
            return row.version
        return number_of(self.data.get(f"version-{row.enrollment.pk}", "0"))

    @property
    def counts(self):
        return [self[f"count_{code.value}"] for code in Attendance.Code]

    @property
    def counts_differ(self):
        return any(count.errors for count in self.counts)

    @property
    def marks(self):
        """{enrollment id: Mark} of everybody whom the line speaks of."""
        found = {}
        for row in self.rows:
            said = self.read.said.get(row.number)
            if said is None and self.versions[row.enrollment.pk] == 0:
                said = self.read.rest
            if said:
                found[row.enrollment.pk] = self._mark(row, said)
        return found

    def _mark(self, row, said):
        return mark_from_paper(
            row,
            said.code,
            version=self.versions[row.enrollment.pk],
            cause=said.cause,
            minutes=said.minutes,
        )

    def clean_code(self):
        text = self.cleaned_data["code"]
        if not text:
            return text
        sheet = self._sheet_of(text)
        if sheet is None:
            raise ValidationError(
                _(
                    "Kode ini tidak dikenal: salah ketik, atau lembar lama. "
                    "Samakan dengan huruf di samping gambar QR, atau kosongkan."
                )
            )
        if sheet.session_id != self.session.pk:
            raise ValidationError(self._of_another(sheet.session))
        return text

    def _sheet_of(self, text):
        """The PrintedSheet of that code; None for those of another Lapas too."""
        try:
            sheets = PrintedSheet.objects.visible_to(self.user).filter(pk=read_code(text))
        except NoSheetCode:
            return None
        return sheets.select_related("session__batch").first()

    @staticmethod
    def _of_another(session):
        return _(
            "Kode ini milik daftar hadir %(batch)s tanggal %(day)s pukul %(time)s, "
            "bukan pertemuan ini."
        ) % {
            "batch": session.batch,
            "day": date_format(session.takes_place_on),
            "time": date_format(session.starts_at, "TIME_FORMAT"),
        }

    def clean(self):
        typed = super().clean()
        for error in self.read.errors:
            self.add_error("line", error)
        if not self.has_error("line"):
            self._compare_counts(typed)
            if typed.get("line") and not self.marks:
                self.add_error("line", NOTHING)
        return {
            "marks": self.marks,
            "file": typed.get("file"),
            "nonce": self.nonce,
            "day": self.day,
        }

    def _compare_counts(self, typed):
        codes = self._codes_as_on_paper()
        for code in Attendance.Code:
            on_paper, keyed = typed.get(f"count_{code.value}"), codes.count(code.value)
            if on_paper is not None and on_paper != keyed:
                self.add_error(
                    f"count_{code.value}",
                    _("Di kertas ada %(paper)s %(code)s, yang diketik %(keyed)s.")
                    % {"paper": on_paper, "keyed": keyed, "code": code.value},
                )

    def _codes_as_on_paper(self):
        """One code for each row the line speaks of: with "sisa" that is everybody, marked before or not."""
        marks = self.marks
        return [
            marks[row.enrollment.pk].code if row.enrollment.pk in marks else row.stored.code
            for row in self.rows
            if row.enrollment.pk in marks or (self.read.rest and row.stored)
        ]
