"""The classes of a render plan, which describes the pictures of every frame and the sound of every sample as
one immutable value.

`cut.plan.video` makes a plan from a cut and the media of its clips. The render engine and the process that
decodes pictures for the screen use the same plan. All frames in a plan are counted from the plan's own first
frame, which is frame `RenderPlan.start` of the cut. Fractions are written in JSON as "n/d".
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.effects_text import effects_from_json, effects_to_json
from milimo_tui.cut.values.mixer import (
    NO_AUTOMATION,
    Automation,
    MixRole,
    StripKind,
    automation_from_json,
    automation_to_json,
)
from milimo_tui.cut.values.sound_effects import SoundChain, SoundEffect
from milimo_tui.cut.values.sound_effects_text import chain_from_json, chain_to_json
from milimo_tui.cut.values.streams import NO_FACTS, Ratio, StreamFacts
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind

EffectsJson = Annotated[
    Effects,
    BeforeValidator(lambda value: effects_from_json(value) if isinstance(value, dict) else value),
    PlainSerializer(effects_to_json, return_type=dict[str, Any]),
]

AutomationJson = Annotated[
    Automation,
    BeforeValidator(lambda value: automation_from_json(value) if isinstance(value, dict) else value),
    PlainSerializer(automation_to_json, return_type=dict[str, Any]),
]


def _read_chain(value: Any) -> Any:
    is_read = isinstance(value, tuple) and all(isinstance(each, SoundEffect) for each in value)
    return value if is_read else chain_from_json(value)


ChainJson = Annotated[
    SoundChain,
    BeforeValidator(_read_chain),
    PlainSerializer(chain_to_json, return_type=list[Any]),
]


class PlanValue(BaseModel):
    """The base class of all values of a plan. They are immutable and refuse unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Media(PlanValue):
    """The media that a clip shows. `path` is absolute. A slate or title has text instead of a path.

    - The kind `cut` is a compound clip: `plan` is the complete plan of the inner cut, at the inner cut's own
      rate and raster.
    - The kind `burn` is a burn-in of a delivery: `title` is timecode, slate, watermark or caption.
    - `head` is the length in seconds of the handle at the start of a take, so the shot begins at that second
      of the file.
    """

    kind: Literal["video", "picture", "sequence", "sound", "slate", "offline", "title", "cut", "burn"]
    path: str = ""
    digest: str = ""
    # Duration of the media in seconds. None for a picture or slate, which can be shown for any length of
    # time.
    seconds: Ratio | None = None
    head: Ratio = Fraction(0)
    rate: Ratio | None = None
    has_sound: bool = False
    title: str = ""  # For a slate, `title` is the large line (“3B”), and `text` the lines below it.
    text: str = ""
    previs: bool = False
    noise: bool = False  # True for noise that was made with tiny random weights instead of a model.
    facts: StreamFacts = NO_FACTS
    plan: RenderPlan | None = None


class FileRef(PlanValue):
    """A file that an effect needs in addition to the picture: a LUT (.cube) or a matte (a picture or a
    clip).
    """

    path: str
    digest: str = ""
    moving: bool = False  # True for a matte clip, whose frames advance together with the picture.


class PlanLayer(PlanValue):
    """A picture in a stretch. The layers of a stretch are listed from bottom to top.

    `source_in` is the source time in seconds at the first frame of the stretch. `speed` is in source seconds
    per second of film: negative for backwards, 0 for a freeze frame. Frame n of the stretch shows second
    `source_in + n / rate · speed` of the source; for a speed ramp, see `cut.plan.parts.get_layer_second`.
    Fades and the curves of `effects` are counted from the first frame of the clip. That frame is
    `clip_offset` frames before the stretch. `clip_offset` is negative if a transition shows the clip before
    its own start.
    """

    clip: str
    media: Media
    source_in: Ratio
    speed: Ratio = Fraction(1)
    opacity: float = 1.0
    fade_in: int = 0  # Length in frames of the fade from transparent at the start of the clip.
    fade_out: int = 0
    clip_offset: int = 0
    clip_frames: int = 0
    effects: EffectsJson = NO_EFFECTS
    lut: FileRef | None = None
    matte: FileRef | None = None


class PlanTransition(PlanValue):
    """A transition in a stretch, in place of a layer. The transition is `frames` frames long, and `offset` of
    these frames are before the stretch.

    At frame n of the stretch, the picture `right` has a share of (offset + n + 0.5) / frames of the mixed
    picture, and `left` has the rest. If `left` or `right` is None, the picture from the tracks below is seen
    in its place.
    """

    kind: TransitionKind
    left: PlanLayer | None
    right: PlanLayer | None
    frames: int
    offset: int = 0
    direction: Direction = Direction.RIGHT
    colour: str = "#000000"
    softness: float = 0.0


class PlanStretch(PlanValue):
    """A run of frames that show the same layers, listed from bottom to top. Without layers the frames are
    black.
    """

    start: int
    frames: int
    layers: tuple[PlanLayer | PlanTransition, ...] = ()

    def list_pictures(self) -> tuple[PlanLayer, ...]:
        """Return all layers from bottom to top, including the two sides of transitions."""
        sides = (
            side
            for each in self.layers
            for side in ((each,) if isinstance(each, PlanLayer) else (each.left, each.right))
        )
        return tuple(side for side in sides if side is not None)


