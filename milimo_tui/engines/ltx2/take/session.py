"""Hold the loaded models of a take in memory: a pipeline assembled as its recipe prescribes, with LoRAs and
upsamplers.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.decode.decoding import hold_on_device
from milimo_tui.engines.ltx2.plan.decoder_choice import Tile
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.pipelines import assemble_pipeline
from milimo_tui.engines.ltx2.take.preserved_sound import SoundGrid
from milimo_tui.engines.ltx2.take.reading import (
    Read,
    encode_prompt_text,
    encode_texts_ahead,
    get_encoder_identity,
)
from milimo_tui.engines.ltx2.take.sampling import EncodedPrompts
from milimo_tui.engines.ltx2.take.upsamplers import load_upsampler
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.fused_loras import FusedLora
from milimo_tui.engines.runtime.input_caches import get_input_cache, hash_tensor, key_of
from milimo_tui.engines.runtime.latent_preview import Projection, fit_ltx2_projection
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache


@dataclass(slots=True)
class Session:
    """A pipeline that is ready to run, with the loaded models of which it consists.

    `upsamplers` are the upsampler models by role. `projection` turns latents into preview pictures. `read`
    maps each text that was encoded before the transformer was loaded to its embedding.
    """

    found: ResolvedWeights
    pipeline: Any
    parts: Mapping[str, Any]
    recipe: Recipe
    context: Context
    upsamplers: Mapping[str, Any] = field(default_factory=dict)
    projection: Projection | None = None
    read: Mapping[str, Read] = field(default_factory=dict)

    @property
    def sound_rate(self) -> Fraction:
        """Number of sound latents per second."""
        pipe = self.pipeline
        each = pipe.audio_hop_length * pipe.audio_vae_temporal_compression_ratio
        return Fraction(int(pipe.audio_sampling_rate), int(each))

    @property
    def sound_grid(self) -> SoundGrid:
        """The time grid of the sound's latents."""
        return SoundGrid(self.sound_rate, int(self.pipeline.audio_vae_temporal_compression_ratio))

    def encode_prompts(self, prompt: str, negative: str, *, guided: bool, stage: str) -> EncodedPrompts:
        """Return the encoded prompt, and also the encoded negative prompt if `guided` is True."""
        own = self._encode_session_text(prompt, stage)
        return EncodedPrompts(*own, *(self._encode_session_text(negative, stage) if guided else ()))

    def upscale_latents(self, role: str, latents: Any) -> Any:
        """Return enlarged latents. Role `upsampler` doubles width and height; role `temporal_upsampler` makes
        n frames into 2n − 1.
        """
        model = self.upsamplers[role]
        with torch.no_grad(), hold_on_device(model, self.pipeline._execution_device):
            return model(latents.to(model.device, model.dtype)).float()

    def encode_with_cache(self, pixels: Tensor, make: Callable[[], Tensor]) -> Tensor:
        """Return the latents of the input `pixels`. If the worker has not cached them, `make` encodes
        them.
        """
        tiles = f"{self.recipe.tiling} {self.recipe.tile} {self.recipe.stride}"
        key = key_of("latents", *self._weights, tiles, hash_tensor(pixels))
        return get_input_cache().get(key, lambda: (make(),), pixels.device)[0]

    @property
    def _weights(self) -> tuple[str, str, str]:
        """The part of cache keys that identifies the weights: their digest, their precision and the number
        type of the computation. If all three are equal, equal inputs have equal latents or embeddings.
        """
        found = self.found
        return found.identity, self.recipe.precision, self.recipe.computes

    def _encode_session_text(self, text: str, stage: str) -> Read:
        if text in self.read:
            where = self.pipeline._execution_device
            return tuple(one.to(where) for one in self.read[text])
        return encode_prompt_text(
            self.pipeline, text, get_encoder_identity(self.found, self.recipe), self.context, stage
        )


def open_session(
    found: ResolvedWeights,
    recipe: Recipe,
    context: Context,
    *,
    follows_control: bool,
    paints: bool = False,
    upsamplers: Mapping[str, ResolvedWeights],
    diffuses: Tile | None = None,
    texts: Sequence[str] = (),
    fused: FusedLora | None = None,
) -> Session:
    """Load all parts of the model that are not in memory yet, and combine them into a session.

    `follows_control` and `paints` select the pipeline, as in `assemble_pipeline`. `diffuses` is the tile size
    of the diffusion decoder, `texts` are all texts that will be encoded, and `fused` is a LoRA that is merged
    into the transformer's weights. Raises Damaged, Unavailable, OutOfMemory.
    """
    cache = get_model_cache()
    read = (
        encode_texts_ahead(found, recipe, texts, context)
        if ltx_parts.is_text_encoder_temporary(recipe)
        else {}
    )
    parts = ltx_parts.load(found, recipe, cache, context, diffuses=diffuses, fused=fused)
    pipeline = assemble_pipeline(parts, follows_control=follows_control, paints=paints)
    for note in applying.apply_recipe(pipeline, recipe, weights=found.identity):
        context.log(note)
    made = {role: load_upsampler(role, one, recipe, context) for role, one in upsamplers.items()}
    # The key does not contain the precision of the weights. The projection depends only on the autoencoder,
    # which is the same for every precision of the transformer.
    key = ModelKey(found.identity, "projection", recipe.computes, title=found.id)
    shown = cache.part(
        key, lambda: fit_ltx2_projection(parts["vae"], get_device()), _SilentLoadContext(context), 0
    )
    if paints:
        pipeline.temporal_latent_upsampler = made.get("temporal_upsampler")
    return Session(found, pipeline, parts, recipe, context, made, shown, read)


class _SilentLoadContext:
    """A wrapper of a job's context. The preview matrix is computed and not loaded, so the wrapper does not
    let it be reported as a loaded model.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Do nothing, because the matrix is computed and not loaded."""
