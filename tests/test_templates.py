"""Taste and safety of templates: used, linked, translated, without inline code, nothing undefined."""

import fnmatch
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.base import Lexer, TokenType
from django.template.utils import get_app_template_dirs
from django.urls import URLPattern, get_resolver, path

from lapasapp.undefined_variables import UndefinedInTemplate, UndefinedVariable
from tests.tree import ROOT, Module, literal, modules, tags, templates

# Django finds these by name.
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}

# {template: why its |safe or {% autoescape off %} is no hole}
MARKED_SAFE = {}

# Words that are the same in every language.
# Names, and words that are the same in both languages.
NAMES = {
    "LapasApp", "ID", "EN", "NIP", "NPSN", "JP", "BK", "PKS", "PDF", "SHA", "A4", "F4",
    "Bahasa", "Indonesia", "English",
}  # fmt: skip

# Where the printed sheet is made: WeasyPrint needs inline style, and its words are Indonesian by law.
PRINTED = "*/pdf/*"

VISIBLE_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
VISIBLE_ARGUMENTS = {
    "label", "title", "heading", "text", "message", "hint", "caption", "word", "verb", "empty",
}  # fmt: skip
TRANSLATED_BLOCKS = {"blocktranslate", "blocktrans"}
WORDLESS_TAGS = {*TRANSLATED_BLOCKS, "translate", "trans", "if", "elif", "now", "load", "url"}
LETTER = re.compile(r"[^\W\d_]")
LABEL = re.compile(r"[A-Z][a-z]")
PRINTING_FILTER = re.compile(r"""\|(?:default|default_if_none|yesno|pluralize):["']([^"']*)["']""")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


def pages():
    """What the browser gets as HTML: not the sheets, letters and drawings."""
    return {
        name: source
        for name, source in templates().items()
        if name.endswith(".html") and not fnmatch.fnmatch(name, PRINTED)
    }


# Used


def overrides():
    """Names that a package or Django renders itself."""
    theirs = {
        found.relative_to(folder).as_posix()
        for folder in get_app_template_dirs("templates")
        for found in Path(folder).rglob("*")
        if found.is_file()
    }
    packs = {name for name in templates() if name.startswith(f"{settings.CRISPY_TEMPLATE_PACK}/")}
    return theirs | packs | ERROR_PAGES


def called_by(source):
    """What a template extends, includes, or hands to a tag by its name."""
    words = {word for tag in tags(source) for word in tag}
    quoted = {literal(part) for word in words for part in (word, word.partition("=")[2])}
    return {name.partition("#")[0] for name in quoted if name}


def unused_templates(named, of_modules, rendered_by_others):
    """The templates to which no way leads from Python code or from a package."""
    patterns = {string.partition("#")[0] for module in of_modules for string in module.strings}
    # f"{app}/list.html" could be anything; f"certificates/{look}.html" is a clear enough trace.
    patterns = {one for one in patterns if "." in one and " " not in one and one[0] != "*"}
    called = {
        name for name in named if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }
    reached, waiting = set(), called | (rendered_by_others & named.keys())
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (called_by(named[name]) & named.keys()) - reached
    return sorted(named.keys() - reached)


# Linked


def url_names(resolver, prefix=""):
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= url_names(pattern, inner)
    return found


def dead_links(named, known):
    return [
        f"{name}: {literal(words[0])}"
        for name, source in named.items()
        for tag, *words in tags(source)
        if tag == "url" and literal(words[0]) and literal(words[0]) not in known
    ]


# Markup


def as_html(source):
    """The template as a browser might get it: tags gone, variables a digit, translated words gone."""
    out, skipped_until = [], None
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else []
        if skipped_until:
            if words and words[0] == skipped_until:
                skipped_until = None
            out.append("\n" * token.contents.count("\n"))
        elif token.token_type == TokenType.TEXT:
            out.append(token.contents)
        elif token.token_type == TokenType.VAR:
            out.append(words_of_filters(token.contents) or "0")
        elif words and words[0] == "csrf_token":
            out.append("<csrf-token>")
        elif words and (words[0] in {"comment", *TRANSLATED_BLOCKS} or fills_attribute(*words)):
            skipped_until = f"end{words[0]}"
    return "".join(out)


