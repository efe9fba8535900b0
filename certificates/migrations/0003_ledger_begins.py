"""What was numbered and sealed before there was a ledger gets its entries; contents get their new parts."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC

from django.db import migrations

from core.append_only import protect, unprotect

# What a certificate said beside its facts before there were designs.
SAID = {
    "kind": "training",
    "design": 0,
    "program_emblem": "",
    "letterhead": {"above": [], "address": ""},
    "wording": {
        "title": "Sertifikat Pelatihan",
        "title_en": "",
        "opening": "diberikan kepada",
        "sentence": "atas keberhasilannya menyelesaikan pelatihan",
    },
    "duplicate_of": None,
}
TABLES = ["certificates_ledgerentry", "certificates_papermove", "certificates_design"]


def canonical(thing):
    return json.dumps(
        thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def begin(apps, schema_editor):
    Certificate = apps.get_model("certificates", "Certificate")
    for one in Certificate.objects.iterator():
        one.content = SAID | one.content
        one.salt = secrets.token_hex(16)
        one.save(update_fields=["content", "salt"])
    happened = [
        (at, one.pk, kind)
        for one in Certificate.objects.exclude(number=None)
        for kind, at in (("number", one.numbered_at), ("seal", one.sealed_at))
        if at
    ]
    previous = "0" * 64
    LedgerEntry = apps.get_model("certificates", "LedgerEntry")
    for index, (at, pk, kind) in enumerate(sorted(happened), start=1):
        one = Certificate.objects.get(pk=pk)
        entry = LedgerEntry(
            index=index,
            kind=kind,
            certificate_id=pk,
            at=at,
            public_id=one.public_id,
            number=one.number,
            commitment=hmac.new(
                bytes.fromhex(one.salt),
                canonical([one.content, one.enrollment_id, ""]),
                hashlib.sha256,
            ).hexdigest(),
            sha256=one.sha256 if kind == "seal" else "",
            previous=previous,
        )
        said = [
            index,
            kind,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.public_id,
            entry.number,
            entry.commitment,
            entry.sha256,
            previous,
        ]
        entry.hash = previous = hashlib.sha256(canonical(said)).hexdigest()
        entry.save(force_insert=True)
    if happened:
        NumberSeries = apps.get_model("certificates", "NumberSeries")
        NumberSeries.objects.create(key="#ledger", last=len(happened))


def watch(apps, schema_editor):
    for table in TABLES:
        protect(schema_editor.connection, table)


def look_away(apps, schema_editor):
    for table in TABLES:
        unprotect(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_whole_life")]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(watch, look_away),
    ]
