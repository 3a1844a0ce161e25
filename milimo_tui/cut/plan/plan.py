"""The values of a render plan: the pictures of every frame and the sound of every sample, as one frozen
value.

`cut.plan.video` makes a plan from a cut and the media of its clips. The film engine and the viewer use the
same plan. All start frames count from the plan's own first frame, which is frame `RenderPlan.start` of the
cut. Fractions are stored in JSON as "n/d".
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
from milimo_tui.cut.values.streams import NO_FACTS, Ratio, StreamFacts
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind

EffectsJson = Annotated[
    Effects,
    BeforeValidator(lambda value: effects_from_json(value) if isinstance(value, dict) else value),
    PlainSerializer(effects_to_json, return_type=dict[str, Any]),
]


class PlanValue(BaseModel):
    """The base of the values of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Media(PlanValue):
    """The media of a clip's source. `path` is absolute; a slate or title has no path but text.

    The kind `cut` is a compound clip: `plan` is the complete plan of the inner cut at its own rate and
    raster. The kind `burn` is burnt into the film by a delivery (`title` is timecode, slate, watermark or
    caption). `head` is the handle of a take: the shot begins at that second of the file.
    """

    kind: Literal["video", "picture", "sequence", "sound", "slate", "offline", "title", "cut", "burn"]
    path: str = ""
    digest: str = ""
    seconds: Ratio | None = None  # None: a picture or slate of unlimited length
    head: Ratio = Fraction(0)
    rate: Ratio | None = None
    has_sound: bool = False
    title: str = ""  # slates: the large line ("3B"), and the text below it
    text: str = ""
    previs: bool = False
    noise: bool = False  # previs made with tiny random weights
    facts: StreamFacts = NO_FACTS
    plan: RenderPlan | None = None


class FileRef(PlanValue):
    """A file that an effect needs in addition to the picture: a LUT (.cube) or a matte (a picture or a
    clip).
    """

    path: str
    digest: str = ""
    moving: bool = False  # a matte clip whose frames run with the picture


class PlanLayer(PlanValue):
    """A picture of a stretch. Stretches list their layers from bottom to top.

    `source_in` is the source time at the stretch's first frame. `speed` is source seconds per second of film
    (below 0 backwards, 0 a freeze frame). Frame n of the stretch shows `source_in + n / rate · speed`; with a
    speed ramp, `cut.plan.parts.get_layer_second` gives the time. Fades and the curves of `effects` count from
    the clip's own first frame, which is `clip_offset` frames before the stretch (below 0 if a transition
    shows a clip before its own start).
    """

    clip: str
    media: Media
    source_in: Ratio
    speed: Ratio = Fraction(1)
    opacity: float = 1.0
    fade_in: int = 0  # frames of the fade from transparent at the clip's own edges
    fade_out: int = 0
    clip_offset: int = 0
    clip_frames: int = 0
    effects: EffectsJson = NO_EFFECTS
    lut: FileRef | None = None
    matte: FileRef | None = None


class PlanTransition(PlanValue):
    """A transition as one picture of a stretch. `offset` of its `frames` are before the stretch.

    The share of `right` at frame n of the stretch is (offset + n + 0.5) / frames. A side that is None shows
    the picture below.
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
    """A run of frames with the same pictures, bottom first. Without layers the frames are black."""

    start: int
    frames: int
    layers: tuple[PlanLayer | PlanTransition, ...] = ()

    def list_pictures(self) -> tuple[PlanLayer, ...]:
        """Return all layers, bottom first, including those inside transitions."""
        sides = (
            side
            for each in self.layers
            for side in ((each,) if isinstance(each, PlanLayer) else (each.left, each.right))
        )
        return tuple(side for side in sides if side is not None)


class SoundClip(PlanValue):
    """A sound of the mix, over the plan's frames [start, start + frames).

    Fades and curves count from the clip's own edges, as in a layer: `clip_offset` frames of the clip are
    before `start`, and `clip_frames` is its complete length. `rise` and `fall` are the frames of cross-fades
    of equal power, centred on the clip's own first and last edge. With them the sound begins `rise // 2`
    frames before its clip and ends `fall - fall // 2` frames after it, and `clip_offset` may be below 0. The
    source time at frame n is `source_in + n / rate · speed`, or follows the speed ramp. A speed other than 1
    changes the pitch as tape does unless the effects preserve it. A sound with speed 0 is silent and not in
    the plan.
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
    track: str = ""  # the name of the track, which separates the stems


class RenderPlan(PlanValue):
    """A cut that is ready to be rendered. `start` is the cut's frame at which the film begins (for
    ranges).
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
    previs: bool = False  # True if any picture is previs

    @property
    def has_noise(self) -> bool:
        """True if a picture is noise made with tiny random weights."""
        return any(
            layer.media.noise or (layer.media.plan is not None and layer.media.plan.has_noise)
            for stretch in self.stretches
            for layer in stretch.list_pictures()
        )

    def compute_signature(self) -> str:
        """Return the SHA-256 of the plan's canonical JSON. Equal plans give equal films.

        Files with a digest are identified by the digest, wherever they are stored.
        """
        return compute_plan_signature(self)


Media.model_rebuild()


def compute_plan_signature(value: PlanValue) -> str:
    """Return the SHA-256 of a part of a plan, without defaults and with files identified by their digests."""
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
    """Return the stretch that shows a frame, counted from the plan's first frame. Raises BadInput outside the
    plan.
    """
    if not 0 <= frame < plan.frames:
        raise BadInput(f"frame {frame} is outside the film, which has {plan.frames}")
    return plan.stretches[bisect_right(plan.stretches, frame, key=lambda stretch: stretch.start) - 1]
