"""A plan or a file as a stream that starts immediately, for `milimo play --stdout … | mpv -`.

Pictures and sound of a plan are those of a render, encoded while they are read; the fastest encoder is used,
and nothing is cached.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.cut.delivery.delivered_plan import delivered
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.delivery.presets import OPUS
from milimo_tui.cut.delivery.segments import Segment
from milimo_tui.cut.delivery.ways import Way
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import Coded
from milimo_tui.media.encode.encoded_segment import Passed, packets_of
from milimo_tui.media.encode.formats import Sink
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.soundtrack import soundtrack

LIVE = Delivery(
    preset="live",
    container="mkv",
    suffix=".mkv",
    # Without reordering, the first picture is sent as soon as it is composed.
    picture=PictureFormat(speed="ultrafast", quality=23, options=(("tune", "zerolatency"),)),
    sound=OPUS,
    smart_copy=False,
)

_PART = 1 << 18  # bytes
_BEFORE_MEDIA = (b"ftyp", b"wide", b"free", b"skip", b"uuid")


class _Outlet:
    """A sink between a muxer and its reader. An error is stored until `raise_sink_error`, because a muxer
    that met an error cannot be closed.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._error: OSError | None = None

    def write(self, data: bytes, /) -> int:
        if self._error is None:
            try:
                return self._sink.write(data)
            except OSError as error:
                self._error = error
        return len(data)

    def check(self) -> None:
        """Raise the error of the sink, if there was one."""
        if self._error is not None:
            raise self._error


def _checked(packets: Iterable[Coded], outlet: _Outlet) -> Iterator[Coded]:
    """Yield the packets until the reader has disconnected."""
    for packet in packets:
        outlet.check()
        yield packet


def write_live(plan: Plan, sink: Sink, size: tuple[int, int] | None = None, bit_rate: int = 0) -> int:
    """Write a plan as Matroska (H.264, Opus) into a sink without seeking; return the number of frames.

    `size` is the raster in even pixels (default: the plan's). `bit_rate` is the limit for pictures, in bits
    per second (0: by quality). Raises BadInput for a plan without frames or with odd sides, Failed with clip
    and timecode for a missing source, BrokenPipeError if its reader has closed the pipe.
    """
    if plan.frames < 1:
        raise BadInput("there is nothing to play: it has no frames")
    width, height = size or (plan.width, plan.height)
    plan, delivery = delivered(plan, LIVE.model_copy(update={"width": width, "height": height}))
    if bit_rate:
        delivery = delivery.model_copy(update={"picture": _held_to(bit_rate)})
    if not plan.sounds:
        delivery = delivery.model_copy(update={"sound": None})
    outlet = _Outlet(sink)
    whole = Segment(0, plan.frames, plan.stretches, Way.COMPOSITE)
    with contextlib.ExitStack() as stack:
        film = stack.enter_context(FilmFile(plan, delivery, outlet))
        if delivery.sound is not None:
            track = stack.enter_context(contextlib.closing(soundtrack(plan, delivery, None)))
            film.sounds_like(track)
        pictures = packets_of(plan, delivery, whole, lambda picture: None, Passed())
        stack.enter_context(contextlib.closing(pictures))
        film.pictures(0, _checked(pictures, outlet))
        film.finish()
    outlet.check()
    return plan.frames


def _held_to(bit_rate: int) -> PictureFormat:
    """Return the picture format for a connection of `bit_rate` bits per second, which no second exceeds."""
    picture = LIVE.picture
    assert picture is not None
    most = (("maxrate", str(bit_rate)), ("bufsize", str(bit_rate)))
    return picture.model_copy(update={"bit_rate": bit_rate, "options": (*picture.options, *most)})


def write_file(path: Path, sink: Sink) -> None:
    """Write a file unchanged, or its packets as Matroska if a reader needs the end of the file before it can
    start.

    Raises Failed for a file that cannot be read that way, BrokenPipeError as `write_live_plan`.
    """
    if not _ends_with_index(path):
        with path.open("rb") as handle:
            while part := handle.read(_PART):
                sink.write(part)
        return
    outlet = _Outlet(sink)
    try:
        with av.open(str(path)) as source, formats.open_stream(LIVE, outlet) as out:
            streams = {
                stream.index: out.add_stream_from_template(stream)
                for stream in source.streams
                if stream.type in ("video", "audio")
            }
            for packet in source.demux([source.streams[index] for index in streams]):
                outlet.check()
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
    except (FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise
        raise Failed(
            f"{path.name} can't be played as a stream", "{ui.copy_line|scp} fetches it instead"
        ) from error
    outlet.check()


def _ends_with_index(path: Path) -> bool:
    """Return True if an MP4 or QuickTime file has its media before the index (ISO/IEC 14496-12: mdat,
    moov).
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
