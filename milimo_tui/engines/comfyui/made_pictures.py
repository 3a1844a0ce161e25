"""Turn the files that a workflow made into a take or a picture of the requested size.

Frames of a clip are chosen by time, pictures in their order. The module reads media files, so only workers
import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from milimo_tui.core.errors import Failed
from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.files.stills import open_still, read_still
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.sound.resample import resample
from milimo_tui.media.sound.samples import Sound
from milimo_tui.media.sound.sound_file import SoundFile

SLACK = Fraction(1, 2)  # A clip may be this number of frames too short. A shorter clip makes the job fail.


@dataclass(frozen=True, slots=True)
class WorkflowResult:
    """The result files of a workflow: a clip, or pictures in order."""

    files: tuple[Path, ...]

    @property
    def is_clip(self) -> bool:
        """True if the first file is a clip."""
        return open_still(self.files[0]) is None


def read_take_frames(
    made: WorkflowResult, spec: MakeVideo
) -> tuple[Iterator[Rgb], Sound | None, tuple[str, ...]]:
    """Return the frames of a take, made from the result files of a workflow, and the take's sound or None.
    Also return sentences for the user that describe how the result was changed to fit the request.

    Frames are uint8 of shape (height, width, 3), sound has the shape (2, samples). Raises Failed if there are
    too few frames.
    """
    if not made.is_clip:
        if len(made.files) < spec.frames:
            raise Failed(
                f"the workflow made {len(made.files)} of the {spec.frames} requested pictures",
                "bind its length: milimo workflow bind NAME frames=NODE.input",
            )
        shown = [
            np.asarray(fit_made_picture(path, spec.width, spec.height)) for path in made.files[: spec.frames]
        ]
        return iter(shown), None, _describe_still_size_change(made.files[0], spec)
    [path, *_] = made.files
    with Footage(path) as footage:
        rate, count = footage.rate or spec.rate, footage.frames
        size = (footage.width, footage.height)
        sounds = bool(footage.facts.sample_rate)
    there, wanted = Fraction(count) / rate, (Fraction(spec.frames) - SLACK) / spec.rate
    if there < wanted:
        raise Failed(
            f"the workflow made {float(there):.2f} s of the requested {float(spec.frames / spec.rate):.2f} s",
            "bind its length and rate: milimo workflow bind NAME frames=NODE.input",
        )
    notes = list(_describe_size_change(size, spec))
    if rate != spec.rate:
        notes.append(
            f"the clip has {float(rate):g} frames a second, the film {float(spec.rate):g}: frames go by time"
        )
    return (
        _iterate_frames_by_time(path, rate, count, spec),
        _read_clip_sound(path, spec) if sounds else None,
        tuple(notes),
    )


def _iterate_frames_by_time(path: Path, rate: Fraction, count: int, spec: MakeVideo) -> Iterator[Rgb]:
    with Footage(path) as footage:
        for number in range(spec.frames):
            at = min(count - 1, int(number * rate / spec.rate))
            picture = Image.fromarray(footage.frame(at))
            yield np.asarray(_fit_to_size(picture, spec.width, spec.height))


def _read_clip_sound(path: Path, spec: MakeVideo) -> Sound:
    samples = frame_to_sample(spec.frames, spec.rate, spec.sample_rate)
    with closing(SoundFile(path)) as sound:
        wanted = int(Fraction(samples, spec.sample_rate) * sound.sample_rate) + 1
        heard = resample(sound.read(0, wanted), sound.sample_rate, spec.sample_rate)
    return heard[:, :samples]


def fit_made_picture(path: Path, width: int, height: int) -> Image.Image:
    """Return a picture in RGB with the given width and height. Raises BadInput for a file that is not a
    picture.
    """
    return _fit_to_size(read_still(path).convert("RGB"), width, height)


def _fit_to_size(picture: Image.Image, width: int, height: int) -> Image.Image:
    if picture.size == (width, height):
        return picture
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)


def _describe_still_size_change(path: Path, spec: MakeVideo) -> tuple[str, ...]:
    return _describe_size_change(read_still(path).size, spec)


def _describe_size_change(size: Sequence[int], spec: MakeVideo) -> tuple[str, ...]:
    width, height = size
    if (width, height) == (spec.width, spec.height):
        return ()
    return (f"the workflow gave {width}×{height}: scaled and cut to {spec.width}×{spec.height}",)
