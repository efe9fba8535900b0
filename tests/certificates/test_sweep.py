"""Drafts of processes that were killed are swept away; those of a run in progress are not."""

from contextlib import suppress

import pytest

from certificates.services import drafts
from tests.certificates import stages


def drafts_left(settings):
    return sorted(path.name for path in settings.CERTIFICATE_ROOT.rglob("*.tmp"))


def orphan(settings, name="0" * 32):
    folder = settings.CERTIFICATE_ROOT / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.tmp").write_bytes(b"%PDF-1.7 half of")


def test_nothing_is_left_after_a_run(sealed, settings):
    assert drafts_left(settings) == []


def test_orphans_go_when_the_next_run_begins(approved, cheap, settings):
    orphan(settings)
    assert len(stages.issue(approved)) == 3
    assert drafts_left(settings) == []


def test_the_draft_of_a_run_in_progress_stays(settings):
    orphan(settings)
    with drafts.draft(b"%PDF") as path:
        drafts.sweep()
        assert drafts_left(settings) == [path.name]
        assert path.read_bytes() == b"%PDF"
    assert drafts_left(settings) == []


def test_without_the_lock_it_would_not(settings, monkeypatch):
    monkeypatch.setattr(drafts.fcntl, "flock", lambda *how: None)
    with suppress(FileNotFoundError), drafts.draft(b"%PDF") as path:
        drafts.sweep()
        assert not path.exists()


def test_a_sweep_between_making_and_locking_costs_nothing(settings, monkeypatch):
    flock, sweeps = drafts.fcntl.flock, [drafts.sweep]

    def sweep_first(*how):
        if sweeps:
            sweeps.pop()()
        flock(*how)

    monkeypatch.setattr(drafts.fcntl, "flock", sweep_first)
    with drafts.draft(b"%PDF") as path:
        assert path.read_bytes() == b"%PDF"


def test_a_draft_that_failed_leaves_an_orphan_for_the_next_sweep(settings):
    with pytest.raises(RuntimeError), drafts.draft(b"%PDF"):
        raise RuntimeError
    drafts.sweep()
    assert drafts_left(settings) == []
