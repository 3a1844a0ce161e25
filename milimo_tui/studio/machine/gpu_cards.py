"""Find the GPU of this machine without importing torch, and explain how models run on it. `engine explain`
and the shot inspector use this module.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.main_memory import get_total_memory
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import GB, Card, Kind, RecipeOutcome, Request
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.machine import gpus
from milimo_tui.studio.session.studio import Studio

CARD_KINDS: dict[str, Kind] = {gpus.CUDA: "cuda", gpus.HIP: "rocm"}


def find_card(studio: Studio) -> Card | None:
    """Return a description of the machine's GPU with the most memory, including its free memory. Return None
    if there is no GPU, or if the setting `gpu_probe` is off. The call may take a while if the GPU is in a
    sleep state.
    """
    if not studio.settings.gpu_probe:
        return None
    found = [_make_card(gpu) for gpu in gpus.find_gpus(os.environ)]
    return max(found, key=lambda each: each.memory_gb, default=None)


def _make_card(gpu: gpus.Gpu) -> Card:
    kind: Kind = next((kind for name, kind in CARD_KINDS.items() if name in gpu.environment), "mps")
    read = gpus.read_gpu_figures(gpu.environment)
    whole = read.memory_total or get_total_memory()
    return Card(
        gpu.name,
        whole / GB,
        (whole - (read.memory_used or 0)) / GB,
        kind,
        gpus.read_compute_capability(gpu.environment),
        host_gb=get_total_memory() / GB,
    )


def list_measured_runs(studio: Studio, card: Card) -> tuple[RecipeOutcome, ...]:
    """Return the results of earlier jobs on this card, as recorded in this home; empty if there is no
    home.
    """
    try:
        return CardRecords(studio.home.root).of(card)
    except MilimoError:
        # Without a usable home there are no records of earlier jobs. The caller then plans without them.
        return ()


def apply_measured_rates(studio: Studio, card: Card) -> Card:
    """Return the card with the speeds that were measured on it in this home (`rates`). Speeds that were not
    measured keep their default values.
    """
    try:
        return CardRecords(studio.home.root).add_measured_rates(card)
    except MilimoError:
        return card


def make_memory_request(
    studio: Studio,
    engine: str,
    found: ResolvedWeights | None,
    model: str,
    spec: MakeVideo | MakePicture | None,
    chunk_limit: int = 0,
) -> Request:
    """Return the request from which the memory plan of a job is computed. `spec` is the job's spec, or None
    if there is no particular job.

    The request describes the installed weights `found` and the other components that the engine loads with
    them. If `found` is None, it describes the published weights of `model`. `chunk_limit` is the largest
    number of frames to make at once; 0 means as many as the model can make. Raises like
    `Profile.likely_request`.
    """
    # The store is left out without installed weights, because opening it requires a home.
    store = ModelStore(studio.home.models) if found is not None else None
    machine = Machine(store, found, model)
    return engine_registry.profile(engine).likely_request(spec, machine, chunk_limit)


def explain_on_this_card(studio: Studio, request: Request, ram: float | None = None) -> dict[str, Any]:
    """Return the memory plan for this machine's own card. `ram` replaces the machine's main memory, in GB."""
    card = find_card(studio)
    if card:
        card = replace(card, host_gb=explanation.make_assumed_card(0, ram).host_gb) if ram else card
        card = apply_measured_rates(studio, card)
        return explanation.explain_plan(
            card, request, list_measured_runs(studio, card), find_recipe_packages()
        )
    data = explanation.explain_plan(Card("no GPU", 0.0, 0.0), request)
    least = min(row["gb"] for row in data["ladder"])
    return {
        **data,
        "card": "this machine, which has no GPU",
        "card_gb": None,
        "reason": f"no GPU was found here; it needs a GPU with at least {least:.0f} GB of memory",
        "nearest": f"milimo engine explain {request.engine} --card 24 explains it for a card of 24 GB; "
        "milimo model tiny makes tiny weights that run on the CPU",
    }
