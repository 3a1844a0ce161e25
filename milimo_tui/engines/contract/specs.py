"""Specs: what an engine is asked to do, one pydantic union shared by queue, CLI, provenance and remake.

Pure values. Paths in specs are absolute; an input may instead name `{job, output}`, resolved
when the job starts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
)

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.values.streams import Ratio


class SpecValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class JobOutput(SpecValue):
    """A late-bound input: the file with that role which another job made."""

    job: str
    output: str = "take"


Input = str | JobOutput


class Person(SpecValue):
    """A character as a panel or a prompt needs them."""

    name: str
    description: str = ""


class SpokenLine(SpecValue):
    """A line of dialogue. `voice` is that of its character, for engines that draw from facts."""

    character: str
    text: str
    extension: str = ""
    voice: str = ""

    @model_serializer(mode="wrap")
    def _told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Without a voice the order of a take, and its signature, are what they were before there was one.
        return {name: value for name, value in serialize(self).items() if value or name != "voice"}


class ShotFacts(SpecValue):
    """What a shot is about, for engines that draw from facts rather than from the prompt."""

    number: str = ""
    scene_number: str = ""
    heading: str = ""
    setting: str = ""
    location: str = ""
    time_of_day: str = ""
    action: str = ""
    size: str = "MS"
    angle: str = "eye"
    movement: str = "static"
    function: str = "single"
    rig: str = "tripod"
    characters: tuple[Person, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    title: str = ""  # the film's name


class Conditioning(SpecValue):
    """A picture or clip the take must follow from a frame on, with a strength of 0 to 1.

    `at`: that one frame of a clip alone, as a still, negative from its end; None: the clip, from its frame
    `start` on.
    """

    input: Input
    frame: int = 0
    strength: float = 1.0
    source: Literal["hand", "board", "continuity"] = "hand"
    at: int | None = None
    start: int = 0


class Lora(SpecValue):
    """Adapter weights: `id` is a registered one, or the absolute path of a .safetensors file.

    `digest` is the file's SHA-256 where it is known: another file under the same name is another LoRA.
    """

    id: str
    strength: float = Field(default=1.0, ge=-4.0, le=4.0)
    digest: str = ""


def _loras(value: Any) -> Any:
    """Specs of before there were strengths name LoRAs alone."""
    if isinstance(value, tuple | list):
        return tuple({"id": one} if isinstance(one, str) else one for one in value)
    return value


Loras = Annotated[tuple[Lora, ...], BeforeValidator(_loras)]

ControlKind = Literal["depth", "canny", "pose", "detail", "motion"]


class Control(SpecValue):
    """A clip whose structure the take follows (IC-LoRA), from its frame `start` on.

    `prepared`: the input is a control map already (a depth map, drawn edges), else one is made from it.
    """

    kind: ControlKind
    input: Input
    strength: float = Field(default=1.0, ge=0.0, le=2.0)
    prepared: bool = False
    start: int = Field(default=0, ge=0)


class GuidanceParts(SpecValue):
    """The parts of guidance for picture and sound; None: the schedule's own. `MakeVideo.guidance` is the
    text part of the picture.
    """

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


class Chunk(SpecValue):
    """One part of a shot that is longer than the model: its continuing prompt and seed, if not derived."""

    prompt: str = ""
    seed: int | None = None


class Over(SpecValue):
    """A take whose pictures stay as they are: the sound alone is made."""

    input: Input


class MakeVideo(SpecValue):
    """A take: `frames` at `rate`, with sound, and beside them handles of `head` frames before and `tail`
    behind, which go on as the shot does.

    `plain` is what the prompt says before it is worded for the model, by which takes are compared; empty: the
    prompt itself. `model` is the id of the weights; empty: those selected. `references` show elements.
    `deterministic` asks for kernels that give the same bits again, at a price in speed.
    """

    kind: Literal["make_video"] = "make_video"
    engine: str = "animatic"
    prompt: str = ""
    plain: str = ""
    negative: str = ""
    frames: int = Field(ge=1)
    head: int = Field(default=0, ge=0)
    tail: int = Field(default=0, ge=0)
    rate: Ratio
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    sample_rate: int = 48000
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    pipeline: str = "auto"  # auto, ti2vid, keyframe or ic_lora
    loras: Loras = ()  # of the shot, its elements and the project, in order
    conditioning: tuple[Conditioning, ...] = ()
    facts: ShotFacts = ShotFacts()
    model: str = ""
    schedule: Literal["auto", "distilled", "full"] = "auto"
    stages: Literal["auto", "one", "two"] = "auto"
    guidance_parts: GuidanceParts = GuidanceParts()
    control: tuple[Control, ...] = ()
    references: tuple[Input, ...] = ()
    temporal_upscale: bool = False
    chunks: tuple[Chunk, ...] = ()
    deterministic: bool = False
    recipe: str = ""  # the name of that to be kept to where it fits, as a remake does; empty: the best
    stands_for: str = ""  # the signature of what the shot says, where a sweep departs from it on purpose
    over: Over | None = None

    @property
    def all_frames(self) -> int:
        """The frames of the take with its handles."""
        return self.head + self.frames + self.tail

    def with_handles_inside(self) -> MakeVideo:
        """The same take for engines that know nothing of handles: all of it is the take, and what it follows
        lies as much later.
        """
        moved = tuple(
            one.model_copy(update={"frame": one.frame + (self.head if one.frame >= 0 else -self.tail)})
            for one in self.conditioning
        )
        whole = {"frames": self.all_frames, "head": 0, "tail": 0, "conditioning": moved}
        return self.model_copy(update=whole)


class MakePicture(SpecValue):
    """A still: a board when `facts` are given, else a picture from the prompt."""

    kind: Literal["make_picture"] = "make_picture"
    engine: str = "animatic"
    prompt: str = ""
    negative: str = ""
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: Loras = ()
    facts: ShotFacts = ShotFacts()
    model: str = ""
    references: tuple[Input, ...] = ()  # in order: the first sets the size where none is asked for
    count: int = Field(default=1, ge=1, le=64)  # pictures, seeds counted up from `seed`
    deterministic: bool = False
    recipe: str = ""
    element: str = ""  # the id of the element whose reference picture it becomes


class Inpaint(SpecValue):
    """Paint anew where the mask is white; outside of it the picture stays as it was, bit by bit.

    `grow` and `feather` are pixels: the mask is widened (negative: narrowed), then its edge softened. Of a
    clip it is the picture at `frame`.
    """

    kind: Literal["inpaint"] = "inpaint"
    engine: str = "flux2"
    input: Input
    frame: int = Field(default=0, ge=0)
    mask: Input
    prompt: str
    negative: str = ""
    strength: float = Field(default=0.8, gt=0.0, le=1.0)
    references: tuple[Input, ...] = ()
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    loras: Loras = ()
    model: str = ""
    deterministic: bool = False
    recipe: str = ""


class Upscale(SpecValue):
    """A picture, larger by `factor`, its detail made anew with that strength."""

    kind: Literal["upscale"] = "upscale"
    engine: str = "flux2"
    input: Input
    factor: Literal[2, 4] = 2
    prompt: str = ""
    strength: float = Field(default=0.3, ge=0.0, le=1.0)
    seed: int = 0
    steps: int | None = None
    loras: Loras = ()
    model: str = ""
    deterministic: bool = False
    recipe: str = ""


class Point(SpecValue):
    """A click in pixels of the input. `positive`: belongs to the object."""

    x: float
    y: float
    positive: bool = True
    object: int = Field(default=1, ge=1, le=256)


class Box(SpecValue):
    """A box in pixels of the input, corners included."""

    x0: float
    y0: float
    x1: float
    y1: float
    positive: bool = True
    object: int = Field(default=1, ge=1, le=256)


class Segment(SpecValue):
    """A mask of what is named or clicked in a picture, or in one frame of a clip."""

    kind: Literal["segment"] = "segment"
    engine: str = "sam3"
    input: Input
    frame: int = Field(default=0, ge=0)
    text: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()
    threshold: float = Field(default=0.3, ge=0.0, le=1.0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    model: str = ""


class TrackPrompt(SpecValue):
    """Clicks or a box at a frame; a later one of the same object corrects it from there on."""

    frame: int = Field(ge=0)
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()


class Track(SpecValue):
    """A moving mask through a clip, of what is named or clicked.

    A text is looked for from `start`; what is clicked is followed from where it is. `threshold` None: the
    model's own.
    """

    kind: Literal["track"] = "track"
    engine: str = "sam3"
    input: Input
    text: tuple[str, ...] = ()
    prompts: tuple[TrackPrompt, ...] = ()
    start: int = Field(default=0, ge=0)
    direction: Literal["forward", "backward", "both"] = "both"
    frames: int | None = Field(default=None, ge=1)  # at most, each way; None: to the ends
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    model: str = ""


class ShotBrief(SpecValue):
    """One shot of a scene whose prompts are rewritten: what a language model is told of it.

    `rules` are how the makers of its `family` want it worded, `text` is the prompt as it is now, `facts` what
    has to stay. `meant` is what the script and people say of the shot, to see later whether it still does.
    """

    shot: str
    number: str
    text: str
    facts: str = ""
    rules: str
    family: str
    still: bool = False
    seed: int = 10
    meant: str = ""


class Write(SpecValue):
    """Text by a language model: a prompt enhanced, a screenplay broken down to shots, or an answer.

    `briefs` are the shots of a `rewrite`; `meant` and `family` are those of a single shot (`ShotBrief`).
    `seconds` is the length of the clip that a prompt is for: longer clips get longer prompts. `parts` are
    the chunks that a `continue` writes for; `background` is what the film knows already (its elements);
    `reading` is how a script is read (`story.screenplay.screenplay.Mode`).
    """

    kind: Literal["write"] = "write"
    engine: str = "gemma"
    task: Literal["enhance", "enhance_picture", "breakdown", "continue", "answer", "rewrite"] = "answer"
    text: str
    system: str = ""  # empty: the task's own
    image: Input | None = None
    seconds: float = Field(default=0.0, ge=0.0)
    tokens: int = Field(default=1024, ge=1, le=32768)
    temperature: float = Field(default=0.7, ge=0.0, le=2.0)
    seed: int = 10
    model: str = ""
    parts: int = Field(default=1, ge=1, le=64)
    background: str = ""
    reading: Literal["auto", "screenplay", "freeform", "numbered"] = "auto"
    briefs: tuple[ShotBrief, ...] = Field(default=(), max_length=500)
    meant: str = ""
    family: str = ""


class FetchModel(SpecValue):
    """Download weights: all files of a row of the registry, or those named.

    What the registry does not know says where it comes from and what it is: `hub` (OWNER/NAME), `family`,
    `role`, `generation`; `model` is the id it gets.
    """

    kind: Literal["fetch_model"] = "fetch_model"
    engine: str = "hub"
    model: str
    files: tuple[str, ...] = ()  # names, or patterns
    revision: str = ""
    endpoint: str = ""  # empty: the hub's own, or what the environment says
    hub: str = ""
    family: str = ""
    role: str = ""
    generation: str = ""


class VerifyModel(SpecValue):
    """Hash the files of installed weights and compare with the manifest."""

    kind: Literal["verify_model"] = "verify_model"
    engine: str = "hub"
    model: str


class MakeTiny(SpecValue):
    """The smallest real checkpoints, with random weights: one by name, all of a family, or (empty) all."""

    kind: Literal["make_tiny"] = "make_tiny"
    engine: str = "tiny"
    family: str = ""
    seed: int = 0


class RenderFilm(SpecValue):
    """A film from a frozen plan file, so that edits during the render can't touch it."""

    kind: Literal["render_film"] = "render_film"
    engine: str = "film"
    plan: str  # absolute path of the plan's JSON
    output: str  # absolute path of the film, or of the folder of its files
    delivery: Delivery = Delivery()
    preset: str = "h264"
    quality: int | None = Field(default=None, ge=0, le=51)  # crf; None: the preset's
    frames: int = Field(default=0, ge=0)  # of the plan, as are the sides; 0: not told
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)
    cache: str = ""  # absolute folder of the project's cache; empty: nothing is kept between jobs