class SoundClip(PlanValue):
    """A sound in the mix, in the plan's frames [start, start + frames).

    Fades and curves are counted from the first frame of the clip, as in a layer. `clip_offset` frames of the
    clip are before `start`, and `clip_frames` is the length of the clip.

    `rise` and `fall` are the lengths in frames of the cross-fades at the start and the end of the clip. They
    are centred on these edges and have equal power. The sound then begins `rise // 2` frames before the clip
    and ends `fall - fall // 2` frames after it, so `clip_offset` may be negative. A reverb or an echo sounds
    on after the clip; its frames are included in `frames`, but not in `clip_frames`.

    At frame n, second `source_in + n / rate · speed` of the source is heard, unless there is a speed ramp. A
    speed other than 1 changes the pitch, as on tape, unless the effects preserve it. A clip of speed 0 is
    silent and has no sound in the plan.
    """

    clip: str
    media: Media
    start: int
    frames: int
    source_in: Ratio
    speed: Ratio = Fraction(1)
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    clip_offset: int = 0
    clip_frames: int = 0
    rise: int = 0
    fall: int = 0
    effects: EffectsJson = NO_EFFECTS
    stream: int = 1  # The sound stream of the file, from 1.
    channels: tuple[int, ...] = ()  # The channels of the stream that are heard, from 1; empty means all.
    track: str = ""  # Name of the track. Sounds with the same name form one stem.
    strip: int | None = None  # The number of the track's strip in the mixer, if the plan has a mixer.

    @property
    def source_frames(self) -> int:
        """The number of frames in which the clip itself plays. The tail of a reverb or an echo follows."""
        if not self.clip_frames:
            return self.frames
        ends = self.clip_frames + self.fall - self.fall // 2
        return max(0, min(self.frames, ends - self.clip_offset))


class PlanSend(PlanValue):
    """A copy of a strip's sound that goes to the strip with number `strip`."""

    strip: int
    gain_db: float = 0.0
    before_fader: bool = False


class PlanStrip(PlanValue):
    """A strip of the mixer: a track, a bus or the master. The sound passes the effects of `chain`, then the
    fader and the pan.

    `output` is the number of the strip to which the sound goes. It is None for the master, and for a strip
    that is only heard through its sends because another strip is solo. All outputs of a strip have higher
    numbers than the strip itself.
    """

    name: str
    kind: StripKind
    role: MixRole = MixRole.NONE
    gain_db: float = 0.0
    pan: float = 0.0
    output: int | None = None
    sends: tuple[PlanSend, ...] = ()
    chain: ChainJson = ()
    automation: AutomationJson = NO_AUTOMATION


class PlanMixer(PlanValue):
    """The mixer of a plan. The last strip is the master.

    The automation of the strips counts frames of the cut at the rate `rate`. The plan begins at second
    `start` of the cut, also if the plan has another rate or a slate before the cut.
    """

    rate: Ratio
    start: Ratio = Fraction(0)
    strips: tuple[PlanStrip, ...]


class RenderPlan(PlanValue):
    """A complete cut, or a range of frames of a cut, resolved into the pictures and sounds to render. `start`
    is the frame of the cut at which the plan begins.
    """

    cut: str
    name: str
    rate: Ratio
    width: int
    height: int
    sample_rate: int
    frames: int
    start: int = 0
    stretches: tuple[PlanStretch, ...] = ()
    sounds: tuple[SoundClip, ...] = ()
    # The strips through which the sounds pass. None if the sounds are only added.
    mixer: PlanMixer | None = None
    # Sentences about the tracks and buses that solo and mute switch off, for the warnings of a render.
    unheard: tuple[str, ...] = ()
    # True if at least one picture is a previs, which is a drawing that stands in for a real shot.
    previs: bool = False

    @property
    def has_noise(self) -> bool:
        """True if at least one picture is noise that was made with tiny random weights instead of a model."""
        return any(
            layer.media.noise or (layer.media.plan is not None and layer.media.plan.has_noise)
            for stretch in self.stretches
            for layer in stretch.list_pictures()
        )

    def compute_signature(self) -> str:
        """Return the SHA-256 of the plan. Plans with equal signatures give equal films.

        A file with a digest is identified by the digest, not by its path.
        """
        return compute_plan_signature(self)


Media.model_rebuild()


def compute_plan_signature(value: PlanValue) -> str:
    """Return the SHA-256 of a value of a plan, as JSON without default values. A file with a digest is
    identified by the digest, not by its path.
    """
    body = _remove_file_places(value.model_dump(mode="json", exclude_defaults=True))
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _remove_file_places(body: Any) -> Any:
    if isinstance(body, dict):
        kept = {name: _remove_file_places(value) for name, value in body.items()}
        if kept.get("digest"):
            kept.pop("path", None)
            kept.pop("facts", None)
        return kept
    return [_remove_file_places(value) for value in body] if isinstance(body, list) else body


def find_stretch_at(plan: RenderPlan, frame: int) -> PlanStretch:
    """Return the stretch that contains a frame of the plan. Raises BadInput for a frame outside the plan."""
    if not 0 <= frame < plan.frames:
        raise BadInput(f"frame {frame} is outside the film, which has {plan.frames} frames")
    return plan.stretches[bisect_right(plan.stretches, frame, key=lambda stretch: stretch.start) - 1]
