"""Small words about requests and answers."""

from django.http import HttpResponse

# What a page with a form answers to.
FORM_METHODS = ["GET", "HEAD", "POST"]


def pdf_response(filename, content):
    """A PDF to be kept or printed."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
