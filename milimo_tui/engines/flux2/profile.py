"""The profile of the FLUX.2 engine: its description, and the plan of a shot of one frame.

The module does not import torch, because the studio process uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import Limits, fit
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.profile import (
    Composer,
    Description,
    Machine,
    Profile,
    SingleFile,
    SpecField,
    Way,
)
from milimo_tui.engines.flux2 import one_frame, recipe_request, variants
from milimo_tui.engines.flux2.guide import GUIDE
from milimo_tui.engines.flux2.sizes import SIZES
from milimo_tui.engines.flux2.still_words import compose_flux2_prompt
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import get_published_lora_gb
from milimo_tui.engines.specs.picture_specs import MakePicture, Upscale
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "flux2"
USUAL = MakePicture(engine=FAMILY, width=1024, height=1024)
TRIAL = MakePicture(engine=FAMILY, width=512, height=512, seed=10)
# This part of a tensor name occurs only in checkpoints in the format of the original authors.
MARKS = ("double_stream_modulation_img.lin",)
DEV_MARK = (
    "guidance_in.",
    "dev",
)  # Only checkpoints of dev have these tensors, because dev takes its guidance as an input.
USUAL_MODEL = "flux2-klein-4b"
# Catalog ids of the weights that supply the components missing in a single checkpoint file, by generation of
# the model family. The tensor names of a KV checkpoint do not show that it is one.
BASES = {"dev": "flux2-dev", "klein-kv": "flux2-klein-9b-kv"}


class Flux2Profile(Profile):
    """The profile of the engine `flux2`."""

    def describe(self) -> Description:
        limits = variants.LIMITS
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            fields=(
                SpecField("width", limits.least_side, limits.most_side),
                SpecField("height", limits.least_side, limits.most_side),
                SpecField("steps", least=1),
                SpecField("guidance", least=0),
            ),
            usual_model=USUAL_MODEL,
            usual=USUAL,
            trial=TRIAL,
            single=SingleFile(MARKS, USUAL_MODEL, "klein", later=(DEV_MARK,), bases=BASES),
        )

    def composer(self) -> Composer:
        return compose_flux2_prompt

    def guide(self) -> Guide:
        return GUIDE

    def check(self, spec: SpecValue) -> None:
        """Do nothing. `plan` checks the size and raises BadInput with the nearest possible size."""

    def picture_limits(self) -> Limits:
        return variants.LIMITS

    def check_references(self, sizes: Sequence[tuple[int, int]]) -> None:
        if len(sizes) > variants.MOST_REFERENCES:
            raise Refused(
                f"FLUX.2 takes at most {variants.MOST_REFERENCES} references, not {len(sizes)}",
                "leave out those that matter least, or put several on one picture",
            )
        variants.check_references(list(sizes))

    def check_inputs(self, spec: SpecValue, width: int, height: int, frames: int = 1) -> None:
        if not isinstance(spec, Upscale):
            return
        least = variants.LIMITS.least_side // spec.factor
        if min(width, height) < least:
            name = Path(spec.input).name if isinstance(spec.input, str) else "the picture"
            raise BadInput(
                f"{name} is {width}×{height} pixels: too small",
                f"sides of at least {least} pixels are needed",
            )
        variants.check_enlarged_size(width * spec.factor, height * spec.factor, spec.factor)

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        variant = variants.read_flux2_variant(get_parts_folder(found))
        if negative and not variant.guided:
            raise Refused(
                f"{found.id} takes no negative prompt: {variant.no_negative}",
                "write what should be visible, or choose base weights: milimo model list",
            )
        lora_files.files(store, found, loras)

    def check_kind(self, found: ResolvedWeights, kind: str) -> None:
        if kind in ("inpaint", "inpaint_clip", "upscale"):
            variants.require_inpainting(found.id, variants.read_flux2_variant(get_parts_folder(found)))

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo):
            return None
        fitted = fit(
            variants.LIMITS, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate
        )
        found = machine.found
        named = machine.model or spec.model or USUAL_MODEL
        variant = (
            variants.read_flux2_variant(get_parts_folder(found))
            if found
            else variants.find_published_variant(named)
        )
        run = variants.plan_flux2_course(variant, spec.steps, spec.guidance, spec.negative, spec.cache)
        one_frame.list_flux2_references(spec)  # called only because it raises Refused for a control map
        return Way(
            pipeline="picture",
            reason="a shot of one frame is a picture",
            fitted=fitted,
            steps=run.steps,
            guidance=run.guidance_text,
            negative=run.negative,
            changes=(*fitted.changes, *run.notes, *one_frame.describe_flux2_deviations(spec)),
        )

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        wanted = spec or USUAL
        if machine.found is not None and machine.shelf is not None:
            return recipe_request.on_shelf(machine.shelf, machine.found, wanted)
        named = machine.model or wanted.model or USUAL_MODEL
        weights = SIZES.of(named)
        loras = sum(get_published_lora_gb(lora.id) for lora in wanted.loras)
        return recipe_request.request(wanted, variants.find_published_variant(named), weights, loras)
