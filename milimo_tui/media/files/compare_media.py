"""Whether two media files show and sound the same: every decoded frame and sample, by hash.

Bytes of files may differ (another encoder's settings, other metadata) where what is in them is equal. `python
-m milimo_tui.media.files.compare_media A B` compares in a process of its own, as `compare_apart` asks it to.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import ratio_text
from milimo_tui.media.files import helper_process

SECONDS = 900.0  # comparing two takes may take, on a machine that is busy


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file, decoded. `frames` are hashes of the pictures in order, `sound` of all samples.

    `rate` is "n/d" frames a second; `format` and `sound_format` name how pixels and samples are kept.
    """

    width: int
    height: int
    rate: str
    format: str
    frames: tuple[str, ...]
    sample_rate: int = 0
    channels: int = 0
    sound_format: str = ""
    samples: int = 0
    sound: str = ""

    @property
    def pictures(self) -> str:
        """One hash over all pictures."""
        return hashlib.sha256("".join(self.frames).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`equal`: every frame and sample is. `differences` are sentences, the first the most telling."""

    equal: bool
    frames: int
    samples: int
    pictures: tuple[str, str]
    sound: tuple[str, str]
    differences: tuple[str, ...] = ()


def content(path: Path) -> Content:
    """Decode a whole file. Raises NotFound, BadInput for what can't be read."""
    import av
    from av.error import FFmpegError

    from milimo_tui.media.files.unreadable import unreadable

    try:
        with av.open(str(path)) as container:
            return _read(container)
    except (OSError, FFmpegError) as error:
        raise unreadable(path, error) from error


def compare(first: Path, second: Path) -> Comparison:
    """Decode and compare two files. Errors as `content`."""
    one, other = content(first), content(second)
    differences = tuple(_differences(one, other))
    return Comparison(
        not differences,
        len(one.frames),
        one.samples,
        (one.pictures, other.pictures),
        (one.sound, other.sound),
        differences,
    )


def compare_apart(first: Path, second: Path, seconds: float = SECONDS) -> Comparison:
    """The same in a process of its own, for those that load no decoder. Raises BadInput."""
    answer = helper_process.run_module(
        "milimo_tui.media.files.compare_media",
        str(first),
        str(second),
        seconds=seconds,
        slow=f"{first.name} could not be compared within {seconds:g} seconds",
        unclear=f"{first.name} and {second.name} could not be compared",
    )
    return Comparison(
        equal=answer["equal"],
        frames=answer["frames"],
        samples=answer["samples"],
        pictures=(answer["pictures"][0], answer["pictures"][1]),
        sound=(answer["sound"][0], answer["sound"][1]),
        differences=tuple(answer["differences"]),
    )


def _read(container: Any) -> Content:
    """Hash as it is decoded, in the order it lies in the file: nothing is kept but hashes."""
    video = container.streams.video[0] if container.streams.video else None
    audio = container.streams.audio[0] if container.streams.audio else None
    frames: list[str] = []
    sound = hashlib.sha256()
    samples, kept = 0, ""
    for frame in container.decode(*[stream for stream in (video, audio) if stream is not None]):
        if hasattr(frame, "samples"):
            sound.update(frame.to_ndarray().tobytes())
            samples, kept = samples + frame.samples, frame.format.name
        else:
            frames.append(hashlib.sha256(_pixels(frame)).hexdigest())
    rate = Fraction(video.average_rate or 0) if video is not None else Fraction(0)
    return Content(
        width=video.width if video is not None else 0,
        height=video.height if video is not None else 0,
        rate=ratio_text(rate),
        format=str(video.pix_fmt or "") if video is not None else "",
        frames=tuple(frames),
        sample_rate=audio.sample_rate if audio is not None else 0,
        channels=audio.channels if audio is not None else 0,
        sound_format=kept,
        samples=samples,
        sound=sound.hexdigest() if samples else "",
    )


def _pixels(frame: Any) -> bytes:
    """The picture's own planes without the padding of their lines; unusual formats as RGB."""
    try:
        return bytes(frame.to_ndarray().tobytes())
    except (ValueError, NotImplementedError):  # a format that has no array of its own
        return bytes(frame.to_ndarray(format="rgb24").tobytes())


def _differences(one: Content, other: Content) -> list[str]:
    found = []
    for name, words in (
        ("width", "pixels across"),
        ("height", "pixels down"),
        ("rate", "frames a second"),
        ("sample_rate", "samples a second"),
        ("channels", "channels"),
        ("samples", "samples"),
    ):
        before, after = getattr(one, name), getattr(other, name)
        if before != after:
            found.append(f"{before} {words}, then {after}")
    if len(one.frames) != len(other.frames):
        found.append(f"{len(one.frames)} frames, then {len(other.frames)}")
    differing = [at for at, (a, b) in enumerate(zip(one.frames, other.frames, strict=False)) if a != b]
    if differing:
        found.append(f"{len(differing)} of {len(one.frames)} frames differ, frame {differing[0]} the first")
    if one.sound != other.sound and one.samples == other.samples:
        found.append("the sound differs")
    return found


def main() -> int:
    """Entry of the process: prints the comparison as JSON, or the error."""
    try:
        found = asdict(compare(Path(sys.argv[1]), Path(sys.argv[2])))
    except MilimoError as error:
        found = error.as_json()
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
