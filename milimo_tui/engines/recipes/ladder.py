"""Build the ladder of recipes: every recipe with which a request can run on a kind of card, the best first.
Rules choose the attention backend and decide whether to compile.

Pure functions. The data is in `tables`, and the choice among the recipes is in `choice`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from milimo_tui.engines.recipes.card_rates import TYPICAL
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import (
    MADE,
    STREAMED,
    TEXT,
    compute_tile_stride,
    count_tensor_elements,
    estimate_memory,
    get_tile_size,
)
from milimo_tui.engines.recipes.model_sizes import Work
from milimo_tui.engines.recipes.tables import (
    ATTENTIONS,
    CPU_LADDER,
    LADDER,
    LOSS,
    MPS_LADDER,
    PRECISION_ROWS,
    QUANTISERS,
    TILINGS,
    Attention,
    LadderRow,
    Offload,
    Precision,
    Tiling,
)
from milimo_tui.engines.recipes.values import Kind, MemoryEstimate, Rates, Recipe, Request

# A recipe is left out of the ladder if a better recipe needs hardly more memory. It must need less than this
# share of the memory of each recipe above it, either on the card or in main memory.
USEFUL_SHARE = 0.97
# One convolution kernel can address only this number of tensor elements. A tiling that leads to larger
# tensors is not offered.
ADDRESSED = 2**31
COMPILE_STEPS = 400  # From this number of requested steps on, compiling saves more than the minute it takes.
PLAIN = ("float32", "bfloat16")  # precisions whose weights are not packed
# Placements that work without knowing the names of a model's parts
GENERIC_PLACEMENTS = ("none", "parts", "leaves")
# A language model with fewer billions of parameters computes in float32 on a CPU, because it takes no time.
SMALL_MODEL = 0.25
MOST_FLOAT32_GB = 6.5  # Weights of a language model that are larger in float32 are held in bf16 on a CPU.
# The value of `Card.capability` for a CPU that multiplies numbers in bf16.
CPU_BF16 = (1, 0)
COMPILED = ", compiled"  # suffix of the recipe's name if blocks are compiled


def build_recipe_ladder(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = QUANTISERS,
    capability: tuple[int, int] = (0, 0),
    rates: Rates = TYPICAL,
    rows: tuple[LadderRow, ...] = LADDER,
) -> tuple[Recipe, ...]:
    """Return every recipe for the request, the best first. Recipes with less loss of picture quality come
    first. Among equal losses, recipes that take less time at the speeds `rates` come first.

    Each recipe needs less memory than all recipes before it, either of the card or of the machine. A recipe
    that needs a package is only included if `packages` contains the package.
    """
    return _build_cached_ladder(request, kind, tuple(packages), capability, rates, rows)


@lru_cache(maxsize=256)
def _build_cached_ladder(
    request: Request,
    kind: Kind,
    packages: tuple[str, ...],
    capability: tuple[int, int],
    rates: Rates,
    rows: tuple[LadderRow, ...],
) -> tuple[Recipe, ...]:
    out: list[tuple[Recipe, MemoryEstimate]] = []
    for recipe in list_all_combinations(request, kind, packages, capability, rates, rows):
        if recipe.needs not in ("", *packages):
            continue
        needs = estimate_memory(recipe, request)
        if not any(_saves_no_memory(needs, above) for _, above in out):
            out.append((recipe, needs))
    return tuple(recipe for recipe, _ in out)


def _saves_no_memory(needs: MemoryEstimate, above: MemoryEstimate) -> bool:
    """Return True if a recipe is useless on the ladder, because it saves hardly any memory compared with the
    better recipe `above`. Both the card and main memory are compared.
    """
    return needs.card_gb >= above.card_gb * USEFUL_SHARE and needs.host_gb >= above.host_gb * USEFUL_SHARE


def list_all_combinations(
    request: Request,
    kind: Kind = "cuda",
    packages: Collection[str] = (),
    capability: tuple[int, int] = (0, 0),
    rates: Rates = TYPICAL,
    rows: tuple[LadderRow, ...] = LADDER,
) -> list[Recipe]:
    """Return a recipe for each combination of precision, placement and tiling, in the order of preference."""
    own = {"cpu": CPU_LADDER, "mps": MPS_LADDER}.get(kind)
    rows = (*own, *_list_packed_cpu_rows(request.weights.held)) if own else rows
    tiles = [tiling for tiling in TILINGS if _can_tile(tiling[0], request)]
    backend = choose_attention(request.work, kind, capability, packages).backend
    recipes = [
        _build_ladder_recipe(row, tiling, words, request, kind, backend)
        for row in rows
        if _can_hold_weights(row, request)
        for tiling, words in tiles
    ]
    if kind == "cpu" and request.work.by_token:
        recipes = _choose_cpu_precision(recipes, request, capability)
    return sorted(recipes, key=lambda recipe: get_preference_key(recipe, request, rates))


def _choose_cpu_precision(
    recipes: list[Recipe], request: Request, capability: tuple[int, int]
) -> list[Recipe]:
    """Return the recipes for a language model on a CPU. Each token reads all weights once, so bf16 takes half
    the time of float32 if the CPU multiplies numbers in bf16. Other CPUs are faster in float32.
    """
    billions = request.weights.billions
    prefers_bf16 = capability >= CPU_BF16 or billions * 4 > MOST_FLOAT32_GB
    if billions < SMALL_MODEL or not prefers_bf16:
        return recipes
    return [recipe for recipe in recipes if recipe.precision != "float32"] or recipes


def _list_packed_cpu_rows(precision: Precision) -> list[LadderRow]:
    """Return the ladder rows for a machine without a card, for weights that are stored in packed files of
    this precision.
    """
    packed = (row for row in PRECISION_ROWS if row.precision == precision and not row.made)
    return [
        LadderRow(precision, "none", f"{row.words}, in main memory", row.loses, row.needs) for row in packed
    ]


def _can_hold_weights(row: LadderRow, request: Request) -> bool:
    """Return True if the model can run with this row's precision and placement. This depends on the parts
    that the model has and on the precision of its file.
    """
    parts = {part.name for part in request.weights.parts}
    if ((row.kept or row.offload == "disk") and STREAMED not in parts) or (row.text and TEXT not in parts):
        return False
    if row.needs and not request.work.quantised:
        return False
    if request.work.plain and (
        row.text or row.precision not in PLAIN or row.offload not in GENERIC_PLACEMENTS
    ):
        return False
    return (
        row.precision in MADE if request.weights.held == "bfloat16" else row.precision == request.weights.held
    )


def get_preference_key(recipe: Recipe, request: Request, rates: Rates) -> tuple[float, ...]:
    """Return the sort key of a recipe; the best recipe has the smallest key. The key consists of the loss of
    picture quality, the loss of the text encoder's precision, and the seconds that a take needs.

    A language model makes a step for each token, so moving weights at every step is very slow. For such a
    model, recipes that move weights at every step come after all others, and are ordered by time first.
    """
    seconds = compute_recipe_costs(recipe, request, rates).seconds
    loss = (LOSS[recipe.precision], float("int8" in recipe.text))
    if not request.work.by_token:
        return (*loss, seconds)
    return (0.0, *loss, seconds) if recipe.offload in ("none", "parts") else (1.0, seconds, *loss)


def _can_tile(tiling: Tiling, request: Request) -> bool:
    """Return True if decoding with this tiling is useful and possible. It is useful if the picture or clip is
    larger than a tile. It is possible if one kernel can address the largest tensor.
    """
    work, side = request.work, max(request.width, request.height)
    if count_tensor_elements(request, tiling) >= ADDRESSED:
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


def choose_attention(
    work: Work, kind: Kind, capability: tuple[int, int], packages: Collection[str] = ()
) -> Attention:
    """Return the best attention backend that works on a kind of card with this CUDA capability. `work` says
    if the model uses attention masks, and `packages` are the installed packages.
    """
    return next(
        row
        for row in ATTENTIONS
        if (row.masks or not work.masks)
        and (not row.needs or (kind == "cuda" and row.needs in packages))
        and (kind != "cuda" or row.least <= capability < row.below)
    )


def should_compile(offload: Offload, kind: Kind, request: Request) -> tuple[bool, str]:
    """Return True if the blocks of the transformer should be compiled, and a phrase with the reason for the
    decision. Compiling takes a minute. It is only worthwhile if the steps of all queued takes together become
    faster by more than that.
    """
    steps = (request.steps or 0) * request.takes
    if kind not in ("cuda", "rocm"):
        return False, "only for cards of CUDA or ROCm"
    if offload != "none":
        return False, "not where weights move"
    if request.loras_gb:
        return False, "not with LoRAs: each other set would be compiled again"
    if steps < COMPILE_STEPS:
        return False, f"{steps} steps at once don't win back the minute it takes; {COMPILE_STEPS} do"
    return True, f"{steps} steps at once win back the minute it takes"


def _build_ladder_recipe(
    row: LadderRow, tiling: Tiling, words: str, request: Request, kind: Kind, backend: str
) -> Recipe:
    compiled, _ = should_compile(row.offload, kind, request)
    side, frames, shared = _get_tile_sizes(request.work, tiling)
    recipe = Recipe(
        request.engine,
        ", ".join(part for part in (row.words, words) if part),
        row.precision,
        row.offload,
        tiling,
        request.steps,
        attention=backend,
        stride=compute_tile_stride(request, tiling) if tiling != "none" else 0,
        tile=side,
        slice=frames,
        slice_stride=frames - shared,
        needs=row.needs,
        loses=row.loses,
        kept=row.kept,
        text=row.text,
    )
    return mark_recipe_compiled(recipe) if compiled else recipe


def _get_tile_sizes(work: Work, tiling: Tiling) -> tuple[int, int, int]:
    """Return the side of a tile in pixels, the number of frames of a tile, and the number of frames that two
    tiles share. Zeros mean the defaults of the autoencoder's class.
    """
    if tiling == "none" or not work.overlap:
        return 0, 0, 0
    side, frames = get_tile_size(work, tiling)
    return side, frames, frames // 2 if tiling == "small" else work.slice_overlap if frames else 0


def mark_recipe_compiled(recipe: Recipe) -> Recipe:
    """Return a copy of the recipe with compiled blocks, and the suffix for compiling in its name."""
    return replace(recipe, name=recipe.name + COMPILED, compile=True)
