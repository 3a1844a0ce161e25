"""What the streams of a media file are: facts that decide how it may be used. Read by `media.read.probe`."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.errors import Damaged
from milimo_tui.core.time import ratio_text


def _ratio(value: object) -> object:
    """Raises ValueError, as a validator must: also for a fraction of nothing."""
    try:
        return Fraction(value) if isinstance(value, str) else value
    except ZeroDivisionError:
        raise ValueError(f"{value} is no fraction") from None


Ratio = Annotated[
    Fraction,
    BeforeValidator(_ratio),
    PlainSerializer(ratio_text, return_type=str),
]


Spans = tuple[tuple[Ratio, Ratio], ...]
"""Seconds [start, end) of a file, one after the other; second 0 is its first picture."""

SEQUENCE = "image2"  # what the container of numbered pictures is called (FFmpeg's name)


# What a transfer curve of more light than a usual screen's is called, by FFmpeg's name of it.
HIGH_RANGES = {"smpte2084": "HDR (PQ)", "arib-std-b67": "HDR (HLG)"}


class Fact(BaseModel):
    """The base of what a file says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class PictureFacts(Fact):
    """One video stream. Colour words are FFmpeg's names, empty where the file says nothing."""

    codec: str = ""
    profile: str = ""
    pixels: str = ""  # pixel format, e.g. yuv420p10le
    width: int = 0  # as coded
    height: int = 0
    aspect: Ratio = Fraction(1)  # of a pixel
    rotation: int = 0  # degrees against the clock that a player turns it: 0, 90, 180, 270
    rate: Ratio | None = None
    constant: bool = True  # whether every picture lasts 1/rate
    field_order: str = "progressive"
    range: str = ""  # tv, pc
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    alpha: bool = False
    has_b_frames: bool = False
    headers: str = ""  # SHA-256 of the codec's parameter sets, empty when there are none
    bit_rate: int = 0

    @property
    def high_range(self) -> str:
        """`HDR (PQ)` or `HDR (HLG)`; nothing for a picture of the usual range."""
        return HIGH_RANGES.get(self.transfer, "")


class SoundFacts(Fact):
    """One audio stream."""

    codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    layout: str = ""
    samples: int | None = None  # in all, where the container says so
    starts: Ratio = Fraction(0)  # seconds after the first picture (below 0: before)


class StreamFacts(Fact):
    """A file's streams and how long it is."""

    container: str = ""
    seconds: Ratio | None = None
    frames: int | None = None
    picture: PictureFacts | None = None
    sounds: tuple[SoundFacts, ...] = ()
    timecode: str = ""  # of its first picture, where the file says so
    subtitles: int = 0
    trouble: str = ""  # a sentence, where a part of it can't be read
    looked: bool = False  # whether all of it was decoded to find out where it is damaged
    damaged: Spans = ()  # where its pictures can't be read, or depend on those
    damaged_sound: Spans = ()

    @property
    def is_sequence(self) -> bool:
        """Whether its file is the first of many numbered pictures, one for each frame."""
        return self.container == SEQUENCE

    def with_trouble(self, *sentences: str) -> StreamFacts:
        """Say what is wrong with the file, in one line of those that are not empty."""
        return self.model_copy(update={"trouble": ", ".join(filter(None, sentences))})


NO_FACTS = StreamFacts()


@lru_cache(maxsize=4096)
def read_facts(text: str) -> StreamFacts:
    """The facts that an asset keeps as JSON. Raises Damaged for what is none."""
    if text == "{}":
        return NO_FACTS
    try:
        return StreamFacts.model_validate_json(text)
    except ValueError as error:
        raise Damaged("what an asset says of its streams can't be read", "relink the file") from error
