"""Encode prompts, by the pipeline's own text encoder or by an encoder that is unloaded before the transformer
loads.

For workers only: imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.cancel import allow_cancel
from milimo_tui.engines.runtime.input_caches import get_input_cache, key_of
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.runtime.model_stack import (
    READS_PICTURES,
    READS_WORDS,
    refuse_unknown_tokens,
    report_damaged_weights,
)
from milimo_tui.engines.runtime.placement import stream_module

STAGE = "reading the prompt"
TEXT = "text_encoder"
Read = tuple[Tensor, ...]  # the embedding of a text, as the tensors that the family's pipeline uses
Reads = Callable[[Any, str, Any], Read]  # a function that encodes a text with a pipeline on a device


def encodes_separately(recipe: Recipe) -> bool:
    """Return True if the text encoder is in memory only for encoding and is unloaded before the transformer
    loads.
    """
    return recipe.text.endswith("once")


def make_encoder_key(found: ResolvedWeights, recipe: Recipe) -> tuple[str, str, str]:
    """Return values that identify a text encoder: its weights, their precision, and the number type of the
    computation. Encoders with equal values give equal embeddings of the same text.
    """
    return found.identity, apply.get_part_precision(recipe, TEXT), recipe.computes


def encode_text_cached(pipe: Any, text: str, known: Sequence[str], read: Reads, context: Context) -> Read:
    """Return the embedding of a text. It comes from the cache, or the pipeline's encoder computes it. `known`
    identifies the encoder in the cache's key.
    """
    where = pipe._execution_device

    def made() -> Read:
        with torch.no_grad(), allow_cancel(pipe.text_encoder, context, STAGE):
            return read(pipe, text, where)

    return tuple(get_input_cache().get(key_of("words", *known, text), made, where))


def encode_prompts_ahead(
    found: ResolvedWeights,
    recipe: Recipe,
    texts: Sequence[str],
    load: Callable[[dict[str, Any]], Any],
    read: Reads,
    context: Context,
    sees: tuple[str, ...] = (),
) -> dict[str, Read]:
    """Encode every text with an encoder that is unloaded before the transformer is loaded. Return the
    embeddings by text.

    `load` returns a pipeline with only the encoder. `sees` are the digests of pictures that are encoded
    together with the texts. If the recipe holds the encoder in memory anyway, nothing is encoded here and the
    result is empty.
    """
    if not encodes_separately(recipe):
        return {}
    known = make_encoder_key(found, recipe)
    seen = (*known, *sees)
    keys = {text: key_of("words", *seen, text) for text in texts}
    if all(one in get_input_cache() for one in keys.values()):
        return {text: tuple(get_input_cache().get(one, tuple)) for text, one in keys.items()}
    cache, own = get_model_cache(), ModelKey(known[0], "reader", *known[1:], recipe.placed, found.id)

    def build() -> Any:
        with report_damaged_weights(found.id, "text encoder", unread=READS_PICTURES if sees else READS_WORDS):
            reader = load(apply.build_load_options(recipe, (TEXT,)))
        refuse_unknown_tokens(reader.text_encoder, found.id)
        apply.apply_part_form(TEXT, reader.text_encoder, recipe)
        if recipe.offload == "none":
            reader.text_encoder.to(get_device())
        else:
            stream_module(reader.text_encoder, get_device())
        return reader

    size = compute_loaded_bytes(list_part_files(get_parts_folder(found) / TEXT), recipe, packed=False)
    try:
        reader = cache.part(own, build, context, size)
        return {text: encode_text_cached(reader, text, seen, read, context) for text in texts}
    finally:
        cache.drop_model(own)
