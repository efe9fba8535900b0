"""The ArUco markers of DICT_4X4_50 that our layouts use, so that printing needs no picture library.

A test compares them with OpenCV's own.
"""

SIDE = 6  # modules, its black border among them
INSIDE = SIDE - 2

# The sixteen modules inside the border, row by row, as bits: 1 is white.
BITS = {
    0: 0xB532,
    1: 0x0F9A,
    2: 0x332D,
    3: 0x9946,
    4: 0x549E,
    5: 0x79CD,
    10: 0xF991,
    11: 0x11A7,
    12: 0x0EB7,
    13: 0x2A0F,
    14: 0x24B1,
    15: 0x263E,
}


def modules(marker):
    """Six rows of six, True where it is black."""
    bits = f"{BITS[marker]:016b}"
    inside = [
        [True, *(bit == "0" for bit in bits[start : start + INSIDE]), True]
        for start in range(0, len(bits), INSIDE)
    ]
    return [[True] * SIDE, *inside, [True] * SIDE]
