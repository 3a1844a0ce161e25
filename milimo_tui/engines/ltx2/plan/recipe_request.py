"""The memory request of an LTX-2 take. The studio uses it to predict how a take will be made, and the worker
uses the same numbers to make it. Reads headers; no torch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import MilimoError
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.plan import plan as plans
from milimo_tui.engines.ltx2.plan.chunk_memory import allows
from milimo_tui.engines.ltx2.plan.dfr import REFERENCE
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.ltx2.plan.plan import Plan
from milimo_tui.engines.ltx2.plan.subjects import latents_of
from milimo_tui.engines.ltx2.sizes import SIZES, SPATIAL, TEMPORAL
from milimo_tui.engines.recipes.model_sizes import Part, Weights
from milimo_tui.engines.recipes.tables import installed_packages
from milimo_tui.engines.recipes.values import Card, Known, Request
from milimo_tui.engines.recipes.weight_sizes import loras_gb, weigh, weigh_part
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo

# The parts of a checkpoint that every take loads. Other parts in its folder stay on the disk.
LOADED = frozenset({"text_encoder", "connectors", "transformer", "vae", "audio_vae", "vocoder"})
UPSAMPLERS: Mapping[str, Part] = {"upsampler": SPATIAL, "temporal_upsampler": TEMPORAL}  # by role


def request(
    spec: MakeVideo,
    way: Plan,
    weights: Weights,
    *,
    loras: float,
    lengths: Sequence[int] = (),
    upsamplers: Iterable[Part] = (),
    downscale: int = 1,
) -> Request:
    """Return the request of a planned take. `loras` is their size in GB in 16 bits (`compute_loras_gb`),
    `lengths` are the frames of the followed inputs (1: a picture), and `downscale` is the factor by which
    references of controls are smaller.
    """
    longest = frames_at_once(way)
    parts = [part for part in weights.parts if part.name in LOADED]
    return Request(
        "ltx2",
        replace(weights, parts=(*parts, *upsamplers)),
        SIZES.work,
        width=way.fitted.width,
        height=way.fitted.height,
        frames=longest,
        steps=way.steps,
        passes=2 if way.guidance.listens else 1,
        references=sum(_latents(min(length, longest)) for length in lengths),
        controls=(len(spec.control) * _latents(longest) + latents_of(len(way.subjects), longest))
        / downscale**2
        + _painted(way),
        encodes=bool(lengths or spec.control or way.subjects or len(way.parts) > 1 or spec.changes_a_take),
        stages=way.stages,
        loras_gb=loras,
        takes=spec.among,
        refining=len(way.refine) * len(way.parts),
    )


def _painted(way: Plan) -> float:
    """Return the number of latents that DFR adds: its key frames, and the first pass, which guides the
    second.
    """
    if way.keyframes is None:
        return 0.0
    return way.keyframes.slots + _latents(way.keyframes.frames) / REFERENCE**2


def on_shelf(store: ModelStore, found: Found, spec: MakeVideo, way: Plan, known: plans.Weights) -> Request:
    """Return the request of a take with installed weights. Raises Unavailable, NotFound, Damaged for an
    additional model that the plan needs.
    """
    added = installed_parts.upsamplers(store, found, way)
    return request(
        spec,
        way,
        weigh(found, SIZES),
        loras=loras_gb(installed_parts.lora_paths(store, found, spec, way)),
        lengths=[frames_shown(one, spec.rate) for one in way.conditioning],
        upsamplers=[weigh_part(UPSAMPLERS[role].name, one) for role, one in added.items()],
        downscale=known.downscale(spec),
    )


def fitted(
    store: ModelStore,
    found: Found,
    spec: MakeVideo,
    known: plans.Weights,
    clips: Sequence[bool],
    card: Card,
    seen: Collection[Known],
) -> Plan:
    """Return the plan with the fewest chunks that the card's memory allows. Raises the errors of `plan` and
    `on_shelf`.
    """

    def request_of(go: int) -> Request:
        asked = plans.asked_about(spec, go)
        return on_shelf(store, found, asked, plans.plan(asked, known, clips, go), known)

    return plans.fitting(spec, known, clips, allows(card, request_of, seen, installed_packages()))


def in_registry(spec: MakeVideo, way: Plan, weights: Weights, loras: float) -> Request:
    """Return the request of a take with published weights, which need not be installed."""
    roles = ["upsampler"] * (way.stages == 2) + ["temporal_upsampler"] * way.temporal_upscale
    return request(
        spec,
        way,
        weights,
        loras=loras,
        lengths=[frames_shown(one, spec.rate) for one in way.conditioning],
        upsamplers=[UPSAMPLERS[role] for role in roles],
    )


def frames_at_once(way: Plan) -> int:
    """Return the number of frames of the longest chunk as it is decoded."""
    return max(part.frames for part in way.parts) * (2 if way.temporal_upscale else 1)


def frames_shown(one: Conditioning, rate: Fraction) -> int:
    """Return the number of frames of a followed input; 1 for a picture, or for an input that does not exist
    yet: a board that is not drawn.
    """
    from milimo_tui.engines.ltx2.plan.conditioning import (
        conditioned,  # Imported lazily: the studio starts without decoders.
    )

    try:
        return conditioned(one).length(rate)
    except MilimoError:
        return 1


def _latents(frames: int) -> int:
    return (frames - 1) // TIME + 1
