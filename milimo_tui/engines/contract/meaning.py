"""The contents of a shot as facts, before they are worded for a particular model. Functions that compose
prompts receive these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantLook:
    """The appearance of a person as separate facts, from an accepted breakdown of the screenplay."""

    age: str = ""
    role: str = ""
    build: str = ""
    features: str = ""  # face and hair
    clothes: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantPose:
    """The posture of a person in a shot, the position in the place, the things in the hands, and the
    direction of the gaze, each in the words of the breakdown.
    """

    posture: str = ""
    position: str = ""
    holds: str = ""
    looks_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantSubject:
    """A person or thing in the frame. `visible` describes how the person or thing looks at this point of the
    film.

    `kind` is the kind of a person in an accepted breakdown, such as `animal`. `look` and `pose` are only
    known for a person and a scene with an accepted breakdown.
    """

    name: str
    visible: str = ""
    gender: str = ""
    stands: str = ""  # position in the frame: left, centre or right
    source: str = ""  # the element whose appearance is used, and where in the film that was described
    kind: str = ""
    look: MeantLook | None = None
    pose: MeantPose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantLine:
    """A spoken line. `heard` says how the audience hears a speaker who is not in the frame (off screen, by
    telephone); it is empty if the speaker is in the frame. `tone` is the parenthetical of the script.

    `voice` describes how the speaker sounds, from the character's sheet.
    """

    name: str
    text: str
    heard: str = ""
    tone: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotMeaning:
    """The contents of a shot according to the script and to the user's changes. Framing fields use the values
    of `story.values.film`.

    - `names` are the names of everybody in the film.
    - `place_words` is the user's description of the place, and `place_details` that of the reading.
    - `layers` holds the descriptions of the place by attribute (`story.values.place_layers`).
    - `things` are visible objects that have a description.
    - `sources` says where a text comes from, by field and attribute.
    - `reworded` holds the parts of the prompt that a user worded, by role. An empty text omits the part.
    - `by` says for each reworded part where the user changed it: for the film, the scene or the shot.
    - `ordinary_words` are the words that the script writes in lower case, and `described_names` the names
      that it uses with an article: “the Driver”.
    - `lens` and `palette` are the user's words.
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
    lines: tuple[MeantLine, ...] = ()
    caption: str = ""
    setting: str = ""
    place: str = ""
    part: str = ""
    place_words: str = ""
    place_details: tuple[str, ...] = ()
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
    ordinary_words: frozenset[str] = frozenset()
    described_names: frozenset[str] = frozenset()
    # Complete prompt by the user, which replaces everything except the style; None if there is none
    own: str | None = None
    reworded: Mapping[str, str] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
