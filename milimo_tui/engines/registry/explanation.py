"""Explain how an engine would run on a card, without running it: make the memory request, and show the plan
as JSON and text.

Requests for installed weights are calculated exactly as in the worker; no torch.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from milimo_tui.core.format import format_duration
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, Machine
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.costs import Costs, compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import (
    COMPILED,
    build_recipe_ladder,
    choose_attention,
    list_all_combinations,
    should_compile,
)
from milimo_tui.engines.recipes.tables import QUANTISERS
from milimo_tui.engines.recipes.values import (
    HEADROOM_GB,
    HOST_HEADROOM_GB,
    Card,
    Rates,
    Recipe,
    RecipeChoice,
    RecipeOffer,
    RecipeOutcome,
    Request,
)
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

WIDTH = 80  # width of a line of text in terminal cells
LABEL = 10  # width of the label at the start of a line, in terminal cells


def uses_recipes(engine: str) -> bool:
    """Return True if an engine runs models by recipes."""
    return engine_registry.profile(engine).sizes() is not None


def make_assumed_card(memory_gb: float, main_gb: float = 0.0) -> Card:
    """Return an assumed card that is not in this machine. `memory_gb` is its memory, and `main_gb` the main
    memory of its machine (0: enough for anything).

    Apart from a small reserve, all of the memory counts as free.
    """
    host = max(0.1, main_gb - HOST_HEADROOM_GB) if main_gb else 0.0
    return Card(f"a card of {memory_gb:g} GB", memory_gb, max(0.0, memory_gb - HEADROOM_GB), host_gb=host)


def list_recipe_engines() -> tuple[Description, ...]:
    """Return the descriptions of the engines that run models by recipes."""
    profiles = (engine_registry.profile(row.name) for row in engine_registry.rows() if row.rungs)
    return tuple(profile.describe() for profile in profiles if profile.sizes() is not None)


def make_published_request(
    engine: str, model: str = "", spec: MakeVideo | MakePicture | None = None, chunk_limit: int = 0
) -> Request:
    """Return the memory request of a spec for published weights, which need not be installed. Without a spec,
    the engine's usual spec is used.

    `model` is the id of the weights. `chunk_limit` is the largest number of frames that are made at once (0:
    as many as the model can make). Raises NotFound for a model of unknown size, BadInput and Refused for an
    impossible spec.
    """
    return engine_registry.profile(engine).request(spec, Machine(model=model), chunk_limit)


def make_local_request(
    engine: str,
    store: ModelStore,
    found: ResolvedWeights,
    spec: MakeVideo | MakePicture | None = None,
    chunk_limit: int = 0,
) -> Request:
    """Return the memory request of a spec for installed weights, exactly as the worker will calculate it.
    `chunk_limit` is the largest number of frames that are made at once (0: as many as the model can make).

    Raises Unavailable, NotFound and Damaged for further weights that a take needs, BadInput and Refused for
    an impossible spec.
    """
    return engine_registry.profile(engine).request(spec, Machine(store, found), chunk_limit)


def explain_plan(
    card: Card, request: Request, known: Collection[RecipeOutcome] = (), packages: Collection[str] = ()
) -> dict[str, Any]:
    """Return the plan how a request would run on a card, as JSON: the model, the size, the main memory, and
    the ladder of recipes. Scripts rely on the structure of this JSON, so it must stay stable.
    """
    choice = choose_recipe(card, request, known=known, packages=packages)
    recipe = choice.recipe
    rates = get_card_rates(card)
    offer = _describe_offer(choice) or _offer_smaller_model(choice, packages)
    attending = choose_attention(request.work, card.kind, card.capability, packages)
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
            "compile_reason": should_compile(recipe.offload, card.kind, request)[1],
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
        "costs": _describe_costs(
            compute_recipe_costs(recipe, request, rates), rates, measured=card.rates is not None
        ),
        "ladder": [_recipe_row(choice, row) for row in _list_recipes(card, request, packages)],
    }


def _describe_offer(choice: RecipeChoice) -> dict[str, Any] | None:
    """Return, as JSON, the smaller size or length that would run if the request does not fit. Return None if
    there is none.
    """
    offer = choice.offer
    return _make_offer_json(size(offer.request), offer, choice.card) if offer is not None else None


def _offer_smaller_model(choice: RecipeChoice, packages: Collection[str]) -> dict[str, Any] | None:
    """Return the largest of the engine's smaller models that would run the request, or None. Used if the
    model does not fit at any size.

    Models are compared by the parameters that take part in computation, because a larger embedding table
    makes no model better.
    """
    sizes = engine_registry.profile(choice.request.engine).sizes()
    if choice.fits or sizes is None:
        return None
    whole = choice.request.weights.billions
    smaller = sorted(sizes.weights, key=lambda one: one.working, reverse=True)
    for weights in (one for one in smaller if one.billions < 0.9 * whole):
        other = choose_recipe(choice.card, replace(choice.request, weights=weights), packages=packages)
        if other.fits:
            return _make_offer_json(
                weights.model, RecipeOffer(other.request, other.recipe, other.estimate), choice.card
            )
    return None


def _make_offer_json(words: str, offer: RecipeOffer, card: Card) -> dict[str, Any]:
    """Return an offer as JSON. `words` says what is smaller: a picture size and length, or the name of a
    smaller model. It becomes the field `size`.
    """
    return {
        "size": words,
        "recipe": offer.recipe.name,
        "gb": round(offer.estimate.card_gb, 1),
        "host_gb": round(offer.estimate.host_gb, 1),
        "seconds": round(compute_recipe_costs(offer.recipe, offer.request, get_card_rates(card)).seconds, 1),
    }


def _describe_costs(found: Costs, rates: Rates, *, measured: bool) -> dict[str, Any]:
    """Return the estimated seconds of each phase of a take, as JSON. Also return the speeds of the card on
    which the estimate is based. `measured` is True if these speeds were measured.
    """
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


def _list_recipes(card: Card, request: Request, packages: Collection[str]) -> Iterable[Recipe]:
    """Return the recipes of the ladder for this card, in order. Recipes that would need a package that is not
    installed are included.
    """
    rates = get_card_rates(card)
    ladder = build_recipe_ladder(request, card.kind, packages, card.capability, rates)
    names = {row.name for row in ladder}
    more = build_recipe_ladder(request, card.kind, QUANTISERS, card.capability, rates)
    names |= {row.name for row in more if row.needs and row.needs not in packages}
    return (row for row in list_all_combinations(request, card.kind, rates=rates) if row.name in names)


def _recipe_row(choice: RecipeChoice, recipe: Recipe) -> dict[str, Any]:
    found = estimate_memory(recipe, choice.request)
    return {
        "recipe": recipe.name,
        "gb": round(found.card_gb, 1),
        "host_gb": round(found.host_gb, 1),
        "seconds": round(
            compute_recipe_costs(recipe, choice.request, get_card_rates(choice.card)).seconds, 1
        ),
        "needs": recipe.needs,
        "chosen": recipe.name.removesuffix(COMPILED) == choice.recipe.name.removesuffix(COMPILED),
    }


def size(request: Request) -> str:
    """Return the size of a request as text, such as `1536×1024, 121 frames`; for a language model, the number
    of tokens.
    """
    if request.tokens:
        return f"{request.tokens} tokens"
    return f"{request.width}×{request.height}" + (f", {request.frames} frames" if request.frames > 1 else "")


def format_explanation(data: dict[str, Any]) -> str:
    """Return the explanation `data` as text, in lines of at most 80 cells."""
    plan = data["plan"]
    steps = f", {plan['steps']} steps" if plan["steps"] else ""
    named = [
        ("plan", _format_plan_line(data)),
        (
            "memory",
            f"{data['estimate_gb']:.1f} GB at the most ({data['evidence']}{_describe_size_source(data)})",
        ),
        ("costs", plan["loses"]),
        *_iterate_time_lines(data["costs"]),
        ("reason", data["reason"]),
        ("attention", f"{plan['attention']}: {plan['attention_reason']}"),
        ("compile", f"{'yes' if plan['compile'] else 'no'}: {plan['compile_reason']}"),
        *([("instead", _format_offer_line(data))] if data["nearest"] else ()),
    ]
    title = f"{data['engine']} with {data['model']} on {data['card']}: {data['size']}{steps}"
    lines = [
        *_wrap_after_label("", title),
        *(line for name, words in named for line in _wrap_after_label(f"  {name:<{LABEL}}", words)),
        "  ladder",
        *_format_ladder_lines(data["ladder"]),
    ]
    return "\n".join(lines)


def _wrap_after_label(before: str, words: str) -> Iterator[str]:
    """Yield the label `before` followed by `words`, wrapped into as many lines as necessary."""
    room = WIDTH - len(before)
    for place, line in enumerate(textwrap.wrap(words, room, break_on_hyphens=False) or [""]):
        yield f"{before if place == 0 else ' ' * len(before)}{line}".rstrip()


def _describe_size_source(data: dict[str, Any]) -> str:
    return "; estimated from the sizes of its files" if data["sizes"] == "read" else ""


def _format_plan_line(data: dict[str, Any]) -> str:
    """Return a line with the recipe that the next lines, up to `instead`, describe."""
    return f"{data['plan']['recipe']}{'' if data['fits'] else '; it does not fit'}"


def _format_offer_line(data: dict[str, Any]) -> str:
    """Return a line that describes the offer: the size that would fit, with its recipe, memory and time."""
    offer = data["offer"]
    if not offer:
        return str(data["nearest"])
    host = f" and {offer['host_gb']:.0f} GB of main memory" if offer["host_gb"] >= 0.5 else ""
    time = format_duration(offer["seconds"])
    return f"{offer['size']} would fit: {offer['recipe']}, {offer['gb']:.1f} GB{host}, {time}"


def _iterate_time_lines(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield lines about the duration of a take and about the bottleneck of its steps. Each line is a tuple of
    a label and its text.
    """
    stages, rates = found["stages"], found["rates"]
    steps = " and ".join(f"{one['steps']} steps of {_format_step_seconds(one['step_s'])}" for one in stages)
    more = [
        (found["encode_s"], "for the prompt"),
        (found["decode_s"], "to decode"),
        (found["swap_s"], "to move parts"),
    ]
    extra_times = "".join(f", {_format_step_seconds(taken)} {what}" for taken, what in more if taken >= 0.05)
    load = format_duration(found["load_s"])
    yield "time", f"{format_duration(found['seconds'])}: {steps}{extra_times}; {load} to load first"
    largest = stages[-1]
    moved = f"{largest['moved_gb']:g} GB moved ({_format_step_seconds(largest['moving_s'])})"
    yield (
        "a step",
        f"{largest['tflop']:,.0f} TFLOP ({_format_step_seconds(largest['computing_s'])}), {moved}: it waits "
        f"for {largest['bound']}",
    )
    yield (
        "rates",
        f"{rates['tflops']:g} TFLOPS, memory {rates['memory_gbs']:g}, bus {rates['bus_gbs']:g}, "
        f"disk {rates['disk_gbs']:g} GB/s ({found['rates_are']})",
    )


def _format_step_seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.2g} s"


def _format_ladder_lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        mark = "→" if row["chosen"] else " "
        needs = f" (with {row['needs']})" if row["needs"] else ""
        host = f"{row['host_gb']:4.0f}" if row["host_gb"] >= 0.5 else "    "
        taken = format_duration(row["seconds"])
        before = f"  {mark} {row['gb']:6.1f} GB {host}  {taken:>9}  "
        yield from _wrap_after_label(before, f"{row['recipe']}{needs}")
