"""Define the values that a film stores: the film itself (`Project`), scenes, shots, takes, elements, looks
and assets.

All values are frozen. Their fields are the columns of the film's database, so a new field needs a migration
in `store.project.schema`. Scenes, shots and similar values have an `order` key, by which lists of them are
sorted (`core.order_keys`). The parsed screenplay is in `story.screenplay.screenplay`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import count, product

from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.field_questions import make_field_prompt
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.making import (
    ENGINES_OWN,
    BoardUse,
    ChunkWords,
    Conditioning,
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
)
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.story.values.text import fold


class Status(StrEnum):
    """The progress of a film, as the user sets it."""

    DRAFT = "draft"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A film. `rate` is in frames per second, `width` and `height` are in pixels. `style` is a text with
    which every prompt of the film begins.
    """

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
    loras: tuple[LoraUse, ...] = ()  # LoRAs that are active for every shot.
    boarded: str = ""  # SHA-256 digest of the screenplay from which the scenes and shots were last made.
    coverage: Coverage = Coverage.INHERITED
    # While True, new scenes and shots get numbers such as 12A and 12AA, and removed ones are OMITTED.
    numbers_locked: bool = False
    # Part of the prompt → the user's words for it. Empty words leave the part out.
    prompt_parts: tuple[tuple[str, str], ...] = ()
    status: Status = Status.DRAFT
    tags: tuple[str, ...] = ()
    # A summary for people, and for language models that answer questions about the film.
    description: str = ""
    # Keys of marks that the user dismissed. A mark is a question about a possible contradiction in the
    # screenplay (`story.consistency`).
    passed: tuple[str, ...] = ()
    # The code of the language of the dialogue, such as `de` or `pt-br`; empty: detected.
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene: the part of the screenplay under one heading. `number` is the number in the script (“12A”) or,
    if the script has none, a count.
    """

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
    # Fields that the user set (order, heading, …), each with the value that the script gives.
    own: tuple[tuple[str, str], ...] = ()
    part: str = ""  # Sub-location: a room of a house, a deck of a ship.
    weather: str = ""
    era: Era = Era.PRESENT
    coverage: Coverage = Coverage.INHERITED
    omitted: bool = False  # Removed from the script while numbers are locked; the number stays reserved.
    prompt_parts: tuple[tuple[str, str], ...] = ()
    # Attributes of the scene's place that apply only during this scene, as pairs of name and words.
    layers: tuple[tuple[str, str], ...] = ()
    # The accepted breakdown of the scene as JSON (`story.breakdown.scenes.SceneBreakdown`), or empty.
    breakdown: str = ""

    def get_script_value(self, field: str) -> str:
        """Return the value that the script gives for a field, even if the user set another value."""
        return dict(self.own).get(field, str(getattr(self, field)))

    def is_set_by_user(self, field: str) -> bool:
        """Return True if the user set this field. Commits do not change such a field."""
        return any(name == field for name, _ in self.own)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dialogue in a shot: the character, the words, and how the voice is heard."""

    character: str
    text: str
    extension: str = ""  # Extension of the cue: V.O., O.S., and so on.
    parenthetical: str = ""
    heard: VoicePosition = VoicePosition.SEEN
    at_once: bool = False  # True for the second side of a dual dialogue.


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A shot of the film. If `prompt` is None, the prompt is composed from the other fields
    (`story.elements.prompt`).

    Each field except `conditioning` is a column; add a new field before it. Fields with `make_field_prompt`
    metadata can be set with `shot set` and in the inspector.

    - `take` is the id of the picked take, `board` the asset id of the current board.
    - `digest` identifies the script text of the shot, for merging. It is empty for shots that the user added;
      a commit never parks those.
    - `continues` is the id of the shot that this shot continues. With `continuity`, its takes begin with the
      end of that shot.
    - `continues_as` is how it continues. In a performance (`story.shots.performances`), each shot has its own
      part of the lines and the length.
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
    engine: str = ""  # Name of the engine. If empty, the project's engine is used.
    continues: str = ""
    caption: str = ""
    line: int = 0
    end_line: int = 0
    digest: str = ""
    parked: bool = False
    # Id of the picked take. Use `picked_takes.get_picked_take`, which ignores a rejected take.
    take: str = ""
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
    reason: str = ""  # The rule by which the framing was chosen.
    doubts: tuple[Doubt, ...] = ()  # Uncertain guesses about the script that the user has not answered yet.
    # Fields that the user set, each with the value that the script gives.
    own: tuple[tuple[str, str], ...] = ()
    number: str = ""  # The locked number. Empty while numbers are not locked, when shots are counted.
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
    # Name of each person → position on the screen: left, centre or right.
    stands: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    note: str = field(
        default="",
        metadata=make_field_prompt("note for people; models do not get it", label="note", longest=1000),
    )
    # Part of the prompt → the user's words for it. Empty words leave the part out.
    prompt_parts: tuple[tuple[str, str], ...] = ()
    # Attributes of the shot's place that apply only in this shot, as pairs of name and words.
    layers: tuple[tuple[str, str], ...] = ()
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
    # The pictures and clips that takes must follow, sorted by order key.
    conditioning: tuple[Conditioning, ...] = ()

    @property
    def continuity_source(self) -> str:
        """The id of the shot with whose last frames the takes of this shot begin, or an empty string."""
        return "" if self.continues_as else self.continues


