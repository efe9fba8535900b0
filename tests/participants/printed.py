"""A printed page as the eye sees it: its ink and its words, in millimetres from the upper left corner."""

from dataclasses import dataclass

import numpy as np
import pypdfium2

PIXELS_PER_MM = 600 / 25.4
MM_PER_POINT = 25.4 / 72
DARK = 128


@dataclass(frozen=True)
class Char:
    sign: str
    left: float
    top: float
    right: float
    bottom: float


class PrintedPage:
    def __init__(self, page):
        self.height = page.get_height() * MM_PER_POINT
        self.width = page.get_width() * MM_PER_POINT
        drawn = page.render(scale=600 / 72, grayscale=True)
        self.grey = drawn.to_numpy().reshape(drawn.height, -1)[:, : drawn.width]
        self.chars = list(self._chars(page.get_textpage()))

    def _chars(self, text):
        signs = text.get_text_range()
        assert len(signs) == text.count_chars()
        for place, sign in enumerate(signs):
            if not sign.isspace():
                box = text.get_charbox(place)
                left, low, right, high = (one * MM_PER_POINT for one in box)
                yield Char(sign, left, self.height - high, right, self.height - low)

    def crop(self, area, around=0.0):
        """The grey picture of an Area and so many mm around it, and its corner in mm."""
        first, last = self._pixel(area.x - around), self._pixel(area.right + around)
        top, bottom = self._pixel(area.y - around), self._pixel(area.bottom + around)
        return self.grey[top:bottom, first:last], (first / PIXELS_PER_MM, top / PIXELS_PER_MM)

    @staticmethod
    def _pixel(mm):
        return round(mm * PIXELS_PER_MM)

    def ink(self, area, around=0.0):
        """(left, top, right, bottom) in mm of all the ink in an Area and around it; None without any."""
        picture, (x, y) = self.crop(area, around)
        rows, columns = np.nonzero(picture < DARK)
        if not rows.size:
            return None
        left, right = columns.min(), columns.max() + 1
        top, bottom = rows.min(), rows.max() + 1
        return tuple(
            float(pixel / PIXELS_PER_MM + start)
            for pixel, start in ((left, x), (top, y), (right, x), (bottom, y))
        )

    def words(self, area):
        """What is written in an Area, by the middle of each sign, without spaces."""
        return "".join(
            one.sign
            for one in self.chars
            if area.x <= (one.left + one.right) / 2 < area.right
            and area.y <= (one.top + one.bottom) / 2 < area.bottom
        )


def pages_of(pdf):
    return [PrintedPage(page) for page in pypdfium2.PdfDocument(pdf)]
