"""The one door to WeasyPrint: a template and a list of contexts in, PDF/A-3b files out.

The library is imported on first use, so that a missing system library takes down this door and
not the site. Nothing is fetched but `data:` URLs and files of our own static folder.

A list is drawn several times faster than its files one by one: see _press and Pictures.
"""

import gc
import logging
import mimetypes
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import get_template

logger = logging.getLogger(__name__)

INSTALL = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PdfUnavailable(RuntimeError):
    """WeasyPrint or a system library below it is missing; the message names the remedy."""


class FetchRefused(ValueError):
    """A document asked for something outside our static folder."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the file; `made_at` is said of it, for the clock is never asked."""

    name: str
    content: bytes
    made_at: datetime


def render_pdfs(
    template: str, contexts: Iterable[dict], *, stylesheet: str | None = None
) -> Iterator[bytes]:
    """One PDF/A-3b file for each context, in order; the same context gives the same bytes.

    `stylesheet` is a path below the static folder. Templates name pictures as `static:img/x.svg`
    and put their dates into `<meta name="dcterms.created">`: the clock is never asked. A context's
    `attachments`, a list of Attachment, go into its file.
    Fonts, stylesheet and pictures are read once for the whole list, so give a batch at once.
    Raises PdfUnavailable, FetchRefused.
    """
    page = get_template(template)
    with _press(stylesheet) as press, _little_garbage_collection():
        for context in contexts:
            yield press(page.render(context), context.get("attachments", ()))


@contextmanager
def _press(stylesheet):
    """A function from HTML to PDF that shares what does not change from document to document."""
    weasyprint, FontConfiguration, Fetcher = _library()  # noqa: N806
    fonts, fetcher = FontConfiguration(), Fetcher()
    pictures = Pictures() if weasyprint.__version__ == KNOWN_WEASYPRINT else {}
    try:
        styles = []
        if stylesheet:
            with fetcher.watched():
                styles.append(
                    weasyprint.CSS(
                        url=f"static:{stylesheet}", url_fetcher=fetcher, font_config=fonts
                    )
                )

        def press(html, attachments):
            with fetcher.watched():
                return weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(
                    stylesheets=styles,
                    attachments=[
                        weasyprint.Attachment(
                            file_obj=BytesIO(one.content),
                            name=one.name,
                            created=one.made_at,
                            modified=one.made_at,
                            relationship="Data",
                        )
                        for one in attachments
                    ],
                    font_config=fonts,
                    cache=pictures,
                    finisher=_compress_once,
                    pdf_variant="pdf/a-3b",
                    dpi=150,
                )

        yield press
    finally:
        # Its folder of fonts in /tmp would stay until some later collection, or for good.
        fonts.__del__()


@contextmanager
def _little_garbage_collection():
    """Leaves what is already there out of each search for cycles; a document makes many objects."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _compress_once(document, pdf):
    """A finisher: pydyf compresses a stream when it writes it, and once more for the file's /ID."""
    for part in pdf.objects:
        if getattr(part, "compress", False):
            part.stream = [zlib.compress(b"\n".join(part.stream), level=9)]
            part.extra["Filter"] = "/FlateDecode"
            part.compress = False


# Pictures drawn once


# Pictures rely on how this WeasyPrint draws; any other one draws the plain way, with the same result.
KNOWN_WEASYPRINT = "70.0"

# Paths in plain colours, which mean the same in every file. Fonts, gradients and groups do not.
PATH_OPERATORS = frozenset(
    b"q Q cm gs w J j M d rg RG m l c v y h re W W* n f f* B B* b b* S s".split()
)


class Pictures(dict):
    """WeasyPrint's cache of pictures by URL, in which an SVG of ours is drawn once for the whole list.

    WeasyPrint itself would keep the SVG as a tree and write its paths out for every file anew,
    which takes longer than everything else on a certificate.
    """

    def __setitem__(self, url, picture):
        if picture and url.startswith("static:") and url.endswith(".svg"):
            picture.draw = _drawn_once(picture.draw)
        super().__setitem__(url, picture)


def _drawn_once(draw):
    """The draw() of an SVG that notes what it writes into the first file and repeats it in the others."""
    drawings = {}

    def draw_or_repeat(stream, width, height, style):
        size = (width, height)
        if size not in drawings:
            drawings[size] = _drawing(draw, stream, *size, style)
        if drawings[size] is None:
            draw(stream, *size, style)
        else:
            operators, opacities = drawings[size]
            stream.stream.extend(operators)
            stream._resources["ExtGState"].update(opacities)

    return draw_or_repeat


def _drawing(draw, stream, width, height, style):
    """(operators, opacities) of an SVG of this size, or None when it is more than paths."""
    kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
    apart = stream.clone(resources={kind: {} for kind in kinds})
    draw(apart, width, height, style)
    operators = {line.rsplit(maxsplit=1)[-1] for line in apart.stream}
    states = apart._resources["ExtGState"]
    # Opacities are named for their value; other states by their place in the file.
    if operators <= PATH_OPERATORS and all(name.startswith(("a", "A")) for name in states):
        return apart.stream, states
    return None


# Reading


@cache
def _library():
    """(weasyprint, FontConfiguration, our fetcher's class), or PdfUnavailable."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            f"PDFs cannot be drawn on this machine ({error}). Remedy: {INSTALL}"
        ) from error

    class StaticOnlyFetcher(URLFetcher):
        def __init__(self):
            super().__init__(
                allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True
            )
            self.refused = []

        def fetch(self, url, headers=None):
            if url.startswith("data:"):
                return super().fetch(url, headers)
            try:
                path = static_file(url)
            except FetchRefused as error:
                logger.warning("%s", error)
                self.refused.append(error)
                raise
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": kind})

        @contextmanager
        def watched(self):
            """WeasyPrint swallows errors inside an SVG; a refusal has to end the document there too."""
            self.refused.clear()
            try:
                yield
            except FatalURLFetchingError as error:
                raise (error.__cause__ or error) from None
            if self.refused:
                raise self.refused[0]

    return weasyprint, FontConfiguration, StaticOnlyFetcher


def static_file(url: str) -> Path:
    """The file behind `static:…` or `file:…`, links followed; FetchRefused unless it is one of ours."""
    parts = urlsplit(url)
    name = url2pathname(parts.path)
    for folder in settings.STATICFILES_DIRS:
        root = Path(folder).resolve()
        if parts.scheme == "static":
            path = (root / name.lstrip("/")).resolve()
        elif parts.scheme == "file" and parts.netloc in ("", "localhost"):
            path = Path(name).resolve()
        else:
            break
        if path.is_relative_to(root) and path.is_file():
            return path
    raise FetchRefused(f"refused to fetch {url[:200]!r}")
