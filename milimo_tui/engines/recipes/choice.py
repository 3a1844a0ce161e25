"""How an engine is run on a card: a ladder of recipes, the best first, and the choice among them.

Pure: values in, values out; no torch, no files. The tables are in `tables`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from milimo_tui.core.format import duration
from milimo_tui.engines.recipes.card_rates import rates_of
from milimo_tui.engines.recipes.costs import costs
from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.ladder import COMPILED, WORTH, as_compiled, ladder, preference
from milimo_tui.engines.recipes.tables import LADDER, LOSS, QUANTISERS, TILINGS, LadderRow
from milimo_tui.engines.recipes.values import (
    BEST,
    Card,
    Choice,
    Estimate,
    Evidence,
    Known,
    Offer,
    Rates,
    Recipe,
    Request,
)

LENGTHS = (241, 161, 121, 97, 65, 49, 25, 9, 1)  # of takes that are offered instead of a longer one
SHARES = (1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25)  # of the sides of a picture that is offered instead
QUICKER = 2  # times, where what is lost for it is worth a word


def rungs() -> tuple[str, ...]:
    """Names for `EngineRow.rungs`: a computed ladder starts where the card allows, so they count only."""
    longest = len(LADDER) * len(TILINGS)
    down = (f"{n} level{'s'[: n > 1]} down" for n in range(1, longest))
    return (BEST, *down)


def units(request: Request) -> int:
    """How much work a request is, for comparing with what a card has shown: its largest stage's."""
    whole = request.width * request.height * request.frames
    first = whole // (4 if request.stages == 2 else 1) * request.passes
    return max(first, whole) + request.tokens


def choose(
    card: Card,
    request: Request,
    level: int = 0,
    known: Collection[Known] = (),
    packages: Collection[str] = (),
    held: Collection[str] = (),
    recipe_name: str = "",
    rows: tuple[LadderRow, ...] = LADDER,
) -> Choice:
    """The best recipe that the card has memory for, `level` steps down from there: each needs less memory of
    the card than the one before.

    `known` is what the card has shown before: what ran out of memory with as much free is not tried again,
    what ran is measured. `packages` are those installed beside the model stack. `held` names the forms
    (`Recipe.form`) the weights are in memory in: one of them that fits and loses no more of the picture is
    kept, as loading costs more than a quicker one gains. `recipe_name`, by which a take was made before,
    comes before all others where it fits. Otherwise more memory never gives a worse recipe.
    """
    recipes = list(ladder(request, card.kind, packages, card.capability, rates_of(card), rows))
    shown = [one for one in known if (one.engine, one.model) == (request.engine, request.weights.model)]
    needs = [_measured(recipe, request, shown)[0] for recipe in recipes]
    fitting = [n for n, each in enumerate(needs) if _fits(each, card)]
    ceiling = _ceiling(recipes, card, request, shown)
    allowed = [n for n in fitting if _counted(recipes[n], request) < ceiling]
    again = _again(recipes, allowed, recipe_name)
    first = fitting[0] if fitting else _least(needs, card)
    if again is not None:
        place = _down(recipes, request, card, again, level)
        if not level and recipe_name.endswith(COMPILED) and not recipes[again].compile:
            recipes[again] = as_compiled(recipes[again])
    elif not level and (kept := _kept(recipes, allowed, held)):
        place = kept[0]
    else:
        place = _down(recipes, request, card, first, level)
        while place is not None and _counted(recipes[place], request) >= ceiling:
            place = _down(recipes, request, card, place, 1)
    spent = place is None
    index = _least(needs, card) if place is None else place
    wants, evidence = _measured(recipes[index], request, shown)
    fits = not spent and _fits(wants, card)
    reason = _reason(recipes, index, wants, card, request, shown, level, spent)
    reason += _quicker(recipes, index, fitting, card, request) if fits else ""
    reason += _with_packages(recipes[index], card, request, packages)
    if recipe_name and recipes[index].name != recipe_name:
        reason += f"; not “{recipe_name}”, by which it was made: " + (
            "it ran out of memory" if again is not None else "there is no room for it here, or no such way"
        )
    below = _down(recipes, request, card, index, 1)
    offer = None if fits else offered(card, request, packages, rows)
    return Choice(
        card,
        request,
        recipes[index],
        wants,
        reason,
        evidence,
        fits,
        "" if fits else _instead(offer, card, request, packages, rows),
        offer,
        "" if below is None else recipes[below].name,
        spent,
    )


