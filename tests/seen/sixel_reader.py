"""Read Sixel pictures with libsixel's own program sixel2png."""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.seen.faults import Fault


@dataclass(frozen=True, slots=True)
class Sixel:
    """A picture on the screen: the cell of its upper left corner, its RGB pixels, and the number of bytes it
    was sent in.
    """

    x: int
    y: int
    pixels: NDArray[np.uint8]
    bytes: int


def read_sixel(body: str, at: tuple[int, int]) -> Sixel:
    r"""Read a complete `DCS … q …` sequence, given without its `ESC P` and `ESC \`."""
    whole = b"\x1bP" + body.encode("ascii") + b"\x1b\\"
    done = subprocess.run(["sixel2png"], input=whole, capture_output=True, check=False, timeout=60)
    if done.returncode or not done.stdout:
        raise Fault(f"sixel2png refuses it: {done.stderr.decode(errors='replace').strip()}")
    return Sixel(*at, np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGB")), len(whole))
