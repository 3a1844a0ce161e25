"""The decoder of one video file. It yields pictures in order from any time on, deinterlaced, and with alpha
if the file has it.

Times are seconds after the first picture. `media.read.frames` finds the picture for a given time.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.conform import PROGRESSIVE
from milimo_tui.cut.values.streams import Spans
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.picture_clock import PictureClock, measure_picture_clock
from milimo_tui.media.files.picture_stream import find_picture_stream
from milimo_tui.media.files.stills import refuse_huge_picture, refuse_pipe_or_device
from milimo_tui.media.files.stream_facts import detect_field_order, has_alpha_stream
from milimo_tui.media.files.unreadable import make_unreadable_error

Timed = tuple[Fraction, av.VideoFrame]  # A picture and its start, in seconds of the source.

_MANY_PIXELS = 1920 * 1080
# Decoders that read the alpha of WebM files, by codec. FFmpeg's native decoders ignore the alpha.
_CLEAR = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# The FFmpeg filter for deinterlacing. It makes one progressive picture from each interlaced picture, using
# the fields of neighbouring pictures.
_WHOLE = ("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
# In an MPEG program stream, only the first packet of each pack has a time. After a seek, reading begins
# inside a packet, and the times are right from the second of these packets on.
_PROGRAM_STREAM, _PACKS_TO_SKIP = "mpeg", 2
# The number of earlier pictures that the deinterlacer needs, so that a seek must aim this much earlier.
_NEIGHBOURS = 2


class Decoder:
    """A decoder for one open video file. Not thread-safe."""

    def __init__(self, path: Path, damaged: Spans = ()) -> None:
        """Open the file. Pictures that begin in one of the `damaged` time spans are left out.

        Raises NotFound, ReadOnly, or BadInput for a file without pictures or with pictures that are too
        large.
        """
        self._path, self._damaged = path, damaged
        self._open_video_file()
        self._clock = self._measure_clock()
        self.tick, self.step = self._clock.tick, self._clock.step
        self.aspect = self._stream.sample_aspect_ratio or Fraction(1)
        self._origin = self._clock.origin * self.tick
        self._interlaced: bool | None = None  # None until the first picture was decoded.
        self._last_packet: int | None = None  # The time of the last packet that was read, in ticks.
        self._packs_to_skip = 0
        self._waits_for_key = False  # True after a seek, until a key frame was read.

    def iterate_pictures(self) -> Iterator[Timed]:
        """Yield each picture and its start, beginning at the current position. Raises PyAV's errors if the
        file is damaged.
        """
        self._last_packet = None
        decoded = self._decode_frames()
        first = next(decoded, None)
        if first is None:
            return
        if self._interlaced is None:
            self._interlaced = detect_field_order(self._stream, first) != PROGRESSIVE
        before: Fraction | None = None
        for frame in (
            self._deinterlace_frames(first, decoded) if self._interlaced else _prepend_frame(first, decoded)
        ):
            start = self._start_of_frame(frame) if frame.pts is not None else None
            if start is None or (before is not None and start <= before):
                # The time is missing or wrong. Pictures are decoded in the order in which they are shown.
                start = (self._time_of_last_packet() if before is None else before) + self.step
            before = start
            yield start, frame

    def _time_of_last_packet(self) -> Fraction:
        """Return the time of the last packet that was read. If packets have no times, return minus one step,
        so that the first picture, one step later, is at second 0.
        """
        if self._last_packet is None:
            return -self.step
        return self._clock.snap_to_frame_grid(self._last_packet - self._clock.origin)

    def _start_of_frame(self, frame: av.VideoFrame) -> Fraction:
        seconds = (frame.pts or 0) * (frame.time_base or self.tick) - self._origin
        return self._clock.snap_to_frame_grid(seconds / self.tick)

    def seek(self, seconds: Fraction) -> None:
        """Move to a key frame at or before `seconds`, or to the start if the file cannot seek."""
        if self._clock.counts_pictures:
            self.rewind()
            return
        if self._interlaced:
            seconds -= _NEIGHBOURS * self.step
        if self._clear is not None:
            self._clear.flush_buffers()
        try:
            offset = math.floor((seconds + self._origin) / self.tick)
            self._container.seek(offset, stream=self._stream, backward=True)
            self._packs_to_skip = _PACKS_TO_SKIP if self._container.format.name == _PROGRAM_STREAM else 0
            self._waits_for_key = True
        except (OSError, FFmpegError):
            self.rewind()

    def rewind(self) -> None:
        """Return to the start by opening the file again, because some files cannot seek."""
        self._container.close()
        self._open_video_file()
        self._packs_to_skip, self._waits_for_key = 0, False

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

    def _measure_clock(self) -> PictureClock:
        try:
            clock = measure_picture_clock(self._path)
        except (OSError, FFmpegError) as error:
            raise make_unreadable_error(self._path, error) from error
        assert clock is not None
        return clock

    def _make_alpha_decoder(self) -> av.VideoCodecContext | None:
        name = _CLEAR.get(self._stream.codec_context.name)
        if name is None or not has_alpha_stream(self._stream):
            return None
        made = av.CodecContext.create(name, "r")
        assert isinstance(made, av.VideoCodecContext)
        return made

    def _decode_frames(self) -> Iterator[av.VideoFrame]:
        """Yield the pictures with the times at which they are shown. In a damaged file, ignore decoding
        errors and leave out the pictures in the damaged spans.
        """
        decoder, clock = self._clear or self._stream.codec_context, self._clock
        for packet in self._demux_packets():
            if self._packs_to_skip and packet.pos is not None:
                self._packs_to_skip -= 1
            if packet.size:
                # Some decoders make grey pictures of packets before the first key frame.
                self._waits_for_key = self._waits_for_key and not packet.is_keyframe
                if self._waits_for_key:
                    continue
                self._last_packet = clock.get_shown_ticks(packet)
            try:
                frames = decoder.decode(packet)
            except FFmpegError:
                if not self._damaged:
                    raise
                continue
            if self._packs_to_skip:
                continue
            for frame in frames:
                frame.pts = clock.get_shown_ticks(frame)
                if not self._is_damaged_frame(frame):
                    yield frame

    def _is_damaged_frame(self, frame: av.VideoFrame) -> bool:
        """Return True if a picture begins in one of the damaged spans."""
        # The start is computed only if there are damaged spans, because fractions are slow.
        has_start = bool(self._damaged) and frame.pts is not None
        return has_start and is_in_spans(self._damaged, self._start_of_frame(frame))

    def _demux_packets(self) -> Iterator[av.Packet[VideoStream]]:
        """Yield the packets of the picture stream. A damaged file that is truncated ends with its last
        readable packet.
        """
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError:
                if self._damaged:
                    return
                raise
            yield packet

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
