"""The render plan: what every frame shows and every sample sounds, as one frozen value.

Made once from a cut and what its clips' sources resolve to; the film engine and the viewer walk
the same plan. Fractions travel in JSON as "n/d".
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.time import ratio_text

Ratio = Annotated[
    Fraction,
    BeforeValidator(lambda value: Fraction(value) if isinstance(value, str) else value),
    PlainSerializer(ratio_text, return_type=str),
]


class PlanValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Media(PlanValue):
    """What a clip's source resolves to. `path` is absolute; a slate has none but words."""

    kind: Literal["video", "picture", "sound", "slate", "offline"]
    path: str = ""
    digest: str = ""
    seconds: Ratio | None = None  # None: a picture or slate, held as long as asked
    rate: Ratio | None = None
    has_sound: bool = False
    title: str = ""  # slates: big line ("3B"), and what stands under it
    text: str = ""
    previs: bool = False


class Layer(PlanValue):
    """One picture of a stretch, bottom first. `source_in` is the source time at the stretch's first frame."""

    clip: str
    media: Media
    source_in: Ratio
    opacity: float = 1.0
    fade_in: int = 0  # frames of fade from black at the clip's own edges, counted from `clip_offset`
    fade_out: int = 0
    clip_offset: int = 0  # frames of the clip that lie before the stretch
    clip_frames: int = 0


class Stretch(PlanValue):
    """A run of frames with the same layers. No layers: black."""

    start: int
    frames: int
    layers: tuple[Layer, ...] = ()


class SoundClip(PlanValue):
    """One sound in the mix, over cut frames [start, start + frames)."""

    clip: str
    media: Media
    start: int
    frames: int
    source_in: Ratio
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0


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
