"""Captions of a cut as values: tracks of captions, and captions with times, words and speakers.

The times are exact seconds of the cut, not frames. Subtitle files have times in thousandths of a second, and
transcripts have word times between two frames; both would be rounded to frames. A cut that gets another frame
rate keeps the times of its captions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class CaptionPlace(StrEnum):
    """The part of the picture in which captions are drawn. A caption without a place of its own is drawn in
    the place of its track.
    """

    OF_TRACK = ""
    BOTTOM = "bottom"
    MIDDLE = "middle"
    TOP = "top"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionTrack:
    """A track of captions: the captions of a cut in one language, and the style in which they are drawn.

    - `language` is a tag such as `en` or `pt-BR` (BCP 47), or empty.
    - `size` is a factor for the height of the letters.
    - `colour` and `highlight` are colours as `#rrggbb`. `highlight` is the colour of the word that is being
      spoken; it is empty if words are not highlighted.
    - If `shows_speakers` is True, the name of the speaker is written before the words.
    """

    id: str
    cut: str
    name: str
    order: str
    language: str = ""
    hidden: bool = False  # True if renders leave the track out.
    place: CaptionPlace = CaptionPlace.BOTTOM
    size: float = 1.0
    colour: str = "#f5f4f0"
    boxed: bool = True  # True if the letters have a dark box behind them.
    highlight: str = ""
    shows_speakers: bool = False
    sync_lock: bool = True  # If True, the captions follow the pictures when clips move.


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCaption:
    """A caption over the seconds [start, end) of its cut.

    `text` has one or more lines without empty lines. It may contain the tags `<i>`, `<b>` and `<u>`.
    `word_times` are the starts of the words in milliseconds from the start of the caption; they are empty if
    the times are unknown.
    """

    id: str
    cut: str
    track: str
    start: Fraction
    end: Fraction
    text: str
    speaker: str = ""
    place: CaptionPlace = CaptionPlace.OF_TRACK
    word_times: tuple[int, ...] = ()


def order_caption(caption: CutCaption) -> tuple[Fraction, Fraction, str]:
    """Return the key by which captions are sorted: start, end and id."""
    return caption.start, caption.end, caption.id


def match_caption_track(tracks: Sequence[CaptionTrack], name: str) -> CaptionTrack | None:
    """Return the track with this id or name, or else the first track of this language. Capital and small
    letters are equal.
    """
    wanted = name.casefold()
    named = (track for track in tracks if name == track.id or wanted == track.name.casefold())
    spoken = (track for track in tracks if track.language and wanted == track.language.casefold())
    return next(named, None) or next(spoken, None)
