"""The ladder: every way to run a request on a kind of card, the best first; attention and compiling by rule.

Pure: values in, values out. The tables are in `tables`, the choice among the rungs in `choice`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from milimo_tui.engines.recipes.card_rates import TYPICAL
from milimo_tui.engines.recipes.costs import costs
from milimo_tui.engines.recipes.estimates import MADE, STREAMED, TEXT, addressed, at_once, estimate, stride
from milimo_tui.engines.recipes.model_sizes import Work
from milimo_tui.engines.recipes.tables import (
    ATTENTIONS,
    CPU_LADDER,
    HOLDINGS,
    LADDER,
    LOSS,
    MPS_LADDER,
    QUANTISERS,
    TILINGS,
    Attention,
    LadderRow,
    Offload,
    Precision,
    Tiling,
)
from milimo_tui.engines.recipes.values import Estimate, Kind, Rates, Recipe, Request

WORTH = 0.97  # a rung is worth having when it needs less than so much of the one above it
ADDRESSED = 2**31  # elements of a tensor that one kernel of a convolution can address
COMPILE_STEPS = 400  # steps asked for at once from which a minute of compiling is won back
PLAIN = ("float32", "bfloat16")  # how numbers are held that are packed in no way
WHOLE = ("none", "parts", "leaves")  # where weights wait that need no knowledge of their parts
COMPILED = ", compiled"  # how the name of a recipe ends that is


def ladder(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = QUANTISERS,
    capability: tuple[int, int] = (0, 0),
    rates: Rates = TYPICAL,
    rows: tuple[LadderRow, ...] = LADDER,
) -> tuple[Recipe, ...]:
    """Every recipe for the request, the best first: what loses less of the picture, then what takes less time
    by `rates`. Each needs less memory than all above it, of the card or of the machine.

    Of those that need a package, the ones whose package is among `packages`.
    """
    return _ladder(request, kind, tuple(packages), capability, rates, rows)


@lru_cache(maxsize=256)
def _ladder(
    request: Request,
    kind: Kind,
    packages: tuple[str, ...],
    capability: tuple[int, int],
    rates: Rates,
    rows: tuple[LadderRow, ...],
) -> tuple[Recipe, ...]:
    out: list[tuple[Recipe, Estimate]] = []
    for recipe in every(request, kind, packages, capability, rates, rows):
        if recipe.needs not in ("", *packages):
            continue
        needs = estimate(recipe, request)
        if not any(_no_less(needs, above) for _, above in out):
            out.append((recipe, needs))
    return tuple(recipe for recipe, _ in out)


def _no_less(needs: Estimate, above: Estimate) -> bool:
    """Whether it needs as much as one above it, or next to it."""
    return needs.card_gb >= above.card_gb * WORTH and needs.host_gb >= above.host_gb * WORTH


def every(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = (),
    capability: tuple[int, int] = (0, 0),
    rates: Rates = TYPICAL,
    rows: tuple[LadderRow, ...] = LADDER,
) -> list[Recipe]:
    """The product of the ways to hold weights and to decode, in the order of preference."""
    own = {"cpu": CPU_LADDER, "mps": MPS_LADDER}.get(kind)
    rows = (*own, *_in_main_memory(request.weights.held)) if own else rows
    tiles = [tiling for tiling in TILINGS if _tiles(tiling[0], request)]
    backend = attention(request.work, kind, capability, packages).backend
    recipes = [
        _recipe(row, tiling, words, request, kind, backend)
        for row in rows
        if _goes(row, request)
        for tiling, words in tiles
    ]
    return sorted(recipes, key=lambda recipe: preference(recipe, request, rates))


def _in_main_memory(held: Precision) -> list[LadderRow]:
    """The way for weights that their file has packed, where there is no memory of a card."""
    packed = (row for row in HOLDINGS if row.precision == held and not row.made)
    return [LadderRow(held, "none", f"{row.words}, in main memory", row.loses, row.needs) for row in packed]


def _goes(row: LadderRow, request: Request) -> bool:
    """Whether the weights can be held so: by what they are made of, and how they lie in their file."""
    parts = {part.name for part in request.weights.parts}
    if ((row.kept or row.offload == "disk") and STREAMED not in parts) or (row.text and TEXT not in parts):
        return False
    if row.needs and not request.work.quantised:
        return False
    if request.work.plain and (row.text or row.precision not in PLAIN or row.offload not in WHOLE):
        return False
    return (
        row.precision in MADE if request.weights.held == "bfloat16" else row.precision == request.weights.held
    )


def preference(recipe: Recipe, request: Request, rates: Rates) -> tuple[float, ...]:
    """What recipes are in order by, the best the least: loss of picture, loss of the prompt's, seconds.

    Of a model that writes each word is a step: there one whose weights move at every step comes after all
    that stay, and the quickest of them first.
    """
    seconds = costs(recipe, request, rates).seconds
    loss = (LOSS[recipe.precision], float("int8" in recipe.text))
    if not request.work.by_token:
        return (*loss, seconds)
    return (0.0, *loss, seconds) if recipe.offload in ("none", "parts") else (1.0, seconds, *loss)


def _tiles(tiling: Tiling, request: Request) -> bool:
    """Whether that tiling is a way for this engine and size: another than none, and one that the kernels of a
    card can address.
    """
    work, side = request.work, max(request.width, request.height)
    if addressed(request, tiling) >= ADDRESSED:
        return False
    if tiling == "none":
        return True
    if work.pixel == 0:
        return False
    if tiling == "space":
        return side > work.tile
    if tiling == "space and time":
        return request.frames > work.slice and not work.sliced
    return work.small is not None and (side > work.small[0] or request.frames > work.small[1])


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
        return False, f"{steps} steps at once don't win back the minute it takes; {COMPILE_STEPS} do"
    return True, f"{steps} steps at once win back the minute it takes"


def _recipe(row: LadderRow, tiling: Tiling, words: str, request: Request, kind: Kind, backend: str) -> Recipe:
    compiled, _ = compiling(row.offload, kind, request)
    side, frames, shared = _tile_sizes(request.work, tiling)
    recipe = Recipe(
        request.engine,
        ", ".join(part for part in (row.words, words) if part),
        row.precision,
        row.offload,
        tiling,
        request.steps,
        attention=backend,
        stride=stride(request, tiling) if tiling != "none" else 0,
        tile=side,
        slice=frames,
        slice_stride=frames - shared,
        needs=row.needs,
        loses=row.loses,
        kept=row.kept,
        text=row.text,
    )
    return as_compiled(recipe) if compiled else recipe


def _tile_sizes(work: Work, tiling: Tiling) -> tuple[int, int, int]:
    """The side and frames of a tile, and how many of them two share; zeros where they are as the class has
    them.
    """
    if tiling == "none" or not work.overlap:
        return 0, 0, 0
    side, frames = at_once(work, tiling)
    return side, frames, frames // 2 if tiling == "small" else work.slice_overlap if frames else 0


def as_compiled(recipe: Recipe) -> Recipe:
    return replace(recipe, name=recipe.name + COMPILED, compile=True)
