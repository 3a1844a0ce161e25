"""The spec of a take, and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import Field

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


class Conditioning(SpecValue):
    """A picture or clip that the take must follow from a frame on, with a strength of 0 to 1.

    `at` selects a single frame of a clip as a still, negative from the end; None: the clip, from its frame
    `start` on.
    """

    input: Input
    frame: int = 0
    strength: float = 1.0
    source: Literal["hand", "board", "continuity"] = "hand"
    at: int | None = None
    start: int = 0


# The controls that a user can set: maps first, then unprocessed clips, which an IC-LoRA changes.
FollowedKind = Literal[
    "depth", "canny", "pose", "motion",
    "detail", "deblur", "decompress", "colorize", "night", "water", "empty", "restore",
]  # fmt: skip
FOLLOWED: tuple[FollowedKind, ...] = get_args(FollowedKind)
# `dub`: the take that is lip-synced to other words, in the same voice.
ControlKind = Literal[FollowedKind, "dub"]


class Control(SpecValue):
    """A clip whose structure the take follows (IC-LoRA), from its frame `start` on.

    `prepared`: the input is already a control map (a depth map, drawn edges); otherwise a map is made from
    it.
    """

    kind: ControlKind
    input: Input
    strength: float = Field(default=1.0, ge=0.0, le=2.0)
    prepared: bool = False
    start: int = Field(default=0, ge=0)


class GuidanceParts(SpecValue):
    """The parts of guidance for picture and sound; None: the schedule's default. `MakeVideo.guidance` is the
    text part for the picture.
    """

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


class Chunk(SpecValue):
    """A part of a shot that is longer than the model can make in one pass: its continuing prompt and seed,
    unless derived.
    """

    prompt: str = ""
    seed: int | None = None


class Over(SpecValue):
    """A take or clip whose pictures stay unchanged while sound is generated for it. If seconds of the file
    are given, `since` to `until`, sound is generated only in that range, and the other sound stays.
    """

    input: Input
    since: Ratio | None = None
    until: Ratio | None = None

    @property
    def is_range(self) -> bool:
        """True if only a range of the file gets new sound."""
        return self.since is not None or self.until is not None


class Leading(SpecValue):
    """A sound that the pictures follow and that becomes the take's own sound, such as a recorded line; used
    from its second `start` on.
    """

    input: Input
    start: Ratio = Fraction(0)


class Again(SpecValue):
    """A retake: a take that is regenerated in part or completely, while the rest stays.

    `start` and `end` are frames of its file, `end` exclusive; None: to its end. `region` is a box in pixels
    (left, top, right, bottom, the last two exclusive). `mask` is a picture or a clip whose white pixels are
    regenerated, its first frame over frame `mask_at`; `grow` and `feather` are pixels. `place` is the
    position of the old picture's corner in a frame of another size; the surrounding area is generated.
    `strength` is the amount of noise at the start: 1 regenerates completely. `sound`: the sound is
    regenerated too, in those frames.
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
    def keeps_some_pixels(self) -> bool:
        """True if some pixels of the take stay: a part of a picture, or complete pictures."""
        parts = (self.region, self.mask, self.place, self.end, self.start or None)
        return any(one is not None for one in parts)


class Doubled(SpecValue):
    """A take with twice the pixels per side, or twice the frames in the same time; frames [start, end) of its
    file. `strength` above 0 then resamples the result from that much noise, guided by the prompt.
    """

    input: Input
    what: Literal["sides", "time"]
    start: int = Field(default=0, ge=0)
    end: int = Field(ge=1)
    strength: float = Field(default=0.0, ge=0.0, le=1.0)


class Voice(SpecValue):
    """A recorded sample of a person's voice, in which the lines are spoken."""

    input: Input
    who: str = ""


class Clip(SpecValue):
    """A clip, used from frame `start` of its file on."""

    input: Input
    start: int = Field(default=0, ge=0)


class Extension(SpecValue):
    """A take that is extended: its `frames` stay unchanged, and `made` more are generated after them, or
    before them (`before`). `into` is the take that the new frames lead into.
    """

    input: Input
    frames: int = Field(ge=1)
    made: int = Field(ge=1)
    before: bool = False
    into: Clip | None = None


class Beat(SpecValue):
    """Words of the prompt that describe what happens in frames [start, end)."""

    words: str
    start: int
    end: int


class Beats(SpecValue):
    """The parts of a prompt that apply to their own seconds, in order; the rest of the prompt applies to the
    complete take. `by` is the user's choice: timed by the length of the words, set by the user, or off.
    """

    by: Literal["text", "hand", "off"] = "text"
    parts: tuple[Beat, ...] = ()


class Subject(SpecValue):
    """A picture of a person, a thing or a place (`is_place`) of a shot, with its element's name and a
    description in words.
    """

    input: Input
    name: str
    is_place: bool = False
    words: str = ""


