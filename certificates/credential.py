"""The certificate as an Open Badges 3.0 credential, signed with Ed25519 (W3C Data Integrity).

Everything it says is public and Indonesian, as the paper is. The file carries it with the holder's
name; its own address shows the same with the name masked.
"""

from datetime import date, datetime, time
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from certificates.content import masked
from certificates.documents.words import decimal, long_date, period
from certificates.linked_data import CREDENTIALS, OPEN_BADGES, did_key, secured
from certificates.models import Certificate
from core.pdf import Attachment
from core.signing import canonical

STATUS_LIST_SIZE = 131_072  # certificates a status list, by primary key
SPECIMEN = "SPESIMEN: contoh untuk latihan, bukan sertifikat yang sah. "


def attachment(certificate, key):
    """`credential.json` for the certificate's file."""
    return Attachment(
        "credential.json", canonical(credential(certificate, key)), _made_at(certificate)
    )


def public_credential(certificate, key):
    """The credential for whoever has the address: the same, the name masked."""
    return credential(certificate, key, name=masked(certificate.content["name"]))


def credential(certificate, key, *, name=None):
    """The signed credential of a numbered certificate as plain data; `name` stands in for the holder's."""
    said = unsigned(certificate, did_key(key.public_bytes), name or certificate.content["name"])
    return secured(said, key, said["validFrom"])


def unsigned(certificate, issuer, name):
    content, address = certificate.content, _address(certificate)
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"{address}/credential.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{content['wording']['title']} {content['program']}",
        "description": _description(content),
        "issuer": {"id": issuer, "type": ["Profile"], "name": content["school"]["name"]},
        "validFrom": _made_at(certificate).isoformat(),
        "credentialSubject": {
            "id": f"{address}#holder",
            "type": ["AchievementSubject"],
            "name": name,
            "licenseNumber": content["number"],
            "activityStartDate": content["starts_on"],
            "activityEndDate": content["ends_on"],
            "achievement": _achievement(content, address),
        },
        "credentialStatus": status_entry(certificate),
        "evidence": [
            _evidence(unit, f"{address}#unit-{position}")
            for position, unit in enumerate(content["units"], start=1)
        ],
    }


def status_entry(certificate):
    """Where a revocation shows: the certificate's bit in a status list of this site."""
    page, bit = divmod(certificate.pk, STATUS_LIST_SIZE)
    status_list = f"{settings.PUBLIC_BASE_URL}/v/status/{page}"
    return {
        "id": f"{status_list}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(bit),
        "statusListCredential": status_list,
    }


def _achievement(content, address):
    is_partial = content["kind"] == Certificate.Kind.PARTIAL
    taught = [
        content["school"]["name"],
        content["kind"],
        content["program"],
        [[unit["code"], unit["title"], _hours(unit)] for unit in content["units"]],
    ]
    return {
        # The same for everyone who achieved the same.
        "id": uuid5(NAMESPACE_URL, canonical(taught).decode()).urn,
        "type": ["Achievement"],
        "achievementType": "Competency" if is_partial else "CertificateOfCompletion",
        "name": content["program"],
        "description": f"{content['hours']} jam pelajaran di {content['school']['name']}.",
        "criteria": {"id": address, "narrative": _criteria(content)},
    }


def _criteria(content):
    """What had to be reached, as a list in Markdown."""
    limit = f" dengan nilai {decimal(content['pass_mark'])} ke atas" if content["pass_mark"] else ""
    lines = [f"Kompeten{limit} dalam setiap unit:", ""]
    for unit in content["units"]:
        lines.append(f"- {_title(unit)}, {_hours(unit)} jam pelajaran")
    if content["standard"]:
        lines += ["", f"Acuan: {content['standard']}"]
    return "\n".join(lines)


def _description(content):
    held = period(date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"]))
    parts = [f"{content['hours']} jam pelajaran, {held}."]
    if content["predicate"]:
        parts.append(
            f"Predikat {content['predicate']}, nilai rata-rata {decimal(content['average'])}."
        )
    if first := content["duplicate_of"]:
        issued_on = long_date(date.fromisoformat(first["issued_on"]))
        parts.append(f"Duplikat dari nomor {first['number']} tanggal {issued_on}.")
    return (SPECIMEN if content["is_specimen"] else "") + " ".join(parts)


def _evidence(unit, address):
    result = "kompeten" if unit["is_competent"] else "belum kompeten"
    return {
        "id": address,
        "type": ["Evidence"],
        "name": _title(unit),
        "description": (
            f"{_hours(unit)} jam pelajaran ({unit['theory_hours']} teori, "
            f"{unit['practice_hours']} praktik), nilai {decimal(unit['score'])}, {result}."
        ),
    }


def _title(unit):
    return f"{unit['code']} {unit['title']}".strip()


def _hours(unit):
    return unit["theory_hours"] + unit["practice_hours"]


def _address(certificate):
    return f"{settings.PUBLIC_BASE_URL}{certificate.public_path}"


def _made_at(certificate):
    """The certificate's day, in the school's time: the clock is never asked."""
    return datetime.combine(certificate.dated_on, time(), ZoneInfo(settings.TIME_ZONE))
