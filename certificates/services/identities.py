"""Who signs for a school, and how that comes to be."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from itertools import chain

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pypdf import PdfWriter

from accounts import audit
from certificates import keyring, verification
from certificates.models import SignerIdentity
from certificates.signing import SigningFailed, Unsigned, outside, own, pem, pkcs12
from certificates.stigma import betrayals, words_for
from partnerships.models import Partner

AUTHORITY_FILE = "signing-authority.pem"
# A certificate of our own is made anew before anybody could find it expired.
RENEWED_BEFORE = timedelta(days=30)


def signer_for(partner):
    """The Signer of a school's certificates. Raises SigningFailed."""
    if settings.PDF_SIGNER == "none":
        return Unsigned()
    if settings.PDF_SIGNER != "own":
        return _outside_signer(partner)
    try:
        return _local_signer(_identity(partner).fingerprint, settings.KEY_ROOT)
    except keyring.KeyMissing:
        raise SigningFailed(
            _(
                "Kunci penanda tangan %(partner)s tidak ada di tempatnya. Pulihkan folder kunci dari cadangan,"
                " atau minta admin berhenti memakai tanda tangan itu. Nomor sertifikat tetap."
            )
            % {"partner": partner}
        ) from None


@lru_cache(maxsize=64)
def _local_signer(fingerprint, key_root):
    """Parsed once a process: reading an RSA key takes longer than signing with it."""
    identity = SignerIdentity.objects.get(fingerprint=fingerprint)
    secret = keyring.read(_key_file(fingerprint))
    try:
        return own.local_signer(identity.certificate, identity.chain, secret)
    except ValueError as fault:
        raise keyring.KeyMissing(f"{_key_file(fingerprint)} holds no key.") from fault


def _identity(partner):
    """The SignerIdentity that signs today; our own authority makes one where there is none."""
    current = partner.signer_identities.current().first()
    if current and current.source == SignerIdentity.Source.IMPORTED:
        if current.expires_at <= timezone.now():
            raise SigningFailed(
                _(
                    "Sertifikat penanda tangan milik %(partner)s berakhir pada %(day)s. Minta admin"
                    " mengimpor yang baru, atau berhenti memakainya. Nomor sertifikat tetap."
                )
                % {"partner": partner, "day": date_format(timezone.localdate(current.expires_at))}
            )
        return current
    return current if current and _still_fits(current, partner) else _make(partner)


def _still_fits(identity, partner):
    leaf = x509.load_pem_x509_certificate(identity.certificate.encode())
    (name,) = leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return (
        name.value == own.common_name(partner.name)
        and identity.expires_at > timezone.now() + RENEWED_BEFORE
    )


def _make(partner):
    """A new key, with a certificate of our own authority in the school's name."""
    with keyring.locked():
        current = partner.signer_identities.current().first()
        if current and _still_fits(current, partner):
            return current  # made while we waited
        key = own.new_key()
        leaf, authority = own.new_leaf(partner.name, key.public_key(), _authority())
        with transaction.atomic():
            current = _locked(partner).signer_identities.current().first()
            if current and current.source == SignerIdentity.Source.IMPORTED:
                return current  # the school's own came in meanwhile
            bundle = pkcs12.Bundle(key, leaf, (authority,))
            return _take_up(partner, bundle, SignerIdentity.Source.OWN, by=None)


def _authority():
    """PEM of our authority's key and certificate, made on first use; call it while the ring is locked."""
    if not keyring.exists(AUTHORITY_FILE):
        keyring.write(AUTHORITY_FILE, own.new_authority())
    return keyring.read(AUTHORITY_FILE)


def import_identity(*, partner, file, password, by):
    """From now on the school's own key, of an uploaded PKCS#12 file, signs its certificates."""
    bundle = pkcs12.read(file.read(pkcs12.LARGEST + 1), password)
    _check_words(partner, bundle)
    _check_by_signing(bundle)
    return _take_up(partner, bundle, SignerIdentity.Source.IMPORTED, by=by)


def _check_words(partner, bundle):
    if found := _words_in(partner, bundle):
        raise ValidationError(
            {
                "file": _(
                    "Sertifikat ini memuat kata “%(word)s” (%(text)s), yang akan terbaca pada setiap PDF."
                    " Minta sertifikat atas nama sekolah."
                )
                % {"word": found[0].word, "text": found[0].text}
            }
        )


def _words_in(partner, bundle):
    """Words that would tell whoever opens the signature where the holder was trained."""
    words = chain(*(words_for(one) for one in [None, *partner.facilities.all()]))
    return betrayals(bundle.names, words)


