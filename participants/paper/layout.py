"""Where everything stands on the printed attendance sheet, in millimetres from its upper left corner.

The printer draws from it and the reader looks by it: whatever moves here moves for both. A sheet that
is out in the world keeps its layout, so a changed one gets a new VERSION and new marker ids.
"""

from dataclasses import dataclass
from functools import cached_property

VERSION = 1
CODES = "HSIAT"


@dataclass(frozen=True)
class Area:
    """A rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self):
        return self.x + self.width

    @property
    def bottom(self):
        return self.y + self.height


@dataclass(frozen=True)
class Marker:
    """An ArUco marker of DICT_4X4_50: which, and where."""

    id: int
    area: Area


@dataclass(frozen=True)
class Layout:
    """One kind of sheet: `people` numbered rows and `guests` rows for those who are not on the roster.

    A page with fewer people has more rows for guests: every sheet of a layout has the same boxes.
    """

    paper: str
    width: float
    height: float
    first_marker: int
    people: int
    pitch: float
    name_width: float

    guests = 2
    margin = 8.0  # of the markers, from the edge of the paper
    left = 20.0  # of the table
    rows_top = 53.5
    number_width = 8.0
    letter_width = 4.6  # left of a box, for its letter
    box = 5.0
    line = 0.3  # a box's outline, drawn inside its 5 mm
    box_pitch = 9.6
    register_width = 20.0
    corner_marker, edge_marker = 11.0, 8.0
    code_size = 22.0  # of a QR with its quiet zone

    @property
    def rows(self):
        return self.people + self.guests

    @property
    def right(self):
        return self.width - self.left

    @property
    def rows_bottom(self):
        return self.row_top(self.rows)

    @property
    def boxes_left(self):
        """Where the zone of the boxes begins: here the first one's letter stands."""
        return self.left + self.number_width + self.name_width

    @property
    def boxes_right(self):
        return self.boxes_left + len(CODES) * self.box_pitch + 2

    @property
    def sign_left(self):
        return self.boxes_right + self.register_width

    def row_top(self, row):
        """Of row 0, 1, 2 …"""
        return round(self.rows_top + row * self.pitch, 3)

    def box_area(self, row, column):
        """The box of row 0 … and of the column of H, S, I, A or T, with its outline."""
        x = self.boxes_left + self.letter_width + column * self.box_pitch
        y = self.row_top(row) + (self.pitch - self.box) / 2
        return Area(round(x, 3), round(y, 3), self.box, self.box)

    @cached_property
    def markers(self):
        """Four in the corners, clockwise from the upper left, then one at the middle of either side."""
        near, size, small = self.margin, self.corner_marker, self.edge_marker
        right, bottom = self.width - near - size, self.height - near - size
        middle = (self.height - small) / 2
        places = [
            Area(near, near, size, size),
            Area(right, near, size, size),
            Area(right, bottom, size, size),
            Area(near, bottom, size, size),
            Area(near, middle, small, small),
            Area(self.width - near - small, middle, small, small),
        ]
        return [Marker(self.first_marker + number, area) for number, area in enumerate(places)]

    @cached_property
    def codes(self):
        """The two QR codes, in opposite corners: one torn off leaves the other."""
        size, beside = self.code_size, self.margin + self.corner_marker + 3
        return [
            Area(self.width - beside - size, self.margin, size, size),
            Area(beside, self.height - self.margin - size, size, size),
        ]


LAYOUTS = {
    layout.paper: layout
    for layout in (
        Layout("a4", 210, 297, first_marker=0, people=20, pitch=9.3, name_width=52),
        Layout("f4", 215, 330, first_marker=10, people=25, pitch=8.9, name_width=55),
    )
}
