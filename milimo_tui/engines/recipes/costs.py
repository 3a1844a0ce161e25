"""How long a recipe takes for a request on a card: products, bytes moved, and what of both goes on at once.

Pure. By it the ladder is in order; `engine explain` prints it, and what was measured on the card corrects it.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.recipes.estimates import STREAMED, TAKE_TURNS, TEXT, looked_at, part_gb, tokens_of
from milimo_tui.engines.recipes.model_sizes import Part
from milimo_tui.engines.recipes.tables import Precision
from milimo_tui.engines.recipes.values import GB, Rates, Recipe, Request

# How much longer products take of weights that are unpacked, or cast, before each.
UNPACKING: dict[Precision, float] = {
    "gguf-q8": 1.25,
    "int8": 1.1,
    "fp8-scaled": 1.1,
    "fp8": 1.1,
    "gguf-q5": 1.35,
    "nvfp4": 1.2,
    "gguf-q4": 1.3,
    "nf4": 1.25,
}
TILED = 1.3  # times the decoding, where tiles overlap
SLICED = 1.7  # where slices of time do, too
SMALL = 2.8  # and where both are small
THERE_AND_BACK = 2  # a part that is swapped crosses the bus in both directions
WRITTEN = 0.25  # of the tokens of a language model; the rest is read at once
LAYER_S = 0.0004  # the wait at each layer that comes alone
LEAVES = 14  # layers of a block


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a stage: seconds of products, of the bus and of the disk, and how long it takes with them.

    `tflop` are its products, `moved_gb` what crosses the bus.
    """

    count: int
    tflop: float
    computing_s: float
    moved_gb: float
    moving_s: float
    seconds: float

    @property
    def bound(self) -> str:
        """What it waits for."""
        return "moving weights" if self.moving_s > self.computing_s else "computing"


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of a take: to read the prompt, each stage's steps, to decode, to move parts in and out.

    `load_s` comes once, before the first take.
    """

    encode_s: float
    stages: tuple[Step, ...]
    decode_s: float
    swap_s: float
    load_s: float

    @property
    def seconds(self) -> float:
        steps = sum(step.count * step.seconds for step in self.stages)
        return self.encode_s + steps + self.decode_s + self.swap_s


def costs(recipe: Recipe, request: Request, rates: Rates) -> Costs:
    """How long it takes; of tiny models next to nothing, but in the same order."""
    parts = request.weights.parts
    whole = {part.name: part_gb(part, recipe) for part in parts}
    read = _file_gb(recipe, request)
    return Costs(
        _encoding(recipe, whole.get(TEXT, 0.0), read.get(TEXT, 0.0), rates),
        tuple(_step(recipe, request, stage, rates) for stage in range(1, request.stages + 1)),
        _decoding(recipe, request, rates),
        _swapping(recipe, whole, rates),
        sum(read.values()) / rates.disk_gbs,
    )


def _file_gb(recipe: Recipe, request: Request) -> dict[str, float]:
    """GB of the files that each part is read from: 16 bits, of which most is made when it is loaded."""
    held = request.weights.held
    return {
        part.name: part_gb(part, recipe)
        if held != "bfloat16" and part.name == STREAMED
        else part.billions * 2
        for part in request.weights.parts
    }


def _encoding(recipe: Recipe, held: float, file: float, rates: Rates) -> float:
    """Reading a prompt: the encoder crosses the bus for it where it does not stay, and the disk where it is
    loaded each time.
    """
    if recipe.offload == "disk":
        return file / rates.disk_gbs
    if "once" in recipe.text:
        return file / rates.disk_gbs + held / rates.bus_gbs
    return held / rates.bus_gbs if recipe.offload not in ("none", "parts") else 0.0


def _step(recipe: Recipe, request: Request, stage: int, rates: Rates) -> Step:
    work, forward = request.work, _steps(request, stage)
    rows = request.passes if stage == 1 else 1
    tokens = tokens_of(request, stage) / rows if not work.by_token else 1.0
    if request.keeps:  # references are computed with in the first step alone
        tokens -= looked_at(request) * (1 - 1 / forward)
    working = [part for part in request.weights.parts if "denoise" in part.phases]
    turns = max(1, sum(part.name in TAKE_TURNS for part in working))  # a step is one of them
    held = sum(part_gb(part, recipe) for part in working) / turns
    billions = sum(part.billions for part in working) / turns
    flop = rows * (2 * billions * GB * tokens + (0 if work.by_token else work.square * tokens**2))
    slower = UNPACKING.get(recipe.precision, 1.0)
    computing = max(flop / (rates.tflops * 1e12), held / rates.memory_gbs) * slower
    moved = sum(_moved(part, recipe) for part in working) / turns * (rows if work.in_turn else 1)
    moving = moved / (rates.disk_gbs if recipe.offload == "disk" else rates.bus_gbs)
    if recipe.offload == "leaves":  # each layer is waited for
        seconds = computing + moving + LAYER_S * LEAVES * max((part.blocks for part in working), default=1)
    else:  # blocks come while the one before computes
        seconds = max(computing, moving)
    return Step(forward, flop / 1e12, computing, moved, moving, seconds)


def _steps(request: Request, stage: int) -> int:
    if request.work.by_token:
        return max(1, round(request.tokens * WRITTEN))
    first = max(1, (request.steps or 1) - request.refining)
    return first if stage == 1 else max(1, request.refining)


def _moved(part: Part, recipe: Recipe) -> float:
    """GB of a part that come at every step."""
    match recipe.offload:
        case "kept":
            return part_gb(part, recipe) * (1 - recipe.kept)
        case "blocks" | "leaves" | "disk":
            return part_gb(part, recipe)
    return 0.0


def _decoding(recipe: Recipe, request: Request, rates: Rates) -> float:
    pixels = request.width * request.height * request.frames
    again = {"none": 1.0, "space": TILED, "space and time": SLICED, "small": SMALL}[recipe.tiling]
    return request.work.pixel_flop * pixels * again / (rates.tflops * 1e12)


def _swapping(recipe: Recipe, whole: dict[str, float], rates: Rates) -> float:
    """Moving parts in and out, once for each take."""
    if recipe.offload != "parts":
        return 0.0
    return sum(whole.values()) * THERE_AND_BACK / rates.bus_gbs
