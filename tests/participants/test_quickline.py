"""The quick line and the sheet code: whatever is typed gets an answer, and what is right is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.models import Attendance
from participants.quickline import CAUSES, LETTERS, MOST_MINUTES, Line, Said, parse, write
from participants.sheetcode import SIGNS, NoSheetCode, code_of, read_code

FORTY = range(1, 41)
H, S, A = Said("H"), Said("S"), Said("A")


def wrong(text, numbers=FORTY):
    return parse(text, numbers).errors


class TestParse:
    def test_the_line_of_the_brief(self):
        line = parse("1-12h 13s 14i 15t20 16a/l", FORTY)
        assert line.errors == []
        assert line.said == dict.fromkeys(range(1, 13), H) | {
            13: S,
            14: Said("I"),
            15: Said("T", 20),
            16: Said("A", cause="facility"),
        }

    def test_after_ten_errors_it_reads_no_further(self):
        line = parse("x " * 900 + "1h", FORTY)
        assert (len(line.errors), line.errors[-1], line.said) == (11, "dan lainnya", {})

    @pytest.mark.parametrize(
        "text",
        [
            "1-3h 4s",
            "1-3H,4S",
            "1 - 3 h\n4 s",
            " 1–3h ;; 04s ",
            "1h 2h 3h 4s",
            "1-3h 2h 4s",  # twice the same is said once
        ],
    )
    def test_as_people_write_it(self, text):
        assert parse(text, FORTY) == Line({1: H, 2: H, 3: H, 4: S})

    @pytest.mark.parametrize("text", ["13s sisa h", "13s sisah", "Sisanya H, 13 S"])
    def test_the_rest_is_kept_apart(self, text):
        """Who has no mark yet, the line cannot know."""
        assert parse(text, FORTY) == Line({13: S}, rest=H)

    def test_a_range_passes_over_who_has_left(self):
        assert parse("1-5h", [1, 2, 4, 5]).said == dict.fromkeys([1, 2, 4, 5], H)

    def test_nothing_says_nothing(self):
        assert parse(" ,\n ", FORTY) == Line()

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("41h", "“41h”: nomor 41 tidak ada, daftar ini sampai nomor 40."),
            ("38-41h", "“38-41h”: nomor 41 tidak ada, daftar ini sampai nomor 40."),
            ("0h", "“0h”: nomor 0 tidak ada di daftar hadir pertemuan ini."),
            ("12-1h", "“12-1h”: rentang terbalik. Tulis 1-12."),
            ("13x", "“13x”: tanda “x” tidak dikenal. Pakai h, s, i, a, atau t."),
            (
                "13",
                "“13”: tandanya belum ada. Tulis hurufnya sesudah nomor, misalnya 13s.",
            ),
            ("hadir", "“hadir”: tidak terbaca. Tulis nomor lalu huruf, misalnya 1-12h 13s."),
            ("13s5", "“13s5”: menit hanya sesudah t, misalnya 15t20."),
            ("13t0", "“13t0”: menit terlambat 1 sampai 600."),
            ("13t601", "“13t601”: menit terlambat 1 sampai 600."),
            (
                "13i/x",
                "“13i/x”: sebab “x” tidak dikenal. Pakai p (peserta), l (Lapas), atau m (mitra).",
            ),
            (
                "13h/l",
                "“13h/l”: hadir tidak memakai sebab. Hapus garis miring dan hurufnya.",
            ),
            (
                "1-12h 5s",
                "“5s”: nomor 5 sudah ditulis dengan tanda lain (h). Hapus salah satunya.",
            ),
            (
                "sisa h sisa a",
                "“sisa a”: “sisa” sudah ditulis dengan tanda lain. Hapus salah satunya.",
            ),
            ("1" * 5000 + "h", f"“{'1' * 20}…”: tidak terbaca. Tulis nomor lalu huruf, misalnya 1-12h 13s."),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_with_its_mend(self, text, words):
        assert wrong(text) == [words]

    def test_a_number_that_left_is_not_on_the_list(self):
        assert wrong("3h", [1, 2, 4]) == ["“3h”: nomor 3 tidak ada di daftar hadir pertemuan ini."]

    def test_every_wrong_piece_is_told_and_the_right_ones_are_read(self):
        line = parse("1h 41h 13x 2s", FORTY)
        assert [error[:6] for error in line.errors] == ["“41h”:", "“13x”:"]
        assert line.said == {1: H, 2: S}

    @given(st.one_of(st.text(), st.text(alphabet="0123456789hsiat/-, pmlx\nsisa–")))
    def test_whatever_is_typed_is_answered(self, text):
        line = parse(text, FORTY)
        assert line.said.keys() <= set(FORTY)
        again = parse(write(line.said, line.rest), FORTY)
        assert again == Line(line.said, line.rest)


marks = st.builds(
    lambda code, minutes, cause: Said(
        code, minutes if code == "T" else None, cause if code != "H" else ""
    ),
    st.sampled_from(LETTERS.upper()),
    st.none() | st.integers(1, MOST_MINUTES),
    st.sampled_from(["", *CAUSES.values()]),
)


class TestWrite:
    def test_is_short(self):
        said = dict.fromkeys(range(1, 13), H) | {13: S, 14: A, 15: A, 17: A}
        assert write(said, rest=Said("I", cause="partner")) == "1-12h 13s 14-15a 17a sisa i/m"

    @given(st.dictionaries(st.integers(1, 40), marks), st.none() | marks)
    def test_is_read_back(self, said, rest):
        assert parse(write(said, rest), FORTY) == Line(said, rest)

    def test_speaks_of_the_same_letters_and_causes_as_the_marks(self):
        assert sorted(LETTERS.upper()) == sorted(Attendance.Code)
        assert sorted(CAUSES.values()) == sorted(Attendance.Cause)


class TestSheetCode:
    @given(st.integers(0, 2**63 - 1))
    def test_is_read_back_however_it_is_typed(self, sheet):
        code = code_of(sheet)
        typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert read_code(code) == read_code(typed) == sheet

    def test_is_four_groups_of_four(self):
        assert [len(part) for part in code_of(7).split("-")] == [4, 4, 4, 4]

    def test_any_one_wrong_sign_is_noticed(self):
        code = code_of(1234).replace("-", "")
        for place, sign in enumerate(code):
            other = SIGNS[SIGNS.index(sign) - 1]
            with pytest.raises(NoSheetCode):
                read_code(code[:place] + other + code[place + 1 :])

    @given(st.text())
    def test_nothing_else_is_a_code(self, text):
        with pytest.raises(NoSheetCode):
            read_code(text)

    def test_another_installation_makes_another(self, settings):
        code = code_of(7)
        settings.SIGNING_KEY = "of somebody else"
        with pytest.raises(NoSheetCode):
            read_code(code)
