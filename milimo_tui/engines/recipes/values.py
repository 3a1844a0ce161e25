"""The values that recipes are chosen by: card, request, recipe, what a card has shown, and the choice.

Pure; which recipe is chosen is in `choice`, what each takes in `estimates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.recipes.model_sizes import Phase, Weights, Work
from milimo_tui.engines.recipes.tables import Offload, Precision, Text, Tiling

GB = 1e9
HEADROOM_GB = 0.5  # of a card that is only asked about: what a desktop or another process has of it
HOST_HEADROOM_GB = 4.0  # of main memory that is only asked about: the system, the studio, a browser
TAKEN_GB = 0.5  # what another program takes of a card before it counts: less is a window that opens
Kind = Literal["cuda", "rocm", "mps", "cpu"]
Evidence = Literal["measured", "calculated"]
BEST = "the best that fits"  # the first level of a ladder that goes by the card
NEXT = "next: "  # how the hint of an OutOfMemory begins that names the rung below


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a card is: 10¹² products' operations a second in 16 bits, as they are reached; GB a second of
    its memory, of the bus to main memory, of the disk.
    """

    tflops: float
    memory_gbs: float
    bus_gbs: float
    disk_gbs: float


@dataclass(frozen=True, slots=True)
class Card:
    """What computes: its memory and what is free of it, in GB (10⁹ bytes); `capability` is CUDA's.

    `host_gb` is main memory free for what is moved out; 0 where that is not known. `rates` are those that
    were measured; None: its class's.
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
    """What is to be made, as far as memory goes, and what the engine says of such `work`. `passes` are the
    rows of one forward (2 with guidance).

    `width`, `height`, `frames` are of the finished picture or clip, fitted; in two `stages` the first has
    half the sides, and it alone is guided and follows `controls`. `loras_gb` weigh beside the model, in 16
    bits; `references` and `controls` are pictures of the same size that are looked at (of clips: latents),
    for which the autoencoder `encodes`. `takes` of this size are wanted. `tokens` is the text a language
    model reads and writes. Of `steps` those of the second stage are `refining`. `keeps` are the bytes
    that are kept of each token of the references, which are computed in the first step alone (0: in all).
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
    """One way to run an engine. `applied` to a pipeline by `torching.apply`.

    `precision` is how the large parts are held; what is computed in is bfloat16, or float32 on a CPU.
    """

    engine: str
    name: str
    precision: Precision
    offload: Offload
    tiling: Tiling
    steps: int | None = None
    attention: str = "native"
    compile: bool = False
    stride: int = 0  # pixels from tile to tile where it decodes in tiles; 0: as the class has it
    tile: int = (
        0  # the sides of a tile, the frames of a slice and from one to the next; 0: as the class has it
    )
    slice: int = 0
    slice_stride: int = 0
    needs: str = ""
    loses: str = ""
    kept: float = 0.0  # share of the transformer's blocks that stays on the card while others are streamed
    text: Text = ""  # how the text encoder is held, where not as the rest is

    @property
    def computes(self) -> Literal["float32", "bfloat16"]:
        return "float32" if self.precision == "float32" else "bfloat16"

    @property
    def form(self) -> str:
        """How the weights are in memory: recipes of one form share them, however they decode."""
        return f"{self.precision} {self.placed or 'none'}"

    @property
    def placed(self) -> str:
        """What stays on the modules once it is applied (`model_cache.Key.placed`)."""
        where = f"kept {self.kept:g}" if self.offload == "kept" else self.offload
        words = ("" if where == "none" else where, f"text {self.text}" if self.text else "")
        return ", ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Estimate:
    """GB: at the most on the card, in which phase; and in main memory for what is moved out."""

    card_gb: float
    phase: Phase
    host_gb: float


@dataclass(frozen=True, slots=True)
class Known:
    """What a card has shown: a recipe ran, or ran out of memory, at that much work (`units`).

    `free_gb` was free before; `peak_gb` is the most it took.
    """

    engine: str
    model: str
    recipe: str
    units: int
    free_gb: float
    peak_gb: float = 0.0
    ran: bool = True


def is_taken(gb: float) -> bool:
    """Whether others took so much of a card amid a job that what it met tells nothing of the card."""
    return gb >= TAKEN_GB


@dataclass(frozen=True, slots=True)
class Offer:
    """What would run where all that was asked for does not: a smaller size or length, and how."""

    request: Request
    recipe: Recipe
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Choice:
    """A recipe with its reason. `fits` false: it is the one that needs least, `nearest` says what would, and
    `offer` is that request with its recipe, where a smaller size or length would.

    `spent`: every rung has been tried; `next` names the one below.
    """

    card: Card
    request: Request
    recipe: Recipe
    estimate: Estimate
    reason: str
    evidence: Evidence
    fits: bool
    nearest: str = ""
    offer: Offer | None = None
    next: str = ""
    spent: bool = False

    @property
    def estimate_gb(self) -> float:
        return self.estimate.card_gb

    def require(self) -> None:
        """Raise Unavailable when there is no way left to run it on this card."""
        if self.spent:
            raise Unavailable(self.reason, self.nearest)

    def ran_out(self, taken_gb: float = 0.0) -> tuple[str, str]:
        """Sentence and hint of the OutOfMemory that this recipe met. `taken_gb` is what other programs took
        of the card meanwhile.
        """
        why = f"{self.estimate_gb:.1f} GB were expected, {self.card.free_gb:.1f} GB free"
        if is_taken(taken_gb):
            why = f"another program took {taken_gb:.1f} GB of it meanwhile"
        message = f"{self.recipe.engine} ran out of memory on {self.card.name} as “{self.recipe.name}”: {why}"
        return message, f"{NEXT}{self.next}" if self.next else self.nearest
