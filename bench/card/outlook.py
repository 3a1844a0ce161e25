"""Estimate the duration of each phase of `bench/gpu.py` on a card that need not be present.

The durations of clips are estimates of the recipe ladder. The additional time of a phase was measured on the
only card that the benchmark has run on (`h100.jsonl`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from card.clips import Size, build_bench_clip
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import build_recipe_ladder
from milimo_tui.engines.recipes.values import Card, Recipe, Request
from milimo_tui.engines.registry import explanation
from milimo_tui.engines.specs.video_specs import MakeVideo

HOST_GB = 128.0  # assumed main memory of the machine in GB
STARTING_S = 20.0  # seconds for imports and for starting the driver
# Measured seconds of the phase `rates`, of a recipe in `tiny`, of a family in `held`, and of a clip in
# `soak`.
RATES_S, TINY_S, HELD_S, SOAK_CLIP_S = 10.0, 0.8, 3.0, 0.4
WRITTEN_GBS = 1.2  # speed of writing weights to the disk in GB/s
# Speed in GB/s of reading weights from a disk when main memory can't cache them, measured on the machine of
# `h100.jsonl`.
READ_GBS = 1.7
# Size of the LTX-2 checkpoint in GB. True: with the option `--small-encoder`.
WEIGHTS_GB = {False: 69.0, True: 48.0}
FAMILIES, RECIPES = 10, 110  # Number of model families and of recipes that run on tiny weights.


@dataclass(frozen=True, slots=True)
class PlannedGpuRun:
    """Options of `bench/gpu.py` that determine how long a run takes."""

    phases: tuple[str, ...]
    sizes: dict[str, Size]
    rounds: int
    soak: int
    caps: tuple[float, ...]
    small_encoder: bool


def estimate_phases(planned: PlannedGpuRun, card_gb: float) -> Iterator[tuple[str, float]]:
    """Yield the name and estimated seconds of each phase in order. The first entry is the start-up time."""
    card = explanation.make_assumed_card(card_gb, HOST_GB)
    weights = WEIGHTS_GB[planned.small_encoder]
    load = weights / READ_GBS
    first, small = planned.sizes.get("one"), planned.rounds
    yield "start", STARTING_S
    for before, phase in pairwise(("", *planned.phases)):
        taken = {"rates": RATES_S, "tiny": TINY_S * RECIPES, "held": HELD_S * FAMILIES}.get(phase, 0.0)
        if phase == "bare" and first:
            taken = load + (3 + 2 * small) * _estimate_best_recipe(first, "one", card)
        elif phase == "whole":
            taken = sum(
                (2 + small) * _estimate_best_recipe(size, stages, card)
                for stages, size in planned.sizes.items()
            )
            taken += load * (len(planned.sizes) - ("bare" in planned.phases))
        elif phase == "every":
            for stages, size in planned.sizes.items():
                taken += sum(load + (2 + small) * one for one in _estimate_other_recipes(size, stages, card))
        elif phase == "capped" and first:
            capped = [explanation.make_assumed_card(cap, HOST_GB) for cap in planned.caps]
            taken = sum(load + 2 * _estimate_best_recipe(first, "one", one) for one in capped)
        elif phase == "second" and first:
            taken = load + (2 + 4 * small) * _estimate_best_recipe(first, "one", card)
        elif phase == "soak":
            there = before in ("bare", "whole", "second", "believed")
            taken = (0.0 if there else load) + planned.soak * SOAK_CLIP_S
        elif phase == "believed" and first:
            taken = load + _estimate_best_recipe(first, "one", card)
        if phase == _find_first_weights_phase(planned):
            taken += weights / WRITTEN_GBS
        yield phase, taken


def _find_first_weights_phase(planned: PlannedGpuRun) -> str:
    """Return the first phase that needs the LTX-2 checkpoint. The time to write the checkpoint counts in this
    phase.
    """
    return next((one for one in planned.phases if one not in ("rates", "tiny", "held")), "")


def _list_recipes_for_card(size: Size, stages: str, card: Card) -> tuple[Request, list[Recipe]]:
    video: MakeVideo = build_bench_clip("ltx-2", size, 1, stages=stages)
    request = explanation.make_published_request("ltx2", "ltx-2", video)
    ladder = build_recipe_ladder(request, "cuda", ())
    host = card.host_gb
    return request, [
        one
        for one in ladder
        if (need := estimate_memory(one, request)).card_gb <= card.free_gb and need.host_gb <= host
    ]


def _estimate_best_recipe(size: Size, stages: str, card: Card) -> float:
    request, ways = _list_recipes_for_card(size, stages, card)
    return compute_recipe_costs(ways[0], request, get_card_rates(card)).seconds if ways else 0.0


def _estimate_other_recipes(size: Size, stages: str, card: Card) -> list[float]:
    request, ways = _list_recipes_for_card(size, stages, card)
    return [compute_recipe_costs(one, request, get_card_rates(card)).seconds for one in ways[1:]]


def format_phase_table(planned: PlannedGpuRun, card_gb: float, limit: float) -> list[str]:
    """Return a table of the phases as lines. The last column is the time in seconds at the end of each phase.

    The phase in which the total exceeds `limit` seconds is marked; with a limit of 0 no phase is marked.
    """
    lines, sum_s, marked = [f"{'phase':10}{'seconds':>9}{'by then':>9}"], 0.0, not limit
    for phase, taken in estimate_phases(planned, card_gb):
        sum_s += taken
        late = not marked and sum_s > limit
        marked |= late
        lines.append(f"{phase:10}{taken:9.0f}{sum_s:9.0f}{f'  {limit:.0f} s are over here' if late else ''}")
    return lines
