"""A moment of a scene as the script means it: what reading finds, and planning turns into shots."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.film import Era, Line, VoicePosition


@dataclass(frozen=True, slots=True)
class Mention:
    """Who is meant by the words of a sentence between two places; `owner`: only as whose something is."""

    name: str
    start: int
    end: int
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence without what is quoted in it, with everybody whom it means."""

    sentence: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A piece of action that fits into one shot, a speech, or a card of words.

    `seen` are the people who act in it or are shown by it, the first of them first: for a speech whoever
    speaks it, unless that voice comes from elsewhere. `near` are the others who are there and may be in the
    frame. `sides` are a speech's lines, two sides where two speak at once, each line `heard` as it is.
    `focus` is whom or what it is about: a name, else a thing or the place in words; `thing` is what is shown
    by itself, close. The place is empty where it is its scene's.
    """

    beat: Beat
    text: str = ""  # of an action
    sides: tuple[tuple[Line, ...], ...] = ()
    caption: str = ""
    turns: bool = False  # a short heading (AT THE TANK): it says where the next one plays, and shows nothing
    opens: bool = False  # the first moment of a scene that has a place to show
    seen: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    listener: str = ""
    heard: VoicePosition = VoicePosition.SEEN
    focus: str = ""
    thing: str = ""
    location: str = ""
    part: str = ""
    time_of_day: str = ""
    weather: str = ""
    doubts: tuple[Doubt, ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadScene:
    """A scene with its moments. `goes_on`: no time has passed since the one before, or hardly any."""

    heading: str = ""
    line: int = 0
    goes_on: bool = False
    time_of_day: str = ""
    era: Era = Era.PRESENT
    moments: tuple[Moment, ...] = ()
