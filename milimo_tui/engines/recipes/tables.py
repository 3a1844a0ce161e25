"""The data of the recipe ladder: what parts weigh, what work takes beside them, the ways to run it.

Data only; `choice` reads it. Sizes are counted from the makers' configurations on the meta device, what work
takes is counted from shapes: `calculated` until a run on a card measured it.
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
Text = Literal["", "int8", "once", "int8 once"]  # how the text encoder is held, where not as the rest is
Tiling = Literal["none", "space", "space and time"]
Phase = Literal["encode", "denoise", "decode"]


@dataclass(frozen=True, slots=True)
class Part:
    """A component by its name in the pipeline, with its parameters in billions.

    `phases` are those it is needed in; `packed`: held in the recipe's precision (others stay in the one that
    is computed in), but for `wide` of its parameters (`WIDE`); `blocks` is how many equal blocks it can be
    streamed by; `leaf` its largest layer.
    """

    name: str
    billions: float
    phases: tuple[Phase, ...]
    packed: bool = False
    blocks: int = 1
    leaf: float = 0.0  # billions
    wide: float = 0.0  # billions


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model is made of."""

    model: str
    parts: tuple[Part, ...]

    @property
    def billions(self) -> float:
        return sum(part.billions for part in self.parts)


# Names of layers that stay in the type that is computed in, beside those a model names itself. Pipelines ask
# a text encoder's first weight, which is its embedding, in which type a prompt is read.
WIDE = ("norm", "embed", "lm_head")

# In which phases a part of a pipeline is needed, and whether it is held in the recipe's precision.
PARTS: dict[str, tuple[tuple[Phase, ...], bool]] = {
    "text_encoder": (("encode",), True),
    "prompt_enhancer": (("encode",), True),
    "connectors": (("encode",), False),
    "duration_head": (("encode",), False),
    "transformer": (("denoise",), True),
    "model": (("denoise",), True),
    "vae": (("decode",), False),
    "audio_vae": (("decode",), False),
    "vocoder": (("decode",), False),
    "latent_upsampler": (("decode",), False),
    "temporal_latent_upsampler": (("decode",), False),
}


# Where weights move these are on the card, whole, for as long as they work.
VISITING = frozenset({"latent_upsampler", "temporal_latent_upsampler"})


def _part(name: str, billions: float, blocks: int = 1, leaf: float = 0.0, wide: float = 0.0) -> Part:
    return Part(name, billions, *PARTS[name], blocks, leaf, wide)


SPATIAL = _part("latent_upsampler", 0.50, leaf=0.03)
TEMPORAL = _part("temporal_latent_upsampler", 0.13, leaf=0.03)


def _ltx(model: str, transformer: float, connectors: float, vocoder: float) -> Weights:
    return Weights(
        model,
        (
            _part("text_encoder", 12.20, blocks=49, leaf=1.01, wide=1.02),
            _part("connectors", connectors, leaf=0.72),
            _part("transformer", transformer, blocks=48, leaf=0.067, wide=0.20),
            _part("vae", 1.22, leaf=0.03),
            _part("audio_vae", 0.05, leaf=0.01),
            _part("vocoder", vocoder, leaf=0.01),
            SPATIAL,
        ),
    )


def _klein(
    model: str,
    transformer: float,
    encoder: float,
    blocks: int,
    layers: int,
    wide: tuple[float, float],
) -> Weights:
    return Weights(
        model,
        (
            _part("text_encoder", encoder, blocks=layers, leaf=0.62, wide=wide[0]),
            _part("transformer", transformer, blocks=blocks, leaf=0.15, wide=wide[1]),
            _part("vae", 0.08, leaf=0.003),
        ),
    )


WEIGHTS: tuple[Weights, ...] = (
    _ltx("ltx-2", 18.88, 1.43, 0.06),
    _ltx("ltx-2.3", 18.99, 3.17, 0.19),
    # Its makers name 66 GiB for the whole set: as much as 2.3 with an encoder of the same size.
    _ltx("ltx-2.5", 18.99, 3.17, 0.19),
    _klein("flux2-klein-4b", 3.88, 4.02, 25, 36, (0.39, 0.05)),
    _klein("flux2-klein-9b", 9.08, 8.19, 32, 36, (1.24, 0.10)),
    Weights("sam3", (_part("model", 0.86, blocks=32, leaf=0.02, wide=0.05),)),
    Weights("gemma-3-12b", (_part("model", 12.20, blocks=49, leaf=1.01, wide=1.02),)),
    Weights("gemma-3-4b", (_part("model", 4.32, blocks=35, leaf=0.67, wide=0.68),)),
)

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


