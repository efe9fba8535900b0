"""Small words about requests and answers."""

import logging

from django.http import FileResponse, Http404, HttpResponse

logger = logging.getLogger(__name__)

# What a page with a form answers to.
FORM_METHODS = ["GET", "HEAD", "POST"]


def pdf_response(filename, content):
    """A PDF to be kept or printed."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def kept_file_response(kept):
    """An uploaded file as it came; `kept` has a `file`, a `download_name` and a `media_type`."""
    try:
        content = kept.file.open()
    except FileNotFoundError:
        logger.error("Kept file is missing: %s", kept.file.name)
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=kept.download_name,
        content_type=kept.media_type,
    )
    # Whatever stands in an uploaded file, a browser that opens it must not run it as this site.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
