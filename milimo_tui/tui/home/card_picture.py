"""Make the picture of the test card: a rainbow in a frame, with a circle. No image library is needed."""

from __future__ import annotations

import math
import struct
import zlib
from colorsys import hsv_to_rgb

WIDTH, HEIGHT = 256, 80
FRAME, RING = 3, 26.0  # Width of the frame and radius of the circle, in pixels.


def make_test_png() -> bytes:
    """Return the test picture as a PNG with 8-bit RGB (ISO/IEC 15948)."""
    hues = [[round(255 * part) for part in hsv_to_rgb(x / WIDTH, 0.8, 1.0)] for x in range(WIDTH)]
    rows = []
    for y in range(HEIGHT):
        row = bytearray(b"\0")  # Each PNG row begins with its filter type; 0 means no filter.
        for x in range(WIDTH):
            inside = FRAME <= x < WIDTH - FRAME and FRAME <= y < HEIGHT - FRAME
            is_ring = abs(math.hypot(x - WIDTH / 2, y - HEIGHT / 2) - RING) < 2.5
            light = 1.0 - 0.8 * y / HEIGHT
            row += (
                bytes((255, 255, 255))
                if not inside or is_ring
                else bytes(round(part * light) for part in hues[x])
            )
        rows.append(bytes(row))
    header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
