"""Whether the ledger is whole, and whether the certificates are what it says."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Prefetch

from certificates.chain import COUNTER, GENESIS, commitment, link_hash
from certificates.models import Certificate, LedgerEntry, NumberSeries

Status, Entry, Kind = Certificate.Status, LedgerEntry, LedgerEntry.Kind
LIFE = ["status", "number", "public_id", "sha256", "content", "salt"]
LIFE += sorted(set(Entry.MOMENTS.values()))
LINK = ["index", "kind", "at", "public_id", "number", "commitment", "sha256", "previous", "hash"]
# What must have happened to a certificate for it to stand as it stands.
LIVES = {
    Status.NUMBERED: [Kind.NUMBER],
    Status.SEALED: [Kind.NUMBER, Kind.SEAL],
    Status.REVOKED: [Kind.NUMBER, Kind.SEAL, Kind.REVOKE],
    Status.SUPERSEDED: [Kind.NUMBER, Kind.SEAL, Kind.SUPERSEDE],
    Status.VOID: [Kind.NUMBER, Kind.VOID],
}


@dataclass(frozen=True)
class Finding:
    """What is wrong at an entry of the ledger (None: with no single one) and with which certificate."""

    index: int | None
    number: str
    what: str

    def __str__(self):
        where = [f"entry {self.index}"] if self.index is not None else []
        where = ", ".join([*where, *[self.number] * bool(self.number)])
        return f"{where}: {self.what}" if where else self.what


@dataclass
class Examination:
    entries: int = 0
    certificates: int = 0
    erased: int = 0  # certificates without salt: nobody can say any more what they committed to
    files: int = 0
    findings: list = field(default_factory=list)
    notes: list = field(
        default_factory=list
    )  # what the operator should know and nobody need have done

    def found(self, what, index=None, number=""):
        self.findings.append(Finding(index, number, what))


@contextmanager
def snapshot():
    """Everything read inside is of one moment, and nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
        return
    is_postgres = connection.vendor == "postgresql"
    begin = "ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres else "DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN {begin}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def examine(heads, *, with_files=False):
    """The Examination of the whole ledger against the signed `heads`, one row at a time."""
    seen = Examination()
    with snapshot():
        walk(seen, heads)
        compare_certificates(seen, with_files)
        _look_at_series(seen)
        if with_files:
            _look_for_stray_files(seen)
    return seen


def walk(seen, heads):
    """Every link of the chain, and each head where it was taken."""
    signed = {}
    for head in heads:
        signed.setdefault(head.count, []).append(head)
    _compare(seen, signed.pop(0, []), GENESIS)
    last, previous = 0, GENESIS
    links = LedgerEntry.objects.order_by("index").values_list(*LINK, named=True)
    for entry in links.iterator(chunk_size=5000):
        if entry.index != last + 1:
            missing = f"entries {last + 1} to {entry.index - 1} are missing"
            seen.found(missing, entry.index, entry.number)
        elif entry.previous != previous:
            seen.found("does not continue the entry before it", entry.index, entry.number)
        if link_hash(entry) != entry.hash:
            seen.found("was altered: its hash covers something else", entry.index, entry.number)
        if entry.index in signed:
            _compare(seen, signed.pop(entry.index), entry.hash, entry)
        last, previous = entry.index, entry.hash
        seen.entries += 1
    for head in chain.from_iterable(signed.values()):
        seen.found(f"the head of {head.at} knew {head.count} entries: the end was cut off", last)
    counted = NumberSeries.objects.filter(key=COUNTER).values_list("last", flat=True).first() or 0
    if counted != last:
        seen.found(f"the counter stands at {counted}, the last entry is {last}", last)


def _compare(seen, heads, hash_, entry=None):
    for head in heads:
        if head.hash != hash_:
            seen.found(
                f"is not what the head of {head.at} has seen: the chain was written anew",
                entry.index if entry else 0,
                entry.number if entry else "",
            )


def compare_certificates(seen, with_files):
    entries = LedgerEntry.objects.order_by("index")
    certificates = (
        Certificate.objects.exclude(number=None)
        .only("enrollment_id", "kind", "dated_on", "end_reason", *LIFE)
        .order_by("pk")
        .prefetch_related(Prefetch("ledger_entries", entries, "life"))
    )
    for certificate in certificates.iterator(chunk_size=1000):
        seen.certificates += 1
        _look_at(seen, certificate)
        if with_files and certificate.is_published:
            _look_at_file(seen, certificate)
    known = Certificate.objects.filter(pk=OuterRef("certificate_id")).exclude(number=None)
    for entry in LedgerEntry.objects.filter(~Exists(known)).order_by("index").iterator():
        seen.found("its certificate is gone", entry.index, entry.number)


def _look_at(seen, certificate):
    life, number = certificate.life, certificate.number
    index = life[-1].index if life else None
    if [entry.kind for entry in life] != LIVES.get(certificate.status):
        told = ", ".join(entry.kind for entry in life) or "nothing"
        seen.found(f"is {certificate.status}, the ledger tells of {told}", index, number)
    said = certificate.content.get
    if (said("kind"), said("issued_on")) != (certificate.kind, certificate.dated_on.isoformat()):
        seen.found("is of another kind or day than it says", index, number)
    if not certificate.salt and said("name"):
        seen.found("has a name and no salt: nobody can say what was committed to", index, number)
    seen.erased += not certificate.salt
    promised = {
        reason: commitment(certificate, reason)
        for reason in {"", certificate.end_reason}
        if certificate.salt
    }
    for entry in life:
        moment = Entry.MOMENTS[entry.kind]
        if entry.at != getattr(certificate, moment):
            seen.found(f"says another {moment} than entry {entry.index}", entry.index, number)
        if (entry.public_id, entry.number) != (certificate.public_id, number):
            seen.found(f"carries other names than entry {entry.index}", entry.index, number)
        if entry.kind == Kind.SEAL and entry.sha256 != certificate.sha256:
            seen.found("names another file than the one sealed", entry.index, number)
        reason = certificate.end_reason if moment == "ended_at" else ""
        if promised and entry.commitment != promised[reason]:
            seen.found("says something else than was committed to", entry.index, number)


def _look_at_file(seen, certificate):
    seen.files += 1
    index = certificate.life[-1].index if certificate.life else None
    try:
        with certificate.path.open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == certificate.sha256
    except OSError:
        seen.found("its file cannot be read", index, certificate.number)
    else:
        if not is_same:
            seen.found("its file is not the one sealed", index, certificate.number)


def _look_for_stray_files(seen):
    """Files bear names: none is there but for what was sealed, or will be when issuing goes on."""
    known = Certificate.objects.filter(status__in=[Status.NUMBERED, *Certificate.PUBLISHED])
    expected = {one.path for one in known.only("public_id").iterator()}
    for path in sorted(settings.CERTIFICATE_ROOT.rglob("*.pdf")):
        if path not in expected:
            seen.found(f"{path} belongs to no certificate that was issued")


def _look_at_series(seen):
    """Every number that a series has given is held by a certificate."""
    held = Certificate.objects.exclude(series=None).order_by().values("series")
    held = held.annotate(count=Count("pk"), top=Max("sequence"))
    held = {one["series"]: (one["count"], one["top"]) for one in held}
    for series in NumberSeries.objects.exclude(key=COUNTER).order_by("key"):
        count, top = held.get(series.pk, (0, 0))
        if not count == top == series.last:
            what = f"gave {series.last} numbers; {count} are held, the highest is {top}"
            seen.found(what, number=series.key)
