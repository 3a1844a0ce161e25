"""Sources of a plan's pictures, conformed to its raster: video, stills, slates, offline media.

A pane is a picture scaled to fit inside the raster with its shape kept, and where it lies. What is around it
is clear, so that a layer below shows through; at the very bottom that is black.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.cut.plan import Layer, Media
from milimo_tui.media import colour, slate
from milimo_tui.media.frames import Readers
from milimo_tui.media.stills import read_still, to_array

STILLS_KEPT = 12


@dataclass(frozen=True, slots=True)
class Pane:
    """A yuv420p picture at (x, y) of the raster, even numbers all; `alpha` is uint8 at its size or None."""

    frame: av.VideoFrame
    x: int
    y: int
    alpha: NDArray[np.uint8] | None = None


class Sources:
    """The open files and held pictures that panes come from. Not for two threads at once."""

    def __init__(self, width: int, height: int, limit: int = 8) -> None:
        self.width, self.height = width, height
        self._readers = Readers(limit)
        self._stills: OrderedDict[tuple[str, ...], Pane] = OrderedDict()

    def pane(self, layer: Layer, seconds: Fraction) -> Pane:
        """What a layer shows at a time of its source. Raises the errors of files that can't be read."""
        media = layer.media
        if media.kind in ("video", "sequence"):
            reader = self._readers.of(media, layer.clip)
            return self._moving(reader.frame(seconds), reader.aspect)
        key = (media.kind, media.path, _stamp(media.path), media.title, media.text)
        pane = self._stills.get(key)
        if pane is None:
            pane = self._stills[key] = self._still(media)
            while len(self._stills) > STILLS_KEPT:
                self._stills.popitem(last=False)
        self._stills.move_to_end(key)
        return pane

    def drop(self, clip: str) -> None:
        """Close what was open for a clip that is done."""
        self._readers.drop(clip)

    def close(self) -> None:
        self._readers.close()
        self._stills.clear()

    def _moving(self, frame: av.VideoFrame, aspect: Fraction) -> Pane:
        turns = round(frame.rotation / 90) % 4
        shown = (round(frame.width * aspect), frame.height)
        x, y, width, height = fit(*(shown[::-1] if turns % 2 else shown), self.width, self.height)
        if not turns:
            return Pane(colour.conform(frame, width, height), x, y)
        upright = (height, width) if turns % 2 else (width, height)
        return Pane(_turned(colour.conform(frame, *upright), turns), x, y)

    def _still(self, media: Media) -> Pane:
        if media.kind == "picture":
            image = read_still(Path(media.path))
        else:
            label = slate.OFFLINE if media.kind == "offline" else slate.NO_TAKE
            image = slate.slate(media.title, media.text, self.width, self.height, label)
        x, y, width, height = fit(*image.size, self.width, self.height)
        if image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        pixels = to_array(image)
        alpha = np.ascontiguousarray(pixels[..., 3]) if image.mode == "RGBA" else None
        return Pane(colour.to_yuv(pixels[..., :3]), x, y, alpha)


def _stamp(path: str) -> str:
    """What changes when another file comes to lie at a path."""
    if not path:
        return ""
    try:
        stat = Path(path).stat()
    except OSError:
        return "gone"
    return f"{stat.st_ino} {stat.st_mtime_ns}"


def fit(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int, int, int]:
    """Where a picture lies inside a raster with its shape kept: x, y, width, height, all even."""
    scale = min(Fraction(into_width, width), Fraction(into_height, height))
    fitted_width = min(into_width, max(2, 2 * round(width * scale / 2)))
    fitted_height = min(into_height, max(2, 2 * round(height * scale / 2)))
    return (
        (into_width - fitted_width) // 4 * 2,
        (into_height - fitted_height) // 4 * 2,
        fitted_width,
        fitted_height,
    )


def _turned(frame: av.VideoFrame, turns: int) -> av.VideoFrame:
    """The frame turned by quarter turns against the clock, as its file asks."""
    size = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
    out = av.VideoFrame(*size, colour.PIXELS)
    for source, target in zip(colour.planes(frame), colour.planes(out), strict=True):
        target[:] = np.rot90(source, turns)
    colour.tag(out)
    return out
