"""The ledger: what it lets nobody do, and what shows when somebody with all rights did it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from certificates import chain, heads, services
from certificates.models import Certificate, IssuerKey, LedgerEntry, NumberSeries
from certificates.queries.ledger import examine
from certificates.services import end, ledger
from core.append_only import protect, unprotect
from tests.certificates import stages

TABLE = "certificates_ledgerentry"


def verify(*arguments):
    """(exit code, lines) of `manage.py verify_ledger`."""
    said = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=said, stderr=StringIO())
    except CommandError as ending:
        return ending.returncode, said.getvalue().splitlines()
    return 0, said.getvalue().splitlines()


def revoke(certificate):
    end(certificate=certificate, status="revoked", reason="fraud", by=None)


def hide_heads(settings, tmp_path):
    settings.LEDGER_HEAD_DIR = tmp_path / "nothing here"


def rechain():
    """Every hash anew, as whoever may write to the database can reckon them."""
    previous = chain.GENESIS
    for entry in LedgerEntry.objects.order_by("index").select_related("certificate"):
        entry.previous = previous
        reason = entry.certificate.end_reason if entry.kind == "revoke" else ""
        entry.commitment = chain.commitment(entry.certificate, reason)
        entry.hash = previous = chain.link_hash(entry)
        entry.save(update_fields=["previous", "commitment", "hash"])


@pytest.fixture
def attacker(sealed):
    """Somebody with all rights over the database, who has taken the triggers away."""
    revoke(sealed[2])
    ledger.export_head()
    unprotect(connection, TABLE)
    yield
    protect(connection, TABLE)


class TestWhole:
    def test_issued_and_revoked(self, sealed):
        revoke(sealed[0])
        ledger.export_head()
        assert verify("--files") == (
            0,
            ["7 entries, 3 certificates, 3 files, 2 heads: 0 findings"],
        )

    def test_json(self, sealed):
        said = StringIO()
        call_command("verify_ledger", "--json", stdout=said)
        result = json.loads(said.getvalue())
        [head] = result.pop("heads")
        assert head["hash"] == LedgerEntry.objects.get(index=6).hash
        assert result == {
            "entries": 6, "certificates": 3, "erased": 0, "files": 0, "findings": [], "notes": []
        }  # fmt: skip

    def test_nothing_yet(self, db):
        assert verify() == (0, ["0 entries, 0 certificates, 0 heads: 0 findings"])

    def test_erased_person_leaves_it_whole(self, sealed):
        """Without name and salt nobody can say what was committed to, and nothing is broken."""
        one = sealed[1]
        one.content["name"], one.salt = "", ""
        one.save(update_fields=["content", "salt"])
        assert verify() == (
            0,
            ["6 entries, 3 certificates, 1 erased, 1 heads: 0 findings"],
        )

    @pytest.mark.parametrize(
        "statement", [f"UPDATE {TABLE} SET number = 'x'", f"DELETE FROM {TABLE}"]
    )
    def test_database_refuses_change(self, sealed, statement):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert LedgerEntry.objects.count() == 6


@pytest.mark.usefixtures("attacker")
class TestTampering:
    def test_altered_entry(self):
        LedgerEntry.objects.filter(index=4).update(sha256="0" * 64)
        code, lines = verify()
        assert (code, lines[0]) == (
            1,
            "entry 4, 001/BKR/SMKN3-JBR/XII/2025: was altered: its hash covers something else",
        )

    def test_altered_entry_with_a_new_hash(self):
        entry = LedgerEntry.objects.get(index=4)
        entry.sha256 = "0" * 64
        entry.hash = chain.link_hash(entry)
        entry.save()
        code, lines = verify()
        assert (code, lines[0]) == (
            1,
            "entry 5, 002/BKR/SMKN3-JBR/XII/2025: does not continue the entry before it",
        )

    def test_deleted_entry(self):
        LedgerEntry.objects.filter(index=2).delete()
        code, lines = verify()
        assert (code, lines[0]) == (
            1,
            "entry 3, 003/BKR/SMKN3-JBR/XII/2025: entries 2 to 2 are missing",
        )

    def cut(self):
        """The revocation of the third never happened: entry, counter and certificate all say so."""
        LedgerEntry.objects.filter(index=7).delete()
        NumberSeries.objects.filter(key=chain.COUNTER).update(last=6)
        Certificate.objects.filter(status="revoked").update(
            status="sealed", ended_at=None, end_reason=""
        )

    def test_cut_end(self):
        self.cut()
        code, lines = verify()
        assert (code, lines[0]) == (
            1,
            "entry 6: the head of 2026-01-05T03:00:00+00:00 knew 7 entries: the end was cut off",
        )

    def rewrite(self):
        """Another name on the first, and every hash that follows from it."""
        first = Certificate.objects.order_by("pk").first()
        first.content["name"] = "Orang Lain"
        first.save(update_fields=["content"])
        rechain()

    def test_chain_written_anew(self):
        self.rewrite()
        code, lines = verify()
        assert code == 1
        assert [line.split(":")[0] for line in lines[:-1]] == [
            "entry 6, 003/BKR/SMKN3-JBR/XII/2025",  # where the head after the batch was taken
            "entry 7, 003/BKR/SMKN3-JBR/XII/2025",
        ]

    def test_without_heads_these_two_would_pass(self, settings, tmp_path):
        hide_heads(settings, tmp_path)
        self.rewrite()
        self.cut()
        assert verify() == (0, ["6 entries, 3 certificates, 0 heads: 0 findings"])

    def test_a_chain_written_anew_gets_no_new_head(self):
        self.rewrite()
        with pytest.raises(CommandError, match="does not continue head-000000007") as refusal:
            call_command("export_head")
        assert refusal.value.returncode == 1

    def test_the_database_forgets_the_key(self):
        """Its secret lies here; a head signed with it goes on to prove what it proves."""
        IssuerKey.objects.all().delete()
        self.cut()
        assert verify()[0] == 1


class TestAgreement:
    """What the certificates say against what the ledger says of them."""

    def test_status_without_its_entry(self, sealed):
        Certificate.objects.filter(pk=sealed[0].pk).update(
            status="revoked", ended_at=sealed[0].sealed_at, end_reason="fraud"
        )
        assert verify()[1][0] == (
            "entry 4, 001/BKR/SMKN3-JBR/XII/2025: is revoked, the ledger tells of number, seal"
        )

    def test_other_words(self, sealed):
        sealed[1].content["name"] = "Orang Lain"
        sealed[1].save(update_fields=["content"])
        [*findings, _] = verify()[1]
        number = "002/BKR/SMKN3-JBR/XII/2025"
        assert findings == [
            f"entry {index}, {number}: says something else than was committed to"
            for index in (2, 5)
        ]

    @pytest.mark.parametrize(
        ("changed", "finding"),
        [
            ({"kind": "partial"}, "is of another kind or day than it says"),
            ({"dated_on": "2001-01-01"}, "is of another kind or day than it says"),
            ({"salt": ""}, "has a name and no salt: nobody can say what was committed to"),
            ({"numbered_at": "2030-01-01T00:00Z"}, "says another numbered_at than entry 1"),
            ({"sealed_at": "2030-01-01T00:00Z"}, "says another sealed_at than entry 4"),
            ({"ended_at": "2030-01-01T00:00Z"}, "says another ended_at than entry 7"),
            ({"end_reason": "mistake"}, "says something else than was committed to"),
        ],
    )
    def test_other_fields(self, sealed, changed, finding):
        revoke(sealed[0])
        Certificate.objects.filter(pk=sealed[0].pk).update(**changed)
        [said] = examine([]).findings
        assert (said.number, said.what) == (sealed[0].number, finding)

    def test_of_somebody_else(self, sealed):
        """Revoked, so that nothing stands in the way of two certificates of one person."""
        revoke(sealed[0])
        other = sealed[1].enrollment
        Certificate.objects.filter(pk=sealed[0].pk).update(enrollment=other)
        whats = {one.what for one in examine([]).findings}
        assert whats == {"says something else than was committed to"}

    def test_a_file_of_nobody(self, sealed, settings):
        stray = settings.CERTIFICATE_ROOT / "drafts" / "0.pdf"
        stray.write_bytes(b"%PDF")
        assert verify()[0] == 0
        assert verify("--files")[1][0] == f"{stray} belongs to no certificate that was issued"

    def test_other_file(self, sealed):
        sealed[0].path.write_bytes(b"%PDF another")
        sealed[1].path.unlink()
        assert verify()[0] == 0
        assert verify("--files")[1][:-1] == [
            "entry 4, 001/BKR/SMKN3-JBR/XII/2025: its file is not the one sealed",
            "entry 5, 002/BKR/SMKN3-JBR/XII/2025: its file cannot be read",
        ]

    def test_counters(self, sealed):
        NumberSeries.objects.update(last=9)
        assert [str(one) for one in examine([]).findings] == [
            "entry 6: the counter stands at 9, the last entry is 6",
            f"{sealed[0].series.key}: gave 9 numbers; 3 are held, the highest is 3",
        ]


class TestHeads:
    def test_export_to_a_file(self, sealed, tmp_path):
        said = StringIO()
        call_command("export_head", str(tmp_path / "usb" / "head.json"), stdout=said)
        assert verify("--head", str(tmp_path / "usb" / "head.json"))[0] == 0
        last = LedgerEntry.objects.get(index=6)
        assert said.getvalue().startswith(f"{tmp_path}/usb/head.json: 6 entries, {last.hash}, key ")

    def test_altered_head(self, sealed, tmp_path):
        [path] = heads.kept()
        said = json.loads(path.read_bytes())
        path.write_text(json.dumps(said | {"count": 5}))
        with pytest.raises(CommandError, match="its signature does not hold") as refusal:
            call_command("verify_ledger", "--head", str(path))
        assert refusal.value.returncode == 2
        assert verify()[0] == 1  # found among the kept ones, it is a finding

    @pytest.mark.parametrize(
        "said",
        [
            "",
            "[]",
            "{}",
            '{"count": 1, "hash": "0"}',
            '{"count": 1, "hash": "0", "at": "0", "kid": ["0"], "signature": "00"}',
            "[" * 100_000,
            "\0",
        ],
    )
    def test_no_head(self, sealed, settings, said, caplog):
        path = settings.LEDGER_HEAD_DIR / "head-999999999-0.json"
        path.write_text(said)
        assert verify("--head", str(path)) == (2, [])
        ledger.keep_head()
        assert [one.levelname for one in caplog.records] == ["CRITICAL"]

    def test_an_older_head_under_a_newer_name(self, sealed, settings):
        [path] = heads.kept()
        (settings.LEDGER_HEAD_DIR / "head-999999999-0.json").write_bytes(path.read_bytes())
        with pytest.raises(heads.HeadRefused, match="is not called head-000000006"):
            ledger.export_head()

    def test_a_head_on_a_medium_is_not_overwritten_by_another_chain(self, attacker, tmp_path):
        usb = tmp_path / "usb.json"
        ledger.export_head(usb)
        for path in heads.kept():
            path.unlink()
        TestTampering().rewrite()
        with pytest.raises(CommandError, match=f"does not continue {usb}"):
            call_command("export_head", str(usb))

    def test_an_unreadable_key_hinders_nothing(self, sealed, settings):
        (settings.KEY_ROOT / "issuer-deadbeef.key").write_bytes(b"")
        revoke(sealed[0])
        ledger.keep_head()
        assert len(heads.kept()) == 2

    def test_a_key_that_somebody_added_is_told(self, sealed):
        IssuerKey.objects.create(kid="deadbeef", public_key="00" * 32, retired_on="2030-01-01")
        said = StringIO()
        call_command("verify_ledger", "--json", stdout=said)
        assert json.loads(said.getvalue())["notes"] == [
            "Key deadbeef has no issuer-deadbeef.key here: whose is it?"
        ]

    def test_compromised_key_proves_nothing(self, sealed):
        IssuerKey.objects.update(retired_on=sealed[0].dated_on, is_compromised=True)
        assert verify() == (0, ["6 entries, 3 certificates, 0 heads: 0 findings"])

    def test_its_successor_signs_at_once(self, sealed, django_capture_on_commit_callbacks):
        """The same chain, and so the same file: what was signed before proves nothing any more."""
        [path] = heads.kept()
        old = services.issuer_key().kid
        with django_capture_on_commit_callbacks(execute=True):
            services.retire_key(kid=old, is_compromised=True, by=None)
        assert heads.read(path, heads.trusted_keys()).kid == services.issuer_key().kid != old
        revoke(sealed[0])
        ledger.export_head()
        assert verify()[1] == ["7 entries, 3 certificates, 2 heads: 0 findings"]

    def test_heads_of_a_leaked_key_are_passed_over(self, sealed):
        IssuerKey.objects.update(retired_on=sealed[0].dated_on, is_compromised=True)
        revoke(sealed[0])
        ledger.export_head()
        assert verify() == (0, ["7 entries, 3 certificates, 1 heads: 0 findings"])

    @pytest.mark.parametrize("how", ["revoke", "void"])
    def test_whatever_ends_is_headed(
        self, approved, cheap, cast, how, django_capture_on_commit_callbacks
    ):
        [one, *_] = Certificate.objects.of(approved.batch)
        services.assign_number(certificate=one, by=None)
        if how == "revoke":
            services.seal(certificate=one, pdf=b"%PDF", by=None)
        with django_capture_on_commit_callbacks(execute=True):
            if how == "revoke":
                revoke(one)
            else:
                services.void(certificate=one, reason="Salah", by=cast.certificate_admin)
        [path] = heads.kept()
        assert path.name.startswith(f"head-{LedgerEntry.objects.count():09d}-")

    def test_no_signature_for_another_purpose(self, sealed):
        """The key signs QR codes and credentials too; none of it passes for a head."""
        [path] = heads.kept()
        head = heads.read(path, heads.trusted_keys())
        assert head.message.startswith(b"certificate ledger head\0")

    def test_a_full_disk_stops_no_certificates(self, approved, cheap, settings, caplog):
        settings.CERTIFICATE_ROOT.mkdir()
        settings.LEDGER_HEAD_DIR = settings.CERTIFICATE_ROOT / "file" / "heads"
        (settings.CERTIFICATE_ROOT / "file").write_text("no folder")
        assert len(stages.issue(approved)) == 3
        assert [one.levelname for one in caplog.records if "head" in one.message] == ["CRITICAL"]
