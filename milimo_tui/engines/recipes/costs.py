"""Calculate the duration of a recipe for a request on a card, from its multiplications, the bytes that it
moves, and their overlap in time.

Pure. The ladder is ordered by this duration, `engine explain` prints it, and measurements on the card correct
it.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.recipes.estimates import (
    STREAMED,
    TAKE_TURNS,
    TEXT,
    compute_part_gb,
    count_reference_tokens,
    count_stage_tokens,
)
from milimo_tui.engines.recipes.model_sizes import ModelPart
from milimo_tui.engines.recipes.tables import SLOWDOWN
from milimo_tui.engines.recipes.values import GB, Rates, Recipe, Request

TILED = 1.3  # Decoding takes this many times longer if the picture is decoded in overlapping tiles.
# Decoding takes this many times longer if the clip is also decoded in overlapping slices of time.
SLICED = 1.7
SMALL = 2.8  # Decoding takes this many times longer with small tiles and slices.
THERE_AND_BACK = 2  # A swapped part crosses the bus twice: to the card and back.
# Assumed share of a language model's tokens that the model writes. It writes one token per step, and reads
# all tokens of the prompt in one pass.
WRITTEN = 0.25
LAYER_S = 0.0004  # seconds of waiting for each layer that is streamed alone
LEAVES = 14  # assumed number of layers in a transformer block


@dataclass(frozen=True, slots=True)
class StageCost:
    """The cost of one stage of a take.

    `count` is the number of steps. The other values are for one step. `tflop` is the number of operations in
    10¹², and `moved_gb` are the GB that cross the bus or are read from the disk. `computing_s` and `moving_s`
    are the seconds for each alone. `seconds` is the duration of the step, in which computing and moving may
    overlap.
    """

    count: int
    tflop: float
    computing_s: float
    moved_gb: float
    moving_s: float
    seconds: float

    @property
    def bound(self) -> str:
        """A word for the limit on the duration of a step: `moving weights` or `computing`."""
        return "moving weights" if self.moving_s > self.computing_s else "computing"


@dataclass(frozen=True, slots=True)
class Costs:
    """The seconds that a take needs, by phase: encoding the prompt, the steps of each stage, decoding, and
    moving parts to the card and back.

    `load_s` is the time for loading, which occurs once before the first take.
    """

    encode_s: float
    stages: tuple[StageCost, ...]
    decode_s: float
    swap_s: float
    load_s: float

    @property
    def seconds(self) -> float:
        """Seconds of a take without loading."""
        steps = sum(step.count * step.seconds for step in self.stages)
        return self.encode_s + steps + self.decode_s + self.swap_s


def compute_recipe_costs(recipe: Recipe, request: Request, rates: Rates) -> Costs:
    """Return the estimated durations of a request's phases with a recipe. For tiny models all durations are
    close to 0, but a slower recipe still has the longer duration.
    """
    parts = request.weights.parts
    whole = {part.name: compute_part_gb(part, recipe) for part in parts}
    read = _compute_file_gb(recipe, request)
    return Costs(
        _compute_encoding_seconds(recipe, whole.get(TEXT, 0.0), read.get(TEXT, 0.0), rates),
        tuple(_compute_stage_cost(recipe, request, stage, rates) for stage in range(1, request.stages + 1)),
        _compute_decoding_seconds(recipe, request, rates),
        _compute_swapping_seconds(recipe, whole, rates),
        sum(read.values()) / rates.disk_gbs,
    )


def _compute_file_gb(recipe: Recipe, request: Request) -> dict[str, float]:
    """Return the size in GB of each part's files. Most files have 16 bits, whatever the recipe's precision,
    because weights are converted while loading.
    """
    precision = request.weights.held
    return {
        part.name: compute_part_gb(part, recipe)
        if precision != "bfloat16" and part.name == STREAMED
        else part.billions * 2
        for part in request.weights.parts
    }


def _compute_encoding_seconds(recipe: Recipe, memory_gb: float, file: float, rates: Rates) -> float:
    """Return the seconds for bringing the text encoder to the card for one prompt. `memory_gb` and `file` are
    the encoder's GB in memory and on disk.

    An encoder that stays on the card takes no time. Otherwise it is moved over the bus, and an encoder that
    is loaded again for each take is also read from the disk.
    """
    if recipe.offload == "disk":
        return file / rates.disk_gbs
    if "once" in recipe.text:
        return file / rates.disk_gbs + memory_gb / rates.bus_gbs
    return memory_gb / rates.bus_gbs if recipe.offload not in ("none", "parts") else 0.0


def _compute_stage_cost(recipe: Recipe, request: Request, stage: int, rates: Rates) -> StageCost:
    work, forward = request.work, _count_stage_steps(request, stage)
    rows = request.passes if stage == 1 else 1
    tokens = count_stage_tokens(request, stage) / rows if not work.by_token else 1.0
    if request.keeps:  # The tokens of references are computed only in the first step.
        tokens -= count_reference_tokens(request) * (1 - 1 / forward)
    working = [part for part in request.weights.parts if "denoise" in part.phases]
    # If a model has two transformers, each step uses only one of them.
    turns = max(1, sum(part.name in TAKE_TURNS for part in working))
    weights_gb = sum(compute_part_gb(part, recipe) for part in working) / turns
    billions = sum(part.billions for part in working) / turns
    flop = rows * (2 * billions * GB * tokens + (0 if work.by_token else work.square * tokens**2))
    slowdown = SLOWDOWN[recipe.precision]
    computing = max(flop / (rates.tflops * 1e12), weights_gb / rates.memory_gbs) * slowdown
    moved = sum(_compute_moved_gb(part, recipe) for part in working) / turns * (rows if work.in_turn else 1)
    moving = moved / (rates.disk_gbs if recipe.offload == "disk" else rates.bus_gbs)
    # Each layer waits for its weights, so that computing and moving do not overlap.
    if recipe.offload == "leaves":
        seconds = computing + moving + LAYER_S * LEAVES * max((part.blocks for part in working), default=1)
    else:  # A block is moved while the previous block computes, so the slower of the two decides.
        seconds = max(computing, moving)
    return StageCost(forward, flop / 1e12, computing, moved, moving, seconds)


def _count_stage_steps(request: Request, stage: int) -> int:
    if request.work.by_token:
        return max(1, round(request.tokens * WRITTEN))
    first = max(1, (request.steps or 1) - request.refining)
    return first if stage == 1 else max(1, request.refining)


def _compute_moved_gb(part: ModelPart, recipe: Recipe) -> float:
    """Return the GB of a part that are moved to the card at every step."""
    match recipe.offload:
        case "kept":
            return compute_part_gb(part, recipe) * (1 - recipe.kept)
        case "blocks" | "leaves" | "disk":
            return compute_part_gb(part, recipe)
    return 0.0


def _compute_decoding_seconds(recipe: Recipe, request: Request, rates: Rates) -> float:
    pixels = request.width * request.height * request.frames
    again = {"none": 1.0, "space": TILED, "space and time": SLICED, "small": SMALL}[recipe.tiling]
    return request.work.pixel_flop * pixels * again / (rates.tflops * 1e12)


def _compute_swapping_seconds(recipe: Recipe, whole: dict[str, float], rates: Rates) -> float:
    """Return the seconds for moving parts to the card and back, once for each take."""
    if recipe.offload != "parts":
        return 0.0
    return sum(whole.values()) * THERE_AND_BACK / rates.bus_gbs
