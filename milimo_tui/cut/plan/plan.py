"""The render plan's values: what every frame shows and every sample sounds, as one frozen value.

`cut.plan.video` makes it from a cut and what its clips' sources resolve to; the film engine and the viewer
walk the same plan. All starts in it count from the plan's own first frame, which is `Plan.start` in the cut;
fractions travel in JSON as "n/d".
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
from milimo_tui.cut.values.effects_text import as_json, from_json
from milimo_tui.cut.values.streams import NO_FACTS, Ratio, StreamFacts

EffectsJson = Annotated[
    Effects,
    BeforeValidator(lambda value: from_json(value) if isinstance(value, dict) else value),
    PlainSerializer(as_json, return_type=dict[str, Any]),
]


class PlanValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Media(PlanValue):
    """What a clip's source resolves to. `path` is absolute; a slate and a title have none but words.

    `cut` is a compound clip: `plan` is the whole of the inner cut at its own rate and raster. `burn` is what
    a delivery lays over the film (`title` says which: timecode, slate, watermark, caption). `head` is the
    handle of a take: the shot begins at that second of the file.
    """

    kind: Literal["video", "picture", "sequence", "sound", "slate", "offline", "title", "cut", "burn"]
    path: str = ""
    digest: str = ""
    seconds: Ratio | None = None  # None: a picture or slate, held as long as asked
    head: Ratio = Fraction(0)
    rate: Ratio | None = None
    has_sound: bool = False
    title: str = ""  # slates: big line ("3B"), and what stands under it
    text: str = ""
    previs: bool = False
    noise: bool = False  # previs that tiny random weights made
    facts: StreamFacts = NO_FACTS
    plan: Plan | None = None


class FileRef(PlanValue):
    """A file that an effect needs beside the picture: a LUT (.cube), or a matte (a picture or a clip)."""

    path: str
    digest: str = ""
    moving: bool = False  # a clip whose frames go with the picture's


class Layer(PlanValue):
    """One picture of a stretch, bottom first.

    `source_in` is the source time at the stretch's first frame, `speed` source seconds for a second of film
    (below 0 backwards, 0 a freeze frame): frame n of the stretch shows `source_in + n / rate · speed`, where
    its effects have a ramp as `cut.plan.parts.second_at` says. Fades
    and the curves of `effects` count from the clip's own first frame, `clip_offset` frames before the stretch
    (below 0 where a transition shows a clip before its own start).
    """

    clip: str
    media: Media
    source_in: Ratio
    speed: Ratio = Fraction(1)
    opacity: float = 1.0
    fade_in: int = 0  # frames of fade from clear at the clip's own edges
    fade_out: int = 0
    clip_offset: int = 0
    clip_frames: int = 0
    effects: EffectsJson = NO_EFFECTS
    lut: FileRef | None = None
    matte: FileRef | None = None


class Joined(PlanValue):
    """A transition as one picture of a stretch: of its `frames`, `offset` lie before the stretch.

    Over its whole length the share of `right` at frame n is (offset + n + 0.5) / frames. A side that is None
    is what lies below.
    """

    kind: Literal["dissolve", "dip", "wipe", "push"]
    left: Layer | None
    right: Layer | None
    frames: int
    offset: int = 0
    direction: Literal["left", "right", "up", "down"] = "right"
    colour: str = "#000000"
    softness: float = 0.0


class Stretch(PlanValue):
    """A run of frames with the same pictures, bottom first. No layers: black."""

    start: int
    frames: int
    layers: tuple[Layer | Joined, ...] = ()

    def pictures(self) -> tuple[Layer, ...]:
        """Every layer, bottom first, those inside transitions too."""
        sides = (
            side
            for each in self.layers
            for side in ((each,) if isinstance(each, Layer) else (each.left, each.right))
        )
        return tuple(side for side in sides if side is not None)


class SoundClip(PlanValue):
    """One sound in the mix, over the plan's frames [start, start + frames).

    Fades and curves count from the clip's own edges, as a layer's do: `clip_offset` frames of the clip lie
    before `start`, `clip_frames` is its whole length. `rise` and `fall` are cross-fades of equal power over
    so many frames, centred on the clip's own first and last edge: with them the sound begins `rise // 2`
    frames before its clip and ends `fall - fall // 2` after it, and `clip_offset` may be below 0. Source time
    at frame n is `source_in + n / rate · speed`, or as its ramp has it; a speed other than 1 changes the
    pitch as tape does unless its effects keep it, and one of 0 is silent and not in the plan.
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
    track: str = ""  # the name of its track: what stems are told apart by


class Plan(PlanValue):
    """A cut, ready to walk. `start` is the cut frame of the film's first frame (ranges)."""

    cut: str
    name: str
    rate: Ratio
    width: int
    height: int
    sample_rate: int
    frames: int
    start: int = 0
    stretches: tuple[Stretch, ...] = ()
    sounds: tuple[SoundClip, ...] = ()
    previs: bool = False  # some picture in it is previs

    @property
    def noise(self) -> bool:
        """Whether some picture in it is noise, that tiny random weights made."""
        return any(
            layer.media.noise or (layer.media.plan is not None and layer.media.plan.noise)
            for stretch in self.stretches
            for layer in stretch.pictures()
        )

    def signature(self) -> str:
        """SHA-256 of the plan's canonical JSON: equal plans give equal films.

        Files with a digest count by that, wherever they lie.
        """
        return signature_of(self)


Media.model_rebuild()


def signature_of(value: PlanValue) -> str:
    """SHA-256 of a part of a plan, its defaults left out and its files told by their digests."""
    body = _placeless(value.model_dump(mode="json", exclude_defaults=True))
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _placeless(body: Any) -> Any:
    if isinstance(body, dict):
        kept = {name: _placeless(value) for name, value in body.items()}
        if kept.get("digest"):
            kept.pop("path", None)
            kept.pop("facts", None)
        return kept
    return [_placeless(value) for value in body] if isinstance(body, list) else body


def stretch_at(plan: Plan, frame: int) -> Stretch:
    """The stretch that shows a frame, counted from the plan's first. Raises BadInput outside the plan."""
    if not 0 <= frame < plan.frames:
        raise BadInput(f"frame {frame} is outside the film, which has {plan.frames}")
    return plan.stretches[bisect_right(plan.stretches, frame, key=lambda stretch: stretch.start) - 1]
