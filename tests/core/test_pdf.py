"""A list is drawn the quick way; each of its files is what plain WeasyPrint makes of it alone."""

import gc
from base64 import b64encode
from multiprocessing import active_children

import pypdfium2
import pytest
from django.template.loader import get_template

from certificates.documents import LOOKS
from core import pdf
from core.pdf import render_pdfs
from tests.certificates.paper import CAST, sheet

TEMPLATE, STYLESHEET = LOOKS["resmi"].template, LOOKS["resmi"].stylesheet
FRAME = '<img src="static:frame.svg" style="width:50mm">'

RED_DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mM4IScHAAK2AQUKW6YGAAAAAElFTkSuQmCC"
)
PATH = '<path d="M1 1h8v8H1z" fill="#123f3a" stroke="#94651a"/>'
PICTURES = {
    "paths": PATH,
    "pale paths": '<path d="M1 1h8v8H1z" fill="red" fill-opacity=".5"/>',
    "a group": f'<g opacity=".5">{PATH}{PATH}</g>',
    "text": '<text x="1" y="8" font-size="5">Abc</text>',
    "a gradient": '<linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>'
    '<path d="M1 1h8v8H1z" fill="url(#g)"/>',
    "a blend": f'<g style="mix-blend-mode:multiply">{PATH}</g>',
    "another colour space": '<path d="M1 1h8v8H1z" fill="lab(50% 40 30)"/>',
    "a picture": f'<image width="9" height="9" href="data:image/png;base64,{RED_DOT}"/>',
}


def plain(html, stylesheet=None):
    """One file with nothing shared; only the fetcher is ours, for it knows `static:`."""
    weasyprint, font_configuration, fetcher_class = pdf._library()
    ours = {"url_fetcher": fetcher_class()}
    fonts = {"font_config": font_configuration()}
    styles = [weasyprint.CSS(url=f"static:{stylesheet}", **ours, **fonts)] if stylesheet else []
    document = weasyprint.HTML(string=html, **ours)
    return document.write_pdf(stylesheets=styles, **fonts, pdf_variant="pdf/a-3b", dpi=150)


def pixels(data):
    return [
        page.render(scale=100 / 72).to_pil().convert("RGB").tobytes()
        for page in pypdfium2.PdfDocument(data)
    ]


