"""What a take follows, read from files: pictures, clips at the take's rate, and maps of a control.

Decoding is `media`'s; a map is made here where that needs no other model (edges), else refused with what can.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.engines.ltx2.plan.pipeline_rule import MADE_OF, refuse_unmade
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import Conditioning, Control
from milimo_tui.media.files.stills import open_still
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe

LEAST_SIDE = 16  # pixels; less says nothing that could be followed
Pictures = list[Image.Image]


@dataclass(frozen=True, slots=True)
class Source:
    """A picture (`still`), or a clip of so many seconds, which is followed from second `begins` of it on."""

    path: Path
    still: Image.Image | None
    seconds: Fraction = Fraction(0)
    begins: Fraction = Fraction(0)

    @property
    def is_clip(self) -> bool:
        return self.still is None

    def length(self, rate: Fraction) -> int:
        """Frames at that rate."""
        return max(1, int((self.seconds - self.begins) * rate))


def path_of(source: Input) -> Path:
    """The file of an input; a late-bound one has been resolved when an engine sees it."""
    if not isinstance(source, str):
        raise Failed(f"the {source.output} of job {source.job} was not there when the job began", "retry it")
    return Path(source)


def open_source(source: Input, start: int = 0) -> Source:
    """Look at a file; a clip is followed from its frame `start` on. Raises BadInput for what is no picture or
    clip, or too small to follow; NotFound.
    """
    path = path_of(source)
    still = open_still(path)
    if still is not None:
        _refuse_small(path, *still.size)
        return Source(path, still.convert("RGB"))
    facts = probe(path)
    if facts.kind != "video" or not facts.seconds:
        raise BadInput(f"{path.name} is neither a picture nor a clip", "follow a picture or a video file")
    _refuse_small(path, facts.width or 0, facts.height or 0)
    begins = start / facts.rate if facts.rate else Fraction(0)
    return Source(path, None, facts.seconds, begins)


def _refuse_small(path: Path, width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise BadInput(
            f"{path.name} is {width}×{height}: too small to follow", f"sides of {LEAST_SIDE} pixels up are"
        )


def conditioned(one: Conditioning) -> Source:
    """What a conditioning shows: a clip whole, or one frame of it. A shot that is continued shows its end."""
    source = open_source(one.input, one.start)
    at = -1 if one.at is None and one.source == "continuity" else one.at
    if not source.is_clip or at is None:
        return source
    return Source(source.path, frame_of(source.path, at))


def frame_of(path: Path, at: int) -> Image.Image:
    """One frame of a clip, counted at its own rate, negative from its end. Raises BadInput past it."""
    facts = probe(path)
    frames, rate = facts.frames or 1, facts.rate or Fraction(25)
    frame = at + frames if at < 0 else at
    if not 0 <= frame < frames:
        raise BadInput(f"{path.name} has {frames} frames, and {at} is not one of them", f"0 to {frames - 1}")
    with FrameReader(path) as reader:
        return Image.fromarray(reader.picture(frame / rate))


def pictures(source: Source, count: int, rate: Fraction, first: int = 0) -> Pictures:
    """The picture, or `count` frames of a clip at that rate from `first` on; the last one is held."""
    if source.still is not None:
        return [source.still]
    with FrameReader(source.path) as reader:
        seconds = (source.begins + Fraction(first + frame) / rate for frame in range(count))
        return [Image.fromarray(reader.picture(second)) for second in seconds]


def control_frames(control: Control, count: int, rate: Fraction, first: int = 0) -> Pictures:
    """The map a control follows, `count` frames of it; a single picture is held. Raises Refused, BadInput."""
    refuse_unmade([control])
    shown = pictures(open_source(control.input, control.start), count, rate, first)
    if not control.prepared and MADE_OF[control.kind] == "edges":
        shown = [edges(picture) for picture in shown]
    return shown + shown[-1:] * (count - len(shown))


def edges(picture: Image.Image, low: float = 0.1, high: float = 0.2) -> Image.Image:
    """White edges on black (Canny, 1986): smoothed, thinned along the gradient, weak ones kept where they
    touch strong ones. Thresholds are shares of the strongest gradient there can be.
    """
    grey = np.asarray(picture.convert("L").filter(ImageFilter.GaussianBlur(1.4)), np.float32) / 255
    down, across = (np.asarray(one, np.float32) for one in np.gradient(grey))
    strength = np.hypot(across, down)
    thin = _thinned(strength, across, down)
    strong = thin >= high / 2
    weak = thin >= low / 2
    kept = _joined(strong, weak)
    return Image.fromarray(np.where(kept, np.uint8(255), np.uint8(0))).convert("RGB")


def _thinned(
    strength: NDArray[np.float32], across: NDArray[np.float32], down: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Only where it is the strongest across the edge, in one of four directions."""
    turn = np.round(np.arctan2(down, across) / (np.pi / 4)).astype(int) % 4
    around = np.pad(strength, 1)
    rows, columns = strength.shape
    kept = np.zeros_like(strength)
    for index, (dy, dx) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead = around[1 + dy : 1 + dy + rows, 1 + dx : 1 + dx + columns]
        behind = around[1 - dy : 1 - dy + rows, 1 - dx : 1 - dx + columns]
        best = (turn == index) & (strength >= ahead) & (strength >= behind)
        kept = np.where(best, strength, kept)
    return kept.astype(np.float32)


def _joined(strong: NDArray[np.bool_], weak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Strong pixels, and weak ones that hang together with them."""
    kept = strong
    while True:
        around = np.pad(kept, 1)
        rows, columns = kept.shape
        near = np.zeros_like(kept)
        for dy in range(3):
            for dx in range(3):
                near |= around[dy : dy + rows, dx : dx + columns]
        grown = kept | (near & weak)
        if (grown == kept).all():
            return kept
        kept = grown
