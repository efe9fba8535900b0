"""The pages of an uploaded file as pictures."""

import json

from partnerships.documents.sandbox import ask


def page_image(document, number):
    """Page `number` (from 1) of a kept Document as PNG, at most 1000 pixels wide; raises Undrawable."""
    return ask(_content(document), "page", str(number))


def page_sizes(document):
    """[width, height] in pixels of each page's image, in their order; raises Undrawable."""
    return sizes(_content(document))


def sizes(content):
    """`page_sizes` of a file that is not kept yet, given as bytes."""
    return json.loads(ask(content, "sizes"))


def _content(document):
    with document.file.open() as file:
        return file.read()
