"""Streaming of a plan or a file that starts immediately, for `milimo play --stdout … | mpv -`.

A plan has the same pictures and sound as in a render. They are encoded while the player reads them, with the
fastest encoder, and nothing is cached.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Container, Delivery, PictureFormat
from milimo_tui.cut.delivery.presets import OPUS
from milimo_tui.cut.delivery.render_methods import RenderMethod
from milimo_tui.cut.delivery.segments import PlanSegment
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.encode.encoded_segment import PassedCounter, encode_packets
from milimo_tui.media.encode.formats import StreamSink
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.soundtrack import encode_soundtrack

LIVE = Delivery(
    preset="live",
    container=Container.MKV,
    suffix=".mkv",
    # With this tuning the encoder does not reorder pictures, so that each picture is sent as soon as it is
    # composed.
    picture=PictureFormat(speed="ultrafast", quality=23, options=(("tune", "zerolatency"),)),
    sound=OPUS,
    smart_copy=False,
)

_PART = 1 << 18  # The number of bytes that are copied at once.
_BEFORE_MEDIA = (b"ftyp", b"wide", b"free", b"skip", b"uuid")


class _LiveSink:
    """An output between a muxer and the pipe of a player.

    An error of writing to the pipe is not raised inside the muxer, because a muxer in which an error was
    raised cannot be closed. The error is stored instead, and `raise_sink_error` raises it.
    """

    def __init__(self, sink: StreamSink) -> None:
        self._sink = sink
        self._error: OSError | None = None

    def write(self, data: bytes, /) -> int:
        if self._error is None:
            try:
                return self._sink.write(data)
            except OSError as error:
                self._error = error
        return len(data)

    def raise_sink_error(self) -> None:
        """Raise the stored error of an earlier write, if there is one."""
        if self._error is not None:
            raise self._error


def _yield_while_read(packets: Iterable[CodedPacket], outlet: _LiveSink) -> Iterator[CodedPacket]:
    """Yield the packets until the player disconnects, then raise the error of the sink."""
    for packet in packets:
        outlet.raise_sink_error()
        yield packet


def write_live_plan(
    plan: RenderPlan, sink: StreamSink, size: tuple[int, int] | None = None, bit_rate: int = 0
) -> int:
    """Write a plan as Matroska (H.264, Opus) into a sink that cannot seek. Return the number of frames.

    `size` is the raster in even pixels; None means the plan's size. `bit_rate` limits the pictures, in bits
    per second; 0 means constant quality. Raises BadInput for a plan without frames or with odd sides, Failed
    with clip and timecode for a missing source, BrokenPipeError if the player has closed the pipe.
    """
    if plan.frames < 1:
        raise BadInput("there is nothing to play: the film has no frames")
    width, height = size or (plan.width, plan.height)
    plan, delivery = prepare_delivered_plan(plan, LIVE.model_copy(update={"width": width, "height": height}))
    if bit_rate:
        delivery = delivery.model_copy(update={"picture": _limit_bit_rate(bit_rate)})
    if not plan.sounds:
        delivery = delivery.model_copy(update={"sound": None})
    outlet = _LiveSink(sink)
    whole = PlanSegment(0, plan.frames, plan.stretches, RenderMethod.COMPOSITE)
    with contextlib.ExitStack() as stack:
        film = stack.enter_context(FilmFile(plan, delivery, outlet))
        if delivery.sound is not None:
            track = stack.enter_context(contextlib.closing(encode_soundtrack(plan, delivery, None)))
            film.set_sound_packets(track)
        pictures = encode_packets(plan, delivery, whole, lambda picture: None, PassedCounter())
        stack.enter_context(contextlib.closing(pictures))
        film.write_picture_packets(0, _yield_while_read(pictures, outlet))
        film.finish_film()
    outlet.raise_sink_error()
    return plan.frames


def _limit_bit_rate(bit_rate: int) -> PictureFormat:
    """Return the picture format for a connection of `bit_rate` bits per second. With this format no second of
    the stream has more bits than that.
    """
    picture = LIVE.picture
    assert picture is not None
    most = (("maxrate", str(bit_rate)), ("bufsize", str(bit_rate)))
    return picture.model_copy(update={"bit_rate": bit_rate, "options": (*picture.options, *most)})


def stream_file(path: Path, sink: StreamSink) -> None:
    """Write a file unchanged into a sink. If players need the end of the file before they can start, its
    packets are written as Matroska instead.

    Raises Failed for a file that cannot be streamed, BrokenPipeError if the player has closed the pipe.
    """
    if not _has_index_at_end(path):
        with path.open("rb") as handle:
            while part := handle.read(_PART):
                sink.write(part)
        return
    outlet = _LiveSink(sink)
    try:
        with open_media(path) as source, formats.open_live_container(LIVE, outlet) as out:
            streams = {
                stream.index: out.add_stream_from_template(stream)
                for stream in source.streams
                if stream.type in ("video", "audio")
            }
            for packet in source.demux([source.streams[index] for index in streams]):
                outlet.raise_sink_error()
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
    except (FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise
        raise Failed(
            f"{path.name} can't be played as a stream",
            "{ui.copy_line|scp} copies the file to your machine instead",
        ) from error
    outlet.raise_sink_error()


def _has_index_at_end(path: Path) -> bool:
    """Return True if an MP4 or QuickTime file stores its media (`mdat`) before its index (`moov`); see
    ISO/IEC 14496-12.
    """
    with path.open("rb") as handle:
        while len(head := handle.read(8)) == 8:
            size, kind = int.from_bytes(head[:4]), head[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"mdat"
            if kind not in _BEFORE_MEDIA:
                return False
            skipped = 8
            if size == 1:
                size, skipped = int.from_bytes(handle.read(8)), 16
            if size < skipped:
                return False
            handle.seek(size - skipped, os.SEEK_CUR)
    return False
