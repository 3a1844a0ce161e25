"""The options of a delivery as one value: codecs, quality, burn-ins, subtitles and stems.

`cut.delivery.presets` has a table of presets. The render engine gets a complete `Delivery` and reads no
table. A size of 0 means the cut's size, and a rate of None means the cut's frame rate.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from milimo_tui.cut.values.caption_text import clean_caption_text, clean_speaker_name
from milimo_tui.cut.values.captions import CaptionPlace
from milimo_tui.cut.values.streams import Ratio

DEFAULT_PRESET = "h264"

# The ways to divide a film's sound into stems. Empty means that there are no stems. Jobs that an earlier
# version queued have False, or True for stems by track.
StemDivision = Annotated[
    Literal["", "track", "role", "bus"],
    BeforeValidator(lambda value: {True: "track", False: ""}.get(value, value)),
]


class Container(StrEnum):
    """The file format of a rendered film. `cut.delivery.containers` describes the properties of each
    format.
    """

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
    FRAMES = "frames"  # Not one file, but a folder with a picture file for each frame.


class DeliveryValue(BaseModel):
    """The base class of the values that make up a delivery. They are immutable and refuse unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFormat(DeliveryValue):
    """The options for encoding pictures.

    - `encoder` is FFmpeg's name of the encoder, or `pillow` for picture files.
    - `quality` is a value on the encoder's own scale, such as crf for x264. A `bit_rate` takes precedence
      over it.
    - `hardware` allows a hardware encoder if a test encode with it succeeded.
    """

    codec: Literal["h264", "h265", "av1", "prores", "dnxhr", "vp9", "ffv1", "png", "jpeg", "gif", "webp"] = (
        "h264"
    )
    encoder: str = "libx264"
    hardware: bool = False
    pixels: str = "yuv420p"
    quality: int | None = 18
    bit_rate: int = Field(default=0, ge=0)  # Bits per second. 0 means that `quality` is used instead.
    two_pass: bool = False
    speed: str = "veryfast"  # The encoder's own speed preset.
    profile: str = ""
    gop: int = Field(default=0, ge=0)  # Maximum number of frames between key frames. 0 means two seconds.
    options: tuple[tuple[str, str], ...] = ()


# FFmpeg's names of channel layouts by number of channels.
CHANNEL_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


class SoundFormat(DeliveryValue):
    """The options for encoding sound. A `sample_rate` of 0 means the cut's sample rate."""

    codec: Literal["aac", "opus", "mp3", "pcm_s16le", "pcm_s24le", "flac"] = "aac"
    bit_rate: int = Field(default=192_000, ge=0)
    channels: Literal[1, 2, 6] = 2
    sample_rate: int = Field(default=0, ge=0, le=192_000)


class Loudness(DeliveryValue):
    """A loudness target by EBU R128 / ITU-R BS.1770: integrated LUFS, and the maximum true peak in dBTP.

    - If `gate` is `dialogue`, the loudness is only measured while the tracks with the role dialogue are
      heard.
    - If `checks_mono` is True, the check of the film warns if the film is much softer in mono.
    """

    lufs: float = Field(default=-16.0, ge=-40, le=-5)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)
    gate: Literal["programme", "dialogue"] = "programme"
    checks_mono: bool = False


class CaptionStyle(DeliveryValue):
    """The style in which captions are burned into the picture (`cut.values.captions.CaptionTrack`)."""

    place: CaptionPlace = CaptionPlace.BOTTOM
    size: float = Field(default=1.0, ge=0.25, le=4.0)
    colour: str = "#f5f4f0"
    boxed: bool = True
    highlight: str = ""
    shows_speakers: bool = False


class Burns(DeliveryValue):
    """The burn-ins of a delivery: texts such as timecode that are drawn over the film's pictures during a
    render, and the slate before the film.
    """

    timecode: bool = False
    # Duration of the slate before the film in seconds. 0 means no slate.
    slate: int = Field(default=0, ge=0, le=10)
    captions: bool = False
    caption_style: CaptionStyle = CaptionStyle()
    watermark: str = ""  # The text of the watermark, such as PREVIS.


class Caption(DeliveryValue):
    """A caption over frames [start, end) of the plan.

    `place` is top, middle or bottom, or empty for the place of the style. `words` are the frames at which the
    words of the text begin, counted from the start of the caption. They are empty if they are unknown.
    """

    start: int
    end: int
    text: Annotated[str, AfterValidator(clean_caption_text)]
    speaker: Annotated[str, AfterValidator(clean_speaker_name)] = ""
    place: CaptionPlace = CaptionPlace.OF_TRACK
    words: tuple[int, ...] = ()


class SubtitleTrack(DeliveryValue):
    """The captions of one language, which are written as a file next to the film or as a stream in the film.

    `name` is the name of the caption track; it is empty if the captions are made from the script. `language`
    is a language tag (BCP 47), or empty.
    """

    name: str = ""
    language: str = ""
    captions: tuple[Caption, ...] = ()


class Chapter(DeliveryValue):
    """A chapter, which players offer as a point to jump to."""

    start: int  # The frame of the plan at which the chapter begins.
    title: str


class Delivery(DeliveryValue):
    """All options for rendering a plan to a file or a folder of files. `picture` is None for a delivery
    without pictures, and `sound` is None for a delivery without sound.

    `captions` are the captions that are burned into the picture, and `subtitle_tracks` those that are written
    as `subtitles`.
    """

    preset: str = DEFAULT_PRESET
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
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    captions: tuple[Caption, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    # If not empty, a sound file is written for each track, role or bus. If `picture` is None, these files
    # replace the mix.
    stems: StemDivision = ""
    smart_copy: bool = True  # If True, unchanged parts of sources are copied without encoding where possible.
    metadata: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _convert_earlier_captions(cls, values: Any) -> Any:
        """Add the track of subtitles to a job that an earlier version queued. It has only `captions`, for
        subtitles and burn-ins.
        """
        if not isinstance(values, dict) or "subtitle_tracks" in values or not values.get("captions"):
            return values
        if values.get("subtitles", "none") == "none":
            return values
        return values | {"subtitle_tracks": [{"captions": values["captions"]}]}

    @property
    def is_file_folder(self) -> bool:
        """True if the result is a folder of files instead of one file."""
        return self.container is Container.FRAMES or (bool(self.stems) and self.picture is None)
