"""The meaning of a shot as facts, without the words of any model. Composers of prompts get these values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantSubject:
    """A person or thing in the frame; `visible` describes its visible looks in this place."""

    name: str
    visible: str = ""
    gender: str = ""
    stands: str = ""  # left, centre, right
    source: str = ""  # whose look is used, and where it was described


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantLine:
    """A spoken line. `heard` says how the line is heard (off screen, by telephone); empty if the speaker is
    in the frame. `tone` is as written in the script.

    `voice` describes how the speaker sounds, from the character's sheet.
    """

    name: str
    text: str
    heard: str = ""
    tone: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotMeaning:
    """A shot as the script and the users mean it. Framing words are those of `story.values.film`.

    `names` are the names of everybody in the film; `scene_words` is the complete text of the shot's scene,
    dialogue included.

    `layers` are a place's own words by layer (`story.values.place_layers`); `things` are visible objects that
    have a description; `sources` says by field and layer where words come from. `reworded` are parts that a
    user worded, by role; an empty text omits the part. `by` says at which level each part was reworded: the
    film, the scene or the shot. `lens` and `palette` are a user's words; empty: derived from the framing size
    and from the place.
    """

    action: str = ""
    size: str = "MS"
    angle: str = "eye"
    movement: str = "static"
    camera_lora: str = "with"
    function: str = "single"
    rig: str = "tripod"
    people: tuple[MeantSubject, ...] = ()
    focus: str = ""
    listener: str = ""
    lines: tuple[MeantLine, ...] = ()
    caption: str = ""
    setting: str = ""
    place: str = ""
    part: str = ""
    place_words: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    things: tuple[MeantSubject, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    time_of_day: str = ""
    weather: str = ""
    era: str = ""
    style: str = ""
    lens: str = ""
    palette: str = ""
    negative: str = ""
    names: tuple[str, ...] = ()
    scene_words: str = ""
    own: str | None = None  # a user's prompt, which replaces everything but the style
    reworded: Mapping[str, str] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
