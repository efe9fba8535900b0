"""`manage.py issue_batch`: what an operator types after a crash."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate
from participants import services as participants
from tests.certificates import stages

NUMBERS = [f"{number:03d}/BKR/SMKN3-JBR/XII/2025" for number in (1, 2, 3)]


def said_by(*arguments, **options):
    said = StringIO()
    call_command("issue_batch", *arguments, stdout=said, **options)
    return said.getvalue()


@pytest.mark.usefixtures("cheap")
class TestIssueBatch:
    def test_says_what_it_sealed(self, approved):
        lines = ["JBR-BKR-A1: 3 sealed", *(f"  {number}" for number in NUMBERS)]
        assert said_by("JBR-BKR-A1").splitlines() == lines

    def test_json(self, approved):
        assert json.loads(said_by("JBR-BKR-A1", "--json")) == {
            "batch": "JBR-BKR-A1",
            "sealed": NUMBERS,
            "skipped": [],
        }

    def test_again_says_the_same_and_issues_nothing(self, approved):
        said = said_by("JBR-BKR-A1")
        before = list(Certificate.objects.values())
        assert said_by("JBR-BKR-A1") == said
        assert list(Certificate.objects.values()) == before

    def test_out_gets_a_copy_of_each_file(self, approved, tmp_path):
        out = tmp_path / "for" / "printing"
        said_by("JBR-BKR-A1", "--out", str(out))
        copies = {path.name: path.read_bytes() for path in out.iterdir()}
        assert copies == {
            one.filename: one.path.read_bytes() for one in Certificate.objects.of(approved.batch)
        }
        assert min(copies) == "sertifikat-001-BKR-SMKN3-JBR-XII-2025.pdf"

    def test_unknown_code_ends_with_2(self, approved):
        with pytest.raises(CommandError, match="No batch has the code JBR-BKR-A9") as refusal:
            said_by("JBR-BKR-A9")
        assert refusal.value.returncode == 2

    def test_blocked_batch_ends_with_1(self, approved, cast):
        participants.unlock_attendance(session=approved.session, reason="Salah", by=cast.officer)
        with pytest.raises(CommandError, match="1 daftar hadir belum dikunci") as refusal:
            said_by("JBR-BKR-A1")
        assert refusal.value.returncode == 1
        assert Certificate.objects.sealed().count() == 0

    def test_nothing_approved_is_no_failure(self, finished):
        stages.prepare(finished)
        assert said_by("JBR-BKR-A1") == "JBR-BKR-A1: 0 sealed\n"