def _counted(recipe: Recipe, request: Request) -> float:
    return estimate(recipe, request).card_gb


def _down(recipes: Sequence[Recipe], request: Request, card: Card, place: int, steps: int) -> int | None:
    """So many steps below that place, each to the next that needs less of the card and has main memory
    enough; None where there are not so many.
    """
    for _ in range(steps):
        most = _counted(recipes[place], request) * WORTH
        host = max(card.host_gb, estimate(recipes[place], request).host_gb) if card.host_gb else math.inf
        lower = (n for n in range(place + 1, len(recipes)) if _counted(recipes[n], request) < most)
        found = next((n for n in lower if estimate(recipes[n], request).host_gb <= host), None)
        if found is None:
            return None
        place = found
    return place


def _least(needs: Sequence[Estimate], card: Card) -> int:
    """Where the recipe stands that comes nearest to fit, of the card and of main memory."""
    free, host = max(card.free_gb, 0.1), card.host_gb
    return min(
        range(len(needs)),
        key=lambda n: max(needs[n].card_gb / free, needs[n].host_gb / host if host else 0.0),
    )


def _kept(recipes: Sequence[Recipe], allowed: Sequence[int], held: Collection[str]) -> list[int]:
    """Those in a form that is in memory, which lose no more of the picture than the best that fits."""
    least = min((LOSS[recipes[n].precision] for n in allowed), default=0)
    return [n for n in allowed if recipes[n].form in held and LOSS[recipes[n].precision] <= least]


def _quicker(
    recipes: Sequence[Recipe], index: int, fitting: Sequence[int], card: Card, request: Request
) -> str:
    """What would take half the time and lose some of the picture, in words."""
    rates = rates_of(card)
    taken = costs(recipes[index], request, rates).seconds
    for recipe in (recipes[n] for n in fitting if n > index):
        other = costs(recipe, request, rates).seconds
        if other < taken / QUICKER:
            instead = f"{duration(other)} instead of {duration(taken)}"
            return f"; “{recipe.name}” would take {instead}, and lose {recipe.loses.partition(';')[0]}"
    return ""


def _again(recipes: list[Recipe], allowed: list[int], recipe_name: str) -> int | None:
    """Where the recipe of that name stands, if it fits; compiled or not is for the caller."""
    named = recipe_name.removesuffix(COMPILED)
    return next((n for n in allowed if named and recipes[n].name.removesuffix(COMPILED) == named), None)


def _with_packages(recipe: Recipe, card: Card, request: Request, packages: Collection[str]) -> str:
    """What would be better here with a package installed that is not, in words."""
    rates = rates_of(card)
    chosen = preference(recipe, request, rates)
    fits = _fits(estimate(recipe, request), card)
    better = (
        row
        for row in ladder(request, card.kind, QUANTISERS, card.capability, rates)
        if row.needs and row.needs not in packages and _fits(estimate(row, request), card)
        if not fits or preference(row, request, rates) < chosen
    )
    found = next(better, None)
    return f"; with {found.needs} installed “{found.name}” would do" if found else ""


def _ceiling(recipes: list[Recipe], card: Card, request: Request, shown: Collection[Known]) -> float:
    """GB below which a recipe must be counted: less than all that ran out of memory here, with as much free
    and no more work.
    """
    failed = {
        one.recipe
        for one in shown
        if not one.ran and one.units <= units(request) and card.free_gb <= one.free_gb * (2 - WORTH)
    }
    return min((_counted(one, request) * WORTH for one in recipes if one.name in failed), default=math.inf)


def _fits(needs: Estimate, card: Card) -> bool:
    return needs.card_gb <= card.free_gb and (not card.host_gb or needs.host_gb <= card.host_gb)


def _measured(recipe: Recipe, request: Request, shown: Iterable[Known]) -> tuple[Estimate, Evidence]:
    """What it takes: as it was seen for this much work or the next above it, else as calculated."""
    counted = estimate(recipe, request)
    least = units(request)
    seen = [
        one for one in shown if one.ran and one.recipe == recipe.name and least <= one.units <= 1.1 * least
    ]
    if not seen:
        return counted, "calculated"
    return Estimate(max(one.peak_gb for one in seen), counted.phase, counted.host_gb), "measured"


