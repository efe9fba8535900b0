"""Reads one page in a process of its own: `python -I child.py NUMBER < file > answer`.

The answer is a line of JSON, participants.paper.reader.Reading without its picture, and then the picture, where
there is one, as a JPEG. Memory and time have their limits; nothing of Django, its settings or its database is at hand.
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
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import cv2

    from participants.paper.frame import Refused
    from participants.paper.opening import open_page
    from participants.paper.reader import Reading, read_page

    cv2.setNumThreads(1)
    try:
        grey, is_bilevel = open_page(sys.stdin.buffer.read(), number)
        reading = read_page(grey, is_bilevel=is_bilevel)
    except Refused as refused:
        reading = Reading(refusal=refused.reason)
    sys.stdout.buffer.write(json.dumps(reading.facts).encode() + b"\n")
    if reading.picture is not None:
        how = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        sys.stdout.buffer.write(cv2.imencode(".jpg", reading.picture, how)[1].tobytes())


if __name__ == "__main__":
    main(int(sys.argv[1]))