def _check_by_signing(bundle):
    """Signs an empty page: what our own check would refuse tomorrow is refused today."""
    page, now = BytesIO(), timezone.now()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(page)
    leaf, above = pem.write([bundle.certificate]), pem.write(bundle.chain)
    signer = own.local_signer(leaf, above, own.secret_bytes(bundle.key))
    try:
        verification.signature_in(
            signer.sign_at(page.getvalue(), now, ""), pem.read(above or leaf)[-1:], now
        )
    except (verification.BadSignature, SigningFailed):
        raise ValidationError(
            {
                "file": _(
                    "Tanda tangan percobaan dengan sertifikat ini tidak sah: sertifikatnya bukan untuk"
                    " tanda tangan elektronik, atau rantainya memakai SHA-1."
                )
            }
        ) from None


@transaction.atomic
def _take_up(partner, bundle, source, *, by):
    """The school signs with this from now on; what it signed with before is kept to check old files by."""
    partner = _locked(partner)
    identity = SignerIdentity.objects.filter(fingerprint=bundle.fingerprint).first()
    if identity and (identity.partner_id != partner.pk or identity.retired_at is None):
        raise ValidationError(
            {"file": _("Sertifikat ini sudah dipakai %(partner)s.") % {"partner": identity.partner}}
        )
    _retire_current(partner)
    identity = identity or SignerIdentity(
        fingerprint=bundle.fingerprint, partner=partner, created_by=by
    )
    for name, value in {"source": source, "retired_at": None, **_facts(bundle)}.items():
        setattr(identity, name, value)
    _keep_key(bundle.fingerprint, own.secret_bytes(bundle.key))
    identity.save()
    action = "made" if source == SignerIdentity.Source.OWN else "imported"
    audit.record(f"signer_identity.{action}", identity, by=by, partner=partner.name)
    return identity


def _keep_key(fingerprint, secret):
    """The key in its file before the row that needs it; one of an import that was cut short gives way."""
    name = _key_file(fingerprint)
    if keyring.exists(name):
        if (settings.KEY_ROOT / name).read_bytes() == secret:
            return
        (settings.KEY_ROOT / name).unlink()
    keyring.write(name, secret)


def _locked(partner):
    """Whoever changes what a school signs with waits for the other."""
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def _retire_current(partner):
    return partner.signer_identities.current().update(retired_at=timezone.now())


@transaction.atomic
def retire_identity(*, partner, by):
    """Stop signing with what the school signs with; the next issue makes a certificate of our own."""
    current = _locked(partner).signer_identities.current().first()
    if current is None:
        raise ValidationError(_("Sekolah ini tidak memiliki tanda tangan yang dipakai."))
    _retire_current(partner)
    audit.record("signer_identity.retired", current, by=by, partner=partner.name)
    return current


def _outside_signer(partner):
    announced = outside.announced(partner.short_code)
    leaf, *above = x509.load_pem_x509_certificates(announced.pem.encode())
    bundle = pkcs12.Bundle(None, leaf, tuple(above))
    if found := _words_in(partner, bundle):
        raise SigningFailed(
            _(
                "Sertifikat penanda tangan luar memuat kata “%(word)s”, yang akan terbaca pada setiap PDF."
                " Nomor sertifikat tetap."
            )
            % {"word": found[0].word}
        )
    _remember(partner, bundle)
    return Checked(outside.outside_signer(partner.short_code, announced))


@dataclass(frozen=True)
class Checked:
    """What somebody else signed is looked at as verify_pdf will look at it, before it is sealed."""

    signer: object

    def sign(self, pdf, certificate):
        signed = self.signer.sign(pdf, certificate)
        try:
            verification.signature_in(signed, verification.trust_roots(), timezone.now())
        except verification.BadSignature:
            raise SigningFailed(
                _("Tanda tangan dari luar tidak lulus pemeriksaan. Nomor sertifikat tetap.")
            ) from None
        return signed


def _remember(partner, bundle):
    """Keeps the certificate of an outside signer, so that its files can be checked later.

    As a retired one: no key of it lies here, and nothing can be signed with it.
    """
    SignerIdentity.objects.get_or_create(
        fingerprint=bundle.fingerprint,
        defaults={
            "partner": partner,
            "source": SignerIdentity.Source.IMPORTED,
            "retired_at": timezone.now(),
            **_facts(bundle),
        },
    )


def _facts(bundle):
    leaf = bundle.certificate
    return {
        "subject": leaf.subject.rfc4514_string()[:300],
        "certificate": pem.write([leaf]),
        "chain": pem.write(bundle.chain),
        "starts_at": leaf.not_valid_before_utc,
        "expires_at": leaf.not_valid_after_utc,
    }


def _key_file(fingerprint):
    return f"signer-{fingerprint}.key"
