"""Define the values that describe the sizes of a model family, part by part, and the memory and time that its
work needs. Each engine provides these values in its profile.

Sizes are counted from the authors' configurations on torch's meta device. Costs are derived from tensor
shapes (`bench/shapes.py`). Both count as `calculated` until a run on a card has measured them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.recipes.tables import Precision

Phase = Literal["encode", "denoise", "decode"]


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A component of a pipeline, with its number of parameters in billions.

    - `name` is its name in the pipeline.
    - `phases` are the phases in which it is needed.
    - `packed` is True if it is held in the recipe's precision, except `wide` of its parameters (`WIDE`).
      Other parts stay in the computing precision.
    - `blocks` is the number of equal blocks, for streaming.
    - `leaf` is the size of its largest layer.
    """

    name: str
    billions: float
    phases: tuple[Phase, ...]
    packed: bool = False
    blocks: int = 1
    leaf: float = 0.0  # parameters of the largest layer, in billions
    wide: float = 0.0  # parameters that stay in the computing precision, in billions


@dataclass(frozen=True, slots=True)
class Weights:
    """The sizes of a model's parts, for the estimate of memory.

    `held` is the precision of the transformer's file. `read` is True if the sizes come from file sizes that a
    third party reports, because there was no configuration to count.
    """

    model: str
    parts: tuple[ModelPart, ...]
    held: Precision = "bfloat16"
    read: bool = False

    @property
    def billions(self) -> float:
        """Number of parameters of all parts, in billions."""
        return sum(part.billions for part in self.parts)

    @property
    def working(self) -> float:
        """Number of parameters used in matrix products, in billions. The `wide` parameters, such as
        embeddings and norms, are not included, because they are only looked up or only scale values.
        """
        return sum(part.billions - part.wide for part in self.parts)


# Layers with these names stay in the computing precision, in addition to layers that a model itself names.
# Pipelines take the number type for encoding a prompt from the first weight of the text encoder, which is its
# embedding or its patch layer. In UMT5, two layers share one embedding weight: if one layer packed it, the
# other could not read it. The input of UMT5's layer `wo` is cast to the type of its weight.
WIDE = ("norm", "embed", "lm_head", "patch_conv", "shared", "DenseReluDense.wo")

# For each part of a pipeline: the phases in which it is needed, and True if it is held in the recipe's
# precision.
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


# If a recipe moves weights to the card and back, these parts are on the card only while they work, and then
# completely.
TEMPORARY_PARTS = frozenset({"latent_upsampler", "temporal_latent_upsampler"})


def part(name: str, billions: float, blocks: int = 1, leaf: float = 0.0, wide: float = 0.0) -> ModelPart:
    """Return a part of a diffusers pipeline. The phases in which it is needed follow from its component name.
    `billions` is its number of parameters, `leaf` that of its largest layer, and `wide` that of the
    parameters in the computing precision, all in billions.
    """
    return ModelPart(name, billions, *PARTS[name], blocks, leaf, wide)


@dataclass(frozen=True, slots=True)
class Work:
    """The memory and computation that an engine's work takes in addition to its weights. The values were
    counted for a model of `counted_for` billions of parameters.

    - `encode_gb` is the memory for one prompt, and `fixed_gb` is memory that does not depend on the size.
    - `token` is the number of bytes per token while denoising in 16 bits. A token covers a square with sides
      of `patch` pixels in `latent_frames` frames.
    - `pixel` is the number of bytes per pixel of the frames that are decoded at once. `kept` is the number of
      bytes per pixel that are held until all frames are decoded.
    - `tile` is the side of a decoding tile in pixels, and `slice` its number of frames. `overlap` and
      `slice_overlap` are the overlaps of two tiles in pixels and frames (0: the class's default). `small` is
      the side and the number of frames of smaller tiles.
    - `elements` is the number of elements per pixel of the largest tensor while decoding, which one kernel
      has to address (0: not counted).
    - `quantised` is True if a quantiser may convert the model.
    - `masks` is True if the model's attention gets masks.
    - `mirrors` is True if the decoder mirrors tiles at their edges, so that no tile may be a single latent.
    - `does` is the verb that messages use for the model's steps, such as “denoises”.
    - `square` is the number of operations per pair of tokens in attention, and `pixel_flop` the number of
      operations per decoded pixel.
    - `by_token` is True if each token that the model writes is a step.
    - `in_turn` is True if the passes of guidance run one after the other.
    - `sliced` is True if the model always decodes in slices of time.
    - `plain` is True if the weights can't be packed and can only be moved completely or layer by layer.
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
    """The sizes of an engine's models: `work`, the memory and time that the engine's work needs, and the
    weights of each published model.
    """

    work: Work
    weights: tuple[Weights, ...]

    def find_published_weights(self, model: str) -> Weights | None:
        """Return the sizes of a published model, or None if the model is unknown. A variant such as
        `ltx-2.3-distilled` has the sizes of the model whose id is the beginning of the variant's id.
        """
        named = model.replace("-base", "")
        rows = [row for row in self.weights if named == row.model or named.startswith(f"{row.model}-")]
        return max(rows, key=lambda row: len(row.model), default=None)

    def of(self, model: str) -> Weights:
        """Return the sizes of a published model. Raises NotFound with the known models."""
        row = self.find_published_weights(model)
        if row is None:
            known = ", ".join(each.model for each in self.weights)
            raise NotFound(f"the sizes of “{model}” are not known", f"known models: {known}")
        return row
