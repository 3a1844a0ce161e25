"""The captions of a delivery, as subtitle files next to the film or as streams inside the film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.subtitles.stream import SubtitleStream

from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.ids import make_slug
from milimo_tui.core.language_tags import make_stream_language
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.containers import CONTAINERS
from milimo_tui.cut.delivery.delivery import Caption, Container, Delivery, SubtitleTrack
from milimo_tui.cut.delivery.subtitles import format_srt, format_vtt
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.caption_text import remove_style_tags

_TICK = Fraction(1, 1000)
# The languages that FFmpeg writes to MOV files under another code than to other files. FFmpeg writes no code
# for languages that early QuickTime did not have.
_QUICKTIME_CODES = {
    "bod": "tib", "cym": "wel", "deu": "ger", "ell": "gre", "eus": "baq", "fas": "per", "hye": "arm",
    "isl": "ice", "kat": "geo", "mkd": "mac", "msa": "may", "mya": "bur", "nld": "dut", "sqi": "alb",
    "swe": "sve", "zho": "chi",
}  # fmt: skip
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


def write_subtitle_files(film: Path, plan: RenderPlan, delivery: Delivery) -> None:
    """Write the subtitle files next to a film, one for each track that has captions. Raises DiskFull,
    ReadOnly.
    """
    for path, track in _list_subtitle_files(film, delivery):
        text = (
            format_vtt(track.captions, plan.rate)
            if delivery.subtitles == "vtt"
            else format_srt(track.captions, plan.rate)
        )
        if text:
            write_file_atomically(path, text.encode())


def locate_subtitle_files(film: Path, delivery: Delivery) -> list[Path]:
    """Return the paths of the subtitle files of a film; an empty list if the delivery has none."""
    return [path for path, _ in _list_subtitle_files(film, delivery)]


def _list_subtitle_files(film: Path, delivery: Delivery) -> Iterator[tuple[Path, SubtitleTrack]]:
    """Yield the path and the track of each subtitle file. A single file has the name of the film. Of several
    files, each name also has the language, as players expect it, or the name of the track.
    """
    if delivery.subtitles not in ("srt", "vtt"):
        return
    used: set[str] = set()
    for number, track in enumerate(delivery.subtitle_tracks, start=1):
        mark = ""
        if len(delivery.subtitle_tracks) > 1:
            names = (track.language, make_slug(track.name, ""), str(number))
            mark = next(f".{name}" for name in names if name and name.casefold() not in used)
            used.add(mark[1:].casefold())
        yield film.with_suffix(f"{mark}.{delivery.subtitles}"), track


class EmbeddedSubtitles:
    """The subtitle streams inside a film, written while the pictures are written. There is a stream for each
    track that has captions, and none if the delivery embeds no subtitles.
    """

    def __init__(self, container: OutputContainer, plan: RenderPlan, delivery: Delivery) -> None:
        tracks = delivery.subtitle_tracks if delivery.subtitles == "embedded" else ()
        self._streams = [
            _EmbeddedStream(container, plan, delivery.container, track) for track in tracks if track.captions
        ]

    def write_until(self, frame: int | None) -> None:
        """Write all captions that begin at or before frame `frame` of the film. If `frame` is None, write all
        remaining captions.
        """
        for each in self._streams:
            each.write_until(frame)


class _EmbeddedStream:
    """The stream of one track of subtitles, with its language and its name."""

    def __init__(
        self, container: OutputContainer, plan: RenderPlan, kind: Container, track: SubtitleTrack
    ) -> None:
        self._container, self._rate = container, plan.rate
        stream = container.add_stream(CONTAINERS[kind].subtitle_codec)
        assert isinstance(stream, SubtitleStream)
        stream.codec_context.subtitle_header = _HEADER
        stream.time_base = _TICK
        language = make_stream_language(track.language)
        if kind is Container.MOV:
            language = _QUICKTIME_CODES.get(language, language)
        stream.metadata["language"] = language
        if track.name:
            # MP4 has no title of a stream. Players show the name of its handler instead.
            name = "handler_name" if kind in (Container.MP4, Container.MOV) else "title"
            stream.metadata[name] = track.name
        self._stream = stream
        self._packets = _make_subtitle_packets(plan, kind, track.captions)
        self._next = next(self._packets, None)

    def write_until(self, frame: int | None) -> None:
        while self._next is not None:
            if frame is not None and (self._next.pts or 0) > frame / self._rate / _TICK:
                return
            self._next.stream = self._stream
            self._container.mux(self._next)
            self._next = next(self._packets, None)


def _make_subtitle_packets(
    plan: RenderPlan, kind: Container, captions: Sequence[Caption]
) -> Iterator[av.Packet[Any]]:
    """Yield one packet for each caption. A caption ends when the next one begins, because players show one
    caption at a time.
    """
    captions = sorted(captions, key=lambda each: (each.start, each.end))
    starts = [each.start for each in captions[1:]] + [plan.frames]
    for each, following in zip(captions, starts, strict=True):
        end = max(each.start + 1, min(each.end, following))
        first, last = (round_half_up(frame / plan.rate / _TICK) for frame in (each.start, end))
        data = remove_style_tags(each.text).encode()
        if kind in (Container.MP4, Container.MOV):
            # In MP4, the text is preceded by its length (3GPP TS 26.245).
            data = len(data).to_bytes(2, "big") + data
        packet: av.Packet[Any] = av.Packet(data)
        packet.pts = packet.dts = first
        packet.duration, packet.time_base, packet.is_keyframe = last - first, _TICK, True
        yield packet
