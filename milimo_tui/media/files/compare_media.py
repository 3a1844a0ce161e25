"""Comparison of two media files by their decoded content: every frame and sample is hashed.

Files with equal content may differ in bytes, for example by encoder settings or metadata.
`compare_in_subprocess` runs the comparison in a separate process: `python -m
milimo_tui.media.files.compare_media A B`.
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
from milimo_tui.core.time import format_ratio
from milimo_tui.media.files import helper_process
from milimo_tui.media.files.allowed_formats import open_media

COMPARE_SECONDS = 900.0  # Time limit in seconds for comparing two takes, long enough for a busy machine.


@dataclass(frozen=True, slots=True)
class DecodedContent:
    """Hashes and formats of the decoded content of a file.

    `frames` has one hash for each picture in order; `sound` is one hash over all samples. `rate` is frames
    per second as "n/d". `format` and `sound_format` name the pixel and sample formats.
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
        """A hash over all pictures."""
        return hashlib.sha256("".join(self.frames).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing two files. `equal` is True if every frame and every sample is equal.

    `differences` describes each difference as text, the most informative first.
    """

    equal: bool
    frames: int
    samples: int
    pictures: tuple[str, str]
    sound: tuple[str, str]
    differences: tuple[str, ...] = ()


def decode_content(path: Path) -> DecodedContent:
    """Decode a complete file. Raises NotFound, and BadInput for an unreadable file."""
    from av.error import FFmpegError

    from milimo_tui.media.files.unreadable import make_unreadable_error

    try:
        with open_media(path) as container:
            return _hash_container(container)
    except (OSError, FFmpegError) as error:
        raise make_unreadable_error(path, error) from error


def compare_media_files(first: Path, second: Path) -> Comparison:
    """Decode and compare two files. Raises the same errors as `decode_content`."""
    one, other = decode_content(first), decode_content(second)
    differences = tuple(_describe_differences(one, other))
    return Comparison(
        not differences,
        len(one.frames),
        one.samples,
        (one.pictures, other.pictures),
        (one.sound, other.sound),
        differences,
    )


def compare_in_subprocess(first: Path, second: Path, seconds: float = COMPARE_SECONDS) -> Comparison:
    """Compare two files in a separate process, so that the caller need not load a decoder. The process is
    killed after `seconds`. Raises BadInput.
    """
    answer = helper_process.ask_module(
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


def _hash_container(container: Any) -> DecodedContent:
    """Hash pictures and sound during decoding, so that only hashes stay in memory."""
    video = container.streams.video[0] if container.streams.video else None
    audio = container.streams.audio[0] if container.streams.audio else None
    frames: list[str] = []
    sound = hashlib.sha256()
    samples, name = 0, ""
    for frame in container.decode(*[stream for stream in (video, audio) if stream is not None]):
        if hasattr(frame, "samples"):
            sound.update(frame.to_ndarray().tobytes())
            samples, name = samples + frame.samples, frame.format.name
        else:
            frames.append(hashlib.sha256(_read_pixel_bytes(frame)).hexdigest())
    rate = Fraction(video.average_rate or 0) if video is not None else Fraction(0)
    return DecodedContent(
        width=video.width if video is not None else 0,
        height=video.height if video is not None else 0,
        rate=format_ratio(rate),
        format=str(video.pix_fmt or "") if video is not None else "",
        frames=tuple(frames),
        sample_rate=audio.sample_rate if audio is not None else 0,
        channels=audio.channels if audio is not None else 0,
        sound_format=name,
        samples=samples,
        sound=sound.hexdigest() if samples else "",
    )


def _read_pixel_bytes(frame: Any) -> bytes:
    """Return the bytes of a picture in its own format, without line padding. Formats that PyAV cannot convert
    are returned as RGB.
    """
    try:
        return bytes(frame.to_ndarray().tobytes())
    except (ValueError, NotImplementedError):  # PyAV cannot convert this pixel format to an array.
        return bytes(frame.to_ndarray(format="rgb24").tobytes())


def _describe_differences(one: DecodedContent, other: DecodedContent) -> list[str]:
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
    """Print the comparison of the two files named on the command line as JSON, or the error."""
    try:
        found = asdict(compare_media_files(Path(sys.argv[1]), Path(sys.argv[2])))
    except MilimoError as error:
        found = error.as_json()
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