def _reason(
    recipes: list[Recipe],
    index: int,
    needs: Estimate,
    card: Card,
    request: Request,
    shown: Collection[Known],
    level: int,
    spent: bool,
) -> str:
    """Why this recipe: what it needs beside what there is, and what the one above would need."""
    have = f"{card.free_gb:.1f} GB free on {card.name}"
    if spent:
        return f"nothing that needs less memory is left to try: “{recipes[index].name}” ran out of it, {have}"
    does = request.work.does if needs.phase == "denoise" else f"{needs.phase}s"
    sentence = f"{recipes[index].name}: {needs.card_gb:.1f} GB at the most while it {does}, {have}"
    if needs.host_gb >= 1 and recipes[index].offload != "none":
        sentence += f"; {needs.host_gb:.0f} GB of main memory hold what waits"
    if needs.host_gb > card.host_gb > 0:
        sentence += f", of which {card.host_gb:.0f} GB are free"
    if index and (above := recipes[index - 1]):
        wants = _measured(above, request, shown)[0]
        if not _fits(wants, card):
            sentence += f"; “{above.name}” would need {wants.card_gb:.1f} GB"
            sentence += f" and {wants.host_gb:.0f} GB of main memory" if wants.card_gb <= card.free_gb else ""
        else:
            sentence += f"; “{above.name}” ran out of memory" + (f" ({level} down)" if level else " before")
    return sentence


def offered(
    card: Card, request: Request, packages: Collection[str] = (), rows: tuple[LadderRow, ...] = LADDER
) -> Offer | None:
    """The longest below the request that would run, of that the largest picture, and how; None where none
    would.

    One rule for all that gives way: first what holds the weights, then the sides of the picture, last its
    length. Lines and beats have their seconds, and a picture can be made larger afterwards; so a card with
    more memory never gets a shorter take, nor a smaller one of the same length.
    """
    rates = rates_of(card)
    sizes = [replace(request, width=w, height=h, frames=n) for w, h, n in _smaller(request)]
    if not sizes or _runs(sizes[-1], card, packages, rates, rows) is None:
        return None  # the least takes less than all others: they need not be asked, hundreds of them
    return next(offer for smaller in sizes if (offer := _runs(smaller, card, packages, rates, rows)))


def _runs(
    request: Request, card: Card, packages: Collection[str], rates: Rates, rows: tuple[LadderRow, ...]
) -> Offer | None:
    """Find the best way for that request on the card; None where it has no room for any."""
    for recipe in ladder(request, card.kind, packages, card.capability, rates, rows):
        if _fits(needs := estimate(recipe, request), card):
            return Offer(request, recipe, needs)
    return None


def _instead(
    offer: Offer | None,
    card: Card,
    request: Request,
    packages: Collection[str],
    rows: tuple[LadderRow, ...],
) -> str:
    """What would fit instead, in words: a smaller size or length, else the memory that is needed."""
    if offer is not None:
        one = offer.request
        length = f", {one.frames} frame{'s'[: one.frames > 1]}" if request.frames > 1 else ""
        return f"{one.width}×{one.height}{length} would fit"
    needs = [
        estimate(recipe, request)
        for recipe in ladder(request, card.kind, packages, card.capability, rates_of(card), rows)
    ]
    least = math.ceil(min(each.card_gb for each in needs))
    if not card.host_gb or least > card.free_gb:
        return f"it needs {least} GB of free memory at the least"
    host = min(each.host_gb for each in needs if each.card_gb <= card.free_gb)
    return f"it needs {math.ceil(host)} GB of main memory at the least"


def _smaller(request: Request) -> list[tuple[int, int, int]]:
    """Sizes below the request's: the longest first, of one length the largest."""
    lengths = {request.frames, *(frames for frames in LENGTHS if frames <= request.frames)}
    sides = {(_side(request.width, share), _side(request.height, share)) for share in SHARES}
    found = {(*both, frames) for both in sides for frames in lengths}
    found.discard((request.width, request.height, request.frames))
    return sorted(found, key=lambda each: (each[2], each[0] * each[1]), reverse=True)


def _side(whole: int, share: float) -> int:
    return min(whole, max(64, round(whole * share / 64) * 64))
