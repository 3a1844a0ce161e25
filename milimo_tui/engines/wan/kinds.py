"""List the kinds of Wan 2.2's weights, what each can make, and the settings of the authors. Pure.

The numbers are from the authors' own configurations (Wan-Video/Wan2.2, `wan/configs`, read in 2026). The kind
of the weights in a folder is read from the pipeline's index file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.rows.wan import find_wan_kind
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant, plan_course
from milimo_tui.engines.pictures.family import read_weights_config
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "wan"
TITLE = "Wan 2.2"
STEP = 4  # Number of frames for each latent. The first frame has a latent of its own.
MOST_PIXELS = 1920 * 1088  # The largest raster in pixels that the engine makes.
INDEX = "model_index.json"

# A pair of Wan 2.2 transformers that diffusers' converter wrote always has this shift of the noise schedule,
# whatever shift the authors use (`scripts/convert_wan_to_diffusers.py`, 2026). The value therefore says
# nothing about the weights, and the authors' shift is used. Any other shift in a scheduler file was chosen
# for the weights.
CONVERTED = 3.0

# The default negative prompt of all kinds. It names the faults of the authors' default prompt
# (`wan/configs/shared_config.py`, 2026), in our own words.
NEGATIVE = (
    "overexposed, washed out, grey, blurred details, a frozen picture, captions, a drawing, a painting, "
    "compression blocks, deformed hands and faces, limbs too many, a crowded background, walking backwards"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WanKind:
    """A kind of Wan 2.2 weights and its settings.

    - `words` is True if the kind can make a clip from text alone. `picture` is True if it can make a clip
      from text and a first picture. `ends` is True if a last picture can be given too.
    - `unit` is the side of a token in pixels.
    - `rate` and `frames` are the frame rate and the largest number of frames that the model was trained for.
    - `width` and `height` are the largest picture size in the authors' examples.
    - `later` is the guidance scale of the second transformer, which takes over when most of the noise is
      removed; None for a kind with one transformer.
    - `shift` is the authors' shift of the noise schedule. A larger shift gives more of the steps to high
      noise.
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

    def choose_shift(self, own: float) -> float:
        """Return the shift of the noise schedule. `own` is the shift in the scheduler file of the weights. If
        diffusers' converter wrote `own`, the authors' shift is used instead.
        """
        return self.shift if own == CONVERTED else own

    @property
    def limits(self) -> Limits:
        """The limits of size and length for takes of this kind."""
        return Limits(
            title=TITLE,
            multiple=self.unit,
            step=STEP,
            least_side=2 * self.unit,
            most_side=1920,
            most_pixels=MOST_PIXELS,
            most_frames=self.frames,
        )

    def build_course(self, spec: MakeVideo) -> SamplingCourse:
        """Return the settings of the steps. Where the spec has no value, the authors' values and negative
        prompt are used.
        """
        run = plan_course(
            WeightsVariant(self.name, self.steps, self.guidance, True), spec.steps, spec.guidance, ""
        )
        negative = spec.negative or NEGATIVE
        return SamplingCourse(
            run.steps, run.guidance, negative if run.has_second_pass else "", run.notes, run.off
        )

    def choose_second_guidance(self, spec: MakeVideo) -> float | None:
        """Return the guidance scale of the second transformer, or None for a kind with one transformer. A
        scale that the user has set counts for both transformers.
        """
        if self.later is None:
            return None
        return self.later if spec.guidance is None else spec.guidance


SMALL = WanKind(
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
WORDS = WanKind(
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
PICTURE = WanKind(
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
KINDS: Mapping[str, WanKind] = {kind.name: kind for kind in (SMALL, WORDS, PICTURE)}


def read_wan_kind(folder: Path) -> WanKind:
    """Return the kind of the weights in a folder. Raises Damaged for weights of another pipeline."""
    index: Mapping[str, Any] = read_weights_config(folder / INDEX)
    found = KINDS.get(find_wan_kind(index))
    if found is None:
        what = index.get("_class_name", "") or "nothing known"
        raise Damaged(
            f"{folder.name} holds weights for {what}, not those of Wan 2.2",
            "milimo model list lists the weights; milimo model use selects weights",
        )
    return found


def find_published_kind(model: str) -> WanKind:
    """Return the kind of published weights by their id."""
    return next((kind for name, kind in KINDS.items() if name in model), SMALL)
