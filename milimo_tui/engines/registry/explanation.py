"""How an engine would run on a card, told without running anything: requests, and the plan as JSON and text.

Requests of weights that are here are counted as the worker counts them; no torch.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from milimo_tui.core.format import duration
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, Machine
from milimo_tui.engines.recipes.card_rates import rates_of
from milimo_tui.engines.recipes.choice import choose
from milimo_tui.engines.recipes.costs import Costs, costs
from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.ladder import COMPILED, attention, compiling, every, ladder
from milimo_tui.engines.recipes.tables import QUANTISERS
from milimo_tui.engines.recipes.values import (
    HEADROOM_GB,
    HOST_HEADROOM_GB,
    Card,
    Choice,
    Known,
    Offer,
    Rates,
    Recipe,
    Request,
)
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

WIDTH = 80  # of a line for a person, in cells
LABEL = 10  # of them for the name of what a line says


def has_ladder(engine: str) -> bool:
    """Whether that engine runs models by recipes."""
    return engine_registry.profile(engine).sizes() is not None


def assumed_card(memory_gb: float, main_gb: float = 0.0) -> Card:
    """A card that is not here, in a machine with so much main memory (0: enough for anything): all of it but
    a little is taken as free.
    """
    host = max(0.1, main_gb - HOST_HEADROOM_GB) if main_gb else 0.0
    return Card(f"a card of {memory_gb:g} GB", memory_gb, max(0.0, memory_gb - HEADROOM_GB), host_gb=host)


def with_ladders() -> tuple[Description, ...]:
    """The engines that run models by recipes, as they describe themselves."""
    profiles = (engine_registry.profile(row.name) for row in engine_registry.rows() if row.rungs)
    return tuple(profile.describe() for profile in profiles if profile.sizes() is not None)


def request_of(
    engine: str, model: str = "", spec: MakeVideo | MakePicture | None = None, go: int = 0
) -> Request:
    """What memory goes by, of a spec or of the engine's usual one, by weights of the registry that need not
    be here; `model` is their id, `go` the most frames that are made at once (0: as many as the model can).

    Raises NotFound for a model whose sizes nobody knows, BadInput and Refused for a spec that can't be made.
    """
    return engine_registry.profile(engine).request(spec, Machine(model=model), go)


def request_here(
    engine: str, store: ModelStore, found: Found, spec: MakeVideo | MakePicture | None = None, go: int = 0
) -> Request:
    """The same by weights that are here, as the worker will count it.

    Raises Unavailable, NotFound, Damaged for what a take needs beside them, BadInput and Refused for a spec
    that can't be made.
    """
    return engine_registry.profile(engine).request(spec, Machine(store, found), go)


def explained(
    card: Card, request: Request, known: Collection[Known] = (), packages: Collection[str] = ()
) -> dict[str, Any]:
    """The plan as scripts may rely on it, with what else is known: model, size, main memory, the ladder."""
    choice = choose(card, request, known=known, packages=packages)
    recipe = choice.recipe
    rates = rates_of(card)
    offer = _offer(choice) or _smaller_model(choice, packages)
    attending = attention(request.work, card.kind, card.capability, packages)
    return {
        "engine": request.engine,
        "model": request.weights.model,
        "card": card.name,
        "card_gb": card.memory_gb,
        "main_gb": round(card.host_gb, 1) or None,
        "size": size(request),
        "plan": {
            "precision": recipe.precision,
            "offload": recipe.offload,
            "tiling": recipe.tiling,
            "steps": recipe.steps,
            "attention": recipe.attention,
            "attention_reason": f"{attending.why} ({attending.evidence})",
            "compile": recipe.compile,
            "compile_reason": compiling(recipe.offload, card.kind, request)[1],
            "recipe": recipe.name,
            "loses": recipe.loses,
        },
        "estimate_gb": round(choice.estimate_gb, 1),
        "host_gb": round(choice.estimate.host_gb, 1),
        "reason": choice.reason,
        "evidence": choice.evidence,
        "sizes": "read" if request.weights.read else "counted",
        "fits": choice.fits,
        "nearest": f"{offer['size']} would fit" if offer else choice.nearest,
        "offer": offer,
        "costs": _costs(costs(recipe, request, rates), rates, measured=card.rates is not None),
        "ladder": [_recipe_row(choice, row) for row in _recipes_with_packages(card, request, packages)],
    }


def _offer(choice: Choice) -> dict[str, Any] | None:
    """What would run where all that was asked for does not."""
    offer = choice.offer
    return _offered(size(offer.request), offer, choice.card) if offer is not None else None


def _smaller_model(choice: Choice, packages: Collection[str]) -> dict[str, Any] | None:
    """The largest of the engine's smaller models that would run where no size of this one does; by what is
    computed with, for tables of words make no model better.
    """
    sizes = engine_registry.profile(choice.request.engine).sizes()
    if choice.fits or sizes is None:
        return None
    whole = choice.request.weights.billions
    smaller = sorted(sizes.weights, key=lambda one: one.working, reverse=True)
    for weights in (one for one in smaller if one.billions < 0.9 * whole):
        other = choose(choice.card, replace(choice.request, weights=weights), packages=packages)
        if other.fits:
            return _offered(weights.model, Offer(other.request, other.recipe, other.estimate), choice.card)
    return None


def _offered(words: str, offer: Offer, card: Card) -> dict[str, Any]:
    """An offer, called by those words."""
    return {
        "size": words,
        "recipe": offer.recipe.name,
        "gb": round(offer.estimate.card_gb, 1),
        "host_gb": round(offer.estimate.host_gb, 1),
        "seconds": round(costs(offer.recipe, offer.request, rates_of(card)).seconds, 1),
    }


def _costs(found: Costs, rates: Rates, *, measured: bool) -> dict[str, Any]:
    """The count of its seconds, and what it is counted with."""
    return {
        "seconds": round(found.seconds, 1),
        "encode_s": round(found.encode_s, 1),
        "stages": [
            {
                "steps": step.count,
                "step_s": round(step.seconds, 3),
                "tflop": round(step.tflop, 1),
                "computing_s": round(step.computing_s, 3),
                "moved_gb": round(step.moved_gb, 1),
                "moving_s": round(step.moving_s, 3),
                "bound": step.bound,
            }
            for step in found.stages
        ],
        "decode_s": round(found.decode_s, 1),
        "swap_s": round(found.swap_s, 1),
        "load_s": round(found.load_s, 1),
        "rates": asdict(rates),
        "rates_are": "measured" if measured else "published",
    }


def _recipes_with_packages(card: Card, request: Request, packages: Collection[str]) -> Iterable[Recipe]:
    """The ladder as it is here, with those rungs that a package would add, all in their order."""
    rates = rates_of(card)
    here = ladder(request, card.kind, packages, card.capability, rates)
    names = {row.name for row in here}
    more = ladder(request, card.kind, QUANTISERS, card.capability, rates)
    names |= {row.name for row in more if row.needs and row.needs not in packages}
    return (row for row in every(request, card.kind, rates=rates) if row.name in names)


def _recipe_row(choice: Choice, recipe: Recipe) -> dict[str, Any]:
    found = estimate(recipe, choice.request)
    return {
        "recipe": recipe.name,
        "gb": round(found.card_gb, 1),
        "host_gb": round(found.host_gb, 1),
        "seconds": round(costs(recipe, choice.request, rates_of(choice.card)).seconds, 1),
        "needs": recipe.needs,
        "chosen": recipe.name.removesuffix(COMPILED) == choice.recipe.name.removesuffix(COMPILED),
    }


def size(request: Request) -> str:
    """`1536×1024, 121 frames`, or what counts instead."""
    if request.tokens:
        return f"{request.tokens} tokens"
    return f"{request.width}×{request.height}" + (f", {request.frames} frames" if request.frames > 1 else "")


def explanation_text(data: dict[str, Any]) -> str:
    """The same for a person, in lines of at most 80 cells."""
    plan = data["plan"]
    steps = f", {plan['steps']} steps" if plan["steps"] else ""
    named = [
        ("plan", _plan_line(data)),
        ("memory", f"{data['estimate_gb']:.1f} GB at the most ({data['evidence']}{_sizes(data)})"),
        ("costs", plan["loses"]),
        *_time_lines(data["costs"]),
        ("reason", data["reason"]),
        ("attention", f"{plan['attention']}: {plan['attention_reason']}"),
        ("compile", f"{'yes' if plan['compile'] else 'no'}: {plan['compile_reason']}"),
        *([("instead", data["nearest"])] if data["nearest"] else ()),
    ]
    title = f"{data['engine']} with {data['model']} on {data['card']}: {data['size']}{steps}"
    lines = [
        *_wrapped("", title),
        *(line for name, words in named for line in _wrapped(f"  {name:<{LABEL}}", words)),
        "  ladder",
        *_ladder_lines(data["ladder"]),
    ]
    return "\n".join(lines)


def _wrapped(before: str, words: str) -> Iterator[str]:
    """Words behind what stands before them, in as many lines as they need."""
    room = WIDTH - len(before)
    for place, line in enumerate(textwrap.wrap(words, room, break_on_hyphens=False) or [""]):
        yield f"{before if place == 0 else ' ' * len(before)}{line}".rstrip()


def _sizes(data: dict[str, Any]) -> str:
    return "; by the sizes of its files: nobody counted them" if data["sizes"] == "read" else ""


def _plan_line(data: dict[str, Any]) -> str:
    """What is done; where memory is too small for all of it, the largest that is not too large."""
    if data["fits"]:
        return str(data["plan"]["recipe"])
    if offer := data["offer"]:
        return f"{offer['size']}: {offer['recipe']}, {offer['gb']:.1f} GB"
    return f"no room for it yet: {data['nearest']}"


def _time_lines(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """How long a take takes, and what its steps wait for."""
    stages, rates = found["stages"], found["rates"]
    steps = " and ".join(f"{one['steps']} steps of {_seconds(one['step_s'])}" for one in stages)
    more = [
        (found["encode_s"], "for the prompt"),
        (found["decode_s"], "to decode"),
        (found["swap_s"], "to move parts"),
    ]
    also = "".join(f", {_seconds(taken)} {what}" for taken, what in more if taken >= 0.05)
    load = duration(found["load_s"])
    yield "time", f"{duration(found['seconds'])}: {steps}{also}; {load} to load first"
    largest = stages[-1]
    moved = f"{largest['moved_gb']:g} GB moved ({_seconds(largest['moving_s'])})"
    yield (
        "a step",
        f"{largest['tflop']:,.0f} TFLOP ({_seconds(largest['computing_s'])}), {moved}: it waits "
        f"for {largest['bound']}",
    )
    yield (
        "rates",
        f"{rates['tflops']:g} TFLOPS, memory {rates['memory_gbs']:g}, bus {rates['bus_gbs']:g}, "
        f"disk {rates['disk_gbs']:g} GB/s ({found['rates_are']})",
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.2g} s"


def _ladder_lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        mark = "→" if row["chosen"] else " "
        needs = f" (with {row['needs']})" if row["needs"] else ""
        host = f"{row['host_gb']:4.0f}" if row["host_gb"] >= 0.5 else "    "
        taken = duration(row["seconds"])
        before = f"  {mark} {row['gb']:6.1f} GB {host}  {taken:>9}  "
        yield from _wrapped(before, f"{row['recipe']}{needs}")