def fills_attribute(tag, name="", *_):
    """`{% block body_class %}`: its text lands inside an attribute of the layout."""
    return tag == "block" and re.search(r"class|attr", name)


def words_of_filters(expression):
    """What `{{ x|default:"none" }}` or `{{ x|yesno:"yes,no" }}` would print untranslated."""
    found = PRINTING_FILTER.search(expression)
    return found[1] if found else ""


class Faults(HTMLParser):
    """What is wrong in one page; `self.found` holds (line, fault)."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.silent = []
        self.form = None

    def report(self, fault, lines_down=0):
        self.found.append((self.getpos()[0] + lines_down, fault))

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        unspoken = tag in {"script", "style", "kbd"} or attributes.get("translate") == "no"
        nested = self.silent and tag == self.silent[-1]
        if (unspoken or nested) and tag not in VOID:
            self.silent.append(tag)
        if tag == "style":
            self.report("inline <style>")
        is_data = "json" in attributes.get("type", "")
        if tag == "script" and "src" not in attributes and not is_data:
            self.report("inline <script>")
        if tag == "img" and "alt" not in attributes:
            self.report("<img> without alt")
        if tag == "form":
            self.form = (attributes.get("method", "get").lower(), self.getpos()[0], [])
        if tag == "csrf-token" and self.form:
            self.form[2].append(tag)
        for name, value in attributes.items():
            self.check_attribute(tag, name, value, attributes)

    def check_attribute(self, tag, name, value, attributes):
        if name == "style":
            self.report("inline style")
        if re.fullmatch(r"on[a-z]+", name) or re.match(r"(data-)?hx-on", name):
            self.report(f"handler {name}")
        if re.match(r"\s*(js|javascript):", value, re.IGNORECASE) or name.endswith("hx-vars"):
            self.report(f"code in {name}")
        if name.endswith("hx-trigger") and "[" in value:
            self.report("hx-trigger with a condition, which is evaluated as code")
        is_button_text = name == "value" and attributes.get("type") in {"submit", "button", "reset"}
        if name in VISIBLE_ATTRIBUTES or is_button_text:
            self.check_words(value, f"{name} of <{tag}>")

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        if tag == "form":
            self.end_form()

    def handle_data(self, data):
        if not self.silent:
            self.check_words(data, "text")

    def check_words(self, text, place):
        words = re.findall(r"[^\W\d_]\w*", text)
        if any(word not in NAMES and not re.fullmatch(r"[A-Z]", word) for word in words):
            lines_down = text[: text.index(words[0])].count("\n")
            self.report(f"untranslated {place}: {' '.join(text.split())[:60]}", lines_down)

    def end_form(self):
        if self.form:
            method, line, tokens = self.form
            if method == "post" and not tokens:
                self.found.append((line, "post form without {% csrf_token %}"))
            if method == "get" and tokens:
                self.found.append((line, "{% csrf_token %} in a get form goes into the URL"))
        self.form = None

    def close(self):
        super().close()
        self.end_form()


def faults(named):
    found = []
    for name, source in named.items():
        parser = Faults()
        parser.feed(as_html(source))
        parser.close()
        found += [f"{name}:{line} {fault}" for line, fault in sorted(parser.found)]
    return found


def untranslated_arguments(named):
    """`{% include "…" with title="Simpan" %}`, `{% chip "ok" "Simpan" %}`: words past the translator."""
    return [
        f"{name}: {word}"
        for name, source in named.items()
        for tag, *words in tags(source)
        if tag not in WORDLESS_TAGS
        for word in words
        if (word.partition("=")[0] in VISIBLE_ARGUMENTS and LETTER.search(literal_value(word)))
        or LABEL.match(literal(word) or "")
    ]


def literal_value(word):
    return literal(word.partition("=")[2]) or ""


def unescaped(named):
    return [
        name
        for name, source in named.items()
        if any(
            re.search(r"\|\s*safe(seq)?\b|^\s*autoescape\s+off\b", token.contents)
            for token in Lexer(source).tokenize()
            if token.token_type in {TokenType.VAR, TokenType.BLOCK}
        )
    ]


def test_every_template_is_used():
    assert unused_templates(templates(), modules(), overrides()) == []


def test_every_link_leads_somewhere():
    assert dead_links(templates(), url_names(get_resolver())) == []


def test_pages_hold_no_code_and_no_untranslated_words():
    assert faults(pages()) == []


def test_arguments_of_tags_are_translated():
    assert untranslated_arguments(pages()) == []


def test_everything_is_escaped_but_what_is_on_the_list():
    assert unescaped(templates()) == sorted(MARKED_SAFE)


class TestUndefinedVariables:
    @pytest.fixture
    def render(self, tmp_path):
        """Renders `ours.html` of our folder, which may include `theirs.html` of a package."""
        for folder in ("ours", "theirs"):
            (tmp_path / folder).mkdir()
        engine = Engine(
            dirs=[tmp_path / "ours", tmp_path / "theirs"],
            string_if_invalid=UndefinedVariable(folder=tmp_path / "ours"),
            libraries={"i18n": "django.templatetags.i18n"},
        )

        def render(ours, theirs="", **context):
            (tmp_path / "ours" / "ours.html").write_text(ours)
            (tmp_path / "theirs" / "theirs.html").write_text(theirs)
            return engine.get_template("ours.html").render(Context(context))

        return render

    @pytest.mark.parametrize(
        "source",
        [
            "\n{{ inmate.nmae }}",
            "\n{{ inmate.nmae|upper }}",
            "\n{% include 'theirs.html' with name=inmate.nmae %}",
            "\n{% load i18n %}{% blocktranslate with name=inmate.nmae %}a {{ name }}{% endblocktranslate %}",
        ],
    )
    def test_an_undefined_name_is_told_with_its_template(self, render, source):
        with pytest.raises(UndefinedInTemplate) as seen:
            render(source, inmate={"name": "Siti"})

        assert str(seen.value) == "inmate.nmae is undefined in ours.html, line 2"

    def test_a_name_missing_in_a_translation_is_told(self, render):
        source = "{% load i18n %}{% blocktranslate %}a {{ nmae }}{% endblocktranslate %}"

        with pytest.raises(UndefinedInTemplate, match=r"^nmae is undefined in ours\.html, line 1$"):
            render(source)

    def test_a_package_may_leave_names_undefined(self, render):
        source = "{% include 'theirs.html' %}"

        assert render(source, "[{{ missing }}{{ missing.too|upper }}]") == "[]"

    def test_a_block_of_ours_in_a_layout_of_theirs_is_ours(self, render):
        source = "{% extends 'theirs.html' %}{% block a %}{{ missing }}{% endblock %}"

        with pytest.raises(
            UndefinedInTemplate, match=r"^missing is undefined in ours\.html, line 1$"
        ):
            render(source, "{{ missing }}{% block a %}{% endblock %}")

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("{% if missing %}a{% else %}b{% endif %}", "b"),
            ("{% if missing.part == 1 %}a{% endif %}", ""),
            ("{% for one in missing %}a{% empty %}b{% endfor %}", "b"),
            ("{{ missing|default:'c'|upper }}", "C"),
            ("{% firstof missing 'd' %}", "d"),
            ("{{ none }}{{ empty }}", "None"),
        ],
    )
    def test_django_keeps_its_meaning(self, render, source, shown):
        assert render(source, none=None, empty="") == shown

    def test_the_test_settings_use_it(self):
        assert Engine.get_default().string_if_invalid.folder == ROOT / "templates"


class TestCanaries:
    def test_an_unused_template_is_seen(self):
        named = {
            "a/list.html": "{% extends 'base.html' %}{% include 'a/row.html' with b='a/cell.html' %}",
            "a/print_x.html": "",
            "a/row.html": "",
            "a/cell.html": "",
            "base.html": "",
            "404.html": "",
            "dead.html": "{% include 'dead_part.html' %}",
            "dead_part.html": "",
        }
        views = Module(
            "a.views", """render(r, "a/list.html#rows"); f"a/print_{kind}.html"; f"{x}.html" """
        )

        assert unused_templates(named, [views], {"404.html"}) == ["dead.html", "dead_part.html"]

    def test_a_dead_link_is_seen(self):
        resolver = type("Resolver", (), {"url_patterns": [path("a", lambda r: None, name="alive")]})
        source = "{% url 'alive' %}{% url name %}{% url 'a:gone' pk=1 as x %}"

        assert dead_links({"a.html": source}, url_names(resolver)) == ["a.html: a:gone"]

    @pytest.mark.parametrize(
        ("source", "fault"),
        [
            ('<p style="color: red">0</p>', "inline style"),
            ("<style>p {}</style>", "inline <style>"),
            ("<script>let a</script>", "inline <script>"),
            ('<button onclick="go()">{{ a }}</button>', "handler onclick"),
            ('<a hx-on:click="go()">{{ a }}</a>', "handler hx-on:click"),
            ('<a hx-on--load="go()">{{ a }}</a>', "handler hx-on--load"),
            ("<a hx-vals='js:{a: b()}'>{{ a }}</a>", "code in hx-vals"),
            ('<a href="javascript:go()">{{ a }}</a>', "code in href"),
            (
                '<a hx-trigger="click[ctrlKey]">{{ a }}</a>',
                "hx-trigger with a condition, which is evaluated as code",
            ),
            ('<img src="{{ a }}">', "<img> without alt"),
            ('<form method="POST">{{ a }}</form>', "post form without {% csrf_token %}"),
            ("<form method=post>", "post form without {% csrf_token %}"),
            ("<form>{% csrf_token %}</form>", "{% csrf_token %} in a get form goes into the URL"),
            ("<p>{% if a %}Simpan{% endif %}</p>", "untranslated text: Simpan"),
            ("<p>{{ a }} orang</p>", "untranslated text: 0 orang"),
            ('{{ a|default:"belum ada" }}', "untranslated text: belum ada"),
            ('<input placeholder="Cari">', "untranslated placeholder of <input>: Cari"),
            ('<input type="submit" value="Cari">', "untranslated value of <input>: Cari"),
        ],
    )
    def test_a_fault_is_seen(self, source, fault):
        assert faults({"a.html": f"\n{source}"}) == [f"a.html:2 {fault}"]

    def test_good_pages_have_no_faults(self):
        source = """<p class="a {% if b %}c{% endif %}">{% translate "Simpan" %} · {{ d }} JP &middot; A</p>
        {% blocktranslate count n=rows|length %}satu orang{% plural %}{{ n }} orang{% endblocktranslate %}
        {% comment %}Catatan <script>{% endcomment %}{# Catatan #}<span translate="no">smkn3</span>
        <kbd>Enter</kbd><img src="{% static "a.svg" %}" alt=""><script src="a.js" defer></script>
        <form method="post" action="{% url "a:b" %}">{% csrf_token %}<input value="Siti"></form>
        {% block body_class %}sheet wide{% endblock %}
        {{ a|default:_("belum ada") }}{{ a|date:"j F Y" }}<form><input name="q"></form>"""

        assert faults({"a.html": source}) == []

    def test_an_untranslated_argument_is_seen(self):
        source = """{% include "a.html" with title="Simpan" hint=_("Cari") label="–" name="q" %}
        {% sort_link "name" "Nama" %}{% chip "ok" _("Selesai") "clock" %}{% if a == "Siti" %}{% endif %}"""

        assert untranslated_arguments({"b.html": source}) == [
            'b.html: title="Simpan"',
            'b.html: "Nama"',
        ]

    def test_unescaped_output_is_seen(self):
        named = {
            "a.html": "{{ a|safe }}",
            "b.html": "{% autoescape off %}{{ a }}{% endautoescape %}",
            "c.html": "{% with a=b|safeseq %}{% endwith %}",
            "d.html": "|safe {# |safe #} {{ a|safely }}",
        }

        assert unescaped(named) == ["a.html", "b.html", "c.html"]
