"""Who signs the PDF: nobody, our own authority in the school's name, the school itself, or an outside signer.

Which of them signs for a school: services.identities.signer_for.
"""

from typing import Protocol


class Signer(Protocol):
    def sign(self, pdf: bytes, certificate) -> bytes:
        """The signed file. Raises SigningFailed; the certificate then keeps its number and waits."""


class SigningFailed(RuntimeError):
    """The signer is away, slow or answered nonsense; try again later. Its text is for the officer."""


class Unsigned:
    def sign(self, pdf, certificate):
        return pdf
