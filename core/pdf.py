"""The one door to WeasyPrint: a template and a list of contexts in, PDF/A-3b files out.

The library is imported on first use, so that a missing system library takes down this door and
not the site. Nothing is fetched but `data:` URLs and files of our own static folder.

A list is drawn several times faster than its files one by one: see _press and Pictures.
"""

import base64
import ctypes
import gc
import logging
import mimetypes
import re
import signal
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import get_template

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1  # linux/prctl.h
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
    template: str, contexts: Iterable[dict], *, stylesheet: str | None = None, workers: int = 1
) -> Iterator[bytes]:
    """One PDF/A-3b file for each context, in order; the same context gives the same bytes.

    `stylesheet` is a path below the static folder. Templates name pictures as `static:img/x.svg`
    and put their dates into `<meta name="dcterms.created">`: the clock is never asked. A context's
    `attachments`, a list of Attachment, go into its file.
    Fonts, stylesheet and pictures are read once for the whole list, so give a batch at once; with
    several `workers` all but the first few of a list are drawn in processes of their own.
    Raises PdfUnavailable, FetchRefused.
    """
    page = get_template(template)
    with _press(stylesheet) as press, _little_garbage_collection():
        pages = ((page.render(one), one.get("attachments", ())) for one in contexts)
        yield from (press(*one) for one in islice(pages, WARMING_UP if workers > 1 else None))
        following = next(pages, None)
        if following is not None:
            yield from _pressed_side_by_side(press, chain([following], pages), workers)


# Files that are drawn before work is shared out: a list as short as this is not worth processes,
# and these begin with what the first file read and drew.
WARMING_UP = 2
# Files under way for each process: enough that none waits, few enough that memory stays flat.
AHEAD = 3


def _pressed_side_by_side(press, pages, workers):
    """The pages in order, drawn by forked copies of this process that share its fonts and pictures."""
    with ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_begin_copy, initargs=(press,)
    ) as pool:
        under_way = deque()
        try:
            for one in pages:
                under_way.append(pool.submit(_press_in_copy, *one))
                if len(under_way) >= workers * AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin_copy(press):
    global _press_of_copy
    _press_of_copy = press
    _end_with_parent()


def _press_in_copy(html, attachments):
    return _press_of_copy(html, attachments)


def _end_with_parent():
    """A copy whose parent is killed would wait for work for ever; Linux ends it too."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


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
    which takes longer than everything else on a certificate. A QR code differs from file to file,
    but is only strokes: those are written straight into the page.
    """

    def __contains__(self, url):
        return super().__contains__(url) or _strokes(url) is not None

    def __getitem__(self, url):
        return _strokes(url) or super().__getitem__(url)

    def __setitem__(self, url, picture):
        is_file = url.startswith("static:") and url.endswith(".svg")
        if picture and (is_file or url.startswith(SVG_URL)):
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


SVG_URL = "data:image/svg+xml;base64,"
STROKES = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 (?P<side>\d+) (?P=side)">'
    r'<path fill="#fff" d="M0 0h(?P=side)v(?P=side)H0z"/>'
    r'<path stroke="#(?P<ink>[0-9a-f]{6})" stroke-width="(?P<width>[\d.]+)"'
    r' d="(?P<lines>(?:M\d+ [\d.]+h\d+)+)"/></svg>'
)
STROKE = re.compile(r"M(\d+) ([\d.]+)h(\d+)")


@dataclass(frozen=True)
class Strokes:
    """An SVG of level strokes in one colour on a white square, drawn as WeasyPrint would draw it."""

    side: int
    ink: tuple[float, float, float]
    width: float
    lines: bytes  # PDF operators

    def get_intrinsic_size(self, _resolution, _font_size):
        return None, None, 1

    def draw(self, stream, width, height, _style):
        with stream.stacked():
            stream.transform(a=width / self.side, d=height / self.side)
            stream.set_color_rgb(1, 1, 1)
            stream.rectangle(0, 0, self.side, self.side)
            stream.fill()
            stream.set_color_rgb(*self.ink, stroke=True)
            stream.set_line_width(self.width)
            stream.set_dash([], 0)
            stream.set_line_cap(0)
            stream.stream.append(self.lines)
            stream.stroke()


@lru_cache(maxsize=2)
def _strokes(url):
    """The Strokes behind a URL, or None when it is another kind of picture."""
    if not url.startswith(SVG_URL):
        return None
    found = STROKES.fullmatch(base64.b64decode(url.removeprefix(SVG_URL)).decode())
    if found is None:
        return None
    ink = tuple(int(found["ink"][place : place + 2], 16) / 255 for place in (0, 2, 4))
    lines = "\n".join(
        f"{x} {y} m {int(x) + int(length)} {y} l" for x, y, length in STROKE.findall(found["lines"])
    )
    return Strokes(int(found["side"]), ink, float(found["width"]), lines.encode())


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
