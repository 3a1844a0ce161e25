"""The data from which the recipe ladder is built: precisions, placements, and attention backends. `ladder`
reads it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

Precision = Literal[
    "float32", "bfloat16", "gguf-q8", "int8", "fp8-scaled", "fp8", "gguf-q5", "nvfp4", "gguf-q4", "nf4"
]
Offload = Literal["none", "text", "parts", "kept", "blocks", "leaves", "disk"]
# How the text encoder is held. Empty means that it is held like the other parts.
Text = Literal["", "int8", "once", "int8 once"]
Tiling = Literal["none", "space", "space and time", "small"]


RESERVED_GB = 0.8  # GB of a card for the driver's context and the libraries' workspaces
SLACK = 1.05  # Factor on the estimated memory, because allocators round sizes up and leave gaps.


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A method of running a model: the precision and the placement of its weights. `words` is its name, and
    `loses` describes its disadvantage.

    `kept` is the share of the transformer's blocks (0 to 1) that stays on the card while the other blocks are
    streamed. `text` is how the text encoder is held, if differently from the other parts: `int8` is in 8
    bits, and `once` is only until the prompt is encoded.
    """

    precision: Precision
    offload: Offload
    words: str
    loses: str
    needs: str = ""  # name of a package that is needed in addition to the model stack
    kept: float = 0.0
    text: Text = ""


