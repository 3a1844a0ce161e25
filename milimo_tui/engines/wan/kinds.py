"""The kinds of Wan 2.2's weights, what each can make and how its makers run it. Pure.

Figures by the makers' own configurations (Wan-Video/Wan2.2, `wan/configs`, read in 2026); the file of a
pipeline tells which kind a folder is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.rows.wan import kind_of_index
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import Course, Variant, course
from milimo_tui.engines.pictures.family import config_of
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "wan"
TITLE = "Wan 2.2"
STEP = 4  # frames of a latent; the first has one of its own
MOST_PIXELS = 1920 * 1088  # what is made at all
INDEX = "model_index.json"

# What diffusers' converter writes into the scheduler of every pair (`scripts/convert_wan_to_diffusers.py`,
# 2026), whatever its makers run it with: it says nothing of the weights. Another shift was chosen for them.
CONVERTED = 3.0

# What all of them are guided away from where a person says nothing: the kinds of faults that the makers'
# default names (`wan/configs/shared_config.py`, 2026), in words of our own.
NEGATIVE = (
    "overexposed, washed out, grey, blurred details, a frozen picture, captions, a drawing, a painting, "
    "compression blocks, deformed hands and faces, limbs too many, a crowded background, walking backwards"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`words`: it makes a clip of words alone; `picture`: of words and the picture it begins with.

    `unit` is the pixels a side of a token, `rate` and `frames` what it was trained to make in one go, `width`
    and `height` the largest raster its makers show. `ends`: it takes a picture to end with, too.
    `later` is the guidance of a second transformer, which takes over when most of the noise is gone; None:
    there is none. `shift` is how far its makers shift the steps towards the noise.
    """

    name: str
    words: bool
    picture: bool
    unit: int
    rate: int
    frames: int
    width: int
    height: int
    steps: int
    guidance: float
    shift: float
    later: float | None = None
    ends: bool = False

    def shifted_by(self, own: float) -> float:
        """How far the steps of weights are shifted whose scheduler says `own`."""
        return self.shift if own == CONVERTED else own

    @property
    def limits(self) -> Limits:
        """What it can make at all."""
        return Limits(
            title=TITLE,
            multiple=self.unit,
            step=STEP,
            least_side=2 * self.unit,
            most_side=1920,
            most_pixels=MOST_PIXELS,
            most_frames=self.frames,
        )

    def course(self, spec: MakeVideo) -> Course:
        """How its steps are run: the makers' figures where a spec says nothing, their negative prompt too."""
        run = course(Variant(self.name, self.steps, self.guidance, True), spec.steps, spec.guidance, "")
        negative = spec.negative or NEGATIVE
        return Course(run.steps, run.guidance, negative if run.guided else "", run.notes, run.off)

    def guidance_later(self, spec: MakeVideo) -> float | None:
        """That of the second transformer: what a person says counts for both."""
        if self.later is None:
            return None
        return self.later if spec.guidance is None else spec.guidance


SMALL = Kind(
    name="ti2v-5b",
    words=True,
    picture=True,
    unit=32,
    rate=24,
    frames=121,
    width=1280,
    height=704,
    steps=50,
    guidance=5.0,
    shift=5.0,
)
WORDS = Kind(
    name="t2v-a14b",
    words=True,
    picture=False,
    unit=16,
    rate=16,
    frames=81,
    width=1280,
    height=720,
    steps=40,
    guidance=4.0,
    shift=12.0,
    later=3.0,
)
PICTURE = Kind(
    name="i2v-a14b",
    words=False,
    picture=True,
    unit=16,
    rate=16,
    frames=81,
    width=1280,
    height=720,
    steps=40,
    guidance=3.5,
    shift=5.0,
    later=3.5,
    ends=True,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (SMALL, WORDS, PICTURE)}


def kind_of(folder: Path) -> Kind:
    """Which kind the weights in a folder are. Raises Damaged for those of another pipeline."""
    index: Mapping[str, Any] = config_of(folder / INDEX)
    found = KINDS.get(kind_of_index(index))
    if found is None:
        what = index.get("_class_name", "") or "nothing known"
        raise Damaged(
            f"{folder.name} holds weights for {what}, not those of Wan 2.2",
            "milimo model list tells which are there; milimo model use chooses",
        )
    return found


def kind_named(model: str) -> Kind:
    """Which kind published weights are, by their id."""
    return next((kind for name, kind in KINDS.items() if name in model), SMALL)


def native_rate(kind: Kind) -> Fraction:
    """Frames a second that the model's motion is right at."""
    return Fraction(kind.rate)
