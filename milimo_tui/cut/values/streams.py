"""Properties of a media file's streams, which decide how the file can be used. `media.read.probe` reads
them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.errors import Damaged
from milimo_tui.core.time import format_ratio


def _parse_stream_ratio(value: object) -> object:
    """Convert text to a fraction. Raises ValueError, as a validator must, also for a denominator of 0."""
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
"""Seconds [start, end) of a file, one after the other; second 0 is its first picture."""

SEQUENCE = "image2"  # FFmpeg's name for the container of numbered pictures


# Names of HDR transfer curves, by FFmpeg's names.
HIGH_RANGES = {"smpte2084": "HDR (PQ)", "arib-std-b67": "HDR (HLG)"}


class MediaFacts(BaseModel):
    """The base of the values that describe a media file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFacts(MediaFacts):
    """A video stream. Colour values are FFmpeg's names, and empty if the file does not specify them."""

    codec: str = ""
    profile: str = ""
    pixels: str = ""  # pixel format, for example yuv420p10le
    width: int = 0  # coded size in pixels
    height: int = 0
    aspect: Ratio = Fraction(1)  # pixel aspect ratio
    rotation: int = 0  # degrees that a player turns the picture counter-clockwise: 0, 90, 180, 270
    rate: Ratio | None = None
    constant: bool = True  # True if every picture lasts 1/rate
    field_order: str = "progressive"
    range: str = ""  # tv (limited range) or pc (full range)
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    alpha: bool = False
    has_b_frames: bool = False
    headers: str = ""  # SHA-256 of the codec's parameter sets; empty if it has none
    bit_rate: int = 0

    @property
    def hdr_name(self) -> str:
        """`HDR (PQ)` or `HDR (HLG)`. Empty for a picture of standard dynamic range."""
        return HIGH_RANGES.get(self.transfer, "")


class SoundFacts(MediaFacts):
    """An audio stream."""

    codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    layout: str = ""
    samples: int | None = None  # total number, if the container specifies it
    starts: Ratio = Fraction(0)  # seconds after the first picture (below 0: before)


class StreamFacts(MediaFacts):
    """The streams and the duration of a file."""

    container: str = ""
    seconds: Ratio | None = None
    frames: int | None = None
    picture: PictureFacts | None = None
    sounds: tuple[SoundFacts, ...] = ()
    timecode: str = ""  # timecode of the first picture, if the file specifies it
    subtitles: int = 0
    trouble: str = ""  # a message, if a part of the file can't be read
    looked: bool = False  # True if the entire file was decoded to find damage
    damaged: Spans = ()  # spans whose pictures can't be decoded, or depend on such pictures
    damaged_sound: Spans = ()

    @property
    def is_sequence(self) -> bool:
        """True if the file is the first of many numbered pictures, one for each frame."""
        return self.container == SEQUENCE

    def with_trouble(self, *sentences: str) -> StreamFacts:
        """Return a copy with another description of the file's defects: the sentences that are not empty, on
        one line.
        """
        return self.model_copy(update={"trouble": ", ".join(filter(None, sentences))})


NO_FACTS = StreamFacts()


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
