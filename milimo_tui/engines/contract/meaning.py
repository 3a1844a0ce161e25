"""What a shot means, as facts without any model's words: what composers of prompts are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody in the frame; `visible` is what is seen of them in this place's look."""

    name: str
    visible: str = ""
    gender: str = ""
    stands: str = ""  # left, centre, right
    source: str = ""  # whose look it is, and where it comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A spoken line. `heard` is how it reaches us, empty from somebody who is seen; `tone` as written.

    `voice` is how who says it sounds, as their sheet has it.
    """

    name: str
    text: str
    heard: str = ""
    tone: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotMeaning:
    """A shot as the script and people mean it. Words of framing are those of `story.values.film`.

    `names` are those of everybody in the film; `scene_words` is what its scene's text says, speech and all.

    `layers` are a place's own words by layer (`story.values.place_layers`), `things` what is seen and has a
    description; `sources` says by field and layer where words come from. `reworded` are parts that a person
    worded, by role: an empty text leaves the part out. `by` says who worded each: the film, the scene or the
    shot. `lens` and `palette` are words of a person's; empty: as the size has it, as the place is.
    """

    action: str = ""
    size: str = "MS"
    angle: str = "eye"
    movement: str = "static"
    camera_lora: str = "with"
    function: str = "single"
    rig: str = "tripod"
    people: tuple[Seen, ...] = ()
    focus: str = ""
    listener: str = ""
    lines: tuple[Spoken, ...] = ()
    caption: str = ""
    setting: str = ""
    place: str = ""
    part: str = ""
    place_words: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    things: tuple[Seen, ...] = ()
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
    own: str | None = None  # a prompt that takes the place of all but the style
    reworded: Mapping[str, str] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
