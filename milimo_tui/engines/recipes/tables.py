"""The data of the recipe ladder: the methods of running a model. Data only; `ladder` reads it."""

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
Text = Literal["", "int8", "once", "int8 once"]  # how the text encoder is held, if differently from the rest
Tiling = Literal["none", "space", "space and time", "small"]


# Bytes of a parameter, except wide parameters; precisions below 16 bits include their scales.
BYTES: dict[Precision, float] = {
    "float32": 4.0,
    "bfloat16": 2.0,
    "gguf-q8": 1.07,
    "int8": 1.05,
    "fp8-scaled": 1.0,
    "fp8": 1.0,
    "gguf-q5": 0.71,
    "gguf-q4": 0.61,
    "nvfp4": 0.57,
    "nf4": 0.56,
}


RESERVED_GB = 0.8  # GB of a card for the driver's context and the libraries' workspaces
SLACK = 1.05  # factor for allocators, which round up and leave gaps


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A method of running a model: the precision of its weights, and their placement. `loses` describes its
    cost.

    `kept` is the share of the transformer's blocks that stays on the card while the others are streamed.
    `text` is how the text encoder is held, if differently from the rest: in 8 bits, or on the card only until
    the prompt is encoded and then removed from all memory (`once`).
    """

    precision: Precision
    offload: Offload
    words: str
    loses: str
    needs: str = ""  # a package in addition to the model stack
    kept: float = 0.0
    text: Text = ""


@dataclass(frozen=True, slots=True)
class PrecisionRow:
    """A precision of the weights. `loses` is its loss of picture quality, `needs` a package in addition to
    the model stack.

    `made` means that it is converted from 16 bits while loading; other precisions have files of their own.
    `built` means that the runtime supports it; unsupported precisions are in no ladder.
    """

    precision: Precision
    words: str
    loses: str = ""
    needs: str = ""
    made: bool = True
    built: bool = True


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement of the weights. `costs` describes the time it takes; `kept` and `built` are as in the other
    rows.
    """

    offload: Offload
    words: str
    costs: str = ""
    kept: float = 0.0
    built: bool = True


@dataclass(frozen=True, slots=True)
class TextEncoderRow:
    """A method of holding the text encoder. `on` are the placements that it can be combined with; `built` as
    above.
    """

    text: Text
    words: str = ""
    loses: str = ""
    needs: str = ""
    on: tuple[Offload, ...] = ()
    built: bool = True


# From no loss of picture quality to the greatest loss.
PRECISION_ROWS: tuple[PrecisionRow, ...] = (
    PrecisionRow("bfloat16", "bf16"),
    PrecisionRow("gguf-q8", "GGUF Q8 weights", "next to nothing", needs="gguf", made=False),
    PrecisionRow("int8", "int8 weights", "a little detail", needs="torchao"),
    PrecisionRow("fp8-scaled", "scaled fp8 weights", "a little detail", made=False),
    PrecisionRow("fp8", "fp8 weights", "a little detail; a cast in each layer"),
    PrecisionRow("gguf-q5", "GGUF Q5 weights", "some detail", needs="gguf", made=False),
    PrecisionRow("nvfp4", "NVFP4 weights", "detail", made=False, built=False),
    PrecisionRow("gguf-q4", "GGUF Q4 weights", "detail", needs="gguf", made=False),
    PrecisionRow("nf4", "nf4 weights", "detail", needs="bitsandbytes"),
)
# The rank of each precision in that order; 32 bits lose nothing.
LOSS: dict[Precision, int] = {"float32": -1, **{row.precision: n for n, row in enumerate(PRECISION_ROWS)}}
PLACEMENT_ROWS: tuple[PlacementRow, ...] = (
    PlacementRow("none", "whole on the card"),
    PlacementRow("text", "text encoder streamed", "a second or two for each new prompt"),
    PlacementRow("parts", "parts swapped", "seconds a take to move parts in and out"),
    PlacementRow(
        "kept", "three quarters of the blocks on the card", "a quarter crosses the bus at every step", 0.75
    ),
    PlacementRow("kept", "half of the blocks on the card", "half of them crosses the bus at every step", 0.5),
    PlacementRow(
        "kept", "a quarter of the blocks on the card", "three quarters cross the bus at every step", 0.25
    ),
    PlacementRow("blocks", "streamed by blocks", "all weights cross the bus at every step"),
    PlacementRow("leaves", "streamed by leaves", "a wait at every layer"),
    PlacementRow("disk", "streamed from the disk", "all weights are read from the disk at every step"),
)
TEXT_ENCODER_ROWS: tuple[TextEncoderRow, ...] = (
    TextEncoderRow(""),
    TextEncoderRow("int8", "text encoder in int8", "a word in a thousand", "torchao", on=("none", "parts")),
    TextEncoderRow(
        "once",
        "text encoded once",
        "a load of the encoder for each new prompt",
        on=("none", "kept", "blocks"),
    ),
    TextEncoderRow(
        "int8 once",
        "text encoded once, in int8",
        "a word in a thousand; a load of the encoder for each new prompt",
        "torchao",
        on=("none", "kept", "blocks"),
    ),
)
# The placements of packed weights: the quantisers' own classes refuse to be moved layer by layer.
PACKED_PLACEMENTS: tuple[Offload, ...] = ("none", "parts")
ALLOWED_PLACEMENTS: dict[Precision, tuple[Offload, ...]] = {
    "bfloat16": ("none", "text", "parts", "kept", "blocks", "disk"),
    "fp8": ("none", "text", "parts", "kept", "blocks", "leaves", "disk"),
    "fp8-scaled": ("none", "text", "parts", "kept", "blocks", "disk"),
    "nf4": ("parts",),
}


