"""The sizes of a family of models, part by part, and the costs of its work; each engine gives its own in its
profile.

Sizes are counted from the authors' configurations on the meta device, and costs from shapes
(`bench/shapes.py`): these are `calculated` until a run on a card measured them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.recipes.tables import Precision

Phase = Literal["encode", "denoise", "decode"]


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A component of a pipeline, by its name there, with its parameters in billions.

    `phases` are the phases that need it. `packed`: held in the recipe's precision (other parts stay in the
    computing precision), except `wide` of its parameters (`WIDE`). `blocks` is the number of equal blocks for
    streaming; `leaf` is its largest layer.
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
    """The parts of a model. `held` is the precision of its transformer's file. `read` means that the sizes
    were taken from file sizes as a third party reports them, because there was no configuration to count.
    """

    model: str
    parts: tuple[ModelPart, ...]
    held: Precision = "bfloat16"
    read: bool = False

    @property
    def billions(self) -> float:
        """Billions of parameters of all parts."""
        return sum(part.billions for part in self.parts)

    @property
    def working(self) -> float:
        """Billions of parameters without `wide` ones, which are looked up or only scale."""
        return sum(part.billions - part.wide for part in self.parts)


# Names of layers that stay in the computing precision, in addition to those that a model names itself.
# Pipelines take the type for reading a prompt from a text encoder's first weight: its embedding or its patch
# layer. The embedding of UMT5 is one weight of two layers, `shared` and its own, so if one layer packed it
# the other could not read it. The input of UMT5's `wo` is cast to the type of its weight.
WIDE = ("norm", "embed", "lm_head", "patch_conv", "shared", "DenseReluDense.wo")

# The phases in which a part of a pipeline is needed, and True if it is held in the recipe's precision.
PARTS: dict[str, tuple[tuple[Phase, ...], bool]] = {
    "text_encoder": (("encode",), True),
    "prompt_enhancer": (("encode",), True),
    "connectors": (("encode",), False),
    "duration_head": (("encode",), False),
    "transformer": (("denoise",), True),
    "transformer_2": (("denoise",), True),
    "model": (("denoise",), True),
    "vae": (("decode",), False),
    "audio_vae": (("decode",), False),
    "vocoder": (("decode",), False),
    "latent_upsampler": (("decode",), False),
    "temporal_latent_upsampler": (("decode",), False),
}


# Where weights move, these parts are completely on the card while they work.
TEMPORARY_PARTS = frozenset({"latent_upsampler", "temporal_latent_upsampler"})


def part(name: str, billions: float, blocks: int = 1, leaf: float = 0.0, wide: float = 0.0) -> ModelPart:
    """Return a part of a diffusers pipeline, by its component name."""
    return ModelPart(name, billions, *PARTS[name], blocks, leaf, wide)


@dataclass(frozen=True, slots=True)
class Work:
    """The costs of an engine's work apart from weights, for a model of `counted_for` billions of parameters.

    `encode_gb` is for one prompt. `token` is the bytes of a token while denoising in 16 bits; there is one
    token for every `patch` pixels square and `latent_frames` frames. `pixel` is the bytes per pixel of every
    frame that is decoded at once, `kept` the bytes per pixel that are held until all are decoded. `tile` and
    `slice` are the side and the frames of a tile, `overlap` and `slice_overlap` the overlap of two tiles (0:
    the class's default), `small` the side and frames of smaller tiles. `elements` is the number of elements
    per pixel of the largest tensor while decoding, which one kernel has to address (0: not counted).
    `fixed_gb` does not depend on size. `quantised` means that a quantiser may hold the model, `masks` that
    its attention gets masks, `mirrors` that the decoder mirrors tiles at their edges, so that no tile may be
    a single latent. `does` is the verb for its steps. `square` is the number of operations per pair of tokens
    in attention, `pixel_flop` the operations per decoded pixel. `by_token` means that each token it writes is
    a step, `in_turn` that its guidance passes run one after the other, `sliced` that it always decodes in
    slices of time, `plain` that its weights can't be packed and move only completely or layer by layer.
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
    overlap: int = 0
    slice_overlap: int = 0
    small: tuple[int, int] | None = None
    elements: float = 0.0
    fixed_gb: float = 0.0
    quantised: bool = True
    masks: bool = True
    mirrors: bool = False
    does: str = "denoises"
    square: float = 0.0
    pixel_flop: float = 0.0
    by_token: bool = False
    in_turn: bool = False
    sliced: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Sizes:
    """An engine's sizes of its models: the costs of their work, and the weights of each published model."""

    work: Work
    weights: tuple[Weights, ...]

    def find_published_weights(self, model: str) -> Weights | None:
        """Return the sizes of a published model by its id, or by the id of the model it was made from:
        `ltx-2.3-distilled`.
        """
        named = model.replace("-base", "")
        rows = [row for row in self.weights if named == row.model or named.startswith(f"{row.model}-")]
        return max(rows, key=lambda row: len(row.model), default=None)

    def of(self, model: str) -> Weights:
        """Return the sizes of a published model. Raises NotFound with the known models."""
        row = self.find_published_weights(model)
        if row is None:
            known = ", ".join(each.model for each in self.weights)
            raise NotFound(f"the sizes of “{model}” are not known", f"known are {known}")
        return row
