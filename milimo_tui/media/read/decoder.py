"""The decoder of one video file. It yields pictures in order from any time on, deinterlaced, and with alpha
if the file has it.

Times are seconds after the first picture. `media.read.frames` finds the picture for a given time.
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
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.stills import refuse_huge_picture, refuse_pipe_or_device
from milimo_tui.media.files.stream_facts import (
    choose_frame_rate,
    detect_field_order,
    find_picture_stream,
    has_alpha_stream,
)
from milimo_tui.media.files.unreadable import make_unreadable_error

Timed = tuple[Fraction, av.VideoFrame]  # A picture and its start, in seconds of the source.

_MANY_PIXELS = 1920 * 1080
# Decoders that read the alpha of WebM files, by codec. FFmpeg's native decoders ignore the alpha.
_CLEAR = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# The FFmpeg filter for deinterlacing. It makes one progressive picture from each interlaced picture, using
# the fields of neighbouring pictures.
_WHOLE = ("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
# The number of earlier pictures that the deinterlacer needs, so that a seek must aim this much earlier.
_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class StreamClock:
    """The clock of a picture stream, which converts timestamps to seconds.

    `tick` is the duration of one unit of the stream's timestamps, in seconds. `step` is the time between two
    pictures in seconds, and `rate` the frames per second. `origin` is the time of the first picture in ticks.
    """

    tick: Fraction
    step: Fraction
    rate: Fraction
    origin: int

    @classmethod
    def of(cls, stream: Any) -> StreamClock:
        """Return the clock of a stream."""
        step = 1 / (stream.average_rate or stream.guessed_rate or Fraction(25))
        tick = stream.time_base or Fraction(1, 90000)
        return cls(tick, step, choose_frame_rate(stream) or 1 / step, stream.start_time or 0)

    def snap_to_frame_grid(self, ticks: Fraction | int) -> Fraction:
        """Return the exact start of a picture in seconds, given its time rounded to `ticks`.

        The start is a multiple of 1/`rate` if the rounding explains the difference. Otherwise it is the
        earliest time that would have been rounded to these ticks.
        """
        time = ticks * self.tick
        exact = round_half_up(time * self.rate) / self.rate
        if abs(time - exact) <= min(self.tick, self.step / 4):
            return exact
        return max(Fraction(0), time - min(self.tick, self.step / 4))


class Decoder:
    """A decoder for one open video file. Not thread-safe."""

    def __init__(self, path: Path, damaged: Spans = ()) -> None:
        """Open the file. Pictures that begin in one of the `damaged` time spans are left out.

        Raises NotFound, ReadOnly, or BadInput for a file without pictures or with pictures that are too
        large.
        """
        self._path, self._damaged = path, damaged
        self._open_video_file()
        self._clock = StreamClock.of(self._stream)
        self.tick, self.step = self._clock.tick, self._clock.step
        self.aspect = self._stream.sample_aspect_ratio or Fraction(1)
        self._origin = self._clock.origin * self.tick
        self._interlaced: bool | None = None  # None until the first picture was decoded.

    def iterate_pictures(self) -> Iterator[Timed]:
        """Yield each picture and its start, beginning at the current position. Raises PyAV's errors if the
        file is damaged.
        """
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
        """Move to a key frame at or before `seconds`, or to the start if the file cannot seek."""
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
        """Return to the start by opening the file again, because some files cannot seek."""
        self._container.close()
        self._open_video_file()

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _open_video_file(self) -> None:
        refuse_pipe_or_device(self._path)
        try:
            self._container = open_media(self._path)
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
            # Films and viewers run several readers in parallel, so small pictures need only one thread. In
            # damaged files, more threads would report errors at the wrong packet.
            stream.codec_context.thread_count = 1
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
        """Yield the pictures outside the damaged spans, and ignore decoding errors."""
        decoder = self._clear or self._stream.codec_context
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):  # A truncated file ends with its last readable picture.
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
        """Yield deinterlaced frames.

        After a seek, the first frame is skipped because its earlier neighbour is missing. Therefore a time
        always gives the same picture, wherever decoding began.
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
    """Return True if a time is in one of the spans, which are sorted by their start."""
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
