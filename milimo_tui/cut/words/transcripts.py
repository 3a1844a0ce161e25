"""The transcript of the sound of a file: the spoken words with their times."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

# Languages that are written without spaces: in a transcript, each letter or group of letters is a word.
WITHOUT_SPACES = ("zh", "ja", "th", "lo", "my", "yue")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word over the milliseconds [start, end) of a file. `speaker` is empty if it is unknown."""

    start: int
    end: int
    text: str
    speaker: str = ""

    @property
    def start_seconds(self) -> Fraction:
        """The start in exact seconds."""
        return Fraction(self.start, 1000)

    @property
    def end_seconds(self) -> Fraction:
        """The end in exact seconds."""
        return Fraction(self.end, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words that a model heard in a sound stream of a file. A later transcript of the same stream
    replaces an earlier one.

    - `stream` is the number of the sound stream, from 1.
    - `language` is a code such as `en`, or empty.
    - `is_estimated` is True if the model has no times of words, so that they are estimated from the measured
      speech.
    """

    id: str
    asset: str
    job: str
    stream: int = 1
    language: str = ""
    engine: str = ""
    model: str = ""
    words: tuple[SpokenWord, ...] = ()
    created: float = 0.0
    is_estimated: bool = False
