"""For tests: a template of ours that prints a variable nobody gave it stops the test."""

import sys
from copy import copy
from pathlib import Path

from django.template.base import FilterExpression, Node
from django.template.defaultfilters import default

OUR_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class UndefinedInTemplate(AssertionError):
    pass


class UndefinedVariable(str):
    """`string_if_invalid` for tests: raises for templates in `folder`, is empty for all others.

    What it leaves as Django does it:

    - `{% if %}`, `{% for %}` and `{% firstof %}` never ask it: an undefined name is false there.
    - `{{ name|default:"…" }}` gives the default. Any other filter on an undefined name raises.
    - Templates of packages (crispy, allauth, Django) lean on undefined names and may.

    One trap: Django also hands it out for a method that a template must not call (one that needs
    arguments or alters data). It prints as `text` then, and counts as true in `{% if %}`.
    """

    def __new__(cls, text="", folder=OUR_TEMPLATES):
        self = super().__new__(cls, text)
        self.folder = Path(folder)
        return self

    def __bool__(self):
        return True

    def __contains__(self, part):
        # Django asks for "%s" before it tells the name by means of %.
        return part == "%s" or super().__contains__(part)

    def __mod__(self, name):
        asking = sys._getframe(1)
        node = node_that_renders(asking)
        expression = asking.f_locals.get("self")
        filters = expression.filters if isinstance(expression, FilterExpression) else []
        ours = node and Path(node.origin.name).is_relative_to(self.folder)
        if ours and not gives_default(filters):
            raise UndefinedInTemplate(
                f"{name} is undefined in {node.origin.template_name}, line {node.token.lineno}"
            )
        if not filters:
            return ""
        empty = copy(expression)
        empty.is_var, empty.var = False, ""
        return empty.resolve(asking.f_locals["context"])


def gives_default(filters):
    return bool(filters) and filters[0][0] is default


def node_that_renders(frame):
    """Which tag is being rendered: Django does not pass it on, only the call stack knows."""
    while frame:
        if isinstance(frame.f_locals.get("self"), Node):
            return frame.f_locals["self"]
        frame = frame.f_back
    return None
