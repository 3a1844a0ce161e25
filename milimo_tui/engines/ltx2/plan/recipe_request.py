"""The memory request of an LTX-2 take. The studio uses it to predict how a take will be made, and the worker
uses the same numbers to make the take.

The module reads only the headers of weights and does not import torch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import MilimoError
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.plan import plan as plans
from milimo_tui.engines.ltx2.plan.chunk_memory import make_chunk_memory_check
from milimo_tui.engines.ltx2.plan.dfr import REFERENCE
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.ltx2.plan.subjects import count_subject_latents
from milimo_tui.engines.ltx2.sizes import SIZES, SPATIAL, TEMPORAL
from milimo_tui.engines.recipes.model_sizes import ModelPart, Weights
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import Card, RecipeOutcome, Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb, weigh, weigh_part
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo

# Components of a checkpoint that every take loads. Other components in its folder are not loaded.
LOADED = frozenset({"text_encoder", "connectors", "transformer", "vae", "audio_vae", "vocoder"})
# Sizes of the upsamplers, by role
UPSAMPLERS: Mapping[str, ModelPart] = {"upsampler": SPATIAL, "temporal_upsampler": TEMPORAL}


def request(
    spec: MakeVideo,
    plan: Ltx2Plan,
    weights: Weights,
    *,
    loras: float,
    lengths: Sequence[int] = (),
    upsamplers: Iterable[ModelPart] = (),
    downscale: int = 1,
) -> Request:
    """Return the memory request of a planned take. `loras` is the size of its LoRAs in GB at 16 bits
    (`compute_loras_gb`). `lengths` holds the number of frames of each followed input, 1 for a picture.
    `downscale` is the factor by which the references of controls are smaller than the take.
    """
    longest = count_frames_at_once(plan)
    parts = [part for part in weights.parts if part.name in LOADED]
    return Request(
        "ltx2",
        replace(weights, parts=(*parts, *upsamplers)),
        SIZES.work,
        width=plan.fitted.width,
        height=plan.fitted.height,
        frames=longest,
        steps=plan.steps,
        passes=2 if plan.guidance.uses_negative_prompt else 1,
        references=sum(_count_latent_frames(min(length, longest)) for length in lengths),
        controls=(
            len(spec.control) * _count_latent_frames(longest)
            + count_subject_latents(len(plan.subjects), longest)
        )
        / downscale**2
        + _count_dfr_latents(plan),
        encodes=bool(lengths or spec.control or plan.subjects or len(plan.parts) > 1 or spec.changes_a_take),
        stages=plan.stages,
        loras_gb=loras,
        takes=spec.among,
        refining=len(plan.refine) * len(plan.parts),
    )


def _count_dfr_latents(plan: Ltx2Plan) -> float:
    """Return the number of latent frames that DFR adds to the work: its key frames, and the result of the
    first pass, which guides the second.
    """
    if plan.keyframes is None:
        return 0.0
    return plan.keyframes.slots + _count_latent_frames(plan.keyframes.frames) / REFERENCE**2


def on_shelf(
    store: ModelStore, found: ResolvedWeights, spec: MakeVideo, plan: Ltx2Plan, known: plans.Weights
) -> Request:
    """Return the memory request of a planned take, calculated for the weights that are installed on this
    machine. Raises Unavailable, NotFound or Damaged for an additional model that the plan needs.
    """
    added = installed_parts.resolve_upsamplers(store, found, plan)
    return request(
        spec,
        plan,
        weigh(found, SIZES),
        loras=compute_loras_gb(installed_parts.list_lora_paths(store, found, spec, plan)),
        lengths=[count_followed_frames(one, spec.rate) for one in plan.conditioning],
        upsamplers=[weigh_part(UPSAMPLERS[role].name, one) for role, one in added.items()],
        downscale=known.get_reference_downscale(spec),
    )


def fit_plan_to_card(
    store: ModelStore,
    found: ResolvedWeights,
    spec: MakeVideo,
    known: plans.Weights,
    clips: Sequence[bool],
    card: Card,
    outcomes: Collection[RecipeOutcome],
) -> Ltx2Plan:
    """Return the plan with the fewest chunks that the card's memory allows. Raises the errors of
    `plan_ltx2_take` and `on_shelf`.
    """

    def request_of(chunk_frames: int) -> Request:
        probe_spec = plans.make_memory_probe_spec(spec, chunk_frames)
        return on_shelf(
            store, found, probe_spec, plans.plan_ltx2_take(probe_spec, known, clips, chunk_frames), known
        )

    return plans.find_fitting_plan(
        spec, known, clips, make_chunk_memory_check(card, request_of, outcomes, find_recipe_packages())
    )


def build_published_request(spec: MakeVideo, plan: Ltx2Plan, weights: Weights, loras: float) -> Request:
    """Return the memory request of a take with the published weights `weights`. These need not be
    installed.
    """
    roles = ["upsampler"] * (plan.stages == 2) + ["temporal_upsampler"] * plan.temporal_upscale
    return request(
        spec,
        plan,
        weights,
        loras=loras,
        lengths=[count_followed_frames(one, spec.rate) for one in plan.conditioning],
        upsamplers=[UPSAMPLERS[role] for role in roles],
    )


def count_frames_at_once(plan: Ltx2Plan) -> int:
    """Return the number of decoded frames that memory holds at once: the frames of the longest chunk."""
    return max(part.frames for part in plan.parts) * (2 if plan.temporal_upscale else 1)


def count_followed_frames(one: Conditioning, rate: Fraction) -> int:
    """Return the number of frames of a followed input at a frame rate. 1 for a picture, and for an input that
    does not exist yet, such as a board that is still to be drawn.
    """
    from milimo_tui.engines.ltx2.plan.conditioning import (
        open_conditioning,  # imported lazily, so that the studio starts without loading decoders
    )

    try:
        return open_conditioning(one).count_frames(rate)
    except MilimoError:
        return 1


def _count_latent_frames(frames: int) -> int:
    return (frames - 1) // TIME + 1
