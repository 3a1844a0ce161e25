"""The ladder: every way to run a request on a kind of card, the best first; attention and compiling by rule.

Pure: values in, values out. The tables are in `tables`, the choice among the rungs in `choice`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

from milimo_tui.engines.recipes.estimates import STREAMED, estimate, stride
from milimo_tui.engines.recipes.model_sizes import Work
from milimo_tui.engines.recipes.tables import (
    ATTENTIONS,
    CPU_LADDER,
    LADDER,
    MPS_LADDER,
    QUANTISERS,
    TILINGS,
    Attention,
    LadderRow,
    Offload,
    Tiling,
)
from milimo_tui.engines.recipes.values import Kind, Recipe, Request

WORTH = 0.97  # a rung is worth having when it needs less than so much of the one above it
COMPILE_STEPS = 400  # steps of one size from which a minute of compiling is won back
COMPILED = ", compiled"  # how the name of a recipe ends that is


def ladder(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = QUANTISERS,
    capability: tuple[int, int] = (0, 0),
) -> tuple[Recipe, ...]:
    """Every recipe for the request, the best first; each needs less memory of the card than those above.

    Of those that need a package, the ones whose package is among `packages`.
    """
    return _ladder(request, kind, tuple(packages), capability)


@lru_cache(maxsize=256)
def _ladder(
    request: Request, kind: Kind, packages: tuple[str, ...], capability: tuple[int, int]
) -> tuple[Recipe, ...]:
    out: list[Recipe] = []
    least = math.inf
    for recipe in every(request, kind, packages, capability):
        if recipe.needs not in ("", *packages):
            continue
        needs = estimate(recipe, request).card_gb
        if needs < least * WORTH:
            out.append(recipe)
            least = needs
    return tuple(out)


def every(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = (),
    capability: tuple[int, int] = (0, 0),
) -> Iterable[Recipe]:
    """The product of the ways to hold weights and to decode, in the order of preference."""
    rows = {"cpu": CPU_LADDER, "mps": MPS_LADDER}.get(kind, LADDER)
    tiles = [tiling for tiling in TILINGS if _tiles(tiling[0], request)]
    quantised = request.work.quantised
    streams = any(part.name == STREAMED for part in request.weights.parts)
    backend = attention(request.work, kind, capability, packages).backend
    for row in rows:
        if (row.kept and not streams) or (row.needs and not quantised):
            continue
        for tiling, words in tiles:
            yield _recipe(row, tiling, words, request, kind, backend)


def _tiles(tiling: Tiling, request: Request) -> bool:
    """Whether that tiling is another way than none, for this engine and size."""
    work = request.work
    if tiling == "none":
        return True
    if work.pixel == 0:
        return False
    if tiling == "space":
        return max(request.width, request.height) > work.tile
    return request.frames > work.slice


def attention(
    work: Work, kind: Kind, capability: tuple[int, int], packages: Collection[str] = ()
) -> Attention:
    """The backend for a model's attention on a card of that kind and CUDA capability."""
    return next(
        row
        for row in ATTENTIONS
        if (row.masks or not work.masks)
        and (not row.needs or (kind == "cuda" and row.needs in packages))
        and (kind != "cuda" or row.least <= capability < row.below)
    )


def compiling(offload: Offload, kind: Kind, request: Request) -> tuple[bool, str]:
    """Whether the blocks of the transformer are compiled, and why: a minute that has to be won back."""
    steps = (request.steps or 0) * request.takes
    if kind not in ("cuda", "rocm"):
        return False, "only for cards of CUDA or ROCm"
    if offload != "none":
        return False, "not where weights move"
    if request.loras_gb:
        return False, "not with LoRAs: each other set would be compiled anew"
    if steps < COMPILE_STEPS:
        return False, f"{steps} steps of one size don't win back the minute it takes; {COMPILE_STEPS} do"
    return True, f"{steps} steps of one size win back the minute it takes"


def _recipe(row: LadderRow, tiling: Tiling, words: str, request: Request, kind: Kind, backend: str) -> Recipe:
    compiled, _ = compiling(row.offload, kind, request)
    recipe = Recipe(
        request.engine,
        ", ".join(part for part in (row.words, words) if part),
        row.precision,
        row.offload,
        tiling,
        request.steps,
        attention=backend,
        stride=stride(request) if tiling != "none" else 0,
        needs=row.needs,
        loses=row.loses,
        kept=row.kept,
        text=row.text,
    )
    return as_compiled(recipe) if compiled else recipe


def as_compiled(recipe: Recipe) -> Recipe:
    return replace(recipe, name=recipe.name + COMPILED, compile=True)