class Subjects(SpecValue):
    """Pictures that accompany a prompt so that people keep their looks: people and things first, the place
    last. `by` is the user's choice: if the model supports it, always, or off.
    """

    by: Literal["auto", "on", "off"] = "auto"
    parts: tuple[Subject, ...] = ()


class Piece(SpecValue):
    """The part of a scene in one go that becomes a take of a shot (its id), with its number of frames.
    `signature` is the signature of the shot's spec.
    """

    shot: str
    frames: int = Field(ge=1)
    signature: str = ""


class MakeVideo(SpecValue):
    """A take: `frames` at `rate`, with sound, plus handles of `head` frames before and `tail` frames after,
    which continue the shot.

    `plain` is the prompt before it was worded for the model, used to compare takes; empty: the prompt itself.
    `model` is the id of the weights; empty: the selected ones. `references` show elements. `deterministic`
    requests kernels that give identical bits again, at the cost of speed. `cache` skips steps; `measured`:
    the take is also made without the cache, and their difference is stored with it. `among` is the number of
    takes by the same engine and weights that were requested together, this one included.
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
    loras: Loras = ()  # LoRAs of the shot, its elements and the project, in order
    conditioning: tuple[Conditioning, ...] = ()
    facts: ShotFacts = ShotFacts()
    model: str = ""
    schedule: Literal["auto", "distilled", "full"] = "auto"
    stages: Literal["auto", "one", "two", "dfr"] = "auto"
    guidance_parts: GuidanceParts = GuidanceParts()
    control: tuple[Control, ...] = ()
    references: tuple[Input, ...] = ()
    # the movement's LoRA: with its words, instead of them, or off
    camera_lora: Literal["with", "instead", "off"] = "with"
    temporal_upscale: bool = False
    chunks: tuple[Chunk, ...] = ()
    deterministic: bool = False
    options: str = ""  # extra arguments of a generic pipeline's call: `eta=0.5, clip_skip=2`
    recipe: str = ""  # name of the recipe to reuse if it fits, as a remake does; empty: the best
    stands_for: str = ""  # the signature of the shot's own spec, if a sweep deliberately differs from it
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
    pieces: tuple[Piece, ...] = ()  # pieces of a scene in one go, with a cut between them
    among: int = Field(default=1, ge=1)

    @property
    def changes_a_take(self) -> bool:
        """True if the take is made from an existing take."""
        return self.over is not None or self.again is not None or self.doubled is not None

    @property
    def is_dubbed(self) -> bool:
        """True if the take is another take, lip-synced to other words."""
        return any(one.kind == "dub" for one in self.control)

    @property
    def all_frames(self) -> int:
        """Number of frames of the take with its handles."""
        return self.head + self.frames + self.tail

    @property
    def can_be_cut(self) -> bool:
        """True if the take can be a piece of a scene in one go."""
        return not (self.control or self.chunks or self.temporal_upscale or self.sound or self.over)

    def with_handles_inside(self) -> MakeVideo:
        """Return the same take for engines without handles: the handles become part of the take, and its
        inputs move later by the head.
        """
        moved = tuple(
            one.model_copy(update={"frame": one.frame + (self.head if one.frame >= 0 else -self.tail)})
            for one in self.conditioning
        )
        whole: dict[str, Any] = {"frames": self.all_frames, "head": 0, "tail": 0, "conditioning": moved}
        if self.beats.parts:
            whole["beats"] = self.beats.model_copy(
                update={"parts": tuple(map(self._shift_beat_by_head, self.beats.parts))}
            )
        if self.sound is not None:
            start = self.sound.start - Fraction(self.head) / self.rate
            whole["sound"] = self.sound.model_copy(update={"start": start})
        return self.model_copy(update=whole)

    def _shift_beat_by_head(self, beat: Beat) -> Beat:
        """Shift a beat into the take with its handles; the first and the last beat extend into the
        handles.
        """
        start = beat.start + self.head if beat.start else 0
        end = self.all_frames if beat.end == self.frames else beat.end + self.head
        return beat.model_copy(update={"start": start, "end": end})


def get_full_quality_fields(spec: MakeVideo) -> dict[str, Any]:
    """Return the spec fields that make a take faster, reset to full quality. The DFR stages stay, because
    they skip nothing.
    """
    stages = spec.stages if spec.stages == "dfr" else "auto"
    return {"steps": None, "stages": stages, "schedule": "auto", "temporal_upscale": False}


NO_FOLLOWED_FIELDS: Mapping[str, Any] = {
    "conditioning": (),
    "control": (),
    "chunks": (),
    "temporal_upscale": False,
}
"""What an order says that is made of a take: what its shot follows is in the take already."""
