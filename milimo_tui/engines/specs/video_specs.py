"""What makes a take."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, Loras, ShotFacts, SpecValue


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


class Leading(SpecValue):
    """A sound that the pictures follow, a line that was recorded for one, and that the take has as its own;
    from second `start` of it on.
    """

    input: Input
    start: Ratio = Fraction(0)


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
    camera_lora: Literal["with", "instead", "off"] = "with"  # of the movement, beside its words
    temporal_upscale: bool = False
    chunks: tuple[Chunk, ...] = ()
    deterministic: bool = False
    recipe: str = ""  # the name of that to be kept to where it fits, as a remake does; empty: the best
    stands_for: str = ""  # the signature of what the shot says, where a sweep departs from it on purpose
    over: Over | None = None
    sound: Leading | None = None

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
        whole: dict[str, Any] = {"frames": self.all_frames, "head": 0, "tail": 0, "conditioning": moved}
        if self.sound is not None:
            start = self.sound.start - Fraction(self.head) / self.rate
            whole["sound"] = self.sound.model_copy(update={"start": start})
        return self.model_copy(update=whole)


# What makes a take quick, as it is where nothing is spared: fields of `MakeVideo`.
UNSPARED: dict[str, Any] = {"steps": None, "stages": "auto", "schedule": "auto", "temporal_upscale": False}
