"""The file of a film: encoded or copied picture packets in order, interleaved with sound and subtitles.

Timestamps are assigned here: picture n in coding order is decoded at tick n. Therefore segments of different
encoders and copies of different sources follow each other without a gap.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import av
from av.audio.stream import AudioStream
from av.packet import PacketSideData, packet_sidedata_type_from_literal
from av.video.stream import VideoStream

from milimo_tui.core.linux import preserve_scheduling_class
from milimo_tui.cut.delivery.containers import CONTAINERS
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.encode.encoded_segment import translate_encoder_errors
from milimo_tui.media.encode.formats import StreamSink
from milimo_tui.media.encode.matched_x264 import X264Match
from milimo_tui.media.encode.packet_copies import REORDER, CopyRun
from milimo_tui.media.files import h264
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.render.subtitle_files import EmbeddedSubtitles

if TYPE_CHECKING:
    from av.container.core import Chapter

PREVIS_COMMENT = "PREVIS: boards and animatics stand in for shots that are not made yet"
NOISE_COMMENT = "NOISE: tiny random weights made shots of this; they are not a model's work"
# Encoders that reorder pictures although FFmpeg does not report it. Their packets get the same decoding delay
# as the packets of other encoders that reorder pictures.
_WAITING = ("libx265",)
_MP3_FRAME = 1152  # The number of samples in an MP3 packet.
# The codec tag of H.264 whose headers are stored once, before all pictures (ISO/IEC 14496-15).
_OUT_OF_BAND = "avc1"


class FilmFile:
    """A film that is being written. If closed without `finish_film`, the file is incomplete."""

    def __init__(
        self,
        plan: RenderPlan,
        delivery: Delivery,
        target: Path | StreamSink,
        runs: tuple[CopyRun, ...] = (),
        match: X264Match | None = None,
    ) -> None:
        """Open the file. `target` is a path, or a sink for a live stream.

        `runs` are all stretches of pictures that the film will copy from sources; their headers are equal.
        `match` makes the packets of encoded pictures fit these headers; None if that is not necessary.
        """
        self._plan, self._delivery, self._match = plan, delivery, match
        self._container = (
            formats.open_container(delivery, target)
            if isinstance(target, Path)
            else formats.open_live_container(delivery, target)
        )
        self._picture: VideoStream | None = None
        self._sound: AudioStream | None = None
        self._tick = 1 / plan.rate
        self._delay = self._count = 0
        self._packets: Iterator[CodedPacket] = iter(())
        self._next: CodedPacket | None = None
        self._asked = True
        with translate_encoder_errors():
            self._write_film_metadata()
            if delivery.picture is not None:
                self._picture = self._add_film_picture_stream(runs)
            if delivery.sound is not None:
                self._sound = formats.add_sound_stream(self._container, plan, delivery.sound)
                self._sample_rate = self._sound.codec_context.sample_rate
                self._sample = Fraction(1, self._sample_rate)
            self._subtitles = EmbeddedSubtitles(self._container, plan, delivery)
            # Writing the header opens the encoders of the streams. SVT-AV1 changes the scheduling class of
            # its threads when it is opened.
            with preserve_scheduling_class():
                self._container.start_encoding()
        if self._picture is not None:
            context = self._picture.codec_context
            waits = runs or context.has_b_frames or context.codec.name in _WAITING
            self._delay = REORDER if waits else 0

    def _write_film_metadata(self) -> None:
        self._container.metadata["title"] = self._plan.name
        if self._plan.previs:
            self._container.metadata["comment"] = NOISE_COMMENT if self._plan.has_noise else PREVIS_COMMENT
        self._container.metadata.update(self._delivery.metadata)
        if self._delivery.chapters and CONTAINERS[self._delivery.container].has_chapters:
            self._container.set_chapters(_make_container_chapters(self._plan, self._delivery))

    def _add_film_picture_stream(self, runs: tuple[CopyRun, ...]) -> VideoStream:
        if runs and self._match is None:
            with open_media(Path(runs[0].path)) as source:
                stream = self._container.add_stream_from_template(source.streams.video[0])
            stream.time_base = 1 / self._plan.rate
            if self._delivery.container in (Container.MP4, Container.MOV):
                stream.codec_context.codec_tag = _OUT_OF_BAND
        else:
            delivery = self._match.delivery if self._match else self._delivery
            stream = formats.add_picture_stream(self._container, self._plan, delivery)
        if runs:
            if self._match is not None:
                stream.codec_context.open()
            stream.codec_context.extradata = h264.join_byte_stream(runs[0].headers.all)
        formats.set_stream_tags(stream, self._plan, self._delivery)
        return stream

    def set_sound_packets(self, packets: Iterator[CodedPacket]) -> None:
        """Set the sound of the film. Its packets are read while the pictures are written."""
        self._packets, self._asked = packets, False

    def write_picture_packets(
        self, start: int, packets: Iterable[CodedPacket], *, copied: bool = False
    ) -> None:
        """Write picture packets in coding order. The positions in the packets count from frame `start` of the
        film.

        `copied` packets already fit the headers and are not changed.
        """
        assert self._picture is not None
        fitted = packets if copied or self._match is None else self._match.fitted(packets)
        with translate_encoder_errors():
            for coded in fitted:
                self._write_sound_until(self._count)
                self._subtitles.write_until(self._count)
                packet = av.Packet(coded.data)
                packet.pts, packet.dts = start + coded.place, self._count - self._delay
                packet.duration, packet.time_base = coded.length or 1, self._tick
                packet.is_keyframe = coded.key
                packet.stream = self._picture
                self._container.mux(packet)
                self._count += 1

    def _write_sound_until(self, frame: int | None) -> None:
        """Write all sound packets that begin at or before frame `frame` of the film. If `frame` is None,
        write all remaining packets.
        """
        if self._sound is None or self._delivery.sound is None:
            return
        # The first packet is requested only when a picture arrives, because a normalised mix is measured
        # first, which takes long.
        if not self._asked:
            self._next, self._asked = next(self._packets, None), True
        rate, (frames, seconds) = self._sample_rate, self._plan.rate.as_integer_ratio()
        while self._next is not None and (
            frame is None or self._next.place * frames <= frame * seconds * rate
        ):
            packet: av.Packet[Any] = av.Packet(self._next.data)
            packet.pts = packet.dts = self._next.place
            packet.duration, packet.time_base = self._next.length, self._sample
            packet.is_keyframe = self._next.key
            packet.stream = self._sound
            if self._delivery.sound.codec == "mp3":
                _mark_mp3_padding(packet, max(0, -self._next.place), _MP3_FRAME - self._next.length)
            elif self._delivery.container is Container.FLAC:
                _update_flac_sample_count(packet, self._sound, self._next.place + self._next.length)
            self._container.mux(packet)
            self._next = next(self._packets, None)

    def finish_film(self) -> None:
        """Write the remaining sound and subtitles and the file's index, and close the file."""
        with translate_encoder_errors():
            self._write_sound_until(None)
            self._subtitles.write_until(None)
            self._container.close()

    def __enter__(self) -> FilmFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # Closing may fail with the same disk error again.
            self._container.close()


