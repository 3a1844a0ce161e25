"""The decoder of one video file: its pictures in order from any time on, deinterlaced, and with alpha if
present.

Times are seconds after the first picture. `media.read.frames` finds single pictures.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.conform import PROGRESSIVE
from milimo_tui.cut.values.streams import Spans
from milimo_tui.media.files.stills import refuse_huge_picture, refuse_pipe_or_device
from milimo_tui.media.files.stream_facts import (
    choose_frame_rate,
    detect_field_order,
    find_picture_stream,
    has_alpha_stream,
)
from milimo_tui.media.files.unreadable import make_unreadable_error

Timed = tuple[Fraction, av.VideoFrame]  # start of a picture in seconds of the source, and the picture

_MANY_PIXELS = 1920 * 1080
# Decoders that read the alpha plane of WebM; FFmpeg's native decoders ignore it.
_CLEAR = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# FFmpeg filter that makes one progressive picture from each interlaced one, using the fields of its
# neighbours.
_WHOLE = ("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
_NEIGHBOURS = 2  # earlier pictures that the deinterlacer needs


@dataclass(frozen=True, slots=True)
class StreamClock:
    """The time base of a picture stream: its `tick`, the `step` between pictures, and the ticks before the
    first.
    """

    tick: Fraction
    step: Fraction
    rate: Fraction
    origin: int

    @classmethod
    def of(cls, stream: Any) -> StreamClock:
        """Return the time base of a stream."""
        step = 1 / (stream.average_rate or stream.guessed_rate or Fraction(25))
        tick = stream.time_base or Fraction(1, 90000)
        return cls(tick, step, choose_frame_rate(stream) or 1 / step, stream.start_time or 0)

    def snap_to_frame_grid(self, ticks: Fraction | int) -> Fraction:
        """Return the exact start of a picture whose time is rounded to a tick.

        The result is on the grid of the file's rate if that is near enough, else the earliest time that
        rounds to it.
        """
        time = ticks * self.tick
        exact = round_half_up(time * self.rate) / self.rate
        if abs(time - exact) <= min(self.tick, self.step / 4):
            return exact
        return max(Fraction(0), time - min(self.tick, self.step / 4))


class Decoder:
    """An open video file. Not thread-safe."""

    def __init__(self, path: Path, damaged: Spans = ()) -> None:
        """Open the file; pictures that begin in a damaged place are left out.

        Raises NotFound, ReadOnly, or BadInput for a file without pictures or with too large ones.
        """
        self._path, self._damaged = path, damaged
        self._open_video_file()
        self._clock = StreamClock.of(self._stream)
        self.tick, self.step = self._clock.tick, self._clock.step
        self.aspect = self._stream.sample_aspect_ratio or Fraction(1)
        self._origin = self._clock.origin * self.tick
        self._interlaced: bool | None = None  # known after the first picture

    def iterate_pictures(self) -> Iterator[Timed]:
        """Yield the pictures from the current position. Raises PyAV's errors at damage."""
        decoded = self._decode_frames()
        first = next(decoded, None)
        if first is None:
            return
        if self._interlaced is None:
            self._interlaced = detect_field_order(self._stream, first) != PROGRESSIVE
        time: Fraction | None = None
        for frame in (
            self._deinterlace_frames(first, decoded) if self._interlaced else _prepend_frame(first, decoded)
        ):
            if frame.pts is not None:
                time = self._start_of_frame(frame)
            else:
                time = time + self.step if time is not None else Fraction(0)
            yield time, frame

    def _start_of_frame(self, frame: av.VideoFrame) -> Fraction:
        seconds = (frame.pts or 0) * (frame.time_base or self.tick) - self._origin
        return self._clock.snap_to_frame_grid(seconds / self.tick)

    def seek(self, seconds: Fraction) -> None:
        """Move to a position at or before a time, by the file's index; to the start if there is no index."""
        if self._interlaced:
            seconds -= _NEIGHBOURS * self.step
        if self._clear is not None:
            self._clear.flush_buffers()
        try:
            offset = math.floor((seconds + self._origin) / self.tick)
            self._container.seek(offset, stream=self._stream, backward=True)
        except (OSError, FFmpegError):
            self.rewind()

    def rewind(self) -> None:
        """Move to the start by opening the file again, because not every file can be searched."""
        self._container.close()
        self._open_video_file()

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _open_video_file(self) -> None:
        refuse_pipe_or_device(self._path)
        try:
            self._container = av.open(str(self._path))
        except (OSError, FFmpegError) as error:
            raise make_unreadable_error(self._path, error) from error
        stream = find_picture_stream(self._container)
        if stream is None:
            self._container.close()
            raise BadInput(f"{self._path.name} has no picture")
        self._stream = stream
        refuse_huge_picture(self._path.name, stream.width, stream.height)
        self._clear = self._make_alpha_decoder()
        if stream.width * stream.height < _MANY_PIXELS or self._damaged:
            stream.codec_context.thread_count = 1  # films and viewers run several readers in parallel
        else:
            stream.thread_type = av.codec.context.ThreadType.AUTO

    def _make_alpha_decoder(self) -> av.VideoCodecContext | None:
        name = _CLEAR.get(self._stream.codec_context.name)
        if name is None or not has_alpha_stream(self._stream):
            return None
        made = av.CodecContext.create(name, "r")
        assert isinstance(made, av.VideoCodecContext)
        return made

    def _decode_frames(self) -> Iterator[av.VideoFrame]:
        if self._damaged:
            yield from self._decode_undamaged()
            return
        if self._clear is None:
            yield from self._container.decode(self._stream)
            return
        for packet in self._container.demux(self._stream):
            yield from self._clear.decode(packet)

    def _decode_undamaged(self) -> Iterator[av.VideoFrame]:
        """Yield the pictures outside the damaged places; errors inside them are ignored."""
        decoder = self._clear or self._stream.codec_context
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):  # a truncated file ends with its last good picture
                return
            try:
                frames = decoder.decode(packet)
            except FFmpegError:
                continue
            for frame in frames:
                if frame.pts is None or not is_in_spans(self._damaged, self._start_of_frame(frame)):
                    yield frame

    def _deinterlace_frames(
        self, first: av.VideoFrame, rest: Iterator[av.VideoFrame]
    ) -> Iterator[av.VideoFrame]:
        """Yield deinterlaced frames. The first frame after a seek lacks its neighbours and is skipped, so
        that a time always gives the same picture.
        """
        graph = av.filter.Graph()
        graph.threads = 1
        source, whole, sink = (
            graph.add_buffer(template=self._stream),
            graph.add(*_WHOLE),
            graph.add("buffersink"),
        )
        source.link_to(whole)
        whole.link_to(sink)
        graph.configure()
        at_start = first.pts is None or first.pts * self.tick <= self._origin
        made = _run_through_graph(graph, _prepend_frame(first, rest))
        if not at_start:
            next(made, None)
        yield from made


def is_in_spans(spans: Spans, seconds: Fraction) -> bool:
    """Return True if a time is in one of the spans."""
    index = bisect_right(spans, seconds, key=lambda span: span[0]) - 1
    return index >= 0 and seconds < spans[index][1]


def _run_through_graph(graph: av.filter.Graph, frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    for frame in frames:
        graph.push(frame)
        yield from _pull_ready_frames(graph)
    graph.push(None)
    yield from _pull_ready_frames(graph)


def _pull_ready_frames(graph: av.filter.Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame


def _prepend_frame(first: av.VideoFrame, rest: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    yield first
    yield from rest
