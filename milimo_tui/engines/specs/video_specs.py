"""What makes a take."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import Field

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


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


# What a person has a take follow: maps, and behind them clips as they are, which an IC-LoRA changes.
FollowedKind = Literal[
    "depth", "canny", "pose", "motion",
    "detail", "deblur", "decompress", "colorize", "night", "water", "empty", "restore",
]  # fmt: skip
FOLLOWED: tuple[FollowedKind, ...] = get_args(FollowedKind)
# `dub`: the take whose pictures get other words in the mouth, and whose voice goes along.
ControlKind = Literal[FollowedKind, "dub"]


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
    """A take or clip whose pictures stay as they are: the sound alone is made. Where seconds of the file are
    given, `since` to `until`, only in them; what is heard elsewhere stays.
    """

    input: Input
    since: Ratio | None = None
    until: Ratio | None = None

    @property
    def is_range(self) -> bool:
        return self.since is not None or self.until is not None


class Leading(SpecValue):
    """A sound that the pictures follow, a line that was recorded for one, and that the take has as its own;
    from second `start` of it on.
    """

    input: Input
    start: Ratio = Fraction(0)


class Again(SpecValue):
    """A take of which a part is made anew, or all of it, and the rest stays.

    `start` and `end` are frames of its file, the second one past the last; None: to its end. `region` is a
    box in pixels (left, top, right, bottom, the last two outside), `mask` a picture or a clip whose white is
    made anew, its first frame over frame `mask_at`; `grow` and `feather` are pixels. `place` is where the old
    picture's corner lies in a frame of another size: what is around it is made anew. `strength` is the noise
    that the work begins from: 1 is anew. `sound`: it is made anew too, in those frames.
    """

    input: Input
    start: int = Field(default=0, ge=0)
    end: int | None = Field(default=None, ge=1)
    region: tuple[int, int, int, int] | None = None
    mask: Input | None = None
    mask_at: int = Field(default=0, ge=0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=8, ge=0, le=512)
    place: tuple[int, int] | None = None
    strength: float = Field(default=1.0, gt=0.0, le=1.0)
    sound: bool = False

    @property
    def keeps(self) -> bool:
        """Whether pixels of the take stay: a part of a picture, or whole ones."""
        parts = (self.region, self.mask, self.place, self.end, self.start or None)
        return any(one is not None for one in parts)


class Doubled(SpecValue):
    """A take with twice the pixels a side, or twice the frames in the same time; frames [start, end) of its
    file. `strength` above 0 goes over it once more from that much noise, by the words.
    """

    input: Input
    what: Literal["sides", "time"]
    start: int = Field(default=0, ge=0)
    end: int = Field(ge=1)
    strength: float = Field(default=0.0, ge=0.0, le=1.0)


class Voice(SpecValue):
    """A recorded sample of somebody's voice, in which the lines are spoken."""

    input: Input
    who: str = ""


class Clip(SpecValue):
    """A clip, from a frame of its file on."""

    input: Input
    start: int = Field(default=0, ge=0)


class Extension(SpecValue):
    """A take that goes on: its `frames` stay as they are, `made` more are made behind them, or in front of
    them (`before`). `into` is the take that those behind lead into.
    """

    input: Input
    frames: int = Field(ge=1)
    made: int = Field(ge=1)
    before: bool = False
    into: Clip | None = None


class Beat(SpecValue):
    """Words of the prompt that say what happens in frames [start, end)."""

    words: str
    start: int
    end: int


class Beats(SpecValue):
    """What of a prompt goes to its own seconds, in order; the rest of it holds for all of the take. `by`:
    times by the length of the words, by hand, or off, as a person says.
    """

    by: Literal["text", "hand", "off"] = "text"
    parts: tuple[Beat, ...] = ()


class Subject(SpecValue):
    """A picture of somebody, a thing or a place (`is_place`) of a shot, by its element's name, and in words
    what it shows.
    """

    input: Input
    name: str
    is_place: bool = False
    words: str = ""


class Subjects(SpecValue):
    """Pictures that go along with a prompt so that who is in it stays who they are; those of people and
    things first, of the place last. `by`: where the model has a way for it, by all means, or off, as a person
    says.
    """

    by: Literal["auto", "on", "off"] = "auto"
    parts: tuple[Subject, ...] = ()


