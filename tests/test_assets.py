"""What the browser is given comes from here, is what the list says, and is all there."""

import ast
import re
from hashlib import sha256
from xml.etree import ElementTree

from tests.tree import ROOT, Module, literal, modules, tags, templates

STATIC = ROOT / "static"
SPRITE = STATIC / "img" / "icons.svg"
BROWSER_READS = {".css", ".js", ".mjs", ".svg", ".html", ".json", ".webmanifest"}

ROW = re.compile(r"^\|(?:[^|]*\|){3} `([^`]+)` \| `([0-9a-f]{64})` \|", re.MULTILINE)
REMOTE = re.compile(
    r"""url\(\s*["']?\s*(?:https?:)?//[^)"']*
      | @import\s*["']\s*(?:https?:)?//[^"']*
      | [\#@]\s*sourceMappingURL=\S*
      | \b(?:from|import|importScripts|fetch|import\s*)\s*\(?\s*["'](?:https?:)?//[^"']*
      | <(?!a\b)\w[^>]*?\b(?:xlink:href|href|src)\s*=\s*["'](?:https?:)?//[^"']*
    """,
    re.VERBOSE | re.IGNORECASE,
)
LOCAL_URL = re.compile(r"""url\(\s*(["']?)(?!data:|\#|(?:https?:)?//)([^"')]+)\1\s*\)""")
SPRITE_IN_TEMPLATE = re.compile(r"""icons\.svg["'\s%}]*#([\w-]+)""")


def vendored(static):
    kept = [*(static / "vendor").rglob("*"), *(static / "fonts").rglob("*")]
    return {
        path.relative_to(static).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in kept
        if path.is_file() and path != static / "vendor" / "README.md"
    }


def listed(static):
    return dict(ROW.findall((static / "vendor" / "README.md").read_text()))


def remote_loads(static):
    return [
        f"{path.relative_to(static)}: {match[0][:80]}"
        for path in sorted(static.rglob("*"))
        if path.suffix in BROWSER_READS
        for match in REMOTE.finditer(path.read_text())
    ]


def dangling_urls(static):
    return [
        f"{path.relative_to(static)}: {match[2]}"
        for path in sorted(static.rglob("*.css"))
        for match in LOCAL_URL.finditer(path.read_text())
        if not (path.parent / re.split(r"[?#]", match[2])[0]).is_file()
    ]


def icons_in_template(source):
    """`{% icon "clock" %}`, `{% chip tone word "clock" %}`, `icon="clock"` of any tag, `icons.svg#clock`."""
    found = set(SPRITE_IN_TEMPLATE.findall(source))
    for tag, *words in tags(source):
        position = {"icon": 0, "chip": 2}.get(tag, len(words))
        named = [word.partition("=")[2] for word in words if word.startswith(("icon=", "symbol="))]
        found |= {literal(word) for word in [*words[position : position + 1], *named]}
    return found - {None, ""}


def icons_in_module(module):
    """`icon="clock"`, `{"icon": "clock"}`, `icon = "clock"`, `icon("clock")`, `TONE_ICONS = {…: "clock"}`."""
    pairs = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword):
            pairs.append((node.arg, node.value))
        elif isinstance(node, ast.Dict):
            names = [getattr(key, "value", None) for key in node.keys]
            pairs += zip(names, node.values, strict=True)
        elif isinstance(node, ast.Assign):
            names = [getattr(target, "id", "") for target in node.targets]
            pairs += [(name, node.value) for name in names]
            if isinstance(node.value, ast.Dict) and any("ICON" in name for name in names):
                pairs += [("icon", value) for value in node.value.values]
        elif isinstance(node, ast.Call) and node.args:
            pairs.append((getattr(node.func, "id", None), node.args[0]))
    return {
        value.value
        for name, value in pairs
        if name in {"icon", "symbol"} and isinstance(value, ast.Constant) and value.value
    }


def missing_icons(used_where, sprite):
    drawn = {symbol.get("id") for symbol in ElementTree.fromstring(sprite)}
    return [
        f"{where}: {name}" for where, used in used_where.items() for name in sorted(used - drawn)
    ]


