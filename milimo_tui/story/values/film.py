"""What a film is made of, as the project keeps it: project, scenes, shots, takes, elements, assets.

Frozen values; lists that belong together are ordered by `order` keys (`core.order_keys`). The screenplay as
parsed lives in `story.screenplay.screenplay`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from milimo_tui.story.values.asked import asked
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
    framed_as,
)
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.story.values.text import fold

# Also the words of scenes and shots, and what takes are made with: who has a shot has all of them.
__all__ = [
    "Angle", "Asset", "AssetKind", "BoardUse", "ChunkWords", "Conditioning",
    "Continuing", "Coverage", "Element", "ElementKind", "Era", "FollowKind", "Function",
    "GuidanceParts", "Line", "Look", "LoraUse", "Movement", "Project", "Rig", "Scene", "Setting",
    "SheetVerdict", "Shot", "Size", "Status", "Story", "Suggestion", "SuggestionState", "Take",
    "VoicePosition", "framed_as", "letters", "number_shots",
]  # fmt: skip


class Status(StrEnum):
    """How far a film is, as a person says."""

    DRAFT = "draft"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One film. `rate` is frames per second; sides are in pixels; `style` heads every prompt."""

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
    script: str = ""  # the screenplay's text, exactly as imported or edited
    script_name: str = ""
    created: float = 0.0
    current_cut: str = ""
    loras: tuple[LoraUse, ...] = ()  # on every shot
    boarded: str = ""  # SHA-256 of the screenplay that its scenes and shots were made from
    coverage: Coverage = Coverage.INHERITED
    numbers_locked: bool = False  # new scenes and shots are 12A and 12AA from then on, gone ones OMITTED
    prompt_parts: tuple[tuple[str, str], ...] = ()  # by part; "": left out
    status: Status = Status.DRAFT
    tags: tuple[str, ...] = ()
    description: str = ""  # what it is about: told to people, and to models that are asked about it
    passed: tuple[str, ...] = ()  # marks of its screenplay that a person dismissed (`story.consistency`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A slugline's worth of screenplay. `number` is the script's own ("12A") or counted."""

    id: str
    order: str
    number: str
    heading: str
    setting: Setting = Setting.NONE
    location: str = ""
    time_of_day: str = ""
    text: str = ""
    line: int = 0  # 1-based line of the heading in the project's script
    parked: bool = False
    own: tuple[tuple[str, str], ...] = ()  # what a person set: order, heading, …; and what the script says
    part: str = ""  # of the location: a room, a deck
    weather: str = ""
    era: Era = Era.PRESENT
    coverage: Coverage = Coverage.INHERITED
    omitted: bool = False  # gone from the script while numbers are locked: its number stays taken
    prompt_parts: tuple[tuple[str, str], ...] = ()
    layers: tuple[tuple[str, str], ...] = ()  # of its place, for as long as it plays

    def in_script(self, field: str) -> str:
        """What the script says of a field, whatever a person set."""
        return dict(self.own).get(field, "") or str(getattr(self, field))

    def keeps(self, field: str) -> bool:
        """Whether a person set a field, so that a commit leaves it."""
        return any(name == field for name, _ in self.own)


