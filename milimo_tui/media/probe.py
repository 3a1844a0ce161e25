"""Reading what a media file is. `probe` reads a file we trust (our own takes) right here;
`python -m milimo_tui.media.probe FILE` is the bounded process of `media.facts.probe_bounded`.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.media.facts import Facts, digest, probe_bounded
from milimo_tui.media.frames import unreadable
from milimo_tui.media.sheets import looks_like_sheet
from milimo_tui.media.stills import open_still, refuse_huge

__all__ = ["Facts", "digest", "probe", "probe_bounded", "tags"]

MEMORY_BYTES = 4 * 2**30  # address space of a bounded probe


def probe(path: Path) -> Facts:
    """Read a file's facts and decode its first picture or sound. Raises NotFound, ReadOnly or BadInput."""
    if not path.exists():
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}")
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder, not a media file")
    try:
        picture = _still(path)
        return picture if picture is not None else _stream_facts(path)
    except (OSError, FFmpegError) as error:
        raise unreadable(path, error) from error


def tags(path: Path) -> dict[str, str]:
    """The metadata a container carries (`milimo`, `title`, `comment` of our own files)."""
    try:
        with av.open(str(path)) as container:
            return dict(container.metadata)
    except (OSError, FFmpegError) as error:
        raise unreadable(path, error) from error


def _still(path: Path) -> Facts | None:
    """Facts of a picture file; None when it is none, or moves."""
    image = open_still(path)
    if image is None:
        return None
    return Facts(kind="picture", width=image.width, height=image.height, video_codec=path.suffix.lstrip("."))


def _stream_facts(path: Path) -> Facts:
    with av.open(str(path)) as container:
        sound = next(filter(is_known, container.streams.audio), None)
        video = next((s for s in container.streams.video if is_known(s) and not _is_cover(s)), None)
        audible: dict[str, Any] = {}
        if sound is not None:
            audible = {
                "sample_rate": sound.sample_rate,
                "channels": sound.channels,
                "audio_codec": sound.codec_context.name,
            }
        if video is None:
            if sound is None:
                raise BadInput(f"{path.name} has neither picture nor sound")
            length = _seconds(sound.duration, sound.time_base) or _seconds(
                container.duration, Fraction(1, 10**6)
            )
            if next(container.decode(sound), None) is None:
                raise BadInput(f"{path.name} has a sound track with nothing in it")
            return Facts(kind="sound", seconds=length, **audible)
        return _video_facts(path, container, video, audible)


def _video_facts(
    path: Path, container: av.container.InputContainer, video: VideoStream, audible: dict[str, Any]
) -> Facts:
    refuse_huge(path.name, video.width, video.height)
    video.codec_context.thread_count = 1  # one picture is wanted, and each thread would claim memory
    first = next(container.decode(video), None)
    if first is None:
        raise BadInput(f"{path.name} has a video track with no picture in it")
    rate = frame_rate(video)
    frames = video.frames or _count(path, video.index)
    length = _seconds(video.duration, video.time_base)
    if rate is not None and (length is None or abs(length - frames / rate) < 1 / rate):
        length = frames / rate  # constant rate: exact, where containers round
    width, height = shown_size(first, video)
    return Facts(
        kind="video",
        frames=frames,
        rate=rate,
        width=width,
        height=height,
        seconds=length or _seconds(container.duration, Fraction(1, 10**6)),
        video_codec=video.codec_context.name,
        **audible,
    )


def frame_rate(video: VideoStream) -> Fraction | None:
    """Frames per second; the container's base rate unless its mean says otherwise (variable rates)."""
    base, mean = video.guessed_rate, video.average_rate
    if base and mean and abs(base - mean) > mean / 100:
        return mean.limit_denominator(1001)
    return base or mean or None


def shown_size(frame: av.VideoFrame, video: VideoStream) -> tuple[int, int]:
    """Width and height on a screen of square pixels, turned as the file asks."""
    aspect = video.sample_aspect_ratio or Fraction(1)
    width, height = math.floor(frame.width * aspect + Fraction(1, 2)), frame.height
    return (height, width) if frame.rotation % 180 else (width, height)


def is_known(stream: Any) -> bool:
    """Whether it says how it is coded, in a way that we can read; in a file cut short it may not."""
    return getattr(stream, "codec_context", None) is not None


def _is_cover(stream: VideoStream) -> bool:
    """A picture that rides along with a song."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _count(path: Path, index: int) -> int:
    """Pictures in a container that keeps no count, from its packets."""
    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(container.streams[index]) if packet.size)


def _seconds(duration: int | None, time_base: Fraction | None) -> Fraction | None:
    return duration * time_base if duration and time_base else None


def _looked_at(path: Path) -> Facts:
    """The facts, and of a picture whether it looks like a reference sheet."""
    facts = probe(path)
    image = open_still(path) if facts.kind == "picture" else None
    return facts if image is None else replace(facts, sheet=looks_like_sheet(image))


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    path = Path(sys.argv[1])
    try:
        answer = _looked_at(path).as_json()
    except MilimoError as error:
        answer = dict(error.as_json())
    except MemoryError:
        answer = dict(BadInput(f"{path.name} needs too much memory to read").as_json())
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
