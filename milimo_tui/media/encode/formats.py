"""Encoders and containers of a delivery: made by these rows, headers alike for every segment of a film.

One encoder thread each: a thread count of its own would change what an encoder writes; films use all cores by
encoding segments side by side. What each encoder is opened with: `media.encode.encoders`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from milimo_tui.core.linux import scheduling_class_kept
from milimo_tui.core.time import timecode
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat, SoundFormat
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode import encoders
from milimo_tui.media.picture.yuv import tag

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
# Ticks in which MP4 says how long its tracks last: every frame and every sample of 48 kHz ends on one.
_FINE = {"movie_timescale": "240000"}
# FFmpeg's name of a container, and how it is opened so that a player can begin before it has all of it.
_FORMATS = {
    "mp4": ("mp4", {"movflags": "+faststart", **_FINE}),
    "mov": ("mov", {"movflags": "+faststart+use_metadata_tags", **_FINE}),
    "m4a": ("ipod", {"movflags": "+faststart", **_FINE}),
    "mkv": ("matroska", {"cues_to_front": "1"}),
    "webm": ("webm", {"cues_to_front": "1"}),
    "mxf": ("mxf", {}),
    "wav": ("wav", {"rf64": "auto"}),
    "flac": ("flac", {}),
    "mp3": ("mp3", {}),
    "ogg": ("ogg", {}),
    "gif": ("gif", {"loop": "0"}),
    "webp": ("webp", {"loop": "0"}),
}
# A stream is read while it is written: it goes out in parts of so many milliseconds, none of them held back.
_LIVE = {"cluster_time_limit": "200", "flush_packets": "1"}
_TIMED = ("mov", "mkv")  # carry the cut's timecode in a track of their own


class Sink(Protocol):
    """What takes a stream's bytes in order, and can't be sought in."""

    def write(self, data: bytes, /) -> int: ...


def gop_of(picture: PictureFormat, rate: Fraction) -> int:
    """Frames at most between two key frames."""
    return picture.gop or max(1, round(2 * rate))


def picture_encoder(plan: Plan, delivery: Delivery) -> VideoCodecContext:
    """A fresh one for a segment. All those of a delivery write the same headers, out of band."""
    picture = delivery.picture
    assert picture is not None
    context = av.CodecContext.create(picture.encoder, "w")
    assert isinstance(context, VideoCodecContext)
    _set_picture(context, plan, picture)
    context.flags |= Flags.global_header
    with scheduling_class_kept():
        context.open()
    return context


def picture_stream(container: OutputContainer, plan: Plan, delivery: Delivery) -> VideoStream:
    """The stream that segments of such encoders are joined in."""
    picture = delivery.picture
    assert picture is not None
    stream = container.add_stream(picture.encoder, rate=plan.rate)
    assert isinstance(stream, VideoStream)
    _set_picture(stream.codec_context, plan, picture)
    return stream


def _set_picture(context: VideoCodecContext, plan: Plan, picture: PictureFormat) -> None:
    context.options = encoders.options_of(picture, plan.width)
    context.width, context.height, context.pix_fmt = plan.width, plan.height, picture.pixels
    context.framerate, context.time_base = plan.rate, 1 / plan.rate
    context.gop_size = gop_of(picture, plan.rate)
    context.thread_count = 1
    context.bit_rate = picture.bit_rate
    tag(context)


def sound_encoder(plan: Plan, sound: SoundFormat) -> AudioCodecContext:
    """A fresh one for the film's sound."""
    context = av.CodecContext.create(encoders.SOUND[sound.codec][0], "w")
    assert isinstance(context, AudioCodecContext)
    _set_sound(context, plan, sound)
    context.flags |= Flags.global_header
    return context


def sound_stream(container: OutputContainer, plan: Plan, sound: SoundFormat) -> AudioStream:
    """The stream for the packets of such an encoder."""
    stream = container.add_stream(encoders.SOUND[sound.codec][0], rate=sound_rate(plan, sound))
    assert isinstance(stream, AudioStream)
    _set_sound(stream.codec_context, plan, sound)
    return stream


def _set_sound(context: AudioCodecContext, plan: Plan, sound: SoundFormat) -> None:
    context.sample_rate = sound_rate(plan, sound)
    context.layout = LAYOUTS[sound.channels]
    context.format = encoders.SOUND[sound.codec][1]
    context.time_base = Fraction(1, context.sample_rate)
    if sound.bit_rate:
        context.bit_rate = sound.bit_rate
    context.thread_count = 1


def sound_rate(plan: Plan, sound: SoundFormat) -> int:
    """Samples a second of the file; Opus knows 48,000 alone."""
    return 48_000 if sound.codec == "opus" else sound.sample_rate or plan.sample_rate


def open_container(delivery: Delivery, path: Path) -> OutputContainer:
    """A file to be written; its index comes first where the format has one (faststart)."""
    format, options = _FORMATS[delivery.container]
    return av.open(str(path), "w", format=format, options={"fflags": "+bitexact", **options})


def open_stream(delivery: Delivery, sink: Sink) -> OutputContainer:
    """The same for a film that is read while it is written (Matroska alone)."""
    format, _ = _FORMATS[delivery.container]
    return av.open(sink, "w", format=format, options={"fflags": "+bitexact", **_LIVE})


def mark_stream(stream: VideoStream, plan: Plan, delivery: Delivery) -> None:
    """What a picture stream says of itself before it is written: the name players know H.265 by in MP4, and
    the timecode of its first frame in files made for an edit.
    """
    picture = delivery.picture
    if picture is not None and picture.codec == "h265" and delivery.container in ("mp4", "mov"):
        stream.codec_context.codec_tag = "hvc1"
    if delivery.container in _TIMED and plan.start >= 0:
        stream.metadata["timecode"] = timecode(plan.start, plan.rate)
