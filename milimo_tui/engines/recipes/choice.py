"""Choose the recipe by which an engine runs on a card, from a ladder of recipes with the best first.

Pure functions: no torch, no files. The data of the ladder is in `tables`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from milimo_tui.core.format import format_duration
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import (
    COMPILED,
    USEFUL_SHARE,
    build_recipe_ladder,
    get_preference_key,
    mark_recipe_compiled,
)
from milimo_tui.engines.recipes.tables import LADDER, LOSS, QUANTISERS, TILINGS, LadderRow
from milimo_tui.engines.recipes.values import (
    BEST,
    Card,
    Evidence,
    MemoryEstimate,
    Rates,
    Recipe,
    RecipeChoice,
    RecipeOffer,
    RecipeOutcome,
    Request,
)

# Numbers of frames that are tried, the longest first, to offer a shorter take if the requested length does
# not fit.
LENGTHS = (241, 161, 121, 97, 65, 49, 25, 9, 1)
# Factors for width and height that are tried, the largest first, to offer a smaller picture if the requested
# size does not fit.
SHARES = (1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25)
QUICKER = 2  # A recipe that is this many times faster is mentioned, although it loses picture quality.


def rungs() -> tuple[str, ...]:
    """Return the names of the fallback levels, for `EngineRow.rungs`. The first level is called “the best
    that fits”, because it depends on the card which recipe that is. The other levels are only numbered.
    """
    longest = len(LADDER) * len(TILINGS)
    down = (f"{n} level{'s'[: n > 1]} down" for n in range(1, longest))
    return (BEST, *down)


def count_work_units(request: Request) -> int:
    """Return a number for the amount of work in the largest stage of a request: its pixels plus its tokens.
    The number is compared with the amounts of earlier work whose outcomes were recorded for a card.
    """
    whole = request.width * request.height * request.frames
    first = whole // (4 if request.stages == 2 else 1) * request.passes
    return max(first, whole) + request.tokens


def choose_recipe(
    card: Card,
    request: Request,
    level: int = 0,
    known: Collection[RecipeOutcome] = (),
    packages: Collection[str] = (),
    loaded_forms: Collection[str] = (),
    recipe_name: str = "",
    rows: tuple[LadderRow, ...] = LADDER,
) -> RecipeChoice:
    """Choose the best recipe that fits in the card's memory, or a recipe `level` steps below it. Each step
    leads to a recipe that needs less memory of the card.

    - `known` are the recorded outcomes of the card. A recipe that ran out of memory is not tried again with
      the same free memory. A recipe that succeeded counts as measured.
    - `packages` are the packages that are installed in addition to the model stack.
    - `loaded_forms` are the forms (`Recipe.form`) in which the weights are in memory. A fitting recipe with
    one of these forms is preferred if it loses no more picture quality, because loading takes longer than a
    faster recipe saves.
    - `recipe_name` is the recipe of an earlier take. It comes before all others if it fits.

    Apart from `loaded_forms` and `recipe_name`, a card with more memory never gets a worse recipe.
    """
    recipes = list(
        build_recipe_ladder(request, card.kind, packages, card.capability, get_card_rates(card), rows)
    )
    shown = [one for one in known if (one.engine, one.model) == (request.engine, request.weights.model)]
    needs = [_get_best_estimate(recipe, request, shown)[0] for recipe in recipes]
    fitting = [n for n, each in enumerate(needs) if _fits_on_card(each, card)]
    ceiling = _compute_memory_ceiling(recipes, card, request, shown)
    allowed = [n for n in fitting if _estimate_card_gb(recipes[n], request) < ceiling]
    again = _find_named_recipe(recipes, allowed, recipe_name)
    first = fitting[0] if fitting else _find_nearest_recipe(needs, card)
    if again is not None:
        place = _find_lower_recipe(recipes, request, card, again, level)
        if not level and recipe_name.endswith(COMPILED) and not recipes[again].compile:
            recipes[again] = mark_recipe_compiled(recipes[again])
    elif not level and (kept := _list_loaded_recipes(recipes, allowed, loaded_forms)):
        place = kept[0]
    else:
        place = _find_lower_recipe(recipes, request, card, first, level)
        while place is not None and _estimate_card_gb(recipes[place], request) >= ceiling:
            place = _find_lower_recipe(recipes, request, card, place, 1)
    spent = place is None
    index = _find_nearest_recipe(needs, card) if place is None else place
    estimate, evidence = _get_best_estimate(recipes[index], request, shown)
    fits = not spent and _fits_on_card(estimate, card)
    reason = _explain_choice(recipes, index, estimate, card, request, shown, level, spent)
    reason += _describe_quicker_recipe(recipes, index, fitting, card, request) if fits else ""
    reason += _describe_useful_package(recipes[index], card, request, packages)
    if recipe_name and recipes[index].name != recipe_name:
        reason += f"; not “{recipe_name}”, by which it was made: " + (
            "it ran out of memory" if again is not None else "it does not fit here, or does not exist"
        )
    below = _find_lower_recipe(recipes, request, card, index, 1)
    offer = None if fits else find_smaller_offer(card, request, packages, rows)
    return RecipeChoice(
        card,
        request,
        recipes[index],
        estimate,
        reason,
        evidence,
        fits,
        "" if fits else _describe_alternative(offer, card, request, packages, rows),
        offer,
        "" if below is None else recipes[below].name,
        spent,
    )


def _estimate_card_gb(recipe: Recipe, request: Request) -> float:
    return estimate_memory(recipe, request).card_gb


def _find_lower_recipe(
    recipes: Sequence[Recipe], request: Request, card: Card, place: int, steps: int
) -> int | None:
    """Return the index of the recipe that is `steps` steps below the recipe at index `place`. Each step leads
    to the next recipe that needs less memory of the card. Recipes for which main memory is too small are
    skipped. Return None if there are not enough recipes.
    """
    for _ in range(steps):
        most = _estimate_card_gb(recipes[place], request) * USEFUL_SHARE
        host = (
            max(card.host_gb, estimate_memory(recipes[place], request).host_gb) if card.host_gb else math.inf
        )
        lower = (n for n in range(place + 1, len(recipes)) if _estimate_card_gb(recipes[n], request) < most)
        found = next((n for n in lower if estimate_memory(recipes[n], request).host_gb <= host), None)
        if found is None:
            return None
        place = found
    return place


def _find_nearest_recipe(needs: Sequence[MemoryEstimate], card: Card) -> int:
    """Return the index of the recipe that comes nearest to fitting. It is the recipe whose needs exceed the
    free memory of the card and the main memory by the smallest factor.
    """
    free, host = max(card.free_gb, 0.1), card.host_gb
    return min(
        range(len(needs)),
        key=lambda n: max(needs[n].card_gb / free, needs[n].host_gb / host if host else 0.0),
    )


def _list_loaded_recipes(
    recipes: Sequence[Recipe], allowed: Sequence[int], loaded_forms: Collection[str]
) -> list[int]:
    """Return the indices of those `allowed` recipes whose weights are already in memory in the recipe's
    precision and placement, and that lose no more picture quality than the best of the `allowed` recipes.
    """
    least = min((LOSS[recipes[n].precision] for n in allowed), default=0)
    return [n for n in allowed if recipes[n].form in loaded_forms and LOSS[recipes[n].precision] <= least]


def _describe_quicker_recipe(
    recipes: Sequence[Recipe], index: int, fitting: Sequence[int], card: Card, request: Request
) -> str:
    """Describe a fitting recipe that takes less than half the time of the chosen recipe but loses some
    picture quality. Empty if there is none.
    """
    rates = get_card_rates(card)
    seconds = compute_recipe_costs(recipes[index], request, rates).seconds
    for recipe in (recipes[n] for n in fitting if n > index):
        other = compute_recipe_costs(recipe, request, rates).seconds
        if other < seconds / QUICKER:
            instead = f"{format_duration(other)} instead of {format_duration(seconds)}"
            return f"; “{recipe.name}” would take {instead}, and lose {recipe.loses.partition(';')[0]}"
    return ""


def _find_named_recipe(recipes: list[Recipe], allowed: list[int], recipe_name: str) -> int | None:
    """Return the index of the recipe with this name if it fits, else None. The suffix for compiling is
    ignored, because the caller decides whether to compile.
    """
    named = recipe_name.removesuffix(COMPILED)
    return next((n for n in allowed if named and recipes[n].name.removesuffix(COMPILED) == named), None)


def _describe_useful_package(recipe: Recipe, card: Card, request: Request, packages: Collection[str]) -> str:
    """Describe a better recipe that would be possible if a missing package were installed. Empty if there is
    none.
    """
    rates = get_card_rates(card)
    chosen = get_preference_key(recipe, request, rates)
    fits = _fits_on_card(estimate_memory(recipe, request), card)
    better = (
        row
        for row in build_recipe_ladder(request, card.kind, QUANTISERS, card.capability, rates)
        if row.needs and row.needs not in packages and _fits_on_card(estimate_memory(row, request), card)
        if not fits or get_preference_key(row, request, rates) < chosen
    )
    found = next(better, None)
    return f"; with {found.needs} installed “{found.name}” would do" if found else ""


def _compute_memory_ceiling(
    recipes: list[Recipe], card: Card, request: Request, outcomes: Collection[RecipeOutcome]
) -> float:
    """Return the limit in GB below which the memory estimate of a recipe must stay. The limit is infinity
    unless a recipe ran out of memory on this card.

    The limit is slightly below the smallest estimate among the recipes that ran out of memory. A failure
    counts only if at least as much memory was free then as now, and no more work was requested.
    """
    failed = {
        one.recipe
        for one in outcomes
        if not one.ran
        and one.units <= count_work_units(request)
        and card.free_gb <= one.free_gb * (2 - USEFUL_SHARE)
    }
    return min(
        (_estimate_card_gb(one, request) * USEFUL_SHARE for one in recipes if one.name in failed),
        default=math.inf,
    )


def _fits_on_card(needs: MemoryEstimate, card: Card) -> bool:
    return needs.card_gb <= card.free_gb and (not card.host_gb or needs.host_gb <= card.host_gb)


def _get_best_estimate(
    recipe: Recipe, request: Request, outcomes: Iterable[RecipeOutcome]
) -> tuple[MemoryEstimate, Evidence]:
    """Return the memory that a recipe needs, and the word `measured` or `calculated`. A measured value is
    used if it was recorded for this amount of work, or for up to a tenth more. Otherwise the value is
    calculated.
    """
    estimate = estimate_memory(recipe, request)
    least = count_work_units(request)
    seen = [
        one for one in outcomes if one.ran and one.recipe == recipe.name and least <= one.units <= 1.1 * least
    ]
    if not seen:
        return estimate, "calculated"
    return MemoryEstimate(max(one.peak_gb for one in seen), estimate.phase, estimate.host_gb), "measured"


def _explain_choice(
    recipes: list[Recipe],
    index: int,
    needs: MemoryEstimate,
    card: Card,
    request: Request,
    outcomes: Collection[RecipeOutcome],
    level: int,
    spent: bool,
) -> str:
    """Explain the choice: how much memory the recipe needs, how much is free, and how much the next better
    recipe would need.
    """
    have = f"{card.free_gb:.1f} GB free on {card.name}"
    if spent:
        return f"nothing that needs less memory is left to try: “{recipes[index].name}” ran out of it, {have}"
    activity = request.work.does if needs.phase == "denoise" else f"{needs.phase}s"
    sentence = f"{recipes[index].name}: {needs.card_gb:.1f} GB at the most while it {activity}, {have}"
    if needs.host_gb >= 1 and recipes[index].offload != "none":
        sentence += f"; {needs.host_gb:.0f} GB of main memory hold what waits"
    if needs.host_gb > card.host_gb > 0:
        sentence += f", of which {card.host_gb:.0f} GB are free"
    if index and (above := recipes[index - 1]):
        estimate = _get_best_estimate(above, request, outcomes)[0]
        if not _fits_on_card(estimate, card):
            sentence += f"; “{above.name}” would need {estimate.card_gb:.1f} GB"
            sentence += (
                f" and {estimate.host_gb:.0f} GB of main memory" if estimate.card_gb <= card.free_gb else ""
            )
        else:
            sentence += f"; “{above.name}” ran out of memory" + (f" ({level} down)" if level else " before")
    return sentence


def find_smaller_offer(
    card: Card, request: Request, packages: Collection[str] = (), rows: tuple[LadderRow, ...] = LADDER
) -> RecipeOffer | None:
    """Return a smaller take that would fit, with its recipe. It is the longest possible take, in the largest
    size that is possible for this length. Return None if no smaller take would fit.

    The size of the picture is reduced before the length, because spoken lines and beats need their seconds,
    while a picture can be enlarged afterwards. A card with more memory therefore never gets a shorter take,
    nor a smaller take of the same length.
    """
    rates = get_card_rates(card)
    sizes = [replace(request, width=w, height=h, frames=n) for w, h, n in _list_smaller_sizes(request)]
    if not sizes or _find_fitting_recipe(sizes[-1], card, packages, rates, rows) is None:
        # If even the smallest size does not fit, none of the hundreds of larger sizes needs to be tried.
        return None
    return next(
        offer for smaller in sizes if (offer := _find_fitting_recipe(smaller, card, packages, rates, rows))
    )


def _find_fitting_recipe(
    request: Request, card: Card, packages: Collection[str], rates: Rates, rows: tuple[LadderRow, ...]
) -> RecipeOffer | None:
    """Return the best recipe for a request that fits on the card, or None."""
    for recipe in build_recipe_ladder(request, card.kind, packages, card.capability, rates, rows):
        if _fits_on_card(needs := estimate_memory(recipe, request), card):
            return RecipeOffer(request, recipe, needs)
    return None


def _describe_alternative(
    offer: RecipeOffer | None,
    card: Card,
    request: Request,
    packages: Collection[str],
    rows: tuple[LadderRow, ...],
) -> str:
    """Describe an alternative to a request that does not fit: the smaller take `offer`. If there is none,
    state how much memory is needed.
    """
    if offer is not None:
        one = offer.request
        length = f", {one.frames} frame{'s'[: one.frames > 1]}" if request.frames > 1 else ""
        return f"{one.width}×{one.height}{length} would fit"
    needs = [
        estimate_memory(recipe, request)
        for recipe in build_recipe_ladder(
            request, card.kind, packages, card.capability, get_card_rates(card), rows
        )
    ]
    least = math.ceil(min(each.card_gb for each in needs))
    if not card.host_gb or least > card.free_gb:
        return f"it needs {least} GB of free memory at the least"
    host = min(each.host_gb for each in needs if each.card_gb <= card.free_gb)
    return f"it needs {math.ceil(host)} GB of main memory at the least"


def _list_smaller_sizes(request: Request) -> list[tuple[int, int, int]]:
    """Return the sizes below the requested size as (width, height, frames), the longest first, and among
    equal lengths the largest first.
    """
    lengths = {request.frames, *(frames for frames in LENGTHS if frames <= request.frames)}
    sides = {(_scale_side(request.width, share), _scale_side(request.height, share)) for share in SHARES}
    found = {(*both, frames) for both in sides for frames in lengths}
    found.discard((request.width, request.height, request.frames))
    return sorted(found, key=lambda each: (each[2], each[0] * each[1]), reverse=True)


def _scale_side(whole: int, share: float) -> int:
    return min(whole, max(64, round(whole * share / 64) * 64))
