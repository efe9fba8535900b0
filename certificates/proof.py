"""What the QR code holds: the address of the verify page and, behind "#", a signed claim."""


def qr_text(certificate, key):
    return certificate.content["verify_url"]


def sample(content):
    return content["verify_url"]
