"""Creation of the encoders and containers of a delivery. All segments of a film get the same headers.

Each encoder has one thread, because the thread count would change its output. A film uses all cores because
its segments are encoded in parallel. `media.encode.encoders` has the options of each encoder.
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

from milimo_tui.core.linux import preserve_scheduling_class
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.delivery.containers import CONTAINERS
from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS, Container, Delivery, PictureFormat, SoundFormat
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import encoders
from milimo_tui.media.picture.yuv import tag_bt709

# The time base in which MP4 stores the length of a track, in ticks per second. Every frame and every sample
# of 48 kHz ends exactly on a tick.
_FINE = {"movie_timescale": "240000"}
# For each container: the name of the file format in FFmpeg, and its options. `faststart` and `cues_to_front`
# let a player start before the download is complete.
FORMATS = {
    Container.MP4: ("mp4", {"movflags": "+faststart", **_FINE}),
    Container.MOV: ("mov", {"movflags": "+faststart+use_metadata_tags", **_FINE}),
    Container.M4A: ("ipod", {"movflags": "+faststart", **_FINE}),
    Container.MKV: ("matroska", {"cues_to_front": "1"}),
    Container.WEBM: ("webm", {"cues_to_front": "1"}),
    Container.MXF: ("mxf", {}),
    Container.WAV: ("wav", {"rf64": "auto"}),
    Container.FLAC: ("flac", {}),
    Container.MP3: ("mp3", {}),
    Container.OGG: ("ogg", {}),
    Container.GIF: ("gif", {"loop": "0"}),
    Container.WEBP: ("webp", {"loop": "0"}),
}
# A live stream is sent in clusters of 200 ms without buffering, because the player reads it while it is
# written.
_LIVE = {"cluster_time_limit": "200", "flush_packets": "1"}


class StreamSink(Protocol):
    """A destination that receives the bytes of a stream in order and cannot seek, such as a pipe."""

    def write(self, data: bytes, /) -> int:
        """Receive the next bytes and return how many were accepted."""


def choose_gop_length(picture: PictureFormat, rate: Fraction) -> int:
    """Return the largest number of frames between two key frames. By default this is the number of frames in
    two seconds. `rate` is in frames per second.
    """
    return picture.gop or max(1, round(2 * rate))


def make_picture_encoder(plan: RenderPlan, delivery: Delivery) -> VideoCodecContext:
    """Return a new encoder for the pictures of one segment.

    All encoders of a delivery write the same headers. The headers are separate from the packets, so that the
    container stores them once.
    """
    picture = delivery.picture
    assert picture is not None
    context = av.CodecContext.create(picture.encoder, "w")
    assert isinstance(context, VideoCodecContext)
    _configure_picture_context(context, plan, picture)
    context.flags |= Flags.global_header
    with preserve_scheduling_class():
        context.open()
    return context


def add_picture_stream(container: OutputContainer, plan: RenderPlan, delivery: Delivery) -> VideoStream:
    """Add the picture stream of the film to a container. The encoded packets of all segments are written into
    this stream.
    """
    picture = delivery.picture
    assert picture is not None
    stream = container.add_stream(picture.encoder, rate=plan.rate)
    assert isinstance(stream, VideoStream)
    _configure_picture_context(stream.codec_context, plan, picture)
    return stream


def _configure_picture_context(context: VideoCodecContext, plan: RenderPlan, picture: PictureFormat) -> None:
    context.options = encoders.make_encoder_options(picture, plan.width)
    context.width, context.height, context.pix_fmt = plan.width, plan.height, picture.pixels
    context.framerate, context.time_base = plan.rate, 1 / plan.rate
    context.gop_size = choose_gop_length(picture, plan.rate)
    context.thread_count = 1
    context.bit_rate = picture.bit_rate
    tag_bt709(context)


def make_sound_encoder(plan: RenderPlan, sound: SoundFormat) -> AudioCodecContext:
    """Return a new encoder for the film's sound."""
    context = av.CodecContext.create(encoders.SOUND[sound.codec][0], "w")
    assert isinstance(context, AudioCodecContext)
    _configure_sound_context(context, plan, sound)
    context.flags |= Flags.global_header
    return context


def add_sound_stream(container: OutputContainer, plan: RenderPlan, sound: SoundFormat) -> AudioStream:
    """Add the stream for the packets of the sound encoder."""
    stream = container.add_stream(encoders.SOUND[sound.codec][0], rate=choose_sound_rate(plan, sound))
    assert isinstance(stream, AudioStream)
    _configure_sound_context(stream.codec_context, plan, sound)
    return stream


def _configure_sound_context(context: AudioCodecContext, plan: RenderPlan, sound: SoundFormat) -> None:
    context.sample_rate = choose_sound_rate(plan, sound)
    context.layout = CHANNEL_LAYOUTS[sound.channels]
    context.format = encoders.SOUND[sound.codec][1]
    context.time_base = Fraction(1, context.sample_rate)
    if sound.bit_rate:
        context.bit_rate = sound.bit_rate
    context.thread_count = 1


def choose_sound_rate(plan: RenderPlan, sound: SoundFormat) -> int:
    """Return the sample rate of the delivered sound in Hz. Opus always uses 48,000."""
    return 48_000 if sound.codec == "opus" else sound.sample_rate or plan.sample_rate


def open_container(delivery: Delivery, path: Path) -> OutputContainer:
    """Open a file for writing. If the container supports it, the index is stored at the start (faststart)."""
    format, options = FORMATS[delivery.container]
    return av.open(str(path), "w", format=format, options={"fflags": "+bitexact", **options})


def open_live_container(delivery: Delivery, sink: StreamSink) -> OutputContainer:
    """Open a container for a film that is read while it is written (Matroska only)."""
    format, _ = FORMATS[delivery.container]
    return av.open(sink, "w", format=format, options={"fflags": "+bitexact", **_LIVE})


def set_stream_tags(stream: VideoStream, plan: RenderPlan, delivery: Delivery) -> None:
    """Set the tags of a picture stream, before the container's header is written.

    H.265 in MP4 and QuickTime is tagged `hvc1`, which players expect. Containers that support a start
    timecode get the timecode of their first frame.
    """
    picture = delivery.picture
    if (
        picture is not None
        and picture.codec == "h265"
        and delivery.container in (Container.MP4, Container.MOV)
    ):
        stream.codec_context.codec_tag = "hvc1"
    if CONTAINERS[delivery.container].has_timecode and plan.start >= 0:
        stream.metadata["timecode"] = format_timecode(plan.start, plan.rate)
