"""The last look before sealing: what a stranger could read of the finished thing."""

from django.utils.translation import gettext as _

from certificates.models import Design, SignerIdentity
from certificates.stigma import found_in, public_texts, words_for


class Linter:
    """Looks through a batch's papers; words and permissions are asked for once."""

    def __init__(self, batch):
        agreement = batch.agreement
        self.words = words_for(batch.facility)
        permitted = Design.objects.of(agreement).filter(can_name_facility=True)
        self.permitted = set(permitted.values_list("version", flat=True))
        identity = SignerIdentity.objects.current().filter(partner=agreement.partner).first()
        self.signer = identity.subject if identity else ""
        self.refusals = []

    def passes(self, certificate, paper):
        """Whether nothing betrays; else a refusal says which word stands where."""
        if paper.content["design"] in self.permitted:
            return True
        places = public_texts(
            paper.content,
            filename=certificate.filename,
            signer=self.signer,
            attachments=paper.attachments,
        )
        found = found_in(places, self.words)
        if found:
            self.refusals.append(
                _("%(number)s belum disegel: %(found)s")
                % {"number": certificate.number, "found": "; ".join(map(str, found))}
            )
        return not found
