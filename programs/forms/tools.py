"""The tools of a meeting as one form, counted out and back in."""

import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import one_line, printable
from programs.models.tools import MOST
from programs.services.tools import ToolNumbers
from programs.tools import LONGEST

# The row for a tool that the curriculum does not list.
FREE = "new"


class CountField(forms.Field):
    """0 to 999 in plain digits, or nothing: "1O", "-1" and "1.000" are refused, never guessed."""

    default_error_messages = {"invalid": _("Tulis jumlah 0 sampai 999.")}

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > MOST:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)


COUNT = CountField(required=False)
TOOL = forms.CharField(
    max_length=LONGEST,
    required=False,
    validators=[printable, one_line],
    error_messages={"max_length": _("Nama alat paling banyak %(limit_value)s huruf.")},
)


class ToolSheet:
    """Rows of tool-<n>, out-<n>, back-<n> and version-<n>; <n> of the free row is "new".

    `known` are the tools on the meeting's list: the numbered rows may name no others, and `has_strange_rows`
    says that one did. `counts` is {tool: ToolNumbers}, `errors` {tool, or FREE: words} of what was mistyped,
    `typed` every row as it came. With "none" in the data whatever is blank did not go out. Raises BadRequest for
    what no page of ours sends.
    """

    def __init__(self, data, *, known):
        self.counts, self.errors, self.typed = {}, {}, {}
        self.known, self.has_strange_rows = {one.casefold(): one for one in known}, False
        self.none_went_out = "none" in data
        for key in data:
            if match := re.fullmatch(r"tool-(\d{1,3})", key, re.ASCII):
                self._read_numbered(data, match[1], known)
        self._read_free(data)

    def _read_numbered(self, data, number, known):
        name = data[f"tool-{number}"]
        if name in known:
            self._read(data, number, name=name)
        else:
            self.has_strange_rows = True

    def _read_free(self, data):
        row = {part: data.get(f"{part}-{FREE}", "").strip() for part in ("tool", "out", "back")}
        if not any(row.values()):
            return
        self.typed[FREE] = row
        try:
            tool = self._name(row["tool"])
        except ValidationError as error:
            self.errors[FREE] = error.messages[0]
            return
        if not tool:
            self.errors[FREE] = _("Tulis nama alatnya.")
        elif tool in self.typed:
            self.errors[FREE] = _("Alat ini sudah ada di daftar; isi pada barisnya.")
        elif not row["out"]:
            self.errors[FREE] = _("Isi jumlah yang keluar.")
        else:
            self._read(data, FREE, name=tool, slot=FREE)

    def _name(self, text):
        """As the list has it, should somebody have put it there meanwhile."""
        tool = " ".join(TOOL.clean(text).split())
        if not tool.isprintable():
            raise ValidationError(_("Tulisan ini memuat tanda yang tidak tampak. Ketik ulang."))
        return self.known.get(tool.casefold(), tool)

    def _read(self, data, number, *, name, slot=None):
        """Row `number` of the form; what is wrong with it is kept under `slot`, by default its tool."""
        slot = slot or name
        out, back = (data.get(f"{part}-{number}", "").strip() for part in ("out", "back"))
        if self.none_went_out and not (out or back):
            out = back = "0"
        self.typed[slot] = {"tool": name, "out": out, "back": back}
        version = data.get(f"version-{number}", "0")
        if not re.fullmatch(r"\d{1,9}", version, re.ASCII):
            raise BadRequest("row")
        try:
            taken_out, brought_back = COUNT.clean(out), COUNT.clean(back)
        except ValidationError as error:
            self.errors[slot] = error.messages[0]
            return
        if taken_out is not None:
            self.counts[name] = ToolNumbers(taken_out, brought_back, int(version))
        elif brought_back is not None:
            self.errors[slot] = _("Isi jumlah yang keluar; bila tidak ada, tulis 0.")
        elif version != "0":
            self.errors[slot] = _("Sudah dihitung; bila tidak ada yang keluar, tulis 0.")