def _build_ladder_rows(built: bool) -> Iterator[LadderRow]:
    """Yield every combination of precision, placement and text encoder that is supported (`built`) or still
    unsupported.
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
# Models that compute in main memory have nowhere to move weights to.
CPU_LADDER: tuple[LadderRow, ...] = (
    LadderRow("float32", "none", "float32, in main memory", "nothing"),
    LadderRow("bfloat16", "none", "bf16, in main memory", "a little detail"),
)
# Apple's GPUs share main memory and have no fp8. Moving parts or layers gains no speed.
MPS_LADDER: tuple[LadderRow, ...] = (
    LadderRow("bfloat16", "none", "bf16, whole in memory", "nothing"),
    LadderRow("bfloat16", "parts", "bf16, parts swapped", "seconds a take to move parts in and out"),
    LadderRow("bfloat16", "leaves", "bf16, streamed by leaves", "a wait at every layer"),
)

TILINGS: tuple[tuple[Tiling, str], ...] = (
    ("none", ""),
    ("space", "decoded in tiles"),
    ("space and time", "decoded in tiles and slices of time"),
    ("small", "decoded in small tiles and slices"),
)


CLOSE = 0.02  # relative difference that another order of summation in 16 bits explains


@dataclass(frozen=True, slots=True)
class Attention:
    """A backend of diffusers' attention on CUDA cards of capability `least` to `below`.

    `apart` is the allowed difference from torch's own numbers, as a share of their size. `masks` means that
    it accepts masks; a backend without masks is for models that use none. `evidence`: ran here, or read in
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


# The first row that applies is taken. A named backend is one kernel for every layer. LTX-2 gives its text
# attention a mask, which the flash kernels refuse, so LTX-2 gets torch's own choice layer by layer. The
# worker probes a named backend first: if the kernel does not run, differs or is slower, torch's own choice
# stays. Sage computes in 8 bits: it is only used if the user installed it, and may differ slightly more.
ATTENTIONS: tuple[Attention, ...] = (
    Attention(
        "_flash_3",
        "FlashAttention 3 is here, made for Hopper cards, and the model uses no masks",
        "read",
        masks=False,
        least=(9, 0),
        below=(10, 0),
        needs="flash_attn_interface",
    ),
    Attention(
        "flash",
        "FlashAttention is here, and the model uses no masks",
        "read",
        masks=False,
        least=(8, 0),
        needs="flash_attn",
    ),
    Attention(
        "sage",
        "SageAttention is here, in 8 bits where FlashAttention is not, and the model uses no masks",
        "read",
        masks=False,
        least=(8, 0),
        needs="sageattention",
        apart=0.05,
    ),
    Attention("native", "torch takes the quickest kernel it has for each layer, card and mask", "ran"),
)

# Packages in addition to the model stack that recipes may need.
QUANTISERS = tuple(dict.fromkeys(rung.needs for rung in LADDER if rung.needs))
PACKAGES = (*QUANTISERS, *dict.fromkeys(row.needs for row in ATTENTIONS if row.needs))


def find_recipe_packages() -> tuple[str, ...]:
    """Return the installed packages, in addition to the model stack, that recipes may need; none is
    imported.
    """
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name))


def get_allowed_difference(backend: str) -> float:
    """Return the allowed difference of a backend's numbers from torch's own, as a share of their size."""
    return next((row.apart for row in ATTENTIONS if row.backend == backend), CLOSE)


CARDS_GB = (8, 12, 16, 24, 32, 48, 80, 141)  # card memory sizes for which a plan is shown
MAIN_GB = (16, 32, 64, 128)  # main memory sizes for which a plan is shown