class ElementKind(StrEnum):
    """The kinds of elements."""

    CHARACTER = "character"
    LOCATION = "location"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A character, location or object. `trigger` is the word for it in prompts: it begins with `@` and is
    unique in the project.
    """

    id: str
    kind: ElementKind
    name: str
    trigger: str
    description: str = ""
    seed: int | None = None
    loras: tuple[LoraUse, ...] = ()
    voice: str = ""
    references: tuple[str, ...] = ()  # Asset ids of the reference pictures.
    found: bool = False  # True if a commit found the element in the screenplay; False if the user added it.
    aliases: tuple[str, ...] = ()  # Other names of the element in the script.
    gender: str = ""  # she, he, they or it; empty if not known.
    extra: bool = False  # True for a role without an identity, such as a crowd, a voice or a waiter.
    # True if the user decided that this is not an element. Commits do not add it again.
    dismissed: bool = False
    parent: str = ""  # Id of the place that contains this place. Empty for other elements.
    # Attributes of a place, as pairs of name and words (`story.values.place_layers`).
    layers: tuple[tuple[str, str], ...] = ()
    quote: str = ""  # The sentence of the script in which an object was found.
    # Parent and attributes that the user set, each with the value that the script gives.
    own: tuple[tuple[str, str], ...] = ()
    sample: str = ""  # Asset id of a recording of the character's voice.
    role: str = ""  # The role of a character in the story.
    traits: tuple[str, ...] = ()
    arc: str = ""  # The character's change from the first scene to the last.
    # Id of another character → the relation to that character, in words.
    relations: tuple[tuple[str, str], ...] = ()
    speech: str = ""  # Voice and manner of speaking, in words.
    # Face of a place (`story.elements.place_faces`) → asset id of its picture.
    faces: tuple[tuple[str, str], ...] = ()
    # The accepted breakdown of a character as JSON (`story.breakdown.people.Person`), or empty.
    breakdown: str = ""
    # The engine that speaks the character's lines; empty: the engine of the settings. `voice` is a voice of
    # this engine.
    voice_engine: str = ""
    voice_pitch: float = 0.0  # Change of the voice's pitch in semitones.
    voice_pace: float = 1.0  # Factor of the voice's pace.

    def has_name_or_alias(self, name: str) -> bool:
        """Return True if a name, in any case, is this element's name, trigger or alias."""
        wanted = fold(name)
        return bool(wanted) and wanted in map(fold, (self.name, self.trigger, *self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The appearance of an element from the shot `begins` to the shot `ends` (ids, both included).

    An empty id means the beginning or the end of the film. `era` limits the look to scenes of that time. If
    several looks apply to a shot, the look with the shortest range wins; if the ranges are equal, the later
    look. A look whose first or last shot was removed does not apply until it gets a new range. `quote` is the
    passage of the script in which the look was found.
    """

    id: str
    element: str
    order: str
    name: str = ""
    text: str = ""  # Description of the appearance, as it is used in prompts.
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""  # State of the element, such as soaked, wounded, asleep.
    begins: str = ""
    ends: str = ""
    era: Era = Era.PRESENT
    quote: str = ""
    line: int = 0
    found: bool = False
    loras: tuple[LoraUse, ...] = ()
    references: tuple[str, ...] = ()  # Asset ids of the reference pictures.
    sample: str = ""  # Asset id of a recording of the voice in this part of the film.


class AssetKind(StrEnum):
    """The kinds of media files."""

    VIDEO = "video"
    PICTURE = "picture"
    SOUND = "sound"
    LUT = "lut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A media file of the project. A managed file is stored in `media/` and never changed. A linked file
    stays where the user has it.
    """

    id: str
    kind: AssetKind
    path: str  # Path of the file: relative to the project if managed, absolute if linked.
    name: str = ""
    managed: bool = True
    digest: str = ""  # SHA-256 digest in hexadecimal. Empty until it has been computed.
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
    facts: str = "{}"  # Facts about the streams of the file as JSON (`cut.values.streams.StreamFacts`).


@dataclass(frozen=True, slots=True)
class FrameNote:
    """A user's remark on a frame of a take. Frame 0 is the first frame that the shot shows, after the take's
    head.
    """

    frame: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A version of a shot that was generated. `spec` is the request as JSON. `job` is the id of the job that
    made the take. If the job made several takes, an index follows the id.

    The take has `frames` frames. The first `head` and the last `tail` frames are handles, which the shot does
    not show. `note` is the user's remark on the take. `notes` are remarks on its frames, sorted by frame.
    `tags` are words by which the user finds the take.
    """

    id: str
    shot: str
    asset: str
    job: str
    engine: str
    seed: int
    frames: int
    spec: str = "{}"
    # Hash of all inputs that decide the picture. The take is stale if the current inputs of its shot have
    # another hash.
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
    # JSON that maps the id of each element in the take to a likeness from −1 to 1: how similar a frame of the
    # take is to the element's picture. Empty if the take was not compared.
    likeness: str = ""

    @property
    def length(self) -> int:
        """The number of frames that the shot shows, without the handles."""
        return self.frames - self.head - self.tail

    def compute_head_seconds(self, rate: Fraction | None) -> Fraction:
        """Return the length of the head in seconds. `rate` is the frame rate of the take's file in frames per
        second.
        """
        return self.head / rate if rate else Fraction(0)

    @property
    def likenesses(self) -> dict[str, float]:
        """The likeness of the take to the pictures of each element, by element id, from −1 to 1. Empty if the
        take was not compared.
        """
        values = read_stored_object(self.likeness)
        return {id: value for id, value in values.items() if isinstance(value, int | float)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVerdict:
    """A decision whether a picture is a reference sheet (turnaround, collage, diagram) or could be a frame of
    a film.

    `by` says who decided: the name of a language model, `its layout` or `its template` for a rule of this
    program, or `you` for the user, whose decision takes precedence.
    """

    id: str
    asset: str
    is_sheet: bool = True
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A snapshot of everything in a project except its cuts. Scenes and shots are in film order.

    `seen` are the ids of jobs whose result or failure the user has seen. `suggestions` are sorted from oldest
    to newest. `previs_boards` are the asset ids of boards that were drawn without a model. `looks` are
    grouped by element.
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
    sound_takes: tuple[SoundTake, ...] = ()  # oldest first
    line_takes: tuple[LineTake, ...] = ()  # Takes of spoken lines, oldest first.

    def live_scenes(self) -> tuple[Scene, ...]:
        """Return the scenes that are not parked. A parked scene was taken out of the film but is stored, so
        that it can be restored.
        """
        return tuple(scene for scene in self.scenes if not scene.parked)

    def live_shots(self) -> tuple[Shot, ...]:
        """Return the shots that are not parked. A parked shot was taken out of the film but is stored with
        its takes, so that it can be restored.
        """
        return tuple(shot for shot in self.shots if not shot.parked)

    def shown_scenes(self) -> tuple[Scene, ...]:
        """Return the scenes that lists show: live scenes, and OMITTED scenes at their positions."""
        return tuple(scene for scene in self.scenes if not scene.parked or scene.omitted)

    def shown_shots(self) -> tuple[Shot, ...]:
        """Return the shots that lists show: live shots, and OMITTED shots whose scene is not OMITTED
        itself.
        """
        parked_ids = {scene.id for scene in self.scenes if scene.parked}
        return tuple(
            shot for shot in self.shots if not shot.parked or (shot.omitted and shot.scene not in parked_ids)
        )


# The letters of shot numbers. I and O look like digits on a slate.
SHOT_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def iterate_shot_numbers(scene: str, scenes: Collection[str]) -> Iterator[str]:
    """Yield the numbers of the shots of a scene in order: 4A, …, 4Z, 4AA, … Numbers that belong to another
    scene of `scenes` are left out: 4AA is a shot of scene 4A if there is such a scene.
    """
    yield from (f"{scene}{letter}" for letter in SHOT_LETTERS)
    others = {one.upper() for one in scenes}
    for length in count(2):
        for letters in map("".join, product(SHOT_LETTERS, repeat=length)):
            if not any(f"{scene.upper()}{letters[:end]}" in others for end in range(1, length)):
                yield f"{scene}{letters}"


def number_shots(scenes: tuple[Scene, ...], shots: tuple[Shot, ...]) -> dict[str, str]:
    """Return a dictionary that maps the id of each shot to its number, as written on a slate (`12A`).

    The number of a shot is its locked number, or otherwise the number of its scene and a letter for its
    position in the scene. A parked shot has a number only if its number is locked; the shot is then OMITTED.
    """
    numbers = {scene.id: scene.number for scene in scenes}
    used = {scene.number for scene in scenes if scene.number}
    by_scene: dict[str, Iterator[str]] = {}
    out: dict[str, str] = {}
    for shot in shots:
        if shot.number or shot.parked:
            if shot.number:
                out[shot.id] = shot.number
            continue
        if shot.scene not in by_scene:
            by_scene[shot.scene] = iterate_shot_numbers(numbers.get(shot.scene, ""), used)
        out[shot.id] = next(by_scene[shot.scene])
    return out
