"""Encoders and containers of a delivery: which options, which headers. One encoder thread each: a thread
count of its own would change what an encoder writes; films use all cores by encoding segments side by side.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext

from milimo_tui.cut.delivery import Delivery, PictureFormat, SoundFormat
from milimo_tui.cut.plan import Plan
from milimo_tui.media import colour

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
_FORMATS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm", "mxf": "mxf", "m4a": "ipod"}
_UNJOINED = ("gif", "webp")  # every picture builds on all before it


def joins(delivery: Delivery) -> bool:
    """Whether pictures encoded in segments by encoders of their own make one stream."""
    return delivery.container not in _UNJOINED


def gop_of(picture: PictureFormat, rate: Fraction) -> int:
    """Frames at most between two key frames."""
    return picture.gop or max(1, round(2 * rate))


def video_options(picture: PictureFormat, rate: Fraction) -> dict[str, str]:
    """What an encoder is opened with beside size and rate."""
    options: dict[str, str] = {}
    if picture.encoder in ("libx264", "libx265"):
        options["preset"] = picture.speed
        if picture.quality is not None and not picture.bit_rate:
            options["crf"] = str(picture.quality)
    if picture.profile:
        options["profile"] = picture.profile
    if picture.encoder == "libx264" and (cap := x264_cap()):
        options["x264-params"] = cap
    return {**options, **dict(picture.options)}


def picture_encoder(plan: Plan, delivery: Delivery) -> VideoCodecContext:
    """A fresh one for a segment. All those of a delivery write the same headers, out of band."""
    picture = delivery.picture
    assert picture is not None
    context = av.CodecContext.create(picture.encoder, "w")
    assert isinstance(context, VideoCodecContext)
    context.options = video_options(picture, plan.rate)
    context.width, context.height, context.pix_fmt = plan.width, plan.height, picture.pixels
    context.framerate, context.time_base = plan.rate, 1 / plan.rate
    context.gop_size = gop_of(picture, plan.rate)
    context.thread_count = 1
    if picture.bit_rate:
        context.bit_rate = picture.bit_rate
    context.flags |= Flags.global_header
    colour.tag(context)
    return context


def sound_encoder(plan: Plan, sound: SoundFormat) -> AudioCodecContext:
    """The one of the film's sound."""
    context = av.CodecContext.create(sound.codec, "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = sound.sample_rate or plan.sample_rate
    context.layout = LAYOUTS[sound.channels]
    context.format = (context.codec.audio_formats or [av.AudioFormat("fltp")])[0]
    context.time_base = Fraction(1, context.sample_rate)
    if sound.bit_rate:
        context.bit_rate = sound.bit_rate
    context.flags |= Flags.global_header
    context.thread_count = 1
    return context


def open_container(delivery: Delivery, path: Path) -> OutputContainer:
    """A file to be written; its index comes first where the format has one (faststart)."""
    options = {"fflags": "+bitexact"}
    if delivery.container in ("mp4", "mov", "m4a"):
        options["movflags"] = "+faststart"
    return av.open(str(path), "w", format=_FORMATS.get(delivery.container), options=options)


@cache
def x264_cap() -> str:
    """x264's AVX-512 code gives other bytes from run to run where a width is no multiple of 16: AVX2 then."""
    try:
        flags = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:  # not Linux
        return ""
    return "asm=avx2" if "avx512f" in flags else ""