class Piece(SpecValue):
    """The part of a scene in one go that becomes a take of a shot (its id), so many frames long. `signature`
    is that of what the shot says.
    """

    shot: str
    frames: int = Field(ge=1)
    signature: str = ""


class MakeVideo(SpecValue):
    """A take: `frames` at `rate`, with sound, and beside them handles of `head` frames before and `tail`
    behind, which go on as the shot does.

    `plain` is what the prompt says before it is worded for the model, by which takes are compared; empty: the
    prompt itself. `model` is the id of the weights; empty: those selected. `references` show elements.
    `deterministic` asks for kernels that give the same bits again, at a price in speed. `cache` spares steps;
    `measured`: the take is made without it too, and how far the two are apart is kept with it. `among` is how
    many takes by the same engine and weights were asked for at once, with this one.
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
    stages: Literal["auto", "one", "two", "dfr"] = "auto"
    guidance_parts: GuidanceParts = GuidanceParts()
    control: tuple[Control, ...] = ()
    references: tuple[Input, ...] = ()
    camera_lora: Literal["with", "instead", "off"] = "with"  # of the movement, beside its words
    temporal_upscale: bool = False
    chunks: tuple[Chunk, ...] = ()
    deterministic: bool = False
    options: str = ""  # of a pipeline that an engine knows by its call alone: `eta=0.5, clip_skip=2`
    recipe: str = ""  # the name of that to be kept to where it fits, as a remake does; empty: the best
    stands_for: str = ""  # the signature of what the shot says, where a sweep departs from it on purpose
    over: Over | None = None
    sound: Leading | None = None
    cache: Cache = "off"
    measured: bool = False
    again: Again | None = None
    doubled: Doubled | None = None
    voice: Voice | None = None
    extension: Extension | None = None
    beats: Beats = Beats()
    subjects: Subjects = Subjects()
    pieces: tuple[Piece, ...] = ()  # of a scene in one go, with a cut from each to the next
    among: int = Field(default=1, ge=1)

    @property
    def changes_a_take(self) -> bool:
        """Whether it is made of a take that is there."""
        return self.over is not None or self.again is not None or self.doubled is not None

    @property
    def is_dubbed(self) -> bool:
        """Whether it is a take with other words in its mouths."""
        return any(one.kind == "dub" for one in self.control)

    @property
    def all_frames(self) -> int:
        """The frames of the take with its handles."""
        return self.head + self.frames + self.tail

    @property
    def can_be_cut(self) -> bool:
        """Whether it can be a part of a scene in one go."""
        return not (self.control or self.chunks or self.temporal_upscale or self.sound or self.over)

    def with_handles_inside(self) -> MakeVideo:
        """The same take for engines that know nothing of handles: all of it is the take, and what it follows
        lies as much later.
        """
        moved = tuple(
            one.model_copy(update={"frame": one.frame + (self.head if one.frame >= 0 else -self.tail)})
            for one in self.conditioning
        )
        whole: dict[str, Any] = {"frames": self.all_frames, "head": 0, "tail": 0, "conditioning": moved}
        if self.beats.parts:
            whole["beats"] = self.beats.model_copy(
                update={"parts": tuple(map(self._moved, self.beats.parts))}
            )
        if self.sound is not None:
            start = self.sound.start - Fraction(self.head) / self.rate
            whole["sound"] = self.sound.model_copy(update={"start": start})
        return self.model_copy(update=whole)

    def _moved(self, beat: Beat) -> Beat:
        """A beat in the take with its handles, which go on as the first and the last beat do."""
        start = beat.start + self.head if beat.start else 0
        end = self.all_frames if beat.end == self.frames else beat.end + self.head
        return beat.model_copy(update={"start": start, "end": end})


def unspared(spec: MakeVideo) -> dict[str, Any]:
    """What makes a take quick, as it is where nothing is spared: fields of an order. DFR spares nothing."""
    stages = spec.stages if spec.stages == "dfr" else "auto"
    return {"steps": None, "stages": stages, "schedule": "auto", "temporal_upscale": False}


NOTHING_FOLLOWED: Mapping[str, Any] = {
    "conditioning": (),
    "control": (),
    "chunks": (),
    "temporal_upscale": False,
}
"""What an order says that is made of a take: what its shot follows is in the take already."""
