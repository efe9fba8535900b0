"""Every word has its English, and the compiled catalogue is the written one."""

import os
import shutil
import subprocess

import polib
import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.tree import LAYERS, ROOT

ENGLISH = "locale/en/LC_MESSAGES/django"
NOT_SOURCE = shutil.ignore_patterns("__pycache__", "migrations", "*.pyc")


def sentence(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def extracted_anew(tree, folder):
    """The messages of `tree`, merged by makemessages into a copy of its catalogue in `folder`."""
    for name in (*LAYERS, "templates"):
        if (tree / name).is_dir():
            shutil.copytree(tree / name, folder / name, ignore=NOT_SOURCE)
    (folder / ENGLISH).parent.mkdir(parents=True)
    shutil.copy(tree / f"{ENGLISH}.po", folder / f"{ENGLISH}.po")
    with override_settings(LOCALE_PATHS=[folder / "locale"]):
        call_command("makemessages", locale=["en"], verbosity=0)
    return written(folder)


def written(tree):
    return polib.pofile(str(tree / f"{ENGLISH}.po"))


def compiled(tree):
    return polib.mofile(str(tree / f"{ENGLISH}.mo"))


def gaps(catalogue):
    """What makemessages found and nobody has put into English yet."""
    return [
        f"{'to confirm' if entry.fuzzy else 'missing'}: {entry.msgid}"
        for entry in catalogue
        if not entry.obsolete and not entry.translated()
    ]


def leftovers(kept, catalogue):
    """What is still written, though no page says it any more."""
    said = {sentence(entry) for entry in catalogue if not entry.obsolete}
    return [entry.msgid for entry in kept if not entry.obsolete and sentence(entry) not in said]


def differences(kept, built):
    """Sentences that the compiled catalogue lacks, has otherwise, or has beyond the written one."""

    def meanings(entries):
        return {
            (sentence(entry), entry.msgstr, tuple(sorted(entry.msgstr_plural.items())))
            for entry in entries
        }

    apart = meanings(kept.translated_entries()) ^ meanings(built)
    return sorted({said[1] for said, *_ in apart})


def format_errors(path):
    """Placeholders that the English lost or invented: they would break the page."""
    result = subprocess.run(
        ["msgfmt", "--check-format", "--output-file=-", path],
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    return result.stderr.decode() if result.returncode else ""


@pytest.fixture
def anew(tmp_path, monkeypatch):
    """Extracts from a tree, far from the tree itself: makemessages writes beside what it reads."""

    def run(tree):
        folder = tmp_path / "copy"
        folder.mkdir()
        monkeypatch.chdir(folder)
        return extracted_anew(tree, folder)

    return run


def test_every_sentence_has_its_english(anew):
    catalogue = anew(ROOT)

    assert gaps(catalogue) == []
    assert leftovers(written(ROOT), catalogue) == []


def test_the_compiled_catalogue_is_the_written_one():
    assert differences(written(ROOT), compiled(ROOT)) == []
    assert written(ROOT).metadata["Plural-Forms"] == compiled(ROOT).metadata["Plural-Forms"]


def test_placeholders_survive_translation():
    assert format_errors(ROOT / f"{ENGLISH}.po") == ""


class TestCanaries:
    HEAD = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )

    @pytest.fixture
    def tree(self, tmp_path):
        tree = tmp_path / "tree"
        (tree / ENGLISH).parent.mkdir(parents=True)
        (tree / f"{ENGLISH}.po").write_text(
            self.HEAD
            + 'msgid "Simpan"\nmsgstr "Save"\n\nmsgid "Kosong"\nmsgstr ""\n\n'
            + '#, fuzzy\nmsgid "Kira-kira"\nmsgstr "Perhaps"\n\nmsgid "Dahulu"\nmsgstr "Once"\n\n'
        )
        (tree / "templates").mkdir()
        (tree / "templates" / "a.html").write_text(
            '{% load i18n %}{% translate "Simpan" %}{% translate "Kosong" %}{{ a|default:_("Baru") }}'
        )
        (tree / "core").mkdir()
        (tree / "core" / "views.py").write_text('_("Kira-kira")\n_("Sama sekali lain")\n')
        return tree

    def test_each_kind_of_gap_is_seen(self, tree, anew):
        catalogue = anew(tree)

        assert sorted(gaps(catalogue)) == [
            "missing: Baru",
            "missing: Kosong",
            "missing: Sama sekali lain",
            "to confirm: Kira-kira",
        ]
        assert leftovers(written(tree), catalogue) == ["Dahulu"]

    def test_a_stale_compilation_is_seen(self, tree):
        changed = written(tree)
        changed.save_as_mofile(str(tree / f"{ENGLISH}.mo"))
        changed.find("Simpan").msgstr = "Keep"

        assert differences(written(tree), compiled(tree)) == []
        assert differences(changed, compiled(tree)) == ["Simpan"]

    def test_a_lost_placeholder_is_seen(self, tmp_path):
        broken = tmp_path / "broken.po"
        broken.write_text(
            self.HEAD + '#, python-format\nmsgid "%(n)s orang"\nmsgstr "%(m)s people"\n'
        )

        assert "for argument 'm', as in 'msgstr', doesn't exist in 'msgid'" in format_errors(broken)
