"""Which card this machine has, as `engine explain` and the shot inspector ask it: found without torch."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.recipes.card_records import Shown
from milimo_tui.engines.recipes.tables import installed_packages
from milimo_tui.engines.recipes.values import GB, Card, Kind, Known, Request
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.machine import gpus
from milimo_tui.studio.session.studio import Studio

KINDS: dict[str, Kind] = {gpus.CUDA: "cuda", gpus.HIP: "rocm"}


def card(studio: Studio) -> Card | None:
    """The GPU with the most memory, and what is free of it now; None without one. Waking it takes a while."""
    if not studio.settings.gpu_probe:
        return None
    found = [_card(gpu) for gpu in gpus.find(os.environ)]
    return max(found, key=lambda each: each.memory_gb, default=None)


def _card(gpu: gpus.Gpu) -> Card:
    kind: Kind = next((kind for name, kind in KINDS.items() if name in gpu.environment), "mps")
    read = gpus.figures(gpu.environment)
    whole = read.memory_total or _main_memory()
    return Card(
        gpu.name,
        whole / GB,
        (whole - (read.memory_used or 0)) / GB,
        kind,
        gpus.capability(gpu.environment),
        host_gb=_main_memory() / GB,
    )


def _main_memory() -> int:
    """Bytes of main memory: what weights can wait in, and what Apple's GPUs compute in."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def shown(studio: Studio, card: Card) -> tuple[Known, ...]:
    """What the card has shown in this home; nothing where there is none."""
    try:
        return Shown(studio.home.root).of(card)
    except MilimoError:
        return ()  # no home that can be used: an answer needs none


def rated(studio: Studio, card: Card) -> Card:
    """The card with the rates that were measured of it in this home."""
    try:
        return Shown(studio.home.root).rated(card)
    except MilimoError:
        return card


def request(
    studio: Studio,
    engine: str,
    found: Found | None,
    model: str,
    spec: MakeVideo | MakePicture | None,
    go: int = 0,
) -> Request:
    """What memory goes by: of weights that are here with what goes with them, else of the registry's. `go`
    is the most frames that are made at once, 0 for as many as the model can.

    Raises as `Profile.request`.
    """
    store = ModelStore(studio.home.models) if found is not None else None  # an answer needs no home
    machine = Machine(store, found, model)
    return engine_registry.profile(engine).likely_request(spec, machine, go)


def explained(studio: Studio, request: Request, ram: float | None = None) -> dict[str, Any]:
    """The plan for this machine's own card, with `ram` GB of main memory instead of its own where given."""
    here = card(studio)
    if here:
        here = replace(here, host_gb=explanation.assumed_card(0, ram).host_gb) if ram else here
        here = rated(studio, here)
        return explanation.explained(here, request, shown(studio, here), installed_packages())
    data = explanation.explained(Card("no GPU", 0.0, 0.0), request)
    least = min(row["gb"] for row in data["ladder"])
    return {
        **data,
        "card": "this machine, which has no GPU",
        "card_gb": None,
        "reason": f"no GPU was found here; on one it takes {least:.0f} GB of memory at the least",
        "nearest": f"milimo engine explain {request.engine} --card 24 tells about a card of 24 GB; "
        "milimo model tiny makes tiny weights that run on the CPU",
    }
