"""The pieces of a scene (`Moment`) as the script means them. They are the result of reading a scene, and
planning turns them into shots.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import Era, Function, VoicePosition


@dataclass(frozen=True, slots=True)
class ActionSentence:
    """A sentence without its quotations, with the people whom it names."""

    sentence: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A piece of a scene that fits into one shot: a piece of action, a speech, or a text card.

    `seen` are the people who act in the piece or are shown, in order of appearance. In a speech they are the
    speakers, unless their voices come from elsewhere. `near` are the other people present who may be in the
    frame.

    `sides` has the lines of a speech, with two sides if two people speak at once. `heard` says how the voice
    is heard, for example over a telephone. `focus` is the subject: a name, or words for a thing or the place.
    `thing` is an object shown alone in close-up. `location` is empty if the place is the place of the scene.

    `is_on_phone` is True if the speakers are in the picture and speak to a person who is heard over a phone.

    `is_read` is True if the people are those of the scene's breakdown. `function` is then the framing that
    the breakdown names, such as an insert.
    """

    beat: Beat
    text: str = ""  # The text of a piece of action.
    sides: tuple[tuple[Line, ...], ...] = ()
    caption: str = ""
    # True for a short heading inside the scene (AT THE TANK). It gets no shot and only changes the place of
    # the following pieces.
    turns: bool = False
    opens: bool = False  # True at the beginning of a scene, where the place can be shown.
    seen: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    listener: str = ""
    heard: VoicePosition = VoicePosition.SEEN
    focus: str = ""
    thing: str = ""
    location: str = ""
    time_of_day: str = ""
    weather: str = ""
    doubts: tuple[Doubt, ...] = ()
    actions: tuple[ActionSentence, ...] = ()
    is_on_phone: bool = False
    is_read: bool = False
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class ReadScene:
    """A scene of the script after it was read, with its pieces of action and speeches in `moments`. `goes_on`
    is True if little or no time has passed since the previous scene. `breakdown` is the accepted breakdown of
    the scene if it is about the present text.
    """

    heading: str = ""
    line: int = 0
    goes_on: bool = False
    time_of_day: str = ""
    era: Era = Era.PRESENT
    moments: tuple[Moment, ...] = ()
    breakdown: SceneBreakdown | None = None


def list_people_of_present(scenes: Iterable[ReadScene]) -> frozenset[str]:
    """Return the people who are seen or speak in the present of the film, and not only in a flashback or a
    dream.
    """
    moments = (moment for scene in scenes if scene.era is Era.PRESENT for moment in scene.moments)
    return frozenset(name for moment in moments for name in (*moment.seen, *moment.beat.speakers))
