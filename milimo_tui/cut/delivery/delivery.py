"""How a film is delivered: codecs, quality, what is laid over it and what lies beside it, as one value.

Presets are rows of `cut.delivery.presets`; the engine gets a whole `Delivery` and asks no table. Sizes and
rates that are 0 or None are the cut's own.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from milimo_tui.cut.values.streams import Ratio

Container = Literal[
    "mp4", "mov", "mkv", "webm", "mxf", "wav", "flac", "m4a", "mp3", "ogg", "gif", "webp", "frames"
]


class DeliveryValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFormat(DeliveryValue):
    """How pictures are encoded. `quality` is the encoder's own scale (x264's crf); with `bit_rate` it is not
    used. `encoder` is FFmpeg's name (`pillow` for pictures that are files); `hardware` lets one that a test
    encode proved take its place.
    """

    codec: Literal["h264", "h265", "av1", "prores", "dnxhr", "vp9", "ffv1", "png", "jpeg", "gif", "webp"] = (
        "h264"
    )
    encoder: str = "libx264"
    hardware: bool = False
    pixels: str = "yuv420p"
    quality: int | None = 18
    bit_rate: int = Field(default=0, ge=0)  # bits a second; 0: by quality
    two_pass: bool = False
    speed: str = "veryfast"  # the encoder's preset
    profile: str = ""
    gop: int = Field(default=0, ge=0)  # frames at most between key frames; 0: two seconds
    options: tuple[tuple[str, str], ...] = ()


class SoundFormat(DeliveryValue):
    """How sound is encoded."""

    codec: Literal["aac", "opus", "mp3", "pcm_s16le", "pcm_s24le", "flac"] = "aac"
    bit_rate: int = Field(default=192_000, ge=0)
    channels: Literal[1, 2, 6] = 2
    sample_rate: int = Field(default=0, ge=0, le=192_000)


class Loudness(DeliveryValue):
    """A target by EBU R128 / ITU-R BS.1770: integrated LUFS; true peak at most, in dBTP."""

    lufs: float = Field(default=-16.0, ge=-40, le=-5)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)


class Burns(DeliveryValue):
    """What is laid over every frame."""

    timecode: bool = False
    slate: int = Field(default=0, ge=0, le=10)  # seconds of a slate before the film
    captions: bool = False
    watermark: str = ""  # words, e.g. PREVIS


class Caption(DeliveryValue):
    """Words over the plan's frames [start, end)."""

    start: int
    end: int
    text: str
    speaker: str = ""


class Chapter(DeliveryValue):
    start: int  # frame of the plan
    title: str


class Delivery(DeliveryValue):
    """One file, or a folder of them, made of a plan. `picture` or `sound` is None where there is none."""

    preset: str = "h264"
    container: Container = "mp4"
    suffix: str = ".mp4"
    width: int = Field(default=0, ge=0, le=16384)
    height: int = Field(default=0, ge=0, le=16384)
    rate: Ratio | None = None
    picture: PictureFormat | None = PictureFormat()
    sound: SoundFormat | None = SoundFormat()
    loudness: Loudness | None = None
    burns: Burns = Burns()
    subtitles: Literal["none", "srt", "vtt", "embedded"] = "none"
    captions: tuple[Caption, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    stems: bool = False  # a sound file for every track beside or instead of the mix
    smart_copy: bool = True  # untouched sources are copied where that fits
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def in_folder(self) -> bool:
        """Whether it is a folder of files rather than one."""
        return self.container == "frames" or (self.stems and self.picture is None)
