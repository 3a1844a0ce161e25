"""Define the spec of a take, `MakeVideo`, and the values that it contains."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Cache, Input, Loras, ShotFacts, SpecValue


class Conditioning(SpecValue):
    """A picture or clip that the take must follow from its frame `frame` on. `strength` is 0 to 1.

    With `at`, only that frame of an input clip is used, as a still picture; a negative number counts from the
    clip's end. If `at` is None, the clip itself is used, from its frame `start` on.
    """

    input: Input
    frame: int = 0
    strength: float = 1.0
    source: Literal["hand", "board", "continuity"] = "hand"
    at: int | None = None
    start: int = 0


# The controls that a user can choose. For the first four, the take follows a map, such as a depth map. For
# the others, an IC-LoRA changes a clip, for example by making it sharper or coloured.
FollowedKind = Literal[
    "depth", "canny", "pose", "motion",
    "detail", "deblur", "decompress", "colorize", "night", "water", "empty", "restore",
]  # fmt: skip
FOLLOWED: tuple[FollowedKind, ...] = get_args(FollowedKind)
# `dub` is not chosen by users: the clip is a take whose lips are changed to speak other words in the same
# voice.
ControlKind = Literal[FollowedKind, "dub"]


class Control(SpecValue):
    """A clip whose structure the take follows (IC-LoRA), from the clip's frame `start` on.

    `prepared` is True if the input already is a control map, such as a depth map or drawn edges. Otherwise a
    map is made from it.
    """

    kind: ControlKind
    input: Input
    strength: float = Field(default=1.0, ge=0.0, le=2.0)
    prepared: bool = False
    start: int = Field(default=0, ge=0)


class GuidanceParts(SpecValue):
    """Guidance scales in addition to the text guidance for the picture, which is `MakeVideo.guidance`. The
    fields that begin with `audio_` are for the sound, the others for the picture. None uses the default of
    the sampling schedule.
    """

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


class Chunk(SpecValue):
    """A part of a take that is longer than the model can make in one pass.

    If `prompt` is empty or `seed` is None, the prompt or seed is derived from that of the take.
    """

    prompt: str = ""
    seed: int | None = None


class Over(SpecValue):
    """A take or clip for which new sound is generated while its pictures stay unchanged.

    `since` and `until` are seconds of the file. If one is given, new sound is generated only in that range,
    and the remaining sound stays.
    """

    input: Input
    since: Ratio | None = None
    until: Ratio | None = None

    @property
    def is_range(self) -> bool:
        """True if only a range of the file gets new sound."""
        return self.since is not None or self.until is not None


class Leading(SpecValue):
    """A sound, such as recorded dialogue, that leads the pictures: the take's pictures are made to match it,
    and it becomes the sound of the take. It is used from `start` (seconds) on. `lines` are the ids of the
    takes of lines from which the sound was mixed.
    """

    input: Input
    start: Ratio = Fraction(0)
    lines: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _omit_empty_lines(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Empty lines are left out, so that specs without them have the same JSON as before the field existed.
        return {name: value for name, value in serialize(self).items() if value or name != "lines"}


class Again(SpecValue):
    """A retake: an existing take that is generated again in part or completely. The rest of the take stays.

    - `start` and `end` are frames of the take's file. `end` is exclusive; None: to the end of the file.
    - `region` is a box in pixels: left, top, right, bottom, the last two exclusive.
    - `mask` is a picture or clip whose white pixels are generated again. Its first frame applies to frame
      `mask_at`. `grow` and `feather` are in pixels.
    - `place` is the position of the old picture's corner in a frame of another size. The area around the old
      picture is generated.
    - `strength` is the amount of noise at the start; 1 generates everything again.
    - `sound` generates the sound of those frames again too.
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
        """True if some pixels of the take stay: part of each picture, or some complete frames."""
        parts = (self.region, self.mask, self.place, self.end, self.start or None)
        return any(one is not None for one in parts)


class Doubled(SpecValue):
    """A take to double: twice the pixels on each side, or twice the frames in the same time. Frames [start,
    end) of its file are used.

    With a `strength` above 0, the result is sampled again from that amount of noise, guided by the prompt.
    """

    input: Input
    what: Literal["sides", "time"]
    start: int = Field(default=0, ge=0)
    end: int = Field(ge=1)
    strength: float = Field(default=0.0, ge=0.0, le=1.0)


class Voice(SpecValue):
    """A recorded sample of a voice. The lines of the person `who` are spoken in that voice."""

    input: Input
    who: str = ""


class Clip(SpecValue):
    """A clip, used from frame `start` of its file on."""

    input: Input
    start: int = Field(default=0, ge=0)


