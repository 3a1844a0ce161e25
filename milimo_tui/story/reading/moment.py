"""Moments of a scene as the script means them: the results of reading, which planning turns into shots."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.film import Era, Line, VoicePosition


@dataclass(frozen=True, slots=True)
class Mention:
    """The person meant by the words between two offsets; `owner` means that the person is only named as an
    owner.
    """

    name: str
    start: int
    end: int
    owner: bool = False


@dataclass(frozen=True, slots=True)
class ActionSentence:
    """A sentence without the quotations in it, with a mention of each person it means."""

    sentence: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A piece of action that fits into one shot, a speech, or a text card.

    `seen` are the people who act in it or are shown by it, in order of appearance; in a speech, the speakers,
    unless their voice comes from elsewhere. `near` are the other people present who may be in the frame.
    `sides` are the lines of a speech, two sides if two people speak at once; `heard` says how the voice is
    heard. `focus` is the subject: a name, else a thing or the place in words. `thing` is an object shown
    alone in close-up. The place is empty if it is the place of the scene.
    """

    beat: Beat
    text: str = ""  # text of an action
    sides: tuple[tuple[Line, ...], ...] = ()
    caption: str = ""
    turns: bool = False  # a short heading (AT THE TANK) that only gives the place of the next moment
    opens: bool = False  # the first moment of a scene, which can show the place
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
    told: tuple[ActionSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadScene:
    """A scene with its moments. `goes_on` means that hardly any time, or none, has passed since the previous
    scene.
    """

    heading: str = ""
    line: int = 0
    goes_on: bool = False
    time_of_day: str = ""
    era: Era = Era.PRESENT
    moments: tuple[Moment, ...] = ()
