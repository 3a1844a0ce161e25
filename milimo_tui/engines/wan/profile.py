"""Describe the model Wan 2.2, and plan how a machine makes its takes. The module imports no torch, because
the studio's process imports it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.rows.wan import BASES, CHANNELS, TIME_PROJECTION_NAMES
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.profile import (
    STAGED_MODEL_FIELDS,
    Composer,
    Description,
    Machine,
    Profile,
    SingleFile,
    SpecField,
    Way,
)
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import get_published_lora_gb
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.wan import halves, recipe_request
from milimo_tui.engines.wan.caption import compose_wan_caption
from milimo_tui.engines.wan.guide import GUIDE
from milimo_tui.engines.wan.kinds import FAMILY, WanKind, find_published_kind, read_wan_kind
from milimo_tui.engines.wan.plan import plan_wan_take
from milimo_tui.engines.wan.sizes import SIZES

USUAL_MODEL = "wan-2.2-ti2v-5b"
USUAL = MakeVideo(engine=FAMILY, frames=121, rate=Fraction(24), width=1280, height=704)
TRIAL = MakeVideo(engine=FAMILY, frames=25, rate=Fraction(24), width=640, height=352, seed=10)
# The length in frames, and the frame rate, that the authors use for the kinds with two transformers.
USUAL_FRAMES, USUAL_RATE = 81, Fraction(16)


class WanProfile(Profile):
    """The profile of the Wan 2.2 engine: its fields, limits and plans, and the memory that its takes need."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            fields=(SpecField("frames", 1), SpecField("steps", least=1), SpecField("guidance", least=0)),
            unread=STAGED_MODEL_FIELDS | {"cache"},
            usual_model=USUAL_MODEL,
            usual=USUAL,
            trial=TRIAL,
            single=SingleFile(
                TIME_PROJECTION_NAMES,
                BASES["ti2v-5b"],
                "ti2v-5b",
                sides=("patch_embedding.weight", CHANNELS),
                bases=BASES,
                pair=halves.find_transformer_pair,
            ),
            tiny=("wan-ti2v",),
        )

    def check(self, spec: SpecValue) -> None:
        """Do nothing: the limits depend on the weights, so a spec is only checked when `plan` knows them."""

    def composer(self) -> Composer:
        return compose_wan_caption

    def guide(self) -> Guide:
        return GUIDE

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        lora_files.files(store, found, loras)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo):
            return None
        whole = spec.with_handles_inside()
        take_plan = plan_wan_take(whole, self._choose_kind(machine, spec))
        return Way(
            pipeline="picture to video" if take_plan.begins is not None else "words to video",
            reason=take_plan.reason,
            fitted=replace(take_plan.fitted, frames=whole.frames),
            steps=take_plan.course.steps,
            guidance=f"{take_plan.course.guidance:g}" if take_plan.course.has_second_pass else "off",
            negative=take_plan.course.negative,
            parts=((whole.frames, spec.seed, spec.prompt),),
            changes=(*take_plan.changes, *_describe_unpaired_loras(take_plan.kind, machine, spec.loras)),
        )

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        kind = self._choose_kind(machine, spec)
        wanted = spec.with_handles_inside() if isinstance(spec, MakeVideo) else build_usual_wan_take(kind)
        plan = plan_wan_take(wanted, kind)
        if machine.found is not None and machine.shelf is not None:
            return recipe_request.on_shelf(plan, machine.shelf, machine.found, wanted)
        named = machine.model or wanted.model or USUAL_MODEL
        loras = sum(get_published_lora_gb(lora.id) for lora in wanted.loras)
        return recipe_request.request(plan, SIZES.of(named), loras)

    def _choose_kind(self, machine: Machine, spec: MakeVideo | MakePicture | None) -> WanKind:
        if machine.found is not None:
            return read_wan_kind(get_parts_folder(machine.found))
        return find_published_kind(machine.model or (spec.model if spec is not None else "") or USUAL_MODEL)


def build_usual_wan_take(kind: WanKind) -> MakeVideo:
    """Return the spec of a typical take for a kind, as in the authors' examples. It has a first picture if
    the kind needs one.
    """
    if kind.later is None:
        return USUAL
    size = {"width": kind.width, "height": kind.height}
    begins = () if kind.words else (Conditioning(input="a picture"),)
    more = {"frames": USUAL_FRAMES, "rate": USUAL_RATE, "conditioning": begins}
    return USUAL.model_copy(update={**more, **size})


def _describe_unpaired_loras(kind: WanKind, machine: Machine, loras: Loras) -> tuple[str, ...]:
    """Return sentences that warn of LoRAs for only one of the two transformers."""
    if kind.later is None or machine.shelf is None:
        return ()
    return halves.describe_single_halves(
        path.stem for path in recipe_request.list_lora_files(machine.shelf, loras)
    )