class PrintBoards(SpecValue):
    """Boards on pages: a PDF, or a picture for each page."""

    kind: Literal["print_boards"] = "print_boards"
    engine: str = "boards"
    boards: str  # absolute path of the JSON of what is printed
    output: str  # absolute path of the PDF or PNG


class Probe(SpecValue):
    """Facts and hash of a media file; of an image sequence at `rate`, named by its first picture.

    `asset` is whose hash it becomes in its project.
    """

    kind: Literal["probe"] = "probe"
    engine: str = "quick"
    input: Input
    rate: Ratio | None = None
    asset: str = ""


class MakeThumbnails(SpecValue):
    """Small pictures of a file at given source seconds, into the project's cache."""

    kind: Literal["make_thumbnails"] = "make_thumbnails"
    engine: str = "quick"
    input: Input
    width: int = Field(default=320, ge=16, le=4096)
    height: int = Field(default=180, ge=16, le=4096)
    cache: str = ""  # absolute folder of the project's cache; empty: the job's workspace
    rate: Ratio | None = None  # of an image sequence


class MakeProxy(SpecValue):
    """A small copy of a large clip, for the viewer alone."""

    kind: Literal["make_proxy"] = "make_proxy"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails
    rate: Ratio | None = None  # of an image sequence


class MakePeaks(SpecValue):
    """Sound peaks for waveforms: min and max per 1/100 s."""

    kind: Literal["make_peaks"] = "make_peaks"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails


Spec = Annotated[
    MakeVideo
    | MakePicture
    | Inpaint
    | Upscale
    | Segment
    | Track
    | Write
    | FetchModel
    | VerifyModel
    | MakeTiny
    | RenderFilm
    | PrintBoards
    | Probe
    | MakeThumbnails
    | MakePeaks
    | MakeProxy,
    Field(discriminator="kind"),
]
SPEC: TypeAdapter[Spec] = TypeAdapter(Spec)

# What makes a take quick, as it is where nothing is spared: fields of `MakeVideo`.
UNSPARED: dict[str, Any] = {"steps": None, "stages": "auto", "schedule": "auto", "temporal_upscale": False}
