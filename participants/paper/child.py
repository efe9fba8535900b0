"""Reads one page in a process of its own: `python -I child.py NUMBER < file > answer`.

The answer is a line of JSON, participants.paper.reader.Reading without its picture, and then the picture as
a JPEG. Memory and time have their limits; nothing of Django, its settings or its database is at hand.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 2**30 + 2**29
SECONDS = 15
JPEG_QUALITY = 72


def main(number):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import cv2
    import numpy as np

    from participants.paper.frame import Refused
    from participants.paper.opening import open_page
    from participants.paper.reader import Reading, read_page

    cv2.setNumThreads(1)
    try:
        grey, is_bilevel = open_page(sys.stdin.buffer.read(), number)
        reading = read_page(grey, is_bilevel=is_bilevel)
    except Refused as refused:
        reading = Reading(np.full((8, 8), 255, np.uint8), refusal=refused.reason)
    _done, jpeg = cv2.imencode(".jpg", reading.picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    sys.stdout.buffer.write(json.dumps(reading.facts).encode() + b"\n" + jpeg.tobytes())


if __name__ == "__main__":
    main(int(sys.argv[1]))
