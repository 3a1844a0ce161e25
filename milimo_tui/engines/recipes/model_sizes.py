"""What a family of models weighs, part by part, and what its work takes beside that: each engine's own, given
by its profile. Sizes are counted from the makers' configurations on the meta device, what work takes is
counted from shapes (`bench/shapes.py`): `calculated` until a run on a card measured it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.recipes.tables import Precision

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
    """What a model is made of. `held` is how its transformer's numbers lie in its file. `read` tells that the
    sizes go by its files', as others tell them: no configuration was there to count.
    """

    model: str
    parts: tuple[Part, ...]
    held: Precision = "bfloat16"
    read: bool = False

    @property
    def billions(self) -> float:
        return sum(part.billions for part in self.parts)

    @property
    def working(self) -> float:
        """Billions without those that are looked up or only scale: `wide` ones."""
        return sum(part.billions - part.wide for part in self.parts)


# Names of layers that stay in the type that is computed in, beside those a model names itself. Pipelines ask
# a text encoder's first weight, its embedding or what looks at patches, in which type a prompt is read. That
# of UMT5 is one weight of two layers, `shared` and its own: packed in the one it can't be read by the
# other; and its `wo` has what it is given cast into the type of its weight.
WIDE = ("norm", "embed", "lm_head", "patch_conv", "shared", "DenseReluDense.wo")

# In which phases a part of a pipeline is needed, and whether it is held in the recipe's precision.
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


# Where weights move these are on the card, whole, for as long as they work.
VISITING = frozenset({"latent_upsampler", "temporal_latent_upsampler"})


def part(name: str, billions: float, blocks: int = 1, leaf: float = 0.0, wide: float = 0.0) -> Part:
    """A part of a pipeline of diffusers, by its name there."""
    return Part(name, billions, *PARTS[name], blocks, leaf, wide)


@dataclass(frozen=True, slots=True)
class Work:
    """What an engine's work takes beside weights, of a model of `counted_for` billions of parameters.

    `encode_gb` for one prompt. `token` bytes of a token while denoising in 16 bit, of which there is one for
    every `patch` pixels square and `latent_frames` frames. `pixel` bytes of a pixel of every frame that is
    decoded at once, `kept` of each that is kept until all are. `tile` and `slice` are the sides and frames
    decoded at once in tiles, `overlap` and `slice_overlap` what two of them share (0: as the class has it),
    `small` the side and frames of smaller ones. `elements` of a pixel are in the largest tensor while it
    decodes, which one kernel has to address (0: not counted). `fixed_gb` what does not depend on size.
    `quantised` tells that a quantiser may hold it, `masks` that its attention is handed masks. `mirrors`
    tells that the decoder mirrors tiles at their edges, so that none may be a single latent. `does` is what
    it does at its steps, in a word. `square` are the operations of each two tokens that look at each other,
    `pixel_flop` those of a pixel that is decoded; `by_token` tells that each token it writes is a step,
    `in_turn` that its passes are forwards one after the other, `sliced` that it always decodes in slices of
    time, `plain` that its weights are held as they are, and move whole or layer by layer alone.
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
    """What an engine says of its models: the work they do, and what each of its makers' weighs."""

    work: Work
    weights: tuple[Weights, ...]

    def published(self, model: str) -> Weights | None:
        """The sizes of a published model by its id, or by the one it was made from: `ltx-2.3-distilled`."""
        named = model.replace("-base", "")
        rows = [row for row in self.weights if named == row.model or named.startswith(f"{row.model}-")]
        return max(rows, key=lambda row: len(row.model), default=None)

    def of(self, model: str) -> Weights:
        """What a published model is made of. Raises NotFound with the models there are."""
        row = self.published(model)
        if row is None:
            known = ", ".join(each.model for each in self.weights)
            raise NotFound(f"the sizes of “{model}” are not known", f"known are {known}")
        return row
