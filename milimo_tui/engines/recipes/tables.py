"""The data of the recipe ladder: the ways to run a model. Data only; `ladder` reads it."""

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
Text = Literal["", "int8", "once", "int8 once"]  # how the text encoder is held, where not as the rest is
Tiling = Literal["none", "space", "space and time", "small"]


# Bytes a parameter takes, but for those that stay wide; those below 16 bits have their scales with them.
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


RESERVED_GB = 0.8  # of a card: the driver's context and the libraries' workspaces
SLACK = 1.05  # allocators round up and leave holes


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A way to run: how weights are held, and where. `loses` says what it costs, in words.

    `kept` is the share of the transformer's blocks that stays on the card while the others are streamed.
    `text` is how the text encoder is held where not as the rest: in 8 bits, or on the card alone until the
    prompt is encoded, and then gone from all memory (`once`).
    """

    precision: Precision
    offload: Offload
    words: str
    loses: str
    needs: str = ""  # a package beside the model stack
    kept: float = 0.0
    text: Text = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """How numbers are held. `loses` is what of the picture, `needs` a package beside the model stack.

    `made` tells that it is made of 16 bits when weights are loaded; others lie so in files of their own.
    `built` tells that the runtime can do it: what it can't is in no ladder.
    """

    precision: Precision
    words: str
    loses: str = ""
    needs: str = ""
    made: bool = True
    built: bool = True


@dataclass(frozen=True, slots=True)
class Placing:
    """Where weights wait. `costs` is the time it takes; `kept`, `built` as above."""

    offload: Offload
    words: str
    costs: str = ""
    kept: float = 0.0
    built: bool = True


@dataclass(frozen=True, slots=True)
class TextHolding:
    """How the text encoder is held. `on` are the placings it goes with, `built` as above."""

    text: Text
    words: str = ""
    loses: str = ""
    needs: str = ""
    on: tuple[Offload, ...] = ()
    built: bool = True


# From what loses nothing of the picture to what loses most.
HOLDINGS: tuple[Holding, ...] = (
    Holding("bfloat16", "bf16"),
    Holding("gguf-q8", "GGUF Q8 weights", "next to nothing", needs="gguf", made=False),
    Holding("int8", "int8 weights", "a little detail", needs="torchao"),
    Holding("fp8-scaled", "scaled fp8 weights", "a little detail", made=False),
    Holding("fp8", "fp8 weights", "a little detail; a cast in each layer"),
    Holding("gguf-q5", "GGUF Q5 weights", "some detail", needs="gguf", made=False),
    Holding("nvfp4", "NVFP4 weights", "detail", made=False, built=False),
    Holding("gguf-q4", "GGUF Q4 weights", "detail", needs="gguf", made=False),
    Holding("nf4", "nf4 weights", "detail", needs="bitsandbytes"),
)
# Where in that order each stands; nothing is lost to 32 bits.
LOSS: dict[Precision, int] = {"float32": -1, **{row.precision: n for n, row in enumerate(HOLDINGS)}}
PLACINGS: tuple[Placing, ...] = (
    Placing("none", "whole on the card"),
    Placing("text", "text encoder streamed", "a second or two for each new prompt"),
    Placing("parts", "parts swapped", "seconds a take to move parts in and out"),
    Placing(
        "kept", "three quarters of the blocks on the card", "a quarter crosses the bus at every step", 0.75
    ),
    Placing("kept", "half of the blocks on the card", "half of them crosses the bus at every step", 0.5),
    Placing(
        "kept", "a quarter of the blocks on the card", "three quarters cross the bus at every step", 0.25
    ),
    Placing("blocks", "streamed by blocks", "all weights cross the bus at every step"),
    Placing("leaves", "streamed by leaves", "a wait at every layer"),
    Placing("disk", "streamed from the disk", "all weights are read from the disk at every step"),
)
TEXT_HOLDINGS: tuple[TextHolding, ...] = (
    TextHolding(""),
    TextHolding("int8", "text encoder in int8", "a word in a thousand", "torchao", on=("none", "parts")),
    TextHolding(
        "once",
        "text encoded once",
        "a load of the encoder for each new prompt",
        on=("none", "kept", "blocks"),
    ),
    TextHolding(
        "int8 once",
        "text encoded once, in int8",
        "a word in a thousand; a load of the encoder for each new prompt",
        "torchao",
        on=("none", "kept", "blocks"),
    ),
)
# Where packed weights can't wait: quantisers' own classes refuse to be moved by layers.
WHOLE: tuple[Offload, ...] = ("none", "parts")
PLACED: dict[Precision, tuple[Offload, ...]] = {
    "bfloat16": ("none", "text", "parts", "kept", "blocks", "disk"),
    "fp8": ("none", "text", "parts", "kept", "blocks", "leaves", "disk"),
    "fp8-scaled": ("none", "text", "parts", "kept", "blocks", "disk"),
    "nf4": ("parts",),
}


def _rows(built: bool) -> Iterator[LadderRow]:
    """Every way to hold, place and read that there is, or that is still to be built."""
    for holding, placing, text in product(HOLDINGS, PLACINGS, TEXT_HOLDINGS):
        can = placing.offload in PLACED.get(holding.precision, WHOLE)
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


LADDER: tuple[LadderRow, ...] = tuple(_rows(built=True))
TO_BUILD: tuple[LadderRow, ...] = tuple(_rows(built=False))
# Where models compute in main memory there is nowhere to move weights to.
CPU_LADDER: tuple[LadderRow, ...] = (
    LadderRow("float32", "none", "float32, in main memory", "nothing"),
    LadderRow("bfloat16", "none", "bf16, in main memory", "a little detail"),
)
# Apple's GPUs share main memory and know no fp8: parts and blocks move, to no gain in speed.
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


CLOSE = 0.02  # of numbers' own size: another order of a sum in 16 bits, not another attention


@dataclass(frozen=True, slots=True)
class Attention:
    """A backend of diffusers' attention on CUDA cards of `least` to `below`.

    `apart` is how far from torch's own its numbers may be, as a share of their size. `masks` tells that it
    takes masks; one that does not is for models that hand it none. `evidence`: ran, or read in the library's
    source.
    """

    backend: str
    why: str
    evidence: Literal["ran", "read"]
    masks: bool = True
    least: tuple[int, int] = (0, 0)
    below: tuple[int, int] = (99, 0)
    needs: str = ""
    apart: float = CLOSE


# The first that holds is taken. A backend that is named is one kernel for every layer: LTX-2 hands its
# attention to text a mask, which the flash kernels refuse, so it gets torch's own choice layer by layer.
# What is named is probed by the worker first: where the kernel does not run, differs or is slower, torch's
# own choice stays. Sage computes in 8 bits: it is for who has installed it, and may differ by a little more.
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

# Packages beside the model stack that recipes may need.
QUANTISERS = tuple(dict.fromkeys(rung.needs for rung in LADDER if rung.needs))
PACKAGES = (*QUANTISERS, *dict.fromkeys(row.needs for row in ATTENTIONS if row.needs))


def installed_packages() -> tuple[str, ...]:
    """Packages beside the model stack that recipes may need and that are here; none is imported."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name))


def may_differ(backend: str) -> float:
    """How far a kernel's numbers may be from torch's own, as a share of their size."""
    return next((row.apart for row in ATTENTIONS if row.backend == backend), CLOSE)


CARDS_GB = (8, 12, 16, 24, 32, 48, 80, 141)  # those a plan is told for
MAIN_GB = (16, 32, 64, 128)  # main memory beside them
