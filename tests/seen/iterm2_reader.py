"""Read iTerm2's inline images like a terminal, as specified in iterm2.com/documentation-images.html.

The format is `ESC ] 1337 ; File = key=value;… : base64 BEL` (or ST instead of BEL).
"""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tests.seen.faults import Fault

KNOWN = {"name", "size", "width", "height", "preserveAspectRatio", "inline", "type", "doNotMoveCursor"}
LONGEST = 1_048_576  # longest sequence in bytes, the limit of tmux and iTerm2


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture on the screen: its first cell, its size in cells, and its pixels as RGB."""

    x: int
    y: int
    columns: int
    rows: int
    pixels: NDArray[np.uint8]
    moves: bool


def read_file(
    body: str, at: tuple[int, int], cell: tuple[int, int], screen: tuple[int, int]
) -> Inline | None:
    """Read the text after `1337;`: the keys and data of a file. Returns None for a file that is only
    downloaded.

    `at` is a position and `screen` a size, both in columns and rows. `cell` is width and height in pixels.
    """
    words, colon, payload = body.partition(":")
    if not colon:
        raise Fault(f"no colon before the file: {body[:80]!r}")
    if len(body) > LONGEST:
        raise Fault(f"a sequence of {len(body)} bytes, over {LONGEST}")
    keys = dict(_pair(word) for word in words.split(";") if word)
    if unknown := set(keys) - KNOWN:
        raise Fault(f"keys that iTerm2 does not know: {sorted(unknown)}")
    try:
        data = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault(f"not base64: {error}") from error
    if "size" in keys and int(keys["size"]) != len(data):
        raise Fault(f"size={keys['size']} of a file of {len(data)} bytes")
    if keys.get("inline", "0") != "1":
        return None
    try:
        picture = Image.open(io.BytesIO(data)).convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise Fault(f"not a picture: {error}") from error
    wide = _pixels(keys.get("width", "auto"), cell[0], screen[0], picture.width)
    high = _pixels(keys.get("height", "auto"), cell[1], screen[1], picture.height)
    automatic = [keys.get(side, "auto") == "auto" for side in ("width", "height")]
    if keys.get("preserveAspectRatio", "1") != "0":
        if automatic == [False, True]:
            high = max(1, round(wide * picture.height / picture.width))
        elif automatic == [True, False]:
            wide = max(1, round(high * picture.width / picture.height))
    columns, rows = -(-wide // cell[0]), -(-high // cell[1])
    whole = Image.new("RGB", (columns * cell[0], rows * cell[1]))
    if keys.get("preserveAspectRatio", "1") != "0":
        part = min(wide / picture.width, high / picture.height)
        size = (max(1, round(picture.width * part)), max(1, round(picture.height * part)))
    else:
        size = (wide, high)
    whole.paste(
        picture.resize(size, Image.Resampling.BILINEAR), ((wide - size[0]) // 2, (high - size[1]) // 2)
    )
    moves = keys.get("doNotMoveCursor", "0") != "1"
    return Inline(*at, columns, rows, np.asarray(whole), moves)


def _pair(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals:
        raise Fault(f"not key=value: {word!r}")
    return key, value


def _pixels(word: str, cell: int, cells: int, own: int) -> int:
    if word == "auto":
        return own
    number, unit = word.rstrip("px%"), word.lstrip("0123456789")
    if not number.isdigit() or unit not in ("", "px", "%"):
        raise Fault(f"not a width or a height: {word!r}")
    return max(1, {"": int(number) * cell, "px": int(number), "%": int(number) * cells * cell // 100}[unit])