def test_vendored_files_are_those_in_the_list():
    assert vendored(STATIC) == listed(STATIC)


def test_nothing_is_loaded_from_elsewhere():
    assert remote_loads(STATIC) == []


def test_stylesheets_name_files_that_exist():
    assert dangling_urls(STATIC) == []


def test_icons_in_use_are_in_the_sprite():
    used = {name: icons_in_template(source) for name, source in templates().items()}
    used |= {module.name: icons_in_module(module) for module in modules()}

    assert missing_icons(used, SPRITE.read_text()) == []


def test_each_symbol_takes_the_colour_of_the_text():
    symbols = ElementTree.parse(SPRITE).getroot()

    assert {(s.get("viewBox"), s.get("fill")) for s in symbols} == {("0 0 16 16", "currentColor")}
    assert len({s.get("id") for s in symbols}) == len(symbols)


class TestCanaries:
    def test_a_changed_an_unlisted_and_a_lost_file_are_seen(self, tmp_path):
        (tmp_path / "vendor" / "thing-1").mkdir(parents=True)
        (tmp_path / "fonts").mkdir()
        (tmp_path / "vendor" / "thing-1" / "changed.js").write_text("1")
        (tmp_path / "fonts" / "unlisted.woff2").write_text("2")
        row = "| thing | 1 | MIT | `{}` | `" + "0" * 64 + "` | why | how |\n"
        (tmp_path / "vendor" / "README.md").write_text(
            row.format("vendor/thing-1/changed.js") + row.format("vendor/thing-1/lost.js")
        )

        differing = vendored(tmp_path).items() ^ listed(tmp_path).items()

        assert {name for name, _ in differing} == {
            "vendor/thing-1/changed.js",
            "vendor/thing-1/lost.js",
            "fonts/unlisted.woff2",
        }

    def test_each_way_to_load_from_elsewhere_is_seen(self, tmp_path):
        (tmp_path / "a.css").write_text(
            '@import "https://x.example/a.css"; b {background: url(//x.example/b.png)}'
            " c {background: url('https://x.example/c.png')} /*# sourceMappingURL=a.css.map */"
        )
        (tmp_path / "b.js").write_text(
            'import {d} from "https://x.example/d.js"\n//# sourceMappingURL=b'
        )
        (tmp_path / "c.svg").write_text('<svg><image href="https://x.example/e.png"/></svg>')

        assert len(remote_loads(tmp_path)) == 7

    def test_names_and_links_are_not_loads(self, tmp_path):
        (tmp_path / "a.css").write_text(
            '/* https://x.example */ b {background: url("data:image/svg+xml,%3csvg'
            " xmlns='http://www.w3.org/2000/svg'/%3e\")}"
        )
        (tmp_path / "b.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"></svg>')

        assert remote_loads(tmp_path) == []

    def test_a_font_that_is_not_there_is_seen(self, tmp_path):
        (tmp_path / "a.css").write_text(
            '@font-face {src: url("../fonts/none.woff2") format("woff2")}'
        )

        assert dangling_urls(tmp_path) == ["a.css: ../fonts/none.woff2"]

    def test_an_icon_without_a_drawing_is_seen(self):
        used = {
            "page.html": icons_in_template(
                """{% icon "clock" %} {% icon 'one' %} {% static 'img/icons.svg' %}#two
                {% include "x.html" with icon="three" %} {% chip "ok" _("two words") "four" %}
                {% icon name %}"""
            ),
            "module": icons_in_module(
                Module(
                    "m", 'f(icon="five"); x = {"icon": "six"}; icon("seven"); ICONS = {1: "eight"}'
                )
            ),
        }

        assert missing_icons(used, '<svg><symbol id="clock"/></svg>') == [
            "page.html: four",
            "page.html: one",
            "page.html: three",
            "page.html: two",
            "module: eight",
            "module: five",
            "module: seven",
            "module: six",
        ]
