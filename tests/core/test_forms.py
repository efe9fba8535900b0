"""Fields that never guess, and forms that give back what was typed."""

from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from core.forms import DateField, Form, ScoreField, TimeField, parse_date

LANGUAGES = pytest.mark.parametrize("language", ["id", "en"])


@pytest.mark.parametrize(
    "text",
    [
        "17-12-2025",
        "17/12/2025",
        "17.12.2025",
        "2025-12-17",
        "17 Desember 2025",
        "17 desember 2025",
        "17 Des 2025",
        "17 Des. 2025",
        "17 December 2025",
        "  17   Desember  2025. ",
    ],
)
def test_a_day_is_read_however_an_office_writes_it(text):
    assert parse_date(text) == date(2025, 12, 17)


def test_the_day_stands_before_the_month():
    assert parse_date("3/4/2026") == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "12/25/2025",  # the American order
        "31-02-2026",
        "29-02-2025",
        "17-12-0025",
        "17-12-25",
        "17-12-2201",
        "17 Desembar 2025",
        "17-12/2025 pagi",
        "besok",
        "",
    ],
)
def test_a_day_that_would_need_guessing_is_refused(text):
    with pytest.raises(ValueError):
        parse_date(text)


class Diary(Form):
    """A form as a view would use it."""

    day = DateField()
    at = TimeField(required=False)
    score = ScoreField(required=False)
    note = forms.CharField(required=False)


def inputs(form):
    """What the reader sees in the fields."""
    return {field.name: field.value() for field in form}


class TestDateField:
    def test_a_wrong_day_comes_back_as_typed(self):
        form = Diary({"day": "31-02-2026"})

        assert form.errors == {
            "day": ["Tulis tanggal sebagai hari-bulan-tahun, misalnya 17-12-2025."]
        }
        assert 'value="31-02-2026"' in str(form["day"])

    def test_a_right_day_comes_back_as_typed_beside_another_fault(self):
        form = Diary({"day": "17 Des 2025", "score": "101"})

        assert list(form.errors) == ["score"]
        assert 'value="17 Des 2025"' in str(form["day"])

    @LANGUAGES
    def test_a_known_day_is_shown_the_way_it_is_typed(self, language):
        with translation.override(language):
            form = Diary(initial={"day": date(2025, 12, 3)})

            assert 'value="03-12-2025"' in str(form["day"])

    def test_nothing_is_not_a_wrong_day(self):
        assert DateField(required=False).clean("") is None


class TestTimeField:
    @pytest.mark.parametrize("text", ["08.00", "8.00", "08:00", " 8:00 "])
    def test_point_and_colon_are_the_same(self, text):
        assert TimeField().clean(text) == time(8)

    @pytest.mark.parametrize("text", ["25:00", "24.00", "08.60", "8", "0800", "8.0", "pagi"])
    def test_an_hour_that_no_clock_shows_is_refused(self, text):
        with pytest.raises(ValidationError, match="misalnya 08.00"):
            TimeField().clean(text)

    @LANGUAGES
    def test_a_known_time_can_be_sent_back_unchanged(self, language):
        with translation.override(language):
            form = Diary(initial={"at": time(7, 5)})

            assert 'value="07.05"' in str(form["at"])
            assert TimeField().clean("07.05") == time(7, 5)


@LANGUAGES
class TestScoreField:
    @pytest.mark.parametrize(
        ("text", "score"),
        [("87,5", "87.5"), ("87.5", "87.5"), (" 87 ", "87"), ("0", "0"), ("100,00", "100")],
    )
    def test_comma_and_point_are_the_same_in_both_languages(self, language, text, score):
        with translation.override(language):
            assert ScoreField().clean(text) == Decimal(score)

    @pytest.mark.parametrize(
        "text",
        ["1.500", "1,500", "101", "100,01", "8O", "٨٧", "-1", "8e1", "87,", ",5", "NaN", "8 7"],
    )
    def test_what_is_not_plainly_a_score_is_refused(self, language, text):
        with translation.override(language), pytest.raises(ValidationError) as refusal:
            ScoreField().clean(text)

        assert refusal.value.code == "invalid"

    def test_a_slip_comes_back_as_typed(self, language):
        with translation.override(language):
            form = Diary({"day": "17-12-2025", "score": "8O"})

            assert list(form.errors) == ["score"]
            assert 'value="8O"' in str(form["score"])


class TestPerform:
    TYPED = {"day": "17/12/2025", "at": "08.00", "score": "87,5", "note": "di aula"}

    def refused_with(self, error):
        """The bound form after a service answered with `error`."""

        def service(**fields):
            raise error

        form = Diary(self.TYPED)
        assert form.is_valid()
        assert form.perform(service) is None
        return form

    def test_a_service_gets_the_clean_fields_and_gives_the_thing(self):
        form = Diary(self.TYPED)
        form.is_valid()

        assert form.perform(dict, by="Ratna") == {
            "day": date(2025, 12, 17),
            "at": time(8),
            "score": Decimal("87.5"),
            "note": "di aula",
            "by": "Ratna",
        }

    def test_a_refusal_stands_beside_the_field_it_names(self):
        form = self.refused_with(ValidationError({"day": "Hari itu libur."}))

        assert form.errors == {"day": ["Hari itu libur."]}

    def test_a_constraint_names_its_field_by_its_code(self):
        form = self.refused_with(
            ValidationError({"__all__": [ValidationError("Ruang terpakai.", code="at")]})
        )

        assert form.errors == {"at": ["Ruang terpakai."]}

    @pytest.mark.parametrize(
        "error",
        [
            ValidationError("Angkatan sudah penuh."),
            ValidationError({"batch": "Angkatan sudah penuh."}),  # no field of this form
        ],
    )
    def test_a_refusal_of_no_field_stands_on_top(self, error):
        assert self.refused_with(error).errors == {"__all__": ["Angkatan sudah penuh."]}

    def test_a_refusal_loses_nothing_typed(self):
        form = self.refused_with(ValidationError({"day": "Hari itu libur."}))

        assert inputs(form) == self.TYPED

    def test_other_errors_are_not_swallowed(self):
        form = Diary(self.TYPED)
        form.is_valid()

        with pytest.raises(TypeError, match="day"):
            form.perform(lambda *, note: note)


class TestSigns:
    """What no keyboard types breaks mail headers and office files."""

    class Note(Form):
        title = forms.CharField()
        text = forms.CharField(widget=forms.Textarea)

    @pytest.mark.parametrize(
        ("title", "text", "fields"),
        [
            ("Bahan", "satu\r\ndua\ttiga", []),
            ("Bahan\r\nBcc: x", "satu", ["title"]),
            ("Bahan\x01", "satu", ["title"]),
            ("Bahan", "sa\x0btu", ["text"]),
        ],
    )
    def test_lines_only_where_there_is_room_for_them(self, title, text, fields):
        assert list(self.Note({"title": title, "text": text}).errors) == fields
