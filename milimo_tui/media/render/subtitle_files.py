"""The captions of a delivery, as a subtitle file next to the film or as a stream inside the film."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.subtitles.stream import SubtitleStream

from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.containers import CONTAINERS
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.delivery.subtitles import format_srt, format_vtt, get_caption_words
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.caption_text import remove_style_tags

_TICK = Fraction(1, 1000)
# FFmpeg's subtitle encoders require this header; players use their own styles.
_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def make_subtitle_text(plan: RenderPlan, delivery: Delivery) -> str:
    """Return the content of the subtitle file; empty if the delivery has none."""
    match delivery.subtitles:
        case "srt":
            return format_srt(delivery.captions, plan.rate)
        case "vtt":
            return format_vtt(delivery.captions, plan.rate)
        case _:
            return ""


def write_subtitle_file(film: Path, plan: RenderPlan, delivery: Delivery) -> Path | None:
    """Write the subtitle file next to a film and return its path; None if the delivery has no subtitle file.
    Raises DiskFull, ReadOnly.
    """
    text = make_subtitle_text(plan, delivery)
    if not text:
        return None
    path = locate_subtitle_file(film, delivery)
    write_file_atomically(path, text.encode())
    return path


def locate_subtitle_file(film: Path, delivery: Delivery) -> Path:
    """Return the path of the subtitle file of a film. If the delivery has no subtitle file, return the path
    of the film.
    """
    is_separate = delivery.subtitles in ("srt", "vtt")
    return film.with_suffix(f".{delivery.subtitles}") if is_separate else film


class SubtitleTrack:
    """The subtitle stream inside a film, written while the pictures are written. It stays empty if the
    delivery embeds no subtitles.
    """

    def __init__(self, container: OutputContainer, plan: RenderPlan, delivery: Delivery) -> None:
        self._container, self._rate = container, plan.rate
        self._stream: SubtitleStream | None = None
        self._packets: Iterator[av.Packet[Any]] = iter(())
        if delivery.subtitles == "embedded" and delivery.captions:
            stream = container.add_stream(CONTAINERS[delivery.container].subtitle_codec)
            assert isinstance(stream, SubtitleStream)
            stream.codec_context.subtitle_header = _HEADER
            stream.time_base = _TICK
            self._stream = stream
            self._packets = _make_subtitle_packets(plan, delivery)
        self._next = next(self._packets, None)

    def write_until(self, frame: int | None) -> None:
        """Write all captions that begin at or before frame `frame` of the film. If `frame` is None, write all
        remaining captions.
        """
        while self._next is not None and self._stream is not None:
            if frame is not None and (self._next.pts or 0) > frame / self._rate / _TICK:
                return
            self._next.stream = self._stream
            self._container.mux(self._next)
            self._next = next(self._packets, None)


def _make_subtitle_packets(plan: RenderPlan, delivery: Delivery) -> Iterator[av.Packet[Any]]:
    """Yield one packet for each caption. A caption ends when the next one begins, because players show one
    caption at a time.
    """
    captions = sorted(delivery.captions, key=lambda each: (each.start, each.end))
    starts = [each.start for each in captions[1:]] + [plan.frames]
    for each, following in zip(captions, starts, strict=True):
        end = max(each.start + 1, min(each.end, following))
        first, last = (round_half_up(frame / plan.rate / _TICK) for frame in (each.start, end))
        data = remove_style_tags(get_caption_words(each)).encode()
        if delivery.container in (Container.MP4, Container.MOV):
            # In MP4, the text is preceded by its length (3GPP TS 26.245).
            data = len(data).to_bytes(2, "big") + data
        packet: av.Packet[Any] = av.Packet(data)
        packet.pts = packet.dts = first
        packet.duration, packet.time_base, packet.is_keyframe = last - first, _TICK, True
        yield packet
