"""The last look before sealing: what a stranger could read of the finished thing."""

from django.utils.translation import gettext as _

from certificates.content import design_of
from certificates.models import Design, SignerIdentity
from certificates.stigma import found_in, public_texts, words_for


class Linter:
    """Looks through a batch's papers; words and permissions are asked for once."""

    def __init__(self, batch):
        agreement = batch.agreement
        self.words = words_for(batch.facility)
        permitted = Design.objects.of(agreement).filter(can_name_facility=True)
        self.permitted = set(permitted.values_list("version", flat=True))
        self.is_withdrawn = not design_of(agreement).can_name_facility
        identity = SignerIdentity.objects.current().filter(partner=agreement.partner).first()
        self.signer = identity.subject if identity else ""
        self.refusals = []

    def passes(self, certificate, paper):
        """Whether nothing betrays; else a refusal says which word stands where.

        A permission counts for what was prepared under it, such as a duplicate, until a newer design withdraws it.
        """
        was_permitted = paper.content["design"] in self.permitted
        if was_permitted and not self.is_withdrawn:
            return True
        places = public_texts(
            paper.content,
            filename=certificate.filename,
            signer=self.signer,
            attachments=paper.attachments,
        )
        found = found_in(places, self.words)
        if found:
            words = (
                _(
                    "%(number)s belum disegel, izinnya ditarik oleh desain yang lebih baru: %(found)s"
                )
                if was_permitted
                else _("%(number)s belum disegel: %(found)s")
            )
            self.refusals.append(
                words % {"number": certificate.number, "found": "; ".join(map(str, found))}
            )
        return not found
