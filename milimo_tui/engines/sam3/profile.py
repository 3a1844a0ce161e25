"""Describe SAM 3 and the GPU memory that its work needs. Imports no torch, because the studio uses this
module.
"""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Machine, Profile
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import weigh
from milimo_tui.engines.sam3.prompts import check_segment, check_texts, check_track
from milimo_tui.engines.sam3.sizes import SIZES
from milimo_tui.engines.specs.mask_specs import Segment, Track
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "sam3"
USUAL_MODEL = "sam3"
SIDE = 1008  # The model scales every picture to this size.


class Sam3Profile(Profile):
    """The profile of the SAM 3 engine: its description for the studio and the memory that its jobs need."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            usual_model=USUAL_MODEL,
        )

    def check(self, spec: SpecValue) -> None:
        if isinstance(spec, Segment | Track):
            check_texts(spec.text)

    def check_inputs(self, spec: SpecValue, width: int, height: int, frames: int = 1) -> None:
        if isinstance(spec, Segment):
            check_segment(spec, width, height)
        elif isinstance(spec, Track):
            check_track(spec, width, height, frames)

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        found, named = machine.found, machine.model or USUAL_MODEL
        weights = weigh(found, SIZES) if found is not None else SIZES.of(named)
        return Request(FAMILY, weights, SIZES.work, SIDE, SIDE)
