"""The reading of inputs that a take follows: pictures, clips converted to the take's rate, and control maps.

`media` decodes the files. Edge maps are computed here, because they need no model. For other kinds of maps,
the error names the command that makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.engines.ltx2.plan.pipeline_rule import MADE_OF, refuse_missing_maps
from milimo_tui.engines.specs.control_specs import CANNY_HIGH, CANNY_LOW
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import Conditioning, Control
from milimo_tui.media.files.stills import open_still
from milimo_tui.media.picture.edges import detect_canny_edges
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe

LEAST_SIDE = 16  # smallest side in pixels; a smaller picture contains nothing that a take could follow
Pictures = list[Image.Image]


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """An input that a take follows: a picture (`still`), or a clip. A clip is `seconds` long and is followed
    from the time `begins`, in seconds, to its end.
    """

    path: Path
    still: Image.Image | None
    seconds: Fraction = Fraction(0)
    begins: Fraction = Fraction(0)

    @property
    def is_clip(self) -> bool:
        """True if the input is a clip."""
        return self.still is None

    def count_frames(self, rate: Fraction) -> int:
        """Return the number of frames of the followed stretch at a frame rate; 1 for a picture."""
        return max(1, int((self.seconds - self.begins) * rate))


def resolve_input_path(source: Input) -> Path:
    """Return the path of an input. If the input is the output of another job, the queue replaces it by a path
    before an engine receives the spec. Raises Failed if that output was missing, so that it was not replaced.
    """
    if not isinstance(source, str):
        raise Failed(
            f"the {source.output} of an earlier job was missing when this job began",
            "retry this job: milimo job retry",
        )
    return Path(source)


def open_followed_source(source: Input, start: int = 0) -> FollowedSource:
    """Open a picture or clip that the take follows. The take follows a clip from the clip's frame `start` on.
    Raises NotFound, and BadInput for a file that is neither picture nor clip or is too small.
    """
    path = resolve_input_path(source)
    still = open_still(path)
    if still is not None:
        _refuse_small(path, *still.size)
        return FollowedSource(path, still.convert("RGB"))
    facts = probe(path)
    if facts.kind != "video" or not facts.seconds:
        raise BadInput(f"{path.name} is neither a picture nor a clip", "follow a picture or a video file")
    _refuse_small(path, facts.width or 0, facts.height or 0)
    begins = start / facts.rate if facts.rate else Fraction(0)
    return FollowedSource(path, None, facts.seconds, begins)


def _refuse_small(path: Path, width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise BadInput(
            f"{path.name} is {width}×{height}: too small to follow",
            f"sides of at least {LEAST_SIDE} pixels are needed",
        )


def open_conditioning(one: Conditioning) -> FollowedSource:
    """Open the input of a conditioning: the complete clip, or a single frame of it. A shot that continues
    another shot follows the last frame of that shot's take.
    """
    source = open_followed_source(one.input, one.start)
    at = -1 if one.at is None and one.source == "continuity" else one.at
    if not source.is_clip or at is None:
        return source
    return FollowedSource(source.path, read_clip_frame(source.path, at))


def read_clip_frame(path: Path, at: int) -> Image.Image:
    """Return frame `at` of a clip, counted at the clip's own rate. A negative number counts from the end.
    Raises BadInput for a frame outside the clip.
    """
    facts = probe(path)
    frames, rate = facts.frames or 1, facts.rate or Fraction(25)
    frame = at + frames if at < 0 else at
    if not 0 <= frame < frames:
        raise BadInput(
            f"{path.name} has {frames} frames, and {at} is not one of them",
            f"name a frame from 0 to {frames - 1}",
        )
    with FrameReader(path) as reader:
        return Image.fromarray(reader.picture(frame / rate))


def read_source_pictures(source: FollowedSource, count: int, rate: Fraction, first: int = 0) -> Pictures:
    """Return `count` frames of the source at the frame rate `rate`, from frame `first` on. If a clip is too
    short, its last frame is repeated. For a picture, return only the picture.
    """
    if source.still is not None:
        return [source.still]
    with FrameReader(source.path) as reader:
        seconds = (source.begins + Fraction(first + frame) / rate for frame in range(count))
        return [Image.fromarray(reader.picture(second)) for second in seconds]


def read_control_frames(control: Control, count: int, rate: Fraction, first: int = 0) -> Pictures:
    """Return `count` frames of the map that guides a take (such as poses, depth or edges), at `rate` and from
    frame `first` on. A single picture is repeated. Raises Refused if the map cannot be made from the input on
    this machine, and BadInput for an unreadable input.
    """
    refuse_missing_maps([control])
    pictures = read_source_pictures(open_followed_source(control.input, control.start), count, rate, first)
    if not control.prepared and MADE_OF[control.kind] == "edges":
        pictures = [
            Image.fromarray(detect_canny_edges(np.asarray(picture.convert("RGB")), CANNY_LOW, CANNY_HIGH))
            for picture in pictures
        ]
    return pictures + pictures[-1:] * (count - len(pictures))
