"""The values that all models share: words with times, and the functions of a model. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.words.transcripts import WITHOUT_SPACES

Samples = NDArray[np.float32]
RATE = 16_000  # All models hear 16,000 samples per second.


@dataclass(frozen=True, slots=True)
class TimedText:
    """A word or a part of one, with its start and end in seconds from the start of its window."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class WindowWords:
    """The words of a window of sound, and the code of its language; empty if the model does not report it."""

    words: tuple[TimedText, ...] = ()
    language: str = ""


class TranscriptionModel(Protocol):
    """A model that writes down words. `is_estimating` is True if the model has no times of words."""

    is_estimating: bool

    def write_words(self, samples: Samples, language: str) -> WindowWords:
        """Return the words of a window. Without a `language` the model recognises it, if it can. Raises
        BadInput for a language that the model does not know.
        """
        ...


def join_pieces_to_words(pieces: Iterable[TimedText], language: str, seconds: float) -> tuple[TimedText, ...]:
    """Join the pieces of words to words. A word begins at a piece with a space before it. Punctuation belongs
    to the word before it. `seconds` is the length of the window.
    """
    words: list[TimedText] = []
    for piece in pieces:
        text = piece.text
        first, last = min(max(0.0, piece.start), seconds), min(max(0.0, piece.end), seconds)
        begins = text[:1].isspace() or not words or language in WITHOUT_SPACES
        if begins and text.strip() and any(letter.isalnum() for letter in text):
            words.append(TimedText(text.strip(), first, max(first, last)))
        elif words and text.strip():
            joined = words[-1].text + (text if not text[:1].isspace() else text.rstrip())
            words[-1] = TimedText(joined, words[-1].start, max(words[-1].end, last))
    return tuple(words)