@dataclass(frozen=True, slots=True)
class PrecisionRow:
    """A precision of the weights.

    - `bytes_each` is the size of a parameter, except parameters that stay in the computing precision.
      Precisions below 16 bits include their scales.
    - `slowdown` is the factor by which products take longer, because the weights are unpacked or cast before
      each use.
    - `loses` describes its loss of picture quality.
    - `needs` is a package that is needed in addition to the model stack.
    - `made` is True if weights are converted to it from 16 bits while loading. Other precisions have files of
      their own.
    - `built` is True if the runtime supports it. An unsupported precision is on no ladder.
    """

    precision: Precision
    words: str
    bytes_each: float
    slowdown: float = 1.0
    loses: str = ""
    needs: str = ""
    made: bool = True
    built: bool = True


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement of the weights. `costs` describes the time that this placement costs. `kept` is the share
    of the transformer's blocks (0 to 1) that stays on the card. `built` is True if the runtime supports it.
    """

    offload: Offload
    words: str
    costs: str = ""
    kept: float = 0.0
    built: bool = True


@dataclass(frozen=True, slots=True)
class TextEncoderRow:
    """A method of holding the text encoder in memory. It can be combined only with the weight placements in
    `on`. `built` is True if the runtime supports the method.
    """

    text: Text
    words: str = ""
    loses: str = ""
    needs: str = ""
    on: tuple[Offload, ...] = ()
    built: bool = True


# In order of the loss of picture quality, from none to the greatest.
PRECISION_ROWS: tuple[PrecisionRow, ...] = (
    PrecisionRow("bfloat16", "bf16", bytes_each=2.0),
    PrecisionRow(
        "gguf-q8",
        "GGUF Q8 weights",
        bytes_each=1.07,
        slowdown=1.25,
        loses="almost nothing",
        needs="gguf",
        made=False,
    ),
    PrecisionRow(
        "int8", "int8 weights", bytes_each=1.05, slowdown=1.1, loses="a little detail", needs="torchao"
    ),
    PrecisionRow(
        "fp8-scaled", "scaled fp8 weights", bytes_each=1.0, slowdown=1.1, loses="a little detail", made=False
    ),
    PrecisionRow(
        "fp8",
        "fp8 weights",
        bytes_each=1.0,
        slowdown=1.1,
        loses="a little detail; a conversion in each layer",
    ),
    PrecisionRow(
        "gguf-q5",
        "GGUF Q5 weights",
        bytes_each=0.71,
        slowdown=1.35,
        loses="some detail",
        needs="gguf",
        made=False,
    ),
    PrecisionRow(
        "nvfp4", "NVFP4 weights", bytes_each=0.57, slowdown=1.2, loses="detail", made=False, built=False
    ),
    PrecisionRow(
        "gguf-q4", "GGUF Q4 weights", bytes_each=0.61, slowdown=1.3, loses="detail", needs="gguf", made=False
    ),
    PrecisionRow("nf4", "nf4 weights", bytes_each=0.56, slowdown=1.25, loses="detail", needs="bitsandbytes"),
)
BYTES: dict[Precision, float] = {"float32": 4.0, **{row.precision: row.bytes_each for row in PRECISION_ROWS}}
# The factor by which products take longer.
SLOWDOWN: dict[Precision, float] = {"float32": 1.0, **{row.precision: row.slowdown for row in PRECISION_ROWS}}
# The position of each precision in the order of loss. float32 loses nothing and comes first.
LOSS: dict[Precision, int] = {"float32": -1, **{row.precision: n for n, row in enumerate(PRECISION_ROWS)}}
PLACEMENT_ROWS: tuple[PlacementRow, ...] = (
    PlacementRow("none", "whole on the card"),
    PlacementRow("text", "text encoder streamed", "one or two seconds for each new prompt"),
    PlacementRow("parts", "parts swapped", "some seconds for each take, to move parts in and out"),
    PlacementRow(
        "kept",
        "three quarters of the blocks on the card",
        "a quarter of the weights is transferred at every step",
        0.75,
    ),
    PlacementRow(
        "kept", "half of the blocks on the card", "half of the weights is transferred at every step", 0.5
    ),
    PlacementRow(
        "kept",
        "a quarter of the blocks on the card",
        "three quarters of the weights are transferred at every step",
        0.25,
    ),
    PlacementRow("blocks", "streamed by blocks", "all weights are transferred at every step"),
    PlacementRow("leaves", "streamed by leaves", "a wait at every layer"),
    PlacementRow("disk", "streamed from the disk", "all weights are read from the disk at every step"),
)
TEXT_ENCODER_ROWS: tuple[TextEncoderRow, ...] = (
    TextEncoderRow(""),
    TextEncoderRow(
        "int8", "text encoder in int8", "a slightly less exact prompt", "torchao", on=("none", "parts")
    ),
    TextEncoderRow(
        "once",
        "text encoded once",
        "the encoder is loaded for each new prompt",
        on=("none", "kept", "blocks"),
    ),
    TextEncoderRow(
        "int8 once",
        "text encoded once, in int8",
        "a slightly less exact prompt; the encoder is loaded for each new prompt",
        "torchao",
        on=("none", "kept", "blocks"),
    ),
)
# Only these placements can be used for packed weights, because the quantisers' classes refuse to be moved
# layer by layer.
PACKED_PLACEMENTS: tuple[Offload, ...] = ("none", "parts")
ALLOWED_PLACEMENTS: dict[Precision, tuple[Offload, ...]] = {
    "bfloat16": ("none", "text", "parts", "kept", "blocks", "disk"),
    "fp8": ("none", "text", "parts", "kept", "blocks", "leaves", "disk"),
    "fp8-scaled": ("none", "text", "parts", "kept", "blocks", "disk"),
    "nf4": ("parts",),
}


def _build_ladder_rows(built: bool) -> Iterator[LadderRow]:
    """Yield every combination of precision, placement and text encoder: the supported combinations if `built`
    is True, else those that are not supported yet.
    """
    for holding, placing, text in product(PRECISION_ROWS, PLACEMENT_ROWS, TEXT_ENCODER_ROWS):
        can = placing.offload in ALLOWED_PLACEMENTS.get(holding.precision, PACKED_PLACEMENTS)
        reads = not text.text or placing.offload in text.on
        if can and reads and built is (holding.built and placing.built and text.built):
            yield LadderRow(
                holding.precision,
                placing.offload,
                ", ".join(filter(None, (holding.words, placing.words, text.words))),
                "; ".join(filter(None, (holding.loses, placing.costs, text.loses))) or "nothing",
                holding.needs or text.needs,
                placing.kept,
                text.text,
            )


LADDER: tuple[LadderRow, ...] = tuple(_build_ladder_rows(built=True))
TO_BUILD: tuple[LadderRow, ...] = tuple(_build_ladder_rows(built=False))
# On a CPU, all weights are in main memory, so there is no other placement.
CPU_LADDER: tuple[LadderRow, ...] = (
    LadderRow("float32", "none", "float32, in main memory", "nothing"),
    LadderRow("bfloat16", "none", "bf16, in main memory", "a little detail"),
)
# Apple's GPUs share main memory and have no fp8. Moving parts or layers saves memory but no time.
MPS_LADDER: tuple[LadderRow, ...] = (
    LadderRow("bfloat16", "none", "bf16, whole in memory", "nothing"),
    LadderRow(
        "bfloat16", "parts", "bf16, parts swapped", "some seconds for each take, to move parts in and out"
    ),
    LadderRow("bfloat16", "leaves", "bf16, streamed by leaves", "a wait at every layer"),
)

TILINGS: tuple[tuple[Tiling, str], ...] = (
    ("none", ""),
    ("space", "decoded in tiles"),
    ("space and time", "decoded in tiles and slices of time"),
    ("small", "decoded in small tiles and slices"),
)


# Largest difference of two results, as a share of their size, that another order of summation in 16 bits can
# explain. An attention backend may differ from torch by this much.
CLOSE = 0.02


@dataclass(frozen=True, slots=True)
class Attention:
    """An attention backend of diffusers. It is used on CUDA cards whose capability is at least `least` and
    below `below`.

    - `apart` is the allowed difference from torch's own numbers, as a share of their size.
    - `masks` is True if the backend accepts masks. Other backends are only for models without masks.
    - `evidence` is `ran` if the backend was tried on a card, and `read` if its properties are only known from
      the library's source.
    """

    backend: str
    why: str
    evidence: Literal["ran", "read"]
    masks: bool = True
    least: tuple[int, int] = (0, 0)
    below: tuple[int, int] = (99, 0)
    needs: str = ""
    apart: float = CLOSE


# The first row that applies is used. A named backend is one kernel for every layer. LTX-2 gives its text
# attention a mask, which the flash kernels refuse, so for LTX-2 torch chooses a kernel layer by layer. The
# worker tests a named backend first. If its kernel does not run, gives different numbers or is slower,
# torch's own choice is used instead. Sage computes in 8 bits, so it is only used if the user installed it,
# and its numbers may differ slightly more.
ATTENTIONS: tuple[Attention, ...] = (
    Attention(
        "_flash_3",
        "FlashAttention 3, which is made for Hopper cards, is installed, and the model uses no masks",
        "read",
        masks=False,
        least=(9, 0),
        below=(10, 0),
        needs="flash_attn_interface",
    ),
    Attention(
        "flash",
        "FlashAttention is installed, and the model uses no masks",
        "read",
        masks=False,
        least=(8, 0),
        needs="flash_attn",
    ),
    Attention(
        "sage",
        "SageAttention (8 bits) is installed, FlashAttention is not, and the model uses no masks",
        "read",
        masks=False,
        least=(8, 0),
        needs="sageattention",
        apart=0.05,
    ),
    Attention("native", "torch chooses its fastest kernel for each layer, card and mask", "ran"),
)

# Packages that recipes need in addition to the model stack: first those for weights in fewer bits.
QUANTISERS = tuple(dict.fromkeys(rung.needs for rung in LADDER if rung.needs))
PACKAGES = (*QUANTISERS, *dict.fromkeys(row.needs for row in ATTENTIONS if row.needs))


def find_recipe_packages() -> tuple[str, ...]:
    """Return the installed packages that recipes need in addition to the model stack. The packages are not
    imported.
    """
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name))


def get_allowed_difference(backend: str) -> float:
    """Return the allowed difference between the numbers of a backend and torch's own, as a share of their
    size.
    """
    return next((row.apart for row in ATTENTIONS if row.backend == backend), CLOSE)


CARDS_GB = (8, 12, 16, 24, 32, 48, 80, 141)  # memory sizes of cards in GB for which a plan is shown
MAIN_GB = (16, 32, 64, 128)  # main memory sizes in GB for which a plan is shown
