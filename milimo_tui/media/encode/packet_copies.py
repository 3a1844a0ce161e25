"""Copying of H.264 pictures without encoding: choose the pictures of a source that can be copied, and yield
their packets.

A copy begins at a key frame at which decoding can begin (IDR), and ends where no picture refers to a later
one. The frames of the clip before and after the copy are encoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.plan.plan import PlanStretch
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.files import h264
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.h264 import ParameterSets
from milimo_tui.media.files.picture_clock import measure_picture_clock

# The largest number of pictures by which coding order and display order may differ. Pictures that differ more
# are not copied. Our own encoders use the same limit.
REORDER = 2
# The fewest pictures that are copied. Fewer are not worth a separate copy and are encoded with their
# neighbours.
MIN_COPIED_PICTURES = 6
# Seconds by which a seek aims too early. A file's index may return a key frame slightly after the requested
# time, and an MPEG transport stream is searched by decoding times, which are earlier than presentation times.
_BACK = Fraction(1)


@dataclass(frozen=True, slots=True)
class CopyRun:
    """Consecutive pictures that are copied from a source into the film.

    Frames [start, start + frames) of the plan are the source's pictures from number `first` on.
    """

    path: str
    start: int
    frames: int
    first: int
    origin: int  # The time of the source's first picture, in ticks of its stream.
    rate: Fraction
    headers: ParameterSets  # The headers of the source, which all copied pictures share.


@dataclass(frozen=True, slots=True)
class _SourcePacket:
    place: int  # The number of the picture in the source, in display order.
    is_start: bool


def plan_packet_copy(stretch: PlanStretch, rate: Fraction) -> CopyRun | None:
    """Return the longest part of a stretch of the plan whose packets can be copied, or None if no part is
    long enough to be worth copying. `rate` is in frames per second.

    Never raises because of the file: errors are reported later, when the pictures are decoded.
    """
    layer = stretch.list_pictures()[-1]
    wanted = round_half_up(layer.source_in * rate)
    if not Path(layer.media.path).is_file():
        return None
    try:
        clock = measure_picture_clock(Path(layer.media.path))
        if clock is None or clock.uses_decoding_times or clock.counts_pictures:
            return None
        with open_media(Path(layer.media.path)) as container:
            headers = h264.parse_parameter_sets(_get_extradata(container.streams.video[0]))
            if headers is None:
                return None
            packets = _read_packets_around(
                container, headers, clock.origin, wanted, wanted + stretch.frames, rate
            )
    except (OSError, FFmpegError, BadInput):
        return None
    found = _find_longest_copy(packets, wanted, wanted + stretch.frames)
    if found is None:
        return None
    first, frames = found
    start = stretch.start + first - wanted
    return CopyRun(layer.media.path, start, frames, first, clock.origin, rate, headers)


def _get_extradata(stream: Any) -> bytes:
    return bytes(stream.codec_context.extradata or b"")


def _read_packets_around(
    container: Any, headers: ParameterSets, origin: int, first: int, last: int, rate: Fraction
) -> list[_SourcePacket]:
    """Return the packets of pictures [first, last), and of some pictures before and after them, in coding
    order. `origin` is the time of the source's first picture in ticks.

    The list is empty if a packet is damaged, if its time is not on a frame boundary, or if it contains
    headers that differ from the file's headers.
    """
    stream = container.streams.video[0]
    length_bytes = h264.read_length_size(_get_extradata(stream))
    tick = stream.time_base
    _seek_before_picture(container, origin, first, rate)
    seen: list[_SourcePacket] = []
    beyond = 0
    for packet in container.demux(stream):
        if packet.size == 0:
            continue
        if packet.pts is None or packet.is_discard or packet.is_corrupt:
            return []
        at = (packet.pts - origin) * tick * rate
        place = round_half_up(at)
        if abs(at - place) > max(tick * rate, Fraction(1, 100)):
            return []
        found = list(h264.split_nal_units(bytes(packet), length_bytes))
        if packet.has_sidedata("new_extradata") or _has_other_headers(found, headers):
            return []
        seen.append(
            _SourcePacket(
                place, packet.is_keyframe and any(h264.get_unit_type(each) == h264.IDR for each in found)
            )
        )
        beyond = beyond + 1 if place >= last else 0
        if beyond > 2 * REORDER:
            break
    return seen


def _seek_before_picture(container: Any, origin: int, number: int, rate: Fraction) -> None:
    """Move a file that was just opened to a packet before picture `number`. Near the beginning of the file,
    reading simply starts with its first packet.
    """
    stream = container.streams.video[0]
    seconds = number / rate - _BACK
    if seconds > 0:
        container.seek(int(origin + seconds / stream.time_base), stream=stream, backward=True)


def _has_other_headers(found: list[bytes], headers: ParameterSets) -> bool:
    """Return True if the NAL units of a packet include headers that differ from the file's headers."""
    return any(h264.get_unit_type(each) in h264.SETS and each not in headers.all for each in found)


def _find_longest_copy(seen: list[_SourcePacket], first: int, last: int) -> tuple[int, int] | None:
    """Find the longest run of pictures within [first, last) that can be copied.

    Return its first picture and number of pictures, or None if the run is too short.
    """
    begin = next(
        (index for index, each in enumerate(seen) if each.is_start and first <= each.place < last), None
    )
    if begin is None:
        return None
    start = seen[begin].place
    best, furthest, places = 0, start, set()
    for index, each in enumerate(seen[begin:]):
        if each.place < start or each.place in places or index - (each.place - start) > REORDER:
            break
        places.add(each.place)
        furthest = max(furthest, each.place)
        count = index + 1
        if furthest - start + 1 == count and start + count <= last:
            best = count
    return (start, best) if best >= MIN_COPIED_PICTURES else None


def copy_packets(run: CopyRun) -> Iterator[CodedPacket]:
    """Yield the packets of a run as an H.264 byte stream without headers. Positions count from the run's
    first picture.

    Raises Failed if the file cannot be read or has changed.
    """
    name = Path(run.path).name
    sent = 0
    try:
        with open_media(Path(run.path)) as container:
            length_bytes = h264.read_length_size(_get_extradata(container.streams.video[0]))
            for packet in _demux_from_run_start(container, run):
                at = (packet.pts - run.origin) * packet.time_base
                place = round_half_up(at * run.rate) - run.first
                found = h264.split_nal_units(bytes(packet), length_bytes)
                data = h264.join_byte_stream(
                    each for each in found if h264.get_unit_type(each) not in h264.SETS
                )
                yield CodedPacket(place, 1, packet.is_keyframe, data)
                sent += 1
                if sent == run.frames:
                    return
    except (OSError, FFmpegError) as error:
        raise Failed(f"{name} can't be read: {error.strerror or error}") from error
    raise Failed(f"{name} changed while it was copied", "render again")


def _demux_from_run_start(container: Any, run: CopyRun) -> Iterator[Any]:
    """Yield the source's packets, beginning with the first packet of the run."""
    stream = container.streams.video[0]
    first = run.origin + round_half_up(run.first / run.rate / stream.time_base)
    _seek_before_picture(container, run.origin, run.first, run.rate)
    begun = False
    for packet in container.demux(stream):
        if packet.size == 0:
            continue
        begun = begun or abs(packet.pts - first) <= 1
        if begun:
            yield packet