@dataclass(frozen=True, slots=True)
class Line:
    """A spoken line of a shot."""

    character: str
    text: str
    extension: str = ""  # V.O., O.S., …
    parenthetical: str = ""
    heard: VoicePosition = VoicePosition.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What is to be made. `prompt` None means: composed from the other fields (`story.elements.prompt`).

    Each field but `conditioning` is a column of the film's file; a new one comes last, before `conditioning`,
    with a step in `store.project.schema`. One that is `asked` for is in `shot set` and the inspector.
    `take` is the picked take's id, `board` the current board's asset id. `digest` identifies the
    script text it came from, for merging; empty for shots added by hand, which a commit never parks.
    `continuity`: a shot that continues another goes on from that one's end. `continues_as` is how it does;
    within a performance (`story.shots.performances`) each shot has its own part of the lines and the length.
    """

    id: str
    scene: str
    order: str
    action: str = field(default="", metadata=asked("what is seen"))
    dialogue: tuple[Line, ...] = ()
    characters: tuple[str, ...] = ()
    size: Size = field(default=Size.MS, metadata=asked("ECU CU MCU MS MLS FS LS WS EWS", row="size"))
    angle: Angle = field(
        default=Angle.EYE, metadata=asked("eye, low, high, overhead, dutch, profile", row="size")
    )
    movement: Movement = field(
        default=Movement.STATIC, metadata=asked("static, pan left, dolly in, …", row="size")
    )
    function: Function = field(
        default=Function.SINGLE, metadata=asked("single, two-shot, OTS, POV, insert, …", row="function")
    )
    rig: Rig = field(default=Rig.TRIPOD, metadata=asked("tripod, dolly, handheld, …", row="function"))
    frames: int = 100
    prompt: str | None = None
    negative: str = field(default="", metadata=asked("what to keep out", after="prompt"))
    seed: int = field(default=42, metadata=asked("the seed", after="length", least=0, most=2**32 - 1))
    seed_locked: bool = False
    steps: int | None = None
    guidance: float | None = None
    pipeline: str = field(
        default="auto",
        metadata=asked(
            "auto: by what the shot follows",
            words=("auto", "ti2vid", "keyframe", "ic_lora"),
            after="stages",
        ),
    )
    engine: str = ""  # empty: the project's
    continues: str = ""
    caption: str = ""
    line: int = 0
    end_line: int = 0
    digest: str = ""
    parked: bool = False
    take: str = ""  # the picked one; `picking.picked` says whether it is shown
    board: str = ""
    model: str = field(
        default="",
        metadata=asked(
            "weights by their id; empty: those in use (milimo model use)", row="engine", after="deterministic"
        ),
    )
    schedule: str = field(
        default="auto",
        metadata=asked(
            "how many, which steps",
            words=("auto", "distilled", "full"),
            row="steps",
            after="audio_rescale",
        ),
    )
    stages: str = field(
        default="auto",
        metadata=asked("two: half the size, then refined", words=("auto", "one", "two", "dfr"), row="steps"),
    )
    guidance_parts: GuidanceParts = ENGINES_OWN
    loras: tuple[LoraUse, ...] = ()
    chunks: tuple[ChunkWords, ...] = ()
    temporal_upscale: bool = field(
        default=False,
        metadata=asked("sample half the frames, double them in time", row="steps", after="pipeline"),
    )
    deterministic: bool = field(
        default=False, metadata=asked("the same bits again, at a price in speed", row="seed")
    )
    continuity: bool = field(
        default=True, metadata=asked("begin with the end of the shot it continues", after="continues")
    )
    board_use: BoardUse = BoardUse.AUTO
    chosen: bool = False  # a person picked the take
    focus: str = field(
        default="",
        metadata=asked("whom or what the camera looks at", label="focus", after="rig", longest=200),
    )
    reason: str = ""  # why it is framed as it is: the rule that did it
    doubts: tuple[Doubt, ...] = ()  # what the script does not say for sure, until a person answers
    own: tuple[tuple[str, str], ...] = ()  # fields that a person set, and what the script says of each
    number: str = ""  # its number once numbers are locked; empty: counted
    omitted: bool = False
    location: str = field(
        default="",
        metadata=asked("where it plays; empty: where its scene does", label="place", longest=200),
    )
    part: str = field(default="", metadata=asked("the room or part of that place", label="part", longest=200))
    time_of_day: str = field(
        default="", metadata=asked("when it plays; empty: when its scene does", label="time", longest=100)
    )
    weather: str = field(
        default="", metadata=asked("its weather; empty: its scene's", label="weather", longest=100)
    )
    looks: tuple[tuple[str, str], ...] = ()  # element id → look id, set by hand for this shot
    stands: tuple[tuple[str, str], ...] = ()  # who stands where on the screen: left, centre, right
    tags: tuple[str, ...] = ()
    note: str = field(
        default="", metadata=asked("a remark for people, never sent", label="note", longest=1000)
    )
    prompt_parts: tuple[tuple[str, str], ...] = ()  # part of the prompt → its words; "": left out
    layers: tuple[tuple[str, str], ...] = ()  # of its place, in this shot alone
    continues_as: Continuing = Continuing.END
    cache: str = field(
        default="off",
        metadata=asked(
            "what spares steps of the model: quicker, and not quite the same",
            words=("off", "taylorseer", "mag"),
            row="steps",
            after="temporal_upscale",
        ),
    )
    voices: bool = field(
        default=True,
        metadata=asked("lines in the voices that samples have", label="voices", after="deterministic"),
    )
    beats: str = field(
        default="", metadata=asked("auto, off, or when each begins: 1.5, 3", row="beats", longest=200)
    )
    subjects: str = field(
        default="auto", metadata=asked("pictures beside its words", words=("auto", "on", "off"), row="beats")
    )
    camera_lora: str = field(
        default="with",
        metadata=asked(
            "the LoRA of its movement: with the words, instead of them, off",
            words=("with", "instead", "off"),
            row="size",
            after="movement",
        ),
    )
    options: str = field(
        default="",
        metadata=asked(
            "what a pipeline of diffusers takes beside: eta=0.5, clip_skip=2",
            row="engine",
            after="model",
            longest=500,
        ),
    )
    face: str = field(
        default="auto",
        metadata=asked(
            "which way it looks in its place",
            words=("auto", "off", "front", "right", "back", "left", "up", "down"),
            label="looks to",
            after="subjects",
        ),
    )
    lens: str = field(
        default="",
        metadata=asked(
            "the lens, in words: 85 mm at f/1.8; empty: by its size", label="lens", after="focus", longest=60
        ),
    )
    palette: str = field(
        default="",
        metadata=asked("its colours, in words", label="palette", after="lens", longest=120),
    )
    conditioning: tuple[Conditioning, ...] = ()  # in order

    @property
    def goes_on_from(self) -> str:
        """The shot (its id) whose end takes of this one begin with; empty for none."""
        return "" if self.continues_as else self.continues


class ElementKind(StrEnum):
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
    references: tuple[str, ...] = ()  # asset ids
    found: bool = False  # found in the screenplay, not made by hand
    aliases: tuple[str, ...] = ()  # other names that the script calls it by
    gender: str = ""  # she, he, they, it; empty: not known
    extra: bool = False  # nobody's part: a crowd, a voice, a waiter
    dismissed: bool = False  # "no element", for good: a commit does not find it again
    parent: str = ""  # the place that this one is a part of (id)
    layers: tuple[tuple[str, str], ...] = ()  # of a place, by name (`story.values.place_layers`)
    quote: str = ""  # the script's words that a thing came from
    own: tuple[tuple[str, str], ...] = ()  # what a person set of parent and layers, and what the script says
    sample: str = ""  # a recording of its voice (asset id)
    role: str = ""  # a character's part in the story
    traits: tuple[str, ...] = ()
    arc: str = ""  # how it changes from the first scene to the last
    relations: tuple[tuple[str, str], ...] = ()  # another character's id, and what that one is to it
    speech: str = ""  # how its voice sounds and how it talks
    faces: tuple[tuple[str, str], ...] = ()  # of a place: face (`story.elements.place_faces`) and asset id

    def is_called(self, name: str) -> bool:
        """Whether a name, in any case, is this element's: its name, its trigger or an alias."""
        wanted = fold(name)
        return bool(wanted) and wanted in map(fold, (self.name, self.trigger, *self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an element looks for a part of the film: from the shot `begins` to the shot `ends`, both included.

    An empty end is the film's. `era` limits it to scenes of that time. Of several that hold the narrowest
    does, of equal ones the later. One that names a shot that is gone holds nowhere until it is given a
    place again. `quote` are the script's words that it came from.
    """

    id: str
    element: str
    order: str
    name: str = ""
    text: str = ""  # what is visible, as it goes into prompts
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""  # soaked, wounded, asleep
    begins: str = ""
    ends: str = ""
    era: Era = Era.PRESENT
    quote: str = ""
    line: int = 0
    found: bool = False
    loras: tuple[LoraUse, ...] = ()
    references: tuple[str, ...] = ()  # asset ids
    sample: str = ""  # a recording of its voice then (asset id)


class AssetKind(StrEnum):
    VIDEO = "video"
    PICTURE = "picture"
    SOUND = "sound"
    LUT = "lut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A media file known to the project. Managed: inside `media/`, never changed. Linked: elsewhere."""

    id: str
    kind: AssetKind
    path: str  # relative to the project when managed, absolute when linked
    name: str = ""
    managed: bool = True
    digest: str = ""  # SHA-256 hex, empty until known
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
    facts: str = "{}"  # JSON of what its streams are, `cut.values.streams.StreamFacts`


@dataclass(frozen=True, slots=True)
class FrameNote:
    """A person's remark on a frame of a take, counted from the first that the shot shows."""

    frame: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One made result of a shot. `spec` is the JSON of what it was made from; `job` is unique.

    Of its `frames` the first `head` and the last `tail` are handles, which the shot does not show. `note` is
    a person's remark on it, `notes` are remarks on frames of it, in their order; `tags` are words to find it
    by.
    """

    id: str
    shot: str
    asset: str
    job: str
    engine: str
    seed: int
    frames: int
    spec: str = "{}"
    signature: str = ""  # of the inputs that decide the picture; a differing one means stale
    rating: int = 0
    rejected: bool = False
    previs: bool = False
    created: float = 0.0
    note: str = ""
    head: int = 0
    tail: int = 0
    notes: tuple[FrameNote, ...] = ()
    tags: tuple[str, ...] = ()
    likeness: str = ""  # JSON by element: how like a frame is to its picture, −1 to 1; empty: not compared

    @property
    def length(self) -> int:
        """The frames of the shot itself, without the handles."""
        return self.frames - self.head - self.tail

    def head_seconds(self, rate: Fraction | None) -> Fraction:
        """Where in the take's file the shot begins; `rate` is the file's, in frames per second."""
        return self.head / rate if rate else Fraction(0)

    @property
    def likenesses(self) -> dict[str, float]:
        """How like it is to the pictures of its elements, by their ids; empty where it was not compared."""
        return dict(json.loads(self.likeness)) if self.likeness else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVerdict:
    """Whether a picture is a reference sheet (turnaround, collage, diagram) rather than a frame of a film.

    `by` says who found so: a model's name, `looks`, or `you`, whose word stands.
    """

    id: str
    asset: str
    is_sheet: bool = True
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything of a project but its cuts, as one snapshot. Scenes and shots come in film order.

    `seen` are the jobs whose result, or failure, a person has looked at. `suggestions` come oldest first.
    `previs_boards` are the assets of boards that no model drew. `looks` come by element, in order.
    """

    project: Project
    scenes: tuple[Scene, ...] = ()
    shots: tuple[Shot, ...] = ()
    takes: tuple[Take, ...] = ()
    elements: tuple[Element, ...] = ()
    assets: tuple[Asset, ...] = ()
    revision: int = 0
    numbers: dict[str, str] = field(default_factory=dict)  # shot id → "3B"
    seen: frozenset[str] = frozenset()
    suggestions: tuple[Suggestion, ...] = ()
    sheets: tuple[SheetVerdict, ...] = ()
    previs_boards: frozenset[str] = frozenset()
    looks: tuple[Look, ...] = ()

    def live_scenes(self) -> tuple[Scene, ...]:
        return tuple(scene for scene in self.scenes if not scene.parked)

    def live_shots(self) -> tuple[Shot, ...]:
        return tuple(shot for shot in self.shots if not shot.parked)

    def shown_scenes(self) -> tuple[Scene, ...]:
        """Scenes as lists show them: the live ones, and those that are OMITTED in their places."""
        return tuple(scene for scene in self.scenes if not scene.parked or scene.omitted)

    def shown_shots(self) -> tuple[Shot, ...]:
        """Shots as lists show them: the live ones, and those OMITTED of scenes that are not OMITTED whole."""
        gone = {scene.id for scene in self.scenes if scene.parked}
        return tuple(
            shot for shot in self.shots if not shot.parked or (shot.omitted and shot.scene not in gone)
        )


def letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: the letters of shots in a scene."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def number_shots(scenes: tuple[Scene, ...], shots: tuple[Shot, ...]) -> dict[str, str]:
    """Shot numbers as slates show them: the locked one, else the scene's number and a letter by order in it.

    Of shots that are parked only those have one whose numbers are locked: they are OMITTED.
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
        out[shot.id] = f"{numbers.get(shot.scene, '')}{letters(index)}"
    return out
