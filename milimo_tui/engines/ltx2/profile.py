"""The profile of the LTX-2 engine: its description, and the plan how a given machine makes a take. The module
does not import torch, because the studio process uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.contract.fitting import round_frames_up
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
from milimo_tui.engines.ltx2.guide import GUIDE
from milimo_tui.engines.ltx2.paragraph import compose_paragraph
from milimo_tui.engines.ltx2.plan import chain, generations, installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.chunk_memory import make_chunk_memory_check
from milimo_tui.engines.ltx2.plan.plan import (
    Weights,
    find_fitting_plan,
    make_memory_probe_spec,
    plan_ltx2_take,
    resolve_made_spec,
)
from milimo_tui.engines.ltx2.sizes import SIZES
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import get_published_lora_gb
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = installed_parts.FAMILY
KNOWN = "weights"  # key in `Machine.memo` under which the facts about the weights are cached
USUAL = MakeVideo(engine=FAMILY, frames=121, rate=Fraction(24), width=1536, height=1024)
TRIAL = MakeVideo(engine=FAMILY, frames=25, rate=Fraction(24), width=512, height=320, seed=10)
# Parts of tensor names that only checkpoints of the original authors contain
MARKS = ("av_ca_a2v_gate_adaln_single", "audio_patchify_proj")
# Parts of tensor names, each with the generation that introduced the tensor, the latest first.
LATER = (("keyframes_abs_pos_embedding", "2.5"), ("prompt_adaln_single", "2.3"))
USUAL_MODEL = "ltx-2.5"


class Ltx2Profile(Profile):
    """The profile of the LTX-2 engine: its description, limits and plans."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            fields=(
                SpecField("frames", 1, generations.FILM),
                SpecField("steps", least=1),
                SpecField("guidance", least=0),
            ),
            usual_model=USUAL_MODEL,
            usual=USUAL,
            trial=TRIAL,
            single=SingleFile(MARKS, "ltx-2-parts", generations.GENERATIONS[0].id, LATER),
            tiny=("ltx2-distilled", "ltx2-upsampler"),
        )

    def check(self, spec: SpecValue) -> None:
        """Do nothing: the limits depend on the weights, so `plan` checks the spec and raises the errors."""

    def composer(self) -> Composer:
        return compose_paragraph

    def guide(self) -> Guide:
        return GUIDE

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo):
            return None
        made = find_fitting_plan(
            spec.with_handles_inside(),
            _get_known_weights(machine),
            clips,
            self._make_chunk_check(spec, machine),
        )
        used = made.guidance
        return Way(
            pipeline=made.pipeline.pipeline,
            reason=made.pipeline.reason,
            fitted=made.fitted,
            stages=made.stages,
            schedule=made.schedule,
            steps=made.steps,
            guidance=f"{used.text:g}" if used.passes > 1 else "off",
            negative=made.negative,
            parts=tuple((part.fresh, part.seed, part.prompt) for part in made.parts),
            changes=made.changes,
            subjects=tuple(one.name for one in made.subjects),
        )

    def parts(self, frames: int) -> int:
        return len(chain.split_into_chunks(round_frames_up(frames, generations.TIME), 0, "", ""))

    def _make_chunk_check(self, spec: MakeVideo, machine: Machine) -> Callable[[int], bool]:
        """Return a function that takes a number of frames and returns True if the card has memory for a chunk
        of this length. The plan calls it only for long chunks. If a fact that the estimate needs is unknown,
        the function returns True.
        """

        def fits(chunk_frames: int) -> bool:
            card = None if machine.found is not None and machine.found.tiny else machine.card()
            if card is None:
                return True

            def asked(frames: int) -> Request:
                return self.likely_request(make_memory_probe_spec(spec, frames), machine, frames)

            return make_chunk_memory_check(card, asked, machine.shown(card), machine.packages())(chunk_frames)

        return fits

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        wanted = resolve_made_spec((spec if isinstance(spec, MakeVideo) else USUAL).with_handles_inside())
        if machine.found is not None and machine.shelf is not None:
            known = _get_known_weights(machine)
            plan = plan_ltx2_take(wanted, known, _find_clip_conditionings(wanted), go)
            return recipe_request.on_shelf(machine.shelf, machine.found, wanted, plan, known)
        named = machine.model or wanted.model or USUAL_MODEL
        weights = SIZES.of(named)
        row = next((each for each in MODELS if each.id == named), None)
        generation = generations.find_generation(
            (row.generation if row else "") or generations.GENERATIONS[0].id
        )
        # The weights are not installed. Whether a camera LoRA that fits them is installed cannot be checked,
        # so the estimate assumes none.
        wanted = wanted.model_copy(update={"camera_lora": "off"})
        plan = plan_ltx2_take(
            wanted, Weights(generation, distilled=named in generations.DISTILLED_ROWS), chunk_limit=go
        )
        loras = [lora.id for lora in wanted.loras]
        loras += [f"{weights.model}-distilled-lora"] if plan.lora_for else []
        loras += [f"{weights.model}-detailing"] if plan.keyframes is not None else []
        return recipe_request.build_published_request(
            wanted, plan, weights, sum(get_published_lora_gb(id) for id in loras)
        )


def _get_known_weights(machine: Machine) -> Weights:
    """Return the facts about the weights that a plan needs. For weights that are not installed, they come
    from the catalog.
    """
    if KNOWN not in machine.memo:
        machine.memo[KNOWN] = _read_known_weights(machine)
    known = machine.memo[KNOWN]
    assert isinstance(known, Weights)
    return known


def _read_known_weights(machine: Machine) -> Weights:
    if machine.found is not None and machine.shelf is not None:
        return installed_parts.weights(machine.shelf, machine.found)
    row = model_lookup.find_model_row(machine.model) or model_lookup.suggest_model(FAMILY)
    generation = row.generation if row and row.generation else generations.GENERATIONS[0].id
    return Weights(
        generations.find_generation(generation), distilled=bool(row and row.id in generations.DISTILLED_ROWS)
    )


def _find_clip_conditionings(spec: MakeVideo) -> list[bool]:
    return [recipe_request.count_followed_frames(one, spec.rate) > 1 for one in spec.conditioning]
