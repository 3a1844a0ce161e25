"""The check of a film's pictures: every picture is decoded and measured, and its time and any damage are
recorded.

The packets from one key frame to the next decode to the same pictures wherever they are in the film. Their
measurements are therefore cached by the packets' bytes: after a small change of the film, only the new runs
of packets are decoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.media.check.measures import FrameMeter, Measures, join_measure_records, join_measured_runs
from milimo_tui.media.check.packet_check_cache import CheckCache
from milimo_tui.media.files.allowed_formats import open_media

# A function that is called with the number of pictures checked so far. It raises Cancelled to stop the check.
Tick = Callable[[int], None]
Packets = list[Any]


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged place in a stream that was found while decoding: its time in seconds and a message
    (`words`).
    """

    seconds: Fraction
    words: str


@dataclass(slots=True)
class CheckedPictures:
    """The measurements of a film's pictures. `times` are the times in seconds at which the pictures are
    shown, in display order.
    """

    codec: str
    width: int
    height: int
    pixels: str
    rate: Fraction | None
    measures: Measures
    times: tuple[Fraction, ...] = ()
    damage: tuple[Damage, ...] = ()
    decoded: int = 0  # The number of pictures that were decoded now. The others were found in the cache.


@dataclass(slots=True)
class _PictureTally:
    measures: list[Measures] = field(default_factory=list)
    times: list[Fraction] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    count: int = 0
    decoded: int = 0


def check_video_stream(path: Path, cache: CheckCache | None, tick: Tick) -> CheckedPictures | None:
    """Decode and measure the first video stream of a file. Return None if the file has none.

    `cache` is a cache of earlier measurements. Raises FFmpegError or OSError if the file cannot be read to
    its end.
    """
    with open_media(path) as container:
        if not container.streams.video:
            return None
        stream = container.streams.video[0]
        stream.thread_type = av.codec.context.ThreadType.AUTO
        seen = _PictureTally()
        head = _describe_codec(stream)
        before: Packets = []
        for run in _iterate_packet_runs(container, stream):
            _check_packet_run(stream, head, before, run, cache, seen)
            before = run
            tick(seen.count)
        return CheckedPictures(
            codec=stream.codec_context.codec.canonical_name,
            width=stream.width,
            height=stream.height,
            pixels=str(stream.codec_context.pix_fmt or ""),
            rate=stream.average_rate,
            measures=join_measured_runs(seen.measures),
            times=tuple(seen.times),
            damage=tuple(seen.damage),
            decoded=seen.decoded,
        )


def _iterate_packet_runs(container: InputContainer, stream: VideoStream) -> Iterator[Packets]:
    """Yield the packets of a stream in runs. Each run begins with a key frame and ends before the next key
    frame.
    """
    run: Packets = []
    for packet in container.demux(stream):
        if not packet.size:
            continue
        if packet.is_keyframe and run:
            yield run
            run = []
        run.append(packet)
    if run:
        yield run


def _check_packet_run(
    stream: VideoStream,
    head: bytes,
    before: Packets,
    run: Packets,
    cache: CheckCache | None,
    seen: _PictureTally,
) -> None:
    tick = stream.time_base or Fraction(1)
    shown = sorted(packet.pts for packet in run if packet.pts is not None and not packet.is_discard)
    previous_run = before if _needs_previous_run(run) else []
    digest = _digest_packet_run(head, previous_run, run) if cache is not None and len(run) > 1 else ""
    measures = cache.find_measures(digest, len(shown)) if cache is not None and digest else None
    if measures is None:
        damaged = len(seen.damage)
        measures = _decode_and_measure_run(stream, previous_run, run, shown, seen)
        seen.decoded += len(measures)
        if cache is not None and digest and len(seen.damage) == damaged:
            cache.store_measures(digest, measures)
    seen.measures.append(measures)
    seen.times += [pts * tick for pts in shown]
    seen.count += len(measures)


def _needs_previous_run(run: Packets) -> bool:
    """Return True if pictures of this run are shown before its key frame. Such pictures refer to the previous
    run, which must be decoded first.
    """
    first = run[0].pts
    return first is not None and any(packet.pts is not None and packet.pts < first for packet in run)


def _decode_and_measure_run(
    stream: VideoStream, previous_run: Packets, run: Packets, shown: list[int], seen: _PictureTally
) -> Measures:
    """Decode and measure every picture of a run of packets. A picture that cannot be decoded is recorded as
    damage in `seen`, and decoding continues.

    `previous_run` are the packets of the previous run, if they are needed for decoding. `shown` are the
    timestamps at which the run's pictures are shown.
    """
    context, meter = stream.codec_context, FrameMeter()
    tick = stream.time_base or Fraction(1)
    lacking = set(shown)
    measures: list[np.void] = []
    for packet in (*previous_run, *run, None):
        try:
            frames = context.decode(packet)
        except (FFmpegError, OSError) as error:
            if isinstance(error, av.error.EOFError):
                break
            at = (packet.pts if packet is not None else run[-1].pts) or 0
            seen.damage.append(Damage(at * tick, f"pictures can't be decoded ({error.strerror or error})"))
            continue
        for frame in frames:
            if frame.pts not in lacking:
                continue  # This picture belongs to the previous run.
            lacking.remove(frame.pts)
            if frame.is_corrupt:
                seen.damage.append(Damage((frame.pts or 0) * tick, "a picture is damaged"))
            measures.append(meter.measure(frame))
    context.flush_buffers()
    seen.damage += [Damage(pts * tick, "a picture is damaged beyond decoding") for pts in sorted(lacking)]
    return join_measure_records(measures)


def _describe_codec(stream: VideoStream) -> bytes:
    context = stream.codec_context
    header = f"{context.name} {stream.width}x{stream.height} {context.pix_fmt} ".encode()
    return header + (context.extradata or b"")


def _digest_packet_run(head: bytes, previous_run: Packets, run: Packets) -> str:
    """Return the cache key of a run of packets: a hash of everything that its pictures are decoded from. This
    is the codec's description `head`, and the bytes and relative times of all packets of the run and of the
    previous run (`previous_run`).
    """
    hashed = hashlib.sha256(head)
    first = run[0].pts or 0
    for packet in (*previous_run, *run):
        hashed.update(f"{packet.size} {(packet.pts or 0) - first} {packet.is_discard} ".encode())
        hashed.update(memoryview(packet))
    return hashed.hexdigest()