@pytest.fixture
def template(settings, tmp_path):
    """Makes a template of a piece of markup; pictures are taken from the same folder."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.STATICFILES_DIRS = [tmp_path]

    def template(markup):
        (tmp_path / "page.html").write_text(f"<title>x</title>{markup}")
        return "page.html"

    return template


@pytest.fixture
def frame(tmp_path):
    def frame(drawing):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{drawing}</svg>'
        (tmp_path / "frame.svg").write_text(svg)

    return frame


@pytest.fixture
def times_drawn(monkeypatch):
    """The drawings that WeasyPrint made of an SVG file, by address."""
    from weasyprint.svg import SVG

    drawn, draw = [], SVG.draw

    def counted(self, stream, width, height, base_url, context):
        drawn.append(base_url)
        return draw(self, stream, width, height, base_url, context)

    monkeypatch.setattr(SVG, "draw", counted)
    return drawn


def test_a_certificate_of_a_list_is_the_one_that_plain_weasyprint_draws():
    sheets = [sheet(content) for content in CAST.values()]
    quick = list(render_pdfs(TEMPLATE, sheets, stylesheet=STYLESHEET))

    for name, context, data in zip(CAST, sheets, quick, strict=True):
        expected = plain(get_template(TEMPLATE).render(context), STYLESHEET)
        assert pixels(data) == pixels(expected), name


def test_a_frame_is_drawn_once_for_the_list(times_drawn):
    sheets = [sheet(CAST["arif"])] * 3
    first, *others = render_pdfs(TEMPLATE, sheets, stylesheet=STYLESHEET)

    frames = [url for url in times_drawn if url and "frame-" in url]
    assert frames == [f"static:img/certificate/frame-{side}.svg" for side in ("front", "back")]
    assert others == [first, first]


def test_another_weasyprint_draws_the_plain_way_with_the_same_result(monkeypatch, times_drawn):
    sheets = [sheet(CAST["arif"])] * 2
    quick = list(render_pdfs(TEMPLATE, sheets, stylesheet=STYLESHEET))
    times_drawn.clear()

    monkeypatch.setattr(pdf, "KNOWN_WEASYPRINT", "69.9")

    slow = list(render_pdfs(TEMPLATE, sheets, stylesheet=STYLESHEET))
    assert [pixels(data) for data in slow] == [pixels(data) for data in quick]
    assert len([url for url in times_drawn if url and "frame-" in url]) == 4
    assert [url for url in times_drawn if url.startswith("data:")] != []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_more_than_paths_is_also_drawn_right(name, template, frame):
    frame(PICTURES[name])
    page = template(FRAME)
    quick = list(render_pdfs(page, [{}, {}]))

    expected = plain(get_template(page).render({}))
    assert quick[0] == quick[1]
    assert [pixels(data) for data in quick] == [pixels(expected)] * 2
    assert pixels(expected) != pixels(plain("<title>x</title><p>"))


def test_a_picture_stands_in_a_file_twice_and_in_two_sizes(template, frame, times_drawn):
    frame(PATH)
    page = template(f"{FRAME}{FRAME}{FRAME.replace('50mm', '20mm')}")
    quick = list(render_pdfs(page, [{}, {}]))

    assert len(times_drawn) == 2
    assert quick == [plain(get_template(page).render({}))] * 2


def test_a_list_that_is_given_up_leaves_the_garbage_collector_as_it_was(template):
    batch = render_pdfs(template("<p>x"), [{}, {}])
    next(batch)
    during = gc.get_freeze_count()
    batch.close()

    assert (during > 0, gc.get_freeze_count()) == (True, 0)


STROKES = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#fff" d="M0 0h9v9H0z"/>'
    '<path stroke="#123f3a" stroke-width="1.03" d="M1 1.5h3M5 2.5h{}"/></svg>'
)


def picture_of(svg):
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@pytest.mark.parametrize(("svg", "times"), [(STROKES.format(2), 0), (STROKES.format("2v1"), 1)])
def test_level_strokes_are_only_written_and_all_else_is_drawn_once(
    svg, times, template, times_drawn
):
    page = template(f'<img src="{picture_of(svg)}" style="width:50mm">')
    quick, again = render_pdfs(page, [{}, {}])

    assert (len(times_drawn), again) == (times, quick)
    assert pixels(quick) == pixels(plain(get_template(page).render({})))


def test_a_picture_of_strokes_is_not_kept(template, monkeypatch):
    kept = []
    monkeypatch.setattr(pdf.Pictures, "__setitem__", lambda self, *item: kept.append(item))
    pages = [{"src": picture_of(STROKES.format(length))} for length in range(1, 4)]
    assert len(list(render_pdfs(template('<img src="{{ src }}">'), pages))) == 3
    assert kept == []


class TestSideBySide:
    def test_same_files_in_the_same_order(self, template):
        page = template("<p>{{ number }}")
        contexts = [{"number": number} for number in range(9)]
        assert list(render_pdfs(page, contexts, workers=2)) == list(render_pdfs(page, contexts))

    def test_a_short_list_is_not_worth_processes(self, template, monkeypatch):
        monkeypatch.setattr(pdf, "ProcessPoolExecutor", None)
        assert len(list(render_pdfs(template("<p>x"), [{}, {}], workers=2))) == 2

    def test_error_of_one_reaches_the_caller(self, template):
        page = template('<img src="{{ src }}">')
        contexts = [{"src": "data:image/png;base64,"}] * 3 + [{"src": "file:///etc/passwd"}]
        with pytest.raises(pdf.FetchRefused):
            list(render_pdfs(page, contexts, workers=2))

    def test_given_up_it_leaves_no_process(self, template):
        batch = render_pdfs(template("<p>x"), [{}] * 20, workers=2)
        for _ in range(4):
            next(batch)
        during = len(active_children())
        batch.close()
        assert (during, active_children()) == (2, [])
