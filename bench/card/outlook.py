"""How long each phase of `bench/gpu.py` takes on a card that need not be here, as the ladder counts it.

Counted, not measured: what a phase takes beside clips is of the one card that it ran on (`h100.jsonl`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from card.clips import Size, spec
from milimo_tui.engines.recipes.card_rates import rates_of
from milimo_tui.engines.recipes.costs import costs
from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.ladder import ladder
from milimo_tui.engines.recipes.values import Card, Recipe, Request
from milimo_tui.engines.registry import explanation
from milimo_tui.engines.specs.video_specs import MakeVideo

HOST_GB = 128.0  # of main memory, where none is said
STARTING_S = 20.0  # imports and the driver
RATES_S, TINY_S, HELD_S, SOAK_CLIP_S = 10.0, 0.8, 3.0, 0.4  # a row, a recipe, a family, a clip
WRITTEN_GBS = 1.2  # weights to the disk
READ_GBS = 1.7  # and from it, where main memory has no room for what was written; by what the card read
WEIGHTS_GB = {False: 69.0, True: 48.0}  # with the encoder of the published size, with the small one
FAMILIES, RECIPES = 10, 110  # that run on tiny weights


@dataclass(frozen=True, slots=True)
class Planned:
    """What is asked for, as far as time goes by it."""

    phases: tuple[str, ...]
    sizes: dict[str, Size]
    rounds: int
    soak: int
    caps: tuple[float, ...]
    small_encoder: bool


def outlook(planned: Planned, card_gb: float) -> Iterator[tuple[str, float]]:
    """Each phase with its seconds, in their order; first what comes before them."""
    card = explanation.assumed_card(card_gb, HOST_GB)
    weights = WEIGHTS_GB[planned.small_encoder]
    load = weights / READ_GBS
    first, small = planned.sizes.get("one"), planned.rounds
    yield "start", STARTING_S
    for before, phase in pairwise(("", *planned.phases)):
        taken = {"rates": RATES_S, "tiny": TINY_S * RECIPES, "held": HELD_S * FAMILIES}.get(phase, 0.0)
        if phase == "bare" and first:
            taken = load + (3 + 2 * small) * _best(first, "one", card)
        elif phase == "whole":
            taken = sum((2 + small) * _best(size, stages, card) for stages, size in planned.sizes.items())
            taken += load * (len(planned.sizes) - ("bare" in planned.phases))
        elif phase == "every":
            for stages, size in planned.sizes.items():
                taken += sum(load + (2 + small) * one for one in _others(size, stages, card))
        elif phase == "capped" and first:
            capped = [explanation.assumed_card(cap, HOST_GB) for cap in planned.caps]
            taken = sum(load + 2 * _best(first, "one", one) for one in capped)
        elif phase == "second" and first:
            taken = load + (2 + 4 * small) * _best(first, "one", card)
        elif phase == "soak":
            there = before in ("bare", "whole", "second", "believed")
            taken = (0.0 if there else load) + planned.soak * SOAK_CLIP_S
        elif phase == "believed" and first:
            taken = load + _best(first, "one", card)
        if phase == _first_with_weights(planned):
            taken += weights / WRITTEN_GBS
        yield phase, taken


def _first_with_weights(planned: Planned) -> str:
    """The phase that writes the checkpoint."""
    return next((one for one in planned.phases if one not in ("rates", "tiny", "held")), "")


def _ways(size: Size, stages: str, card: Card) -> tuple[Request, list[Recipe]]:
    asked: MakeVideo = spec("ltx-2", size, 1, stages=stages)
    request = explanation.request_of("ltx2", "ltx-2", asked)
    ways = ladder(request, "cuda", ())
    host = card.host_gb
    return request, [
        one
        for one in ways
        if (need := estimate(one, request)).card_gb <= card.free_gb and need.host_gb <= host
    ]


def _best(size: Size, stages: str, card: Card) -> float:
    request, ways = _ways(size, stages, card)
    return costs(ways[0], request, rates_of(card)).seconds if ways else 0.0


def _others(size: Size, stages: str, card: Card) -> list[float]:
    request, ways = _ways(size, stages, card)
    return [costs(one, request, rates_of(card)).seconds for one in ways[1:]]


def table(planned: Planned, card_gb: float, limit: float) -> list[str]:
    """The phases as lines, with what is over when each ends; a mark where `limit` seconds (0: none) are."""
    lines, sum_s, marked = [f"{'phase':10}{'seconds':>9}{'by then':>9}"], 0.0, not limit
    for phase, taken in outlook(planned, card_gb):
        sum_s += taken
        late = not marked and sum_s > limit
        marked |= late
        lines.append(f"{phase:10}{taken:9.0f}{sum_s:9.0f}{f'  {limit:.0f} s are over here' if late else ''}")
    return lines