class Extension(SpecValue):
    """A take that is made longer. Its `frames` stay unchanged, and `made` new frames are generated after
    them, or before them if `before`.

    `into` is a second take to which the new frames form a bridge.
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
    """The beats of a prompt in order: parts of its text that each describe a range of frames. The rest of the
    prompt applies to the complete take.

    `by` is the user's choice of how the ranges are set: by the length of the text (`text`), manually
    (`hand`), or not at all (`off`).
    """

    by: Literal["text", "hand", "off"] = "text"
    parts: tuple[Beat, ...] = ()


class Subject(SpecValue):
    """A reference picture of a person, thing or place of a shot, with the name of the element and a
    description in words.
    """

    input: Input
    name: str
    is_place: bool = False
    words: str = ""


class Subjects(SpecValue):
    """Reference pictures that are sent with a prompt so that people look the same in every shot. People and
    things are first, the place is last.

    `by` is the user's choice: `auto` sends them if the model supports it, `on` always, `off` never.
    """

    by: Literal["auto", "on", "off"] = "auto"
    parts: tuple[Subject, ...] = ()


class Piece(SpecValue):
    """A piece of a one-go scene, which is several shots generated as one take. The piece becomes the take of
    the shot with the id `shot`. `frames` is its number of frames.

    `signature` is the signature of the spec that the shot has on its own.
    """

    shot: str
    frames: int = Field(ge=1)
    signature: str = ""


class MakeVideo(SpecValue):
    """Make a take of `frames` frames at `rate`, with sound. Handles continue the shot: `head` extra frames
    before it and `tail` extra frames after it.

    - `plain` is the prompt before it was worded for the model, used to compare takes; empty: the prompt
      itself.
    - `model` is the id of the weights; empty: the selected weights.
    - `references` are pictures of elements.
    - `deterministic` requests slower computation that gives identical bits every time.
    - `cache` is the step cache to use. With `measured`, the take is also made without the cache, and the
      difference is stored with the take.
    - `among` is the number of takes, including this one, that were requested together for the same engine and
      weights.
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
    pipeline: str = "auto"  # The name of the pipeline: auto, ti2vid, keyframe or ic_lora.
    loras: Loras = ()  # The LoRAs of the shot, of its elements and of the film, in this order.
    conditioning: tuple[Conditioning, ...] = ()
    facts: ShotFacts = ShotFacts()
    model: str = ""
    schedule: Literal["auto", "distilled", "full"] = "auto"
    stages: Literal["auto", "one", "two", "dfr"] = "auto"
    guidance_parts: GuidanceParts = GuidanceParts()
    control: tuple[Control, ...] = ()
    references: tuple[Input, ...] = ()
    # The LoRA for the camera movement is used in addition to the words for that movement, instead of those
    # words, or not at all.
    camera_lora: Literal["with", "instead", "off"] = "with"
    temporal_upscale: bool = False
    chunks: tuple[Chunk, ...] = ()
    deterministic: bool = False
    # Extra arguments for the call of a pipeline that no engine knows, such as `eta=0.5, clip_skip=2`.
    options: str = ""
    recipe: str = ""  # Name of the recipe to prefer if it fits, as a remake does; empty: the best recipe.
    # The signature of the shot's own spec, if this spec deliberately differs from it, as a variant in a sweep
    # of settings does. The take then counts as a take of the shot's own spec.
    stands_for: str = ""
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
    # The pieces of a one-go scene, each of which becomes the take of one shot. The generated take has a cut
    # between each two pieces.
    pieces: tuple[Piece, ...] = ()
    among: int = Field(default=1, ge=1)

    @property
    def changes_a_take(self) -> bool:
        """True if the spec changes an existing take: it makes new sound (`over`), makes a part again
        (`again`), or doubles its size or frame rate (`doubled`).
        """
        return self.over is not None or self.again is not None or self.doubled is not None

    @property
    def is_dubbed(self) -> bool:
        """True if the take repeats another take with other spoken words and matching lip movements."""
        return any(one.kind == "dub" for one in self.control)

    @property
    def all_frames(self) -> int:
        """The number of frames of the take including its handles."""
        return self.head + self.frames + self.tail

    @property
    def can_be_cut(self) -> bool:
        """True if the take can be made as a piece of a one-go scene, which is several shots generated as one
        take and then cut.
        """
        return not (self.control or self.chunks or self.temporal_upscale or self.sound or self.over)

    def with_handles_inside(self) -> MakeVideo:
        """Return the spec of the same take for an engine that does not know handles.

        The handle frames are added to `frames`, and pictures, sound and beats are moved so that they meet the
        same frames of the shot.
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
        """Return a beat whose frames are counted from the start of the take's head, the extra frames before
        the shot. The first beat is extended over the head, and the last beat over the tail.
        """
        start = beat.start + self.head if beat.start else 0
        end = self.all_frames if beat.end == self.frames else beat.end + self.head
        return beat.model_copy(update={"start": start, "end": end})


# Settings that no engine but LTX-2 uses, with the names that messages use for them.
_LTX2_SETTINGS = (
    ("pipeline", "the pipeline"),
    ("schedule", "the schedule"),
    ("stages", "the stages"),
    ("guidance_parts", "the parts of guidance"),
    ("temporal_upscale", "temporal upscaling"),
    ("chunks", "continuing prompts"),
)


def name_ltx2_settings(spec: MakeVideo) -> list[str]:
    """Return the names of the spec's settings that no engine but LTX-2 uses. A setting with its default value
    is left out.
    """
    fields = MakeVideo.model_fields
    return [words for name, words in _LTX2_SETTINGS if getattr(spec, name) != fields[name].default]


def get_full_quality_fields(spec: MakeVideo) -> dict[str, Any]:
    """Return new values for the fields that trade quality for speed: steps, stages, schedule and temporal
    upscaling. With these values the take has full quality.

    If `stages` is `dfr`, it is not reset, because these stages skip no computation.
    """
    stages = spec.stages if spec.stages == "dfr" else "auto"
    return {"steps": None, "stages": stages, "schedule": "auto", "temporal_upscale": False}


NO_FOLLOWED_FIELDS: Mapping[str, Any] = {
    "conditioning": (),
    "control": (),
    "chunks": (),
    "temporal_upscale": False,
}
"""The fields of a spec that continues a take, with the values that switch off the shot's reference media: the
take was made with them.
"""
