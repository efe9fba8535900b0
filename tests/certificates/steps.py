"""The steps of a look's texts as its stylesheet gives them."""

import re

from core.pdf import static_file


class Steps:
    """A stylesheet read for what each step of a place says; a step that is silent keeps the one before."""

    def __init__(self, look):
        self.css = static_file(f"static:{look.stylesheet}").read_text()

    def sizes(self, selector, fitting):
        return self._said(selector, len(fitting.steps), r"font(?:-size)?: [^;]*?([\d.]+)pt")

    def trackings(self, selector, fitting):
        return self._said(selector, len(fitting.steps), r"letter-spacing: ([\d.]+)(?:em)?;")

    def _said(self, selector, count, wanted):
        found = []
        for step in range(count):
            names = [f"{selector}.step-{step}"] + ([selector] if step == 0 else [])
            rules = [
                rule
                for name in names
                for rule in re.findall(rf"^{re.escape(name)} {{([^}}]*)}}", self.css, re.MULTILINE)
            ]
            values = re.findall(wanted, " ".join(rules))
            found.append(float(values[0]) if values else found[-1] if found else None)
        return found


def points(fitting):
    return [size for size, _ in fitting.steps]