def _mark_mp3_padding(packet: av.Packet[Any], first: int, last: int) -> None:
    """Mark the samples at the start and the end of a packet that are codec padding, so that players skip
    them.
    """
    side = PacketSideData(packet_sidedata_type_from_literal("skip_samples"), 10)  # type: ignore[call-arg]
    side.update(struct.pack("<IIBB", first, last, 0, 0))
    packet.set_sidedata(side)


def _update_flac_sample_count(packet: av.Packet[Any], stream: AudioStream, samples: int) -> None:
    """Store the number of sound samples written so far in the FLAC header (STREAMINFO, RFC 9639). Each packet
    overwrites the number, so that the header finally has the total.
    """
    head = bytearray(stream.codec_context.extradata or b"")
    head[13:18] = bytes([head[13] & 0xF0 | samples >> 32 & 0x0F]) + struct.pack(">I", samples & 0xFFFFFFFF)
    side = PacketSideData(packet_sidedata_type_from_literal("new_extradata"), len(head))  # type: ignore[call-arg]
    side.update(bytes(head))
    packet.set_sidedata(side)


def _make_container_chapters(plan: RenderPlan, delivery: Delivery) -> list[Chapter]:
    """Return the chapters for the container. Each chapter ends where the next one begins, and the last at the
    end of the film.
    """
    starts = [each.start for each in delivery.chapters]
    return [
        {
            "id": number,
            "start": each.start,
            "end": end,
            "time_base": 1 / plan.rate,
            "metadata": {"title": each.title},
        }
        for number, (each, end) in enumerate(
            zip(delivery.chapters, [*starts[1:], plan.frames], strict=True), start=1
        )
    ]
