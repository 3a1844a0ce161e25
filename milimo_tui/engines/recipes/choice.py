"""How an engine is run on a card: a ladder of recipes, the best first, and the choice among them.

Pure: values in, values out; no torch, no files. The tables are in `tables`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace

from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.ladder import (
    COMPILED,
    WORTH,
    as_compiled,
    every,
    ladder,
)
from milimo_tui.engines.recipes.tables import LADDER, TILINGS
from milimo_tui.engines.recipes.values import (
    Card,
    Choice,
    Estimate,
    Evidence,
    Known,
    Recipe,
    Request,
)


def rungs() -> tuple[str, ...]:
    """Names for `EngineRow.rungs`: a computed ladder starts where the card allows, so they count only."""
    longest = len(LADDER) * len(TILINGS)
    down = (f"{n} rung{'s'[: n > 1]} down" for n in range(1, longest))
    return ("the best that fits", *down)


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
) -> Choice:
    """The best recipe that the card has memory for, `level` steps down from there.

    `known` is what the card has shown before: what ran out of memory with as much free is not tried again,
    what ran is measured. `packages` are those installed beside the model stack. `held` names the forms
    (`Recipe.form`) the weights are in memory in: one of them that fits is kept, as loading costs more than
    a better one gains. `recipe_name`, by which a take was made before, comes before all others
    where it fits. Otherwise more memory never gives a worse recipe.
    """
    recipes = list(ladder(request, card.kind, packages, card.capability))
    shown = [one for one in known if (one.engine, one.model) == (request.engine, request.weights.model)]
    fitting = [n for n, recipe in enumerate(recipes) if _fits(_measured(recipe, request, shown)[0], card)]
    floor = _floor(recipes, card, request, shown)
    allowed = [n for n in fitting if n >= floor]
    again = _again(recipes, allowed, recipe_name)
    if again is not None:
        place = again + level
        if not level and recipe_name.endswith(COMPILED) and not recipes[place].compile:
            recipes[place] = as_compiled(recipes[place])
    elif not level and (kept := [n for n in allowed if recipes[n].form in held]):
        place = kept[0]
    else:
        first = fitting[0] if fitting else len(recipes) - 1
        place = max(first + level, allowed[0] if allowed else floor)
    spent = place >= len(recipes)
    index = min(place, len(recipes) - 1)
    needs, evidence = _measured(recipes[index], request, shown)
    fits = not spent and _fits(needs, card)
    reason = _reason(recipes, index, needs, card, request, shown, level, spent)
    reason += _with_packages(recipes[index], card, request, packages)
    if recipe_name and recipes[index].name != recipe_name:
        reason += f"; not “{recipe_name}”, by which it was made: " + (
            "it ran out of memory" if again is not None else "there is no room for it here, or no such way"
        )
    return Choice(
        card,
        request,
        recipes[index],
        needs,
        reason,
        evidence,
        fits,
        "" if fits else nearest(card, request, packages),
        recipes[index + 1].name if index + 1 < len(recipes) else "",
        spent,
    )


def _again(recipes: list[Recipe], allowed: list[int], recipe_name: str) -> int | None:
    """Where the recipe of that name stands, if it fits; compiled or not is for the caller."""
    named = recipe_name.removesuffix(COMPILED)
    return next((n for n in allowed if named and recipes[n].name.removesuffix(COMPILED) == named), None)


def _with_packages(recipe: Recipe, card: Card, request: Request, packages: Collection[str]) -> str:
    """What would be better here with a package installed that is not, in words."""
    if recipe == ladder(request, card.kind, capability=card.capability)[0]:
        return ""
    ranks = {row.name: n for n, row in enumerate(every(request, card.kind))}
    better = (
        row
        for row in ladder(request, card.kind)
        if row.needs and row.needs not in packages and _fits(estimate(row, request), card)
        if ranks[row.name] < ranks.get(recipe.name, 0) or estimate(recipe, request).card_gb > card.free_gb
    )
    found = next(better, None)
    return f"; with {found.needs} installed “{found.name}” would do" if found else ""


def _floor(recipes: list[Recipe], card: Card, request: Request, shown: Collection[Known]) -> int:
    """The first rung below all that ran out of memory here, with as much free and no more work."""
    failed = {
        one.recipe
        for one in shown
        if not one.ran and one.units <= units(request) and card.free_gb <= one.free_gb * (2 - WORTH)
    }
    return max((n + 1 for n, recipe in enumerate(recipes) if recipe.name in failed), default=0)


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


def nearest(card: Card, request: Request, packages: Collection[str] = ()) -> str:
    """What would fit instead: fewer frames, then a smaller raster, else the card that holds it."""
    for width, height, frames in _smaller(request):
        smaller = replace(request, width=width, height=height, frames=frames)
        if any(_fits(estimate(recipe, smaller), card) for recipe in ladder(smaller, card.kind, packages)):
            size = f"{width}×{height}" + (
                f", {frames} frame{'s'[: frames > 1]}" if request.frames > 1 else ""
            )
            return f"{size} would fit"
    least = min(estimate(recipe, request).card_gb for recipe in ladder(request, card.kind, packages))
    return f"it needs {math.ceil(least)} GB of free memory at the least"


def _smaller(request: Request) -> Iterable[tuple[int, int, int]]:
    """Sizes below the request's, the largest first."""
    for share in (1.0, 0.75, 0.5, 0.375, 0.25):
        width, height = (max(64, round(side * share / 64) * 64) for side in (request.width, request.height))
        for frames in (241, 161, 121, 97, 65, 49, 25, 9, 1):
            if frames <= request.frames and (share, frames) != (1.0, request.frames):
                yield width, height, min(frames, request.frames)
