"""The delivery of a film as one value: codecs, quality, burn-ins, subtitles and stems.

Presets are rows of `cut.delivery.presets`. The engine gets a complete `Delivery` and reads no table. Sizes
and rates of 0 or None mean the cut's own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from milimo_tui.cut.values.streams import Ratio


class Container(StrEnum):
    """The file format of a rendered film. `cut.delivery.containers` has the facts about each."""

    MP4 = "mp4"
    MOV = "mov"
    MKV = "mkv"
    WEBM = "webm"
    MXF = "mxf"
    WAV = "wav"
    FLAC = "flac"
    M4A = "m4a"
    MP3 = "mp3"
    OGG = "ogg"
    GIF = "gif"
    WEBP = "webp"
    FRAMES = "frames"  # a folder of picture files


class DeliveryValue(BaseModel):
    """The base of the values of a delivery."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFormat(DeliveryValue):
    """The encoding of pictures.

    `quality` is on the encoder's own scale (x264's crf) and is ignored if there is a `bit_rate`. `encoder` is
    FFmpeg's name (`pillow` for picture files). `hardware` allows a hardware encoder that passed a test
    encode.
    """

    codec: Literal["h264", "h265", "av1", "prores", "dnxhr", "vp9", "ffv1", "png", "jpeg", "gif", "webp"] = (
        "h264"
    )
    encoder: str = "libx264"
    hardware: bool = False
    pixels: str = "yuv420p"
    quality: int | None = 18
    bit_rate: int = Field(default=0, ge=0)  # bits per second; 0: encode by quality
    two_pass: bool = False
    speed: str = "veryfast"  # the encoder's preset
    profile: str = ""
    gop: int = Field(default=0, ge=0)  # most frames between key frames; 0: two seconds
    options: tuple[tuple[str, str], ...] = ()


CHANNEL_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}  # FFmpeg's names, by the number of channels


class SoundFormat(DeliveryValue):
    """The encoding of sound."""

    codec: Literal["aac", "opus", "mp3", "pcm_s16le", "pcm_s24le", "flac"] = "aac"
    bit_rate: int = Field(default=192_000, ge=0)
    channels: Literal[1, 2, 6] = 2
    sample_rate: int = Field(default=0, ge=0, le=192_000)


class Loudness(DeliveryValue):
    """A loudness target by EBU R128 / ITU-R BS.1770: integrated LUFS, and the maximum true peak in dBTP."""

    lufs: float = Field(default=-16.0, ge=-40, le=-5)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)


class Burns(DeliveryValue):
    """The items burnt into every frame."""

    timecode: bool = False
    slate: int = Field(default=0, ge=0, le=10)  # duration of a slate before the film, in seconds
    captions: bool = False
    watermark: str = ""  # text, for example PREVIS


class Caption(DeliveryValue):
    """Words over the plan's frames [start, end)."""

    start: int
    end: int
    text: str
    speaker: str = ""


class Chapter(DeliveryValue):
    """A chapter of the film."""

    start: int  # frame of the plan
    title: str


class Delivery(DeliveryValue):
    """A file, or a folder of files, made from a plan. `picture` or `sound` is None if the delivery has
    none.
    """

    preset: str = "h264"
    container: Container = Container.MP4
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
    stems: bool = False  # a sound file for every track, in addition to the mix or instead of it
    smart_copy: bool = True  # copy unchanged sources without encoding if possible
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def is_file_folder(self) -> bool:
        """True if the delivery is a folder of files instead of a file."""
        return self.container is Container.FRAMES or (self.stems and self.picture is None)
