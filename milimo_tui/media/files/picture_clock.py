"""The clock of a video stream: at which second of the source each picture is shown.

Second 0 is the first picture that can be decoded. Some files store no presentation times: AVI, MPEG program
streams, and files that were converted from AVI without decoding. FFmpeg then guesses the presentation time of
a packet, often wrongly. But decoders return pictures in the order in which they are shown, so the decoding
time of the packet that completes a picture is its presentation time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.core.time import round_half_up
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.picture_stream import choose_frame_rate, find_picture_stream
from milimo_tui.media.files.stills import refuse_huge_picture

# Containers that do not store a presentation time for each picture, by FFmpeg's names.
_WITHOUT_TIMES = ("avi", "mpeg")
# The number of packets at the beginning of a file in which reordered pictures are searched for.
_PACKETS_COMPARED = 60
# The number of packets whose distances are compared.
_PACKETS_SPACED = 8
# Delays of a GIF in hundredths of a second: browsers show a picture with a shorter delay for the usual delay.
_LEAST_GIF_DELAY, _USUAL_GIF_DELAY = 2, 10


@dataclass(frozen=True, slots=True)
class PictureClock:
    """The clock of a video stream, which converts timestamps to seconds.

    - `tick` is the duration of one unit of the stream's timestamps, in seconds.
    - `step` is the average time between two pictures in seconds, and `rate` the frames per second.
    - `origin` is the time of the first picture in ticks.
    - `uses_decoding_times` is True if the pictures are shown at the decoding times of packets, because the
      presentation times are missing or wrong.
    - `counts_pictures` is True if the file stores no times at all, so that pictures can only be counted.
    - `starts_inside` is True if the file does not begin with a key frame.
    - `stays` has the start and the duration of each picture of a GIF in ticks, by presentation time. It is
      empty for other files.
    """

    tick: Fraction
    step: Fraction
    rate: Fraction
    origin: int
    uses_decoding_times: bool = False
    counts_pictures: bool = False
    starts_inside: bool = False
    stays: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def get_shown_ticks(self, item: Any) -> int | None:
        """Return the time at which a decoded picture is shown, in ticks. None if the picture is shown one
        step after the previous picture.

        For a packet, return its time on the same clock.
        """
        if self.counts_pictures:
            return None
        ticks: int | None = item.pts
        if self.stays and ticks is not None:
            return self.stays[ticks][0] if ticks in self.stays else None
        if self.uses_decoding_times or ticks is None:
            ticks = item.dts
        return ticks

    def get_shown_duration(self, packet: Any) -> Fraction:
        """Return the seconds for which the picture of a packet is shown."""
        ticks = self.stays[packet.pts][1] if packet.pts in self.stays else packet.duration or 0
        return ticks * self.tick or 1 / self.rate

    def precedes_first_picture(self, packet: Any) -> bool:
        """Return True for the packet of a picture before the first picture. Such a picture cannot be decoded,
        because the file begins in the middle of a group of pictures.
        """
        known = self.starts_inside or not self.uses_decoding_times
        return known and packet.pts is not None and packet.pts < self.origin

    def snap_to_frame_grid(self, ticks: Fraction | int) -> Fraction:
        """Return the exact start of a picture in seconds, given its time rounded to `ticks`.

        The start is a multiple of 1/`rate` if the rounding explains the difference. Otherwise it is the
        earliest time that would have been rounded to these ticks.
        """
        time = ticks * self.tick
        if self.stays:  # The times of a GIF are not rounded.
            return time
        exact = round_half_up(time * self.rate) / self.rate
        if abs(time - exact) <= min(self.tick, self.step / 4):
            return exact
        return max(Fraction(0), time - min(self.tick, self.step / 4))


def measure_picture_clock(path: Path) -> PictureClock | None:
    """Return the clock of a file's picture stream, or None if the file has no pictures. The first pictures
    are decoded, once for each state of the file.

    Raises BadInput for pictures that are too large. Errors of PyAV and of the disk are passed on.
    """
    stat = path.stat()
    return _measure_clock(str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1024)
def _measure_clock(path: str, _inode: int, _changed: int, _size: int) -> PictureClock | None:
    with open_media(Path(path)) as container:
        stream = find_picture_stream(container)
        if stream is None:
            return None
        refuse_huge_picture(Path(path).name, stream.width, stream.height)
        step = 1 / (stream.average_rate or stream.guessed_rate or Fraction(25))
        tick = stream.time_base or Fraction(1, 90000)
        rate = choose_frame_rate(stream) or 1 / step
        start = stream.start_time
        if container.format.name == "gif":
            return _measure_gif_clock(container, stream, tick)
        if stream.codec_context.codec.intra_only and start is not None:
            return PictureClock(tick, step, rate, start)
        begin = _FirstPictures(container, stream)
        begin.decode_first_pictures()
        if begin.uses_decoding_times and (spacing := begin.find_even_spacing()):
            # The stated rate of an AVI can count fields: it is then a multiple of the rate of its pictures.
            rate = 1 / (spacing * tick)
            step = 1 / rate
        first = begin.first
        decoding = first is not None and begin.uses_decoding_times
        clock = PictureClock(
            tick,
            step,
            rate,
            start or 0,
            decoding,
            first is not None and first.pts is None and first.dts is None,
            begin.starts_inside,
        )
        # If the key frame at the start is damaged, the time of its picture is still second 0.
        damaged = begin.failed and not begin.starts_inside and start is not None
        origin = clock.get_shown_ticks(first) if first is not None and not damaged else None
        return clock if origin is None else replace(clock, origin=origin)


def _measure_gif_clock(container: InputContainer, stream: VideoStream, tick: Fraction) -> PictureClock:
    """Return the clock of a GIF, whose pictures stay for the times that browsers show them."""
    stays: dict[int, tuple[int, int]] = {}
    end = 0
    for packet in container.demux(stream):
        if packet.size and packet.pts is not None:
            duration = packet.duration or 0
            duration = duration if duration >= _LEAST_GIF_DELAY else _USUAL_GIF_DELAY
            stays[packet.pts] = end, duration
            end += duration
    step = end * tick / max(1, len(stays)) or Fraction(1, 10)
    return PictureClock(tick, step, (1 / step).limit_denominator(1001), 0, stays=stays)


@dataclass(slots=True)
class _FirstPictures:
    """The pictures at the beginning of a stream, decoded until it is known whether the presentation times of
    the stream are right.
    """

    container: InputContainer
    stream: VideoStream
    first: av.VideoFrame | None = None
    failed: bool = False  # True if a packet before the first picture could not be decoded.
    starts_inside: bool = False
    uses_decoding_times: bool = False
    decoding_times: list[int] = field(default_factory=list)

    def decode_first_pictures(self) -> None:
        """Decode until the first picture was found and its times were judged."""
        reorders = bool(self.stream.codec_context.has_b_frames)
        self.uses_decoding_times = reorders and self.container.format.name in _WITHOUT_TIMES
        # The newest presentation time of a packet, and the presentation time of the previous picture.
        newest: int | None = None
        previous: int | None = None
        is_settled = self.uses_decoding_times or not reorders
        for count, packet in enumerate(self.container.demux(self.stream)):
            if packet.dts is not None:
                self.decoding_times.append(packet.dts)
            if count == 0:
                self.starts_inside = bool(packet.size) and not packet.is_keyframe
            for frame in self._decode_packet(packet):
                if self.first is None:
                    self.first = frame
                    self.uses_decoding_times |= frame.pts is None and frame.dts is not None
                if previous is not None and frame.pts is not None and frame.pts <= previous:
                    # Decoders return pictures in the order in which they are shown, so the times are wrong.
                    self.uses_decoding_times = is_settled = True
                previous = frame.pts
            if packet.pts is not None:
                # Packets of reordered pictures have unordered times if these are presentation times.
                is_settled |= newest is not None and packet.pts < newest
                newest = packet.pts if newest is None else max(newest, packet.pts)
            enough = _PACKETS_COMPARED
            if is_settled:
                enough = _PACKETS_SPACED if self.uses_decoding_times else 0
            if self.first is not None and count >= enough:
                return

    def find_even_spacing(self) -> int:
        """Return the ticks between two packets, or 0 if the distances differ or are unknown."""
        found = {later - earlier for earlier, later in pairwise(self.decoding_times)}
        return max(0, found.pop()) if len(found) == 1 else 0

    def _decode_packet(self, packet: av.Packet[VideoStream]) -> list[av.VideoFrame]:
        try:
            return packet.decode()
        except FFmpegError:
            self.failed = self.failed or self.first is None
            return []
