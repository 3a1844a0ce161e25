"""The values that a project stores: project, scenes, shots, takes, elements, looks, assets.

All values are frozen. Their fields are the columns of the film's file: a new field needs a migration in
`store.project.schema`. Lists that belong together are sorted by `order` keys (`core.order_keys`). The parsed
screenplay is in `story.screenplay.screenplay`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from milimo_tui.story.values.asked import make_field_prompt
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.making import (
    ENGINES_OWN,
    BoardUse,
    ChunkWords,
    Conditioning,
    FollowKind,
    GuidanceParts,
    LoraUse,
)
from milimo_tui.story.values.shot_words import (
    Angle,
    Continuing,
    Coverage,
    Era,
    Function,
    Movement,
    Rig,
    Setting,
    Size,
    VoicePosition,
    name_framing,
)
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.story.values.text import fold

# Includes the enums of scenes and shots and the settings of takes, so that one import covers a shot.
__all__ = [
    "Angle",
    "Asset",
    "AssetKind",
    "BoardUse",
    "ChunkWords",
    "Conditioning",
    "Continuing",
    "Coverage",
    "Element",
    "ElementKind",
    "Era",
    "FollowKind",
    "Function",
    "GuidanceParts",
    "Line",
    "Look",
    "LoraUse",
    "Movement",
    "Project",
    "Rig",
    "Scene",
    "Setting",
    "SheetVerdict",
    "Shot",
    "Size",
    "Status",
    "Story",
    "Suggestion",
    "SuggestionState",
    "Take",
    "VoicePosition",
    "make_shot_letters",
    "name_framing",
    "number_shots",
]  # fmt: skip


class Status(StrEnum):
    """The progress of a film, as the user sets it."""

    DRAFT = "draft"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A film. `rate` is frames per second; width and height are in pixels; `style` begins every prompt."""

    id: str
    name: str
    rate: Fraction = Fraction(25)
    width: int = 768
    height: int = 512
    sample_rate: int = 48000
    style: str = ""
    negative: str = ""
    engine: str = "animatic"
    seed: int = 42
    script: str = ""  # The text of the screenplay, exactly as imported or edited.
    script_name: str = ""
    created: float = 0.0
    current_cut: str = ""
    loras: tuple[LoraUse, ...] = ()  # LoRAs for every shot.
    boarded: str = ""  # SHA-256 of the screenplay that the scenes and shots were made from.
    coverage: Coverage = Coverage.INHERITED
    # While True, new scenes and shots get numbers such as 12A and 12AA, and removed ones are OMITTED.
    numbers_locked: bool = False
    prompt_parts: tuple[tuple[str, str], ...] = ()  # Part of the prompt → its words; "" leaves the part out.
    status: Status = Status.DRAFT
    tags: tuple[str, ...] = ()
    # A summary for people, and for language models that answer questions about the film.
    description: str = ""
    passed: tuple[str, ...] = ()  # Keys of consistency marks that the user dismissed (`story.consistency`).


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The part of a screenplay under one heading. `number` is the script's own ("12A") or counted."""

    id: str
    order: str
    number: str
    heading: str
    setting: Setting = Setting.NONE
    location: str = ""
    time_of_day: str = ""
    text: str = ""
    line: int = 0  # Line of the heading in the project's script, counted from 1.
    parked: bool = False
    # Fields that the user set (order, heading, …), each with the script's value.
    own: tuple[tuple[str, str], ...] = ()
    part: str = ""  # Part of the location: a room, a deck.
    weather: str = ""
    era: Era = Era.PRESENT
    coverage: Coverage = Coverage.INHERITED
    omitted: bool = False  # Removed from the script while numbers are locked; the number stays reserved.
    prompt_parts: tuple[tuple[str, str], ...] = ()
    layers: tuple[tuple[str, str], ...] = ()  # Layers of its place that apply during this scene.

    def get_script_value(self, field: str) -> str:
        """Return the script's value of a field, even if the user set another value."""
        return dict(self.own).get(field, "") or str(getattr(self, field))

    def is_set_by_user(self, field: str) -> bool:
        """Return True if the user set a field, so that commits preserve it."""
        return any(name == field for name, _ in self.own)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dialogue in a shot."""

    character: str
    text: str
    extension: str = ""  # V.O., O.S., and so on.
    parenthetical: str = ""
    heard: VoicePosition = VoicePosition.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A shot to be made. A `prompt` of None means that it is composed from the other fields
    (`story.elements.prompt`).

    Each field except `conditioning` is a column; add a new field before it. A field with `make_field_prompt`
    metadata is in `shot set` and in the inspector.

    `take` is the id of the picked take, `board` the asset id of the current board. `digest` identifies the
    script text that the shot came from, for merging; it is empty for shots that the user added, which a
    commit never parks. `continuity`: takes of a shot that continues another begin with the end of that shot.
    `continues_as` is how the shot continues; within a performance (`story.shots.performances`) each shot has
    its own part of the lines and the length.
    """

    id: str
    scene: str
    order: str
    action: str = field(default="", metadata=make_field_prompt("visible action"))
    dialogue: tuple[Line, ...] = ()
    characters: tuple[str, ...] = ()
    size: Size = field(default=Size.MS, metadata=make_field_prompt("framing size", row="size"))
    angle: Angle = field(default=Angle.EYE, metadata=make_field_prompt("camera angle", row="size"))
    movement: Movement = field(
        default=Movement.STATIC, metadata=make_field_prompt("camera movement", row="size")
    )
    function: Function = field(
        default=Function.SINGLE,
        metadata=make_field_prompt("function of the framing", row="function"),
    )
    rig: Rig = field(default=Rig.TRIPOD, metadata=make_field_prompt("camera support", row="function"))
    frames: int = 100
    prompt: str | None = None
    negative: str = field(default="", metadata=make_field_prompt("negative prompt", after="prompt"))
    seed: int = field(
        default=42, metadata=make_field_prompt("the seed", after="length", least=0, most=2**32 - 1)
    )
    seed_locked: bool = False
    steps: int | None = None
    guidance: float | None = None
    pipeline: str = field(
        default="auto",
        metadata=make_field_prompt(
            "pipeline of the model; auto: chosen by the inputs of the shot",
            words=("auto", "ti2vid", "keyframe", "ic_lora"),
            after="stages",
        ),
    )
    engine: str = ""  # Empty means the project's engine.
    continues: str = ""
    caption: str = ""
    line: int = 0
    end_line: int = 0
    digest: str = ""
    parked: bool = False
    take: str = ""  # Id of the picked take; `picked_takes.get_picked_take` returns the take that is shown.
    board: str = ""
    model: str = field(
        default="",
        metadata=make_field_prompt(
            "id of weights; empty: the selected weights (milimo model use)",
            row="engine",
            after="deterministic",
        ),
    )
    schedule: str = field(
        default="auto",
        metadata=make_field_prompt(
            "schedule of denoising steps",
            words=("auto", "distilled", "full"),
            row="steps",
            after="audio_rescale",
        ),
    )
    stages: str = field(
        default="auto",
        metadata=make_field_prompt(
            "one or two stages; two: half the size first, then refined",
            words=("auto", "one", "two", "dfr"),
            row="steps",
        ),
    )
    guidance_parts: GuidanceParts = ENGINES_OWN
    loras: tuple[LoraUse, ...] = ()
    chunks: tuple[ChunkWords, ...] = ()
    temporal_upscale: bool = field(
        default=False,
        metadata=make_field_prompt(
            "sample half of the frames and interpolate the others", row="steps", after="pipeline"
        ),
    )
    deterministic: bool = field(
        default=False,
        metadata=make_field_prompt("deterministic computation: identical bits, but slower", row="seed"),
    )
    continuity: bool = field(
        default=True,
        metadata=make_field_prompt(
            "begin with the last frames of the shot that it continues", after="continues"
        ),
    )
    board_use: BoardUse = BoardUse.AUTO
    chosen: bool = False  # True if the user picked the take.
    focus: str = field(
        default="",
        metadata=make_field_prompt("person or thing in focus", label="focus", after="rig", longest=200),
    )
    reason: str = ""  # The rule that chose the framing.
    doubts: tuple[Doubt, ...] = ()  # Uncertain readings of the script that the user has not answered.
    own: tuple[tuple[str, str], ...] = ()  # Fields that the user set, each with the script's value.
    number: str = ""  # The number while numbers are locked; empty means counted.
    omitted: bool = False
    location: str = field(
        default="",
        metadata=make_field_prompt("location; empty: that of its scene", label="place", longest=200),
    )
    part: str = field(
        default="", metadata=make_field_prompt("room or part of the location", label="part", longest=200)
    )
    time_of_day: str = field(
        default="",
        metadata=make_field_prompt("time of day; empty: that of its scene", label="time", longest=100),
    )
    weather: str = field(
        default="",
        metadata=make_field_prompt("weather; empty: that of its scene", label="weather", longest=100),
    )
    looks: tuple[tuple[str, str], ...] = ()  # Element id → look id, set by the user for this shot.
    stands: tuple[tuple[str, str], ...] = ()  # Name → position on the screen: left, centre, right.
    tags: tuple[str, ...] = ()
    note: str = field(
        default="",
        metadata=make_field_prompt("note for people; models do not get it", label="note", longest=1000),
    )
    prompt_parts: tuple[tuple[str, str], ...] = ()  # Part of the prompt → its words; "" leaves the part out.
    layers: tuple[tuple[str, str], ...] = ()  # Layers of its place that apply only in this shot.
    continues_as: Continuing = Continuing.END
    cache: str = field(
        default="off",
        metadata=make_field_prompt(
            "cache that skips model steps: faster, with small differences",
            words=("off", "taylorseer", "mag"),
            row="steps",
            after="temporal_upscale",
        ),
    )
    voices: bool = field(
        default=True,
        metadata=make_field_prompt(
            "speak lines in the voices of the characters' samples", label="voices", after="deterministic"
        ),
    )
    beats: str = field(
        default="",
        metadata=make_field_prompt(
            "times of beats: auto, off, or seconds at which they begin: 1.5, 3", row="beats", longest=200
        ),
    )
    subjects: str = field(
        default="auto",
        metadata=make_field_prompt(
            "use reference pictures of elements next to the prompt", words=("auto", "on", "off"), row="beats"
        ),
    )
    camera_lora: str = field(
        default="with",
        metadata=make_field_prompt(
            "LoRA of the movement: with the prompt's words, instead of them, or off",
            words=("with", "instead", "off"),
            row="size",
            after="movement",
        ),
    )
    options: str = field(
        default="",
        metadata=make_field_prompt(
            "further arguments of a diffusers pipeline: eta=0.5, clip_skip=2",
            row="engine",
            after="model",
            longest=500,
        ),
    )
    face: str = field(
        default="auto",
        metadata=make_field_prompt(
            "direction in which the camera looks at the place",
            words=("auto", "off", "front", "right", "back", "left", "up", "down"),
            label="looks to",
            after="subjects",
        ),
    )
    lens: str = field(
        default="",
        metadata=make_field_prompt(
            "lens in words: 85 mm at f/1.8; empty: derived from the size",
            label="lens",
            after="focus",
            longest=60,
        ),
    )
    palette: str = field(
        default="",
        metadata=make_field_prompt("colours in words", label="palette", after="lens", longest=120),
    )
    conditioning: tuple[Conditioning, ...] = ()  # In order.

    @property
    def continuity_source(self) -> str:
        """The id of the shot whose end is the beginning of this shot's takes, or an empty string."""
        return "" if self.continues_as else self.continues


