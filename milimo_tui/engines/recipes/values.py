"""The values of the recipe choice: card, request, recipe, a card's recorded outcomes, and the choice.

Pure. The choice is made in `choice`, and memory is estimated in `estimates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.recipes.model_sizes import Phase, Weights, Work
from milimo_tui.engines.recipes.tables import Offload, Precision, Text, Tiling

GB = 1e9
HEADROOM_GB = 0.5  # GB reserved on a card for a desktop or another process, if the card is only planned for
# GB of main memory reserved for the system, the studio and a browser, if it is only planned for
HOST_HEADROOM_GB = 4.0
TAKEN_GB = 0.5  # GB from which another program's use of a card counts; less is a window that opens
Kind = Literal["cuda", "rocm", "mps", "cpu"]
Evidence = Literal["measured", "calculated"]
BEST = "the best that fits"  # the first level of a ladder that depends on the card
NEXT = "next: "  # prefix of an OutOfMemory hint that names the next lower level


@dataclass(frozen=True, slots=True)
class Rates:
    """The speed of a card: 10¹² operations per second of 16-bit products, as reached in practice; GB per
    second of its memory, of the bus to main memory, and of the disk.
    """

    tflops: float
    memory_gbs: float
    bus_gbs: float
    disk_gbs: float


@dataclass(frozen=True, slots=True)
class Card:
    """The device that computes: its memory and free memory in GB (10⁹ bytes); `capability` is CUDA's.

    `host_gb` is the main memory that is free for weights moved off the card; 0 if unknown. `rates` are the
    measured rates; None: those of its class.
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
    """The work to be done, as far as memory is concerned, and the engine's costs of such `work`. `passes` are
    the rows of one forward pass (2 with guidance).

    `width`, `height` and `frames` are those of the finished picture or clip, fitted to the engine. With two
    `stages` the first has half the sides, and only the first is guided and follows `controls`. `loras_gb` is
    the size of LoRAs in 16 bits. `references` and `controls` count input pictures of the same size (of clips:
    latents), for which the autoencoder `encodes`. `takes` is the number of takes of this size. `tokens` is
    the text that a language model reads and writes. `refining` is the number of `steps` that belong to the
    second stage. `keeps` is the bytes that are cached per token of the references, which are then computed
    only in the first step (0: computed in all).
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
    """A method of running an engine. Applied to a pipeline by `runtime.apply`.

    `precision` is how the large parts are held; computing is done in bfloat16, or float32 on a CPU.
    """

    engine: str
    name: str
    precision: Precision
    offload: Offload
    tiling: Tiling
    steps: int | None = None
    attention: str = "native"
    compile: bool = False
    stride: int = 0  # pixels from tile to tile when decoding in tiles; 0: the class's default
    tile: int = (
        0  # side of a tile; below: frames of a slice, and from one slice to the next; 0: the class's default
    )
    slice: int = 0
    slice_stride: int = 0
    needs: str = ""
    loses: str = ""
    kept: float = 0.0  # share of the transformer's blocks that stay on the card
    text: Text = ""  # how the text encoder is held, if differently from the rest

    @property
    def computes(self) -> Literal["float32", "bfloat16"]:
        """The precision that is computed in."""
        return "float32" if self.precision == "float32" else "bfloat16"

    @property
    def form(self) -> str:
        """The form of the weights in memory. Recipes of the same form share loaded weights and may differ in
        decoding.
        """
        return f"{self.precision} {self.placed or 'none'}"

    @property
    def placed(self) -> str:
        """The changes that stay on the modules after the recipe is applied
        (`model_cache.ModelKey.placed`).
        """
        where = f"kept {self.kept:g}" if self.offload == "kept" else self.offload
        words = ("" if where == "none" else where, f"text {self.text}" if self.text else "")
        return ", ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """A memory estimate in GB: the maximum on the card, the phase of that maximum, and main memory for
    weights moved off the card.
    """

    card_gb: float
    phase: Phase
    host_gb: float


@dataclass(frozen=True, slots=True)
class RecipeOutcome:
    """A recorded outcome on a card: a recipe ran, or ran out of memory, at this amount of work (`units`).

    `free_gb` was free before; `peak_gb` is the maximum it used.
    """

    engine: str
    model: str
    recipe: str
    units: int
    free_gb: float
    peak_gb: float = 0.0
    ran: bool = True


def is_card_shared(gb: float) -> bool:
    """Return True if other programs took so much of a card during a job that its outcome says nothing about
    the card.
    """
    return gb >= TAKEN_GB


@dataclass(frozen=True, slots=True)
class RecipeOffer:
    """An alternative that would run if the request does not: a smaller size or length, with its recipe."""

    request: Request
    recipe: Recipe
    estimate: MemoryEstimate


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """A chosen recipe with the reason. If `fits` is false, the recipe needs the least memory of all,
    `nearest` describes what would fit, and `offer` is a smaller request that would run, with its recipe.

    `spent`: every level has been tried; `next` names the next lower level.
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
        """Estimated maximum GB on the card."""
        return self.estimate.card_gb

    def raise_if_spent(self) -> None:
        """Raise Unavailable if every recipe has been tried on this card."""
        if self.spent:
            raise Unavailable(self.reason, self.nearest)

    def describe_out_of_memory(self, taken_gb: float = 0.0) -> tuple[str, str]:
        """Return the message and hint of an OutOfMemory error with this recipe. `taken_gb` is what other
        programs took of the card meanwhile.
        """
        why = f"{self.estimate_gb:.1f} GB were expected, {self.card.free_gb:.1f} GB free"
        if is_card_shared(taken_gb):
            why = f"another program took {taken_gb:.1f} GB of it meanwhile"
        message = f"{self.recipe.engine} ran out of memory on {self.card.name} as “{self.recipe.name}”: {why}"
        return message, f"{NEXT}{self.next}" if self.next else self.nearest