@dataclass(frozen=True, slots=True)
class Work:
    """What an engine's work takes beside weights, of a model of `counted_for` billions of parameters.

    `encode_gb` for one prompt. `token` bytes of a token while denoising in 16 bit, of which there is one for
    every `patch` pixels square and `latent_frames` frames. `pixel` bytes of a pixel of every frame that is
    decoded at once, `kept` of each that is kept until all are. `tile` and `slice` are the sides and frames
    decoded at once in tiles. `fixed_gb` what does not depend on size.
    `mirrors` tells that the decoder mirrors tiles at their edges, so that none may be a single latent. `does`
    is what it does at its steps, in a word.
    """

    counted_for: float
    encode_gb: float
    token: float
    patch: int
    latent_frames: int
    pixel: float
    kept: float
    tile: int = 512
    slice: int = 16
    fixed_gb: float = 0.0
    quantised: bool = True  # whether rungs that need a quantiser are for it
    mirrors: bool = False
    does: str = "denoises"


# Layers of SAM 3 look at the type of their weights, so that no quantiser may hold them.
# Counted by running the published shapes on the meta device (`bench/shapes.py`), rounded up.
WORK: dict[str, Work] = {
    # fixed: the words of a prompt, 385 MB
    "ltx2": Work(35.2, 2.0, 365_000, 32, 8, 90.0, 18.0, fixed_gb=0.5, mirrors=True),
    "flux2": Work(17.3, 0.4, 175_000, 16, 1, 1550.0, 12.0, tile=1024),
    "sam3": Work(0.86, 0.0, 0.0, 14, 1, 0.0, 12.0, fixed_gb=2.0, quantised=False, does="looks"),
    "gemma": Work(12.2, 0.0, 400_000, 1, 1, 0.0, 0.0, fixed_gb=0.5, does="writes"),
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
    Holding("gguf-q8", "GGUF Q8 weights", "next to nothing", needs="gguf", made=False, built=False),
    Holding("int8", "int8 weights", "a little detail", needs="torchao"),
    Holding("fp8-scaled", "scaled fp8 weights", "a little detail", made=False, built=False),
    Holding("fp8", "fp8 weights", "a little detail; a cast in each layer"),
    Holding("gguf-q5", "GGUF Q5 weights", "some detail", needs="gguf", made=False, built=False),
    Holding("nvfp4", "NVFP4 weights", "detail", made=False, built=False),
    Holding("gguf-q4", "GGUF Q4 weights", "detail", needs="gguf", made=False, built=False),
    Holding("nf4", "nf4 weights", "detail", needs="bitsandbytes"),
)
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
    Placing(
        "disk", "streamed from the disk", "all weights are read from the disk at every step", built=False
    ),
)
TEXT_HOLDINGS: tuple[TextHolding, ...] = (
    TextHolding(""),
    TextHolding(
        "int8", "text encoder in int8", "a word in a thousand", "torchao", on=("none", "parts"), built=False
    ),
    TextHolding(
        "once",
        "text encoded once",
        "a load of the encoder for each new prompt",
        on=("none", "kept", "blocks"),
        built=False,
    ),
    TextHolding(
        "int8 once",
        "text encoded once, in int8",
        "a word in a thousand; a load of the encoder for each new prompt",
        "torchao",
        on=("none", "kept", "blocks"),
        built=False,
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
)


@dataclass(frozen=True, slots=True)
class Attention:
    """A backend of diffusers' attention for `engines` (empty: all) on CUDA cards of `least` to `below`.

    `evidence`: ran, or read in the library's source.
    """

    backend: str
    why: str
    evidence: Literal["ran", "read"]
    engines: tuple[str, ...] = ()
    least: tuple[int, int] = (0, 0)
    below: tuple[int, int] = (99, 0)
    needs: str = ""


# The first that holds is taken. A backend that is named is one kernel for every layer: LTX-2 hands its
# attention to text a mask, which the flash kernels refuse, so it gets torch's own choice layer by layer.
# Quantised attention (sage) is none of them: it loses detail to gain what nobody measured here.
ATTENTIONS: tuple[Attention, ...] = (
    Attention(
        "_flash_3",
        "FlashAttention 3 is here, made for Hopper cards, and FLUX.2 uses no masks",
        "read",
        engines=("flux2",),
        least=(9, 0),
        below=(10, 0),
        needs="flash_attn_interface",
    ),
    Attention("native", "torch takes the quickest kernel it has for each layer, card and mask", "ran"),
)

# Packages beside the model stack that recipes may need.
QUANTISERS = tuple(dict.fromkeys(rung.needs for rung in LADDER if rung.needs))
PACKAGES = (*QUANTISERS, *dict.fromkeys(row.needs for row in ATTENTIONS if row.needs))


def installed_packages() -> tuple[str, ...]:
    """Packages beside the model stack that recipes may need and that are here; none is imported."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name))


CARDS_GB = (8, 12, 16, 24, 48, 80, 141)  # those a plan is told for
