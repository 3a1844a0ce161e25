"""Values that describe the streams of a media file and decide how the file can be used.

`media.read.probe` reads them from the file.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.errors import Damaged
from milimo_tui.core.time import format_ratio


def _parse_stream_ratio(value: object) -> object:
    """Convert a value of the JSON text to a fraction.

    Raises ValueError for a denominator of 0, because pydantic accepts no other error from a validator.
    """
    try:
        return Fraction(value) if isinstance(value, str) else value
    except ZeroDivisionError:
        raise ValueError(f"{value} is not a fraction") from None


Ratio = Annotated[
    Fraction,
    BeforeValidator(_parse_stream_ratio),
    PlainSerializer(format_ratio, return_type=str),
]


Spans = tuple[tuple[Ratio, Ratio], ...]
"""Time ranges [start, end) of a file in seconds, in ascending order; second 0 is the first picture."""

SEQUENCE = "image2"  # FFmpeg's name for the container of numbered pictures


# Labels of HDR video, by FFmpeg's name of the transfer curve.
HIGH_RANGES = {"smpte2084": "HDR (PQ)", "arib-std-b67": "HDR (HLG)"}


class MediaFacts(BaseModel):
    """The base class of the values that describe a media file and its streams."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFacts(MediaFacts):
    """A video stream. The colour fields hold FFmpeg's names. They are empty if the file does not specify the
    colours.
    """

    codec: str = ""
    profile: str = ""
    pixels: str = ""  # pixel format, for example yuv420p10le
    width: int = 0  # encoded width in pixels, before rotation and pixel aspect ratio are applied
    height: int = 0
    aspect: Ratio = Fraction(1)  # pixel aspect ratio
    rotation: int = 0  # degrees by which a player must turn the picture counter-clockwise: 0, 90, 180 or 270
    mirrored: bool = False  # True if a player must mirror the picture from left to right before it is turned
    rate: Ratio | None = None
    constant: bool = True  # True if every picture has the same duration, 1/rate seconds
    field_order: str = "progressive"
    range: str = ""  # tv (limited range) or pc (full range)
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    alpha: bool = False
    has_b_frames: bool = False
    headers: str = ""  # SHA-256 of the codec's parameter sets; empty if the stream has none
    bit_rate: int = 0

    @property
    def hdr_name(self) -> str:
        """`HDR (PQ)` or `HDR (HLG)`. Empty for a picture of standard dynamic range."""
        return HIGH_RANGES.get(self.transfer, "")


class SoundFacts(MediaFacts):
    """An audio stream. `layout` is FFmpeg's name of the channel positions, and empty if they are unknown."""

    codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    layout: str = ""
    samples: int | None = None  # total number of samples, or None if it is unknown
    # Start of the sound in seconds after second 0 of the file; negative if the sound starts earlier
    starts: Ratio = Fraction(0)
    title: str = ""  # name of the stream, such as the name of its microphone; empty if the file has none
    language: str = ""  # language code; empty if it is unknown
    tracks: tuple[str, ...] = ()  # names of a recorder's tracks, in the order of the channels; empty if none


class StreamFacts(MediaFacts):
    """The streams and the duration of a file."""

    container: str = ""
    seconds: Ratio | None = None
    frames: int | None = None
    picture: PictureFacts | None = None
    sounds: tuple[SoundFacts, ...] = ()
    timecode: str = ""  # timecode of the first picture; empty if the file specifies none
    subtitles: int = 0
    trouble: str = ""  # a message for the user if something in the file can't be read; empty otherwise
    looked: bool = False  # True if the entire file was decoded to find damage
    damaged: Spans = ()  # spans whose pictures can't be decoded, or depend on pictures that can't be decoded
    damaged_sound: Spans = ()

    @property
    def sound_end(self) -> Fraction | None:
        """The second at which the last of the sounds ends, counted from the first picture. None if it is
        unknown.
        """
        ends = (
            sound.starts + Fraction(sound.samples, sound.sample_rate)
            for sound in self.sounds
            if sound.samples is not None and sound.sample_rate
        )
        return max(ends, default=None)

    @property
    def is_sequence(self) -> bool:
        """True if the file is the first of many numbered pictures, one for each frame."""
        return self.container == SEQUENCE

    def with_trouble(self, *sentences: str) -> StreamFacts:
        """Return a copy whose `trouble` is the given sentences, joined on one line. Empty sentences are left
        out.
        """
        return self.model_copy(update={"trouble": ", ".join(filter(None, sentences))})


NO_FACTS = StreamFacts()


def find_media_end(seconds: Fraction, facts: StreamFacts) -> Fraction:
    """Return the second at which both the picture and the sound of a file have ended.

    `seconds` is the length of the picture or, in a file without a picture, of the sound.
    """
    if facts.picture is None or facts.sound_end is None:
        return seconds
    return max(seconds, facts.sound_end)


@lru_cache(maxsize=4096)
def parse_stream_facts(text: str) -> StreamFacts:
    """Return the stream facts that a media file's record stores as JSON. Raises Damaged for text that can't
    be parsed.
    """
    if text == "{}":
        return NO_FACTS
    try:
        return StreamFacts.model_validate_json(text)
    except ValueError as error:
        raise Damaged("the stream data of an asset can't be read", "relink the file") from error