class ElementKind(StrEnum):
    """The kinds of elements."""

    CHARACTER = "character"
    LOCATION = "location"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A character, location or object. `trigger` begins with `@` and is unique in the project."""

    id: str
    kind: ElementKind
    name: str
    trigger: str
    description: str = ""
    seed: int | None = None
    loras: tuple[LoraUse, ...] = ()
    voice: str = ""
    references: tuple[str, ...] = ()  # Asset ids.
    found: bool = False  # True if a commit found the element in the screenplay; False if the user added it.
    aliases: tuple[str, ...] = ()  # Other names of the element in the script.
    gender: str = ""  # she, he, they or it; empty if not known.
    extra: bool = False  # True for roles without an identity, such as a crowd, a voice, a waiter.
    dismissed: bool = False  # True if the user decided that this is no element; commits do not add it again.
    parent: str = ""  # Id of the place that contains this place.
    layers: tuple[tuple[str, str], ...] = ()  # Layers of a place, by name (`story.values.place_layers`).
    quote: str = ""  # The sentence of the script that an object came from.
    # Parent and layers that the user set, each with the script's value.
    own: tuple[tuple[str, str], ...] = ()
    sample: str = ""  # Recording of the voice (asset id).
    role: str = ""  # The role of a character in the story.
    traits: tuple[str, ...] = ()
    arc: str = ""  # The character's change from the first scene to the last.
    relations: tuple[tuple[str, str], ...] = ()  # Id of another character → the relation to that character.
    speech: str = ""  # The voice and manner of speaking.
    faces: tuple[tuple[str, str], ...] = ()  # For a place: face (`story.elements.place_faces`) → asset id.

    def has_name_or_alias(self, name: str) -> bool:
        """Return True if a name, in any case, is this element's name, trigger or alias."""
        wanted = fold(name)
        return bool(wanted) and wanted in map(fold, (self.name, self.trigger, *self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The appearance of an element in a part of the film: from the shot `begins` to the shot `ends`, both
    included.

    An empty end means the beginning or end of the film. `era` limits the look to scenes of that time. Of
    several looks that apply, the one with the shortest range wins; of equal ranges, the later look. A look
    that names a removed shot applies nowhere until it gets a new range. `quote` are the script's words that
    the look came from.
    """

    id: str
    element: str
    order: str
    name: str = ""
    text: str = ""  # The visible description, as prompts contain it.
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""  # Such as soaked, wounded, asleep.
    begins: str = ""
    ends: str = ""
    era: Era = Era.PRESENT
    quote: str = ""
    line: int = 0
    found: bool = False
    loras: tuple[LoraUse, ...] = ()
    references: tuple[str, ...] = ()  # Asset ids.
    sample: str = ""  # Recording of the voice at that time (asset id).


class AssetKind(StrEnum):
    """The kinds of media files."""

    VIDEO = "video"
    PICTURE = "picture"
    SOUND = "sound"
    LUT = "lut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A media file of the project. A managed file is in `media/` and is never changed; a linked file is
    elsewhere.
    """

    id: str
    kind: AssetKind
    path: str  # Relative to the project if managed, absolute if linked.
    name: str = ""
    managed: bool = True
    digest: str = ""  # SHA-256 in hexadecimal; empty until known.
    bytes: int = 0
    mtime: float = 0.0
    frames: int | None = None
    rate: Fraction | None = None
    width: int | None = None
    height: int | None = None
    seconds: Fraction | None = None
    sample_rate: int | None = None
    channels: int | None = None
    created: float = 0.0
    binned: bool = False
    facts: str = "{}"  # JSON of the streams, see `cut.values.streams.StreamFacts`.


@dataclass(frozen=True, slots=True)
class FrameNote:
    """A user's remark on a frame of a take, counted from the first frame that the shot shows."""

    frame: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A generated result for a shot. `spec` is the JSON of the request it was made from; `job` is unique.

    The first `head` and the last `tail` of its `frames` are handles, which the shot does not show. `note` is
    the user's remark on the take, `notes` are remarks on its frames, in order; `tags` are words to find the
    take by.
    """

    id: str
    shot: str
    asset: str
    job: str
    engine: str
    seed: int
    frames: int
    spec: str = "{}"
    # Signature of the inputs that decide the picture; the take is stale if the current signature differs.
    signature: str = ""
    rating: int = 0
    rejected: bool = False
    previs: bool = False
    created: float = 0.0
    note: str = ""
    head: int = 0
    tail: int = 0
    notes: tuple[FrameNote, ...] = ()
    tags: tuple[str, ...] = ()
    # JSON: element → likeness of a frame to the element's picture, −1 to 1; empty if not compared.
    likeness: str = ""

    @property
    def length(self) -> int:
        """The frames of the shot itself, without the handles."""
        return self.frames - self.head - self.tail

    def compute_head_seconds(self, rate: Fraction | None) -> Fraction:
        """Return the seconds of the take's file before the shot begins. `rate` is the file's, in frames per
        second.
        """
        return self.head / rate if rate else Fraction(0)

    @property
    def likenesses(self) -> dict[str, float]:
        """Element id → likeness of the take to the element's pictures; empty if the take was not compared."""
        return dict(json.loads(self.likeness)) if self.likeness else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVerdict:
    """A classification of a picture: reference sheet (turnaround, collage, diagram), or frame of a film.

    `by` is the source of the verdict: a model's name, `looks`, or `you`, which takes precedence.
    """

    id: str
    asset: str
    is_sheet: bool = True
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A snapshot of everything in a project except its cuts. Scenes and shots are in film order.

    `seen` are the jobs whose result, or failure, the user has seen. `suggestions` are sorted from the oldest.
    `previs_boards` are the assets of boards that no model drew. `looks` are grouped by element, in order.
    """

    project: Project
    scenes: tuple[Scene, ...] = ()
    shots: tuple[Shot, ...] = ()
    takes: tuple[Take, ...] = ()
    elements: tuple[Element, ...] = ()
    assets: tuple[Asset, ...] = ()
    revision: int = 0
    numbers: dict[str, str] = field(default_factory=dict)  # Shot id → number, such as "3B".
    seen: frozenset[str] = frozenset()
    suggestions: tuple[Suggestion, ...] = ()
    sheets: tuple[SheetVerdict, ...] = ()
    previs_boards: frozenset[str] = frozenset()
    looks: tuple[Look, ...] = ()

    def live_scenes(self) -> tuple[Scene, ...]:
        """Return the scenes that are not parked."""
        return tuple(scene for scene in self.scenes if not scene.parked)

    def live_shots(self) -> tuple[Shot, ...]:
        """Return the shots that are not parked."""
        return tuple(shot for shot in self.shots if not shot.parked)

    def shown_scenes(self) -> tuple[Scene, ...]:
        """Return the scenes that lists show: the live scenes, and OMITTED scenes at their places."""
        return tuple(scene for scene in self.scenes if not scene.parked or scene.omitted)

    def shown_shots(self) -> tuple[Shot, ...]:
        """Return the shots that lists show: the live shots, and OMITTED shots of scenes that are not OMITTED
        themselves.
        """
        gone = {scene.id for scene in self.scenes if scene.parked}
        return tuple(
            shot for shot in self.shots if not shot.parked or (shot.omitted and shot.scene not in gone)
        )


def make_shot_letters(index: int) -> str:
    """Return the letters of a shot by its index in the scene: 0 → A, 25 → Z, 26 → AA."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def number_shots(scenes: tuple[Scene, ...], shots: tuple[Shot, ...]) -> dict[str, str]:
    """Return the number of each shot, as on a slate: the locked number, or the scene's number and a letter by
    order.

    A parked shot has a number only if its number is locked; it is OMITTED.
    """
    by_scene: dict[str, int] = {}
    numbers = {scene.id: scene.number for scene in scenes}
    out: dict[str, str] = {}
    for shot in shots:
        if shot.number or shot.parked:
            if shot.number:
                out[shot.id] = shot.number
            continue
        index = by_scene.get(shot.scene, 0)
        by_scene[shot.scene] = index + 1
        out[shot.id] = f"{numbers.get(shot.scene, '')}{make_shot_letters(index)}"
    return out
