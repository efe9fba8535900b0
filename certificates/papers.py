"""From a numbered certificate to the Paper that is drawn: its QR code, emblems and attachment."""

import base64
from functools import lru_cache

from certificates import credential, proof
from certificates.documents import Paper
from certificates.models import Emblem

UPLOADED = "sha256:"


def paper_of(certificate, key):
    """The Paper of a numbered certificate, its claims signed with `key`."""
    content = certificate.content
    return Paper(
        content,
        qr=proof.qr_text(certificate, key),
        emblems=emblems_of(content),
        attachments=(credential.attachment(certificate, key),),
    )


def sample_paper(content):
    """A Paper with a QR code as large as a real one that proves nothing: for previews and trials."""
    return Paper(content, qr=proof.sample(content), emblems=emblems_of(content))


def emblems_of(content):
    """{"sha256:…": data URL} of the uploaded emblems that a content names."""
    named = [content["school"]["emblem"], content["program_emblem"]]
    return {one: _picture(one) for one in named if one.startswith(UPLOADED)}


# Named for its own bytes, it never changes; every certificate of a batch bears the same.
@lru_cache(maxsize=16)
def _picture(name):
    uploads = Emblem.objects.filter(sha256=name.removeprefix(UPLOADED))  # of several schools
    png = uploads.values_list("png", flat=True)[:1].get()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
