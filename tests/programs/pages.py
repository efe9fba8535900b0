"""What a form on a page holds, read from its HTML as a browser would."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.fields, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in attrs:
            self.fields[self.select] = value
        elif tag == "textarea":
            self.area, self.fields[name] = name, ""
        elif tag == "input" and name:
            if attrs.get("type") not in {"radio", "checkbox"} or "checked" in attrs:
                self.fields[name] = value

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data


def fields_of(response):
    """{name: value} of all fields on the page: boxes ticked, options chosen, text typed."""
    reader = _Fields()
    reader.feed(response.content.decode())
    return {name: value.removeprefix("\n") for name, value in reader.fields.items() if name}


def kept(response, typed):
    """The part of `typed` that the page still holds."""
    shown = fields_of(response)
    return {name: shown[name] for name in typed if name in shown}
