"""Define the values with which a recipe is chosen: the card, the request, the recipe, the recorded outcomes
of a card, and the choice itself.

Pure. `choice` makes the choice, and `estimates` estimates memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.recipes.model_sizes import Phase, Weights, Work
from milimo_tui.engines.recipes.tables import Offload, Precision, Text, Tiling

GB = 1e9
# GB of a card reserved for a desktop or another process, when planning for a card that is not in this machine
HEADROOM_GB = 0.5
# GB of main memory reserved for the system, the studio and a browser, when planning for another machine.
HOST_HEADROOM_GB = 4.0
# If other programs use at least this many GB of a card during a job, the job's memory outcome is not
# recorded. A smaller amount may be only a window that opened.
TAKEN_GB = 0.5
Kind = Literal["cuda", "rocm", "mps", "cpu"]
Evidence = Literal["measured", "calculated"]
BEST = "the best that fits"  # name of the first fallback level, which depends on the card
NEXT = "next: "  # prefix in the hint of an OutOfMemory error, before the name of the next lower recipe


@dataclass(frozen=True, slots=True)
class Rates:
    """The speeds of a card. `tflops` is the rate of 16-bit products in 10¹² operations per second, as reached
    in practice. The other values are in GB per second: the speeds of its memory, of the bus to main memory,
    and of the disk.
    """

    tflops: float
    memory_gbs: float
    bus_gbs: float
    disk_gbs: float


@dataclass(frozen=True, slots=True)
class Card:
    """The device that computes, with its memory and free memory in GB (10⁹ bytes).

    `capability` is the CUDA compute capability, or `ladder.CPU_BF16` for a CPU that multiplies numbers in
    bf16. `host_gb` is the main memory that is free for weights moved off the card; 0 if unknown. `rates` are
    the measured speeds; None means the speeds of the card's class.
    """

    name: str
    memory_gb: float
    free_gb: float
    kind: Kind = "cuda"
    capability: tuple[int, int] = (0, 0)
    host_gb: float = 0.0
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """The work to be done, as far as memory and time depend on it.

    - `work` are the costs of the engine's work.
    - `width`, `height` and `frames` are the size of the finished picture or clip, as adjusted to the sizes
      that the engine can make.
    - `passes` is the number of rows of one forward pass (2 with guidance).
    - `references` and `controls` are the numbers of input pictures, each of the same size as the result. A
      clip counts with its number of latents. `encodes` is True if the autoencoder encodes them.
    - `stages` is 1 or 2. With two stages, the first has half the width and height, and only the first has
      guidance and controls. `steps` is the number of steps of both stages, and `refining` is the number of
      those in the second.
    - `loras_gb` is the size of the LoRAs in 16 bits.
    - `takes` is the number of takes of this size.
    - `tokens` is the number of tokens that a language model reads and writes.
    - `keeps` is the number of bytes cached for each token of the reference pictures. With a cache, these
      tokens are computed only in the first step. 0 means that they are computed in every step.
    """

    engine: str
    weights: Weights
    work: Work
    width: int = 768
    height: int = 512
    frames: int = 1
    steps: int | None = None
    passes: int = 1
    references: int = 0
    controls: float = 0.0
    encodes: bool = False
    stages: int = 1
    loras_gb: float = 0.0
    takes: int = 1
    tokens: int = 0
    refining: int = 0
    keeps: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """A method of running an engine. `runtime.apply` applies it to a pipeline.

    `precision` is the precision in which the large parts are held. Computation is in bfloat16, or in float32
    if the precision is float32.
    """

    engine: str
    name: str
    precision: Precision
    offload: Offload
    tiling: Tiling
    steps: int | None = None
    attention: str = "native"
    compile: bool = False
    stride: int = 0  # distance in pixels from one decoding tile to the next; 0: the class's default
    # Side of a tile in pixels. The next two fields are the frames of a slice, and the distance from one slice
    # to the next. 0 means the class's default.
    tile: int = 0
    slice: int = 0
    slice_stride: int = 0
    needs: str = ""
    loses: str = ""
    kept: float = 0.0  # share of the transformer's blocks (0 to 1) that stay on the card
    text: Text = ""  # how the text encoder is held, if differently from the rest

    @property
    def computes(self) -> Literal["float32", "bfloat16"]:
        """The precision in which the model computes."""
        return "float32" if self.precision == "float32" else "bfloat16"

    @property
    def form(self) -> str:
        """A text with the precision and the placement of the weights in memory. Recipes with the same form
        can use the same loaded weights. They may differ in other choices, such as tiling.
        """
        return f"{self.precision} {self.placed or 'none'}"

    @property
    def placed(self) -> str:
        """A description of the hooks and other changes that a recipe leaves on the modules of a pipeline,
        such as `blocks, text int8`. Empty if there are none. Used for `model_cache.ModelKey.placed`.
        """
        where = f"kept {self.kept:g}" if self.offload == "kept" else self.offload
        words = ("" if where == "none" else where, f"text {self.text}" if self.text else "")
        return ", ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """A memory estimate in GB. `card_gb` is the maximum on the card, `phase` is the phase of that maximum,
    and `host_gb` is the main memory for weights that are moved off the card.
    """

    card_gb: float
    phase: Phase
    host_gb: float


@dataclass(frozen=True, slots=True)
class RecipeOutcome:
    """A recorded outcome on a card. `ran` is True if the recipe succeeded, and False if it ran out of memory.

    `units` is the amount of work. `free_gb` is the free memory before the job, and `peak_gb` is the most
    memory that the job used.
    """

    engine: str
    model: str
    recipe: str
    units: int
    free_gb: float
    peak_gb: float = 0.0
    ran: bool = True


def is_card_shared(gb: float) -> bool:
    """Return True if other programs used so much of a card during a job that its outcome says nothing about
    the recipe. `gb` are the GB that they used.
    """
    return gb >= TAKEN_GB


@dataclass(frozen=True, slots=True)
class RecipeOffer:
    """A smaller request that would fit, offered to the user if the original request does not fit: the request
    for a smaller size or length, its recipe, and the estimated memory.
    """

    request: Request
    recipe: Recipe
    estimate: MemoryEstimate


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """A chosen recipe, with the reason for the choice.

    If `fits` is False, the recipe is the one that comes nearest to fitting. Then `nearest` describes an
    alternative that would fit, and `offer` is a smaller request that would run. `next` is the name of the
    next lower recipe. `spent` is True if every fallback level has been tried.
    """

    card: Card
    request: Request
    recipe: Recipe
    estimate: MemoryEstimate
    reason: str
    evidence: Evidence
    fits: bool
    nearest: str = ""
    offer: RecipeOffer | None = None
    next: str = ""
    spent: bool = False

    @property
    def estimate_gb(self) -> float:
        """Estimated maximum of memory on the card, in GB."""
        return self.estimate.card_gb

    def raise_if_spent(self) -> None:
        """Raise Unavailable if every recipe has been tried on this card."""
        if self.spent:
            raise Unavailable(self.reason, self.nearest)

    def describe_out_of_memory(self, taken_gb: float = 0.0) -> tuple[str, str]:
        """Return the message and hint of the OutOfMemory error for this recipe. `taken_gb` is the memory in
        GB that other programs used on the card during the job.
        """
        why = f"{self.estimate_gb:.1f} GB were expected, {self.card.free_gb:.1f} GB free"
        if is_card_shared(taken_gb):
            why = f"another program took {taken_gb:.1f} GB of it meanwhile"
        message = f"{self.recipe.engine} ran out of memory on {self.card.name} as “{self.recipe.name}”: {why}"
        return message, f"{NEXT}{self.next}" if self.next else self.nearest
