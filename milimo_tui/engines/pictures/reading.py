"""The encoding of prompts: by the pipeline's own encoder, or by an encoder that is unloaded before the
transformer loads.

For workers only: imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import files_of, held_bytes
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.cancel import stoppable
from milimo_tui.engines.runtime.input_caches import key_of, remembered
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import Key, model_cache
from milimo_tui.engines.runtime.model_stack import READS_PICTURES, READS_WORDS, reading, refuse_unknown_words
from milimo_tui.engines.runtime.placement import stream

STAGE = "reading the prompt"
TEXT = "text_encoder"
Read = tuple[Tensor, ...]  # the embedding of a text, in each family's own tensors
Reads = Callable[[Any, str, Any], Read]  # encodes a text with a pipeline on a device


def reads_once(recipe: Recipe) -> bool:
    """Return True if the text encoder is in memory only for encoding and is unloaded before the transformer
    loads.
    """
    return recipe.text.endswith("once")


def known_as(found: Found, recipe: Recipe) -> tuple[str, str, str]:
    """Return the weights and precision that encode a prompt: equal values give equal embeddings of the same
    text.
    """
    return found.digest or found.id, apply.precision_of(recipe, TEXT), recipe.computes


def read_text(pipe: Any, text: str, known: Sequence[str], read: Reads, context: Context) -> Read:
    """Return the text's embedding by the pipeline's encoder. A cached embedding is reused."""
    where = pipe._execution_device

    def made() -> Read:
        with torch.no_grad(), stoppable(pipe.text_encoder, context, STAGE):
            return read(pipe, text, where)

    return tuple(remembered().get(key_of("words", *known, text), made, where))


def read_ahead(
    found: Found,
    recipe: Recipe,
    texts: Sequence[str],
    load: Callable[[dict[str, Any]], Any],
    read: Reads,
    context: Context,
    sees: tuple[str, ...] = (),
) -> dict[str, Read]:
    """Return the embedding of every text, encoded before the transformer loads; the encoder is then unloaded.

    `load` returns a pipeline with the encoder only; `sees` are digests of the pictures that are encoded with
    the texts. Empty if the recipe keeps the encoder in memory.
    """
    if not reads_once(recipe):
        return {}
    known = known_as(found, recipe)
    seen = (*known, *sees)
    keys = {text: key_of("words", *seen, text) for text in texts}
    if all(one in remembered() for one in keys.values()):
        return {text: tuple(remembered().get(one, tuple)) for text, one in keys.items()}
    held, own = model_cache(), Key(known[0], "reader", *known[1:], recipe.placed, found.id)

    def build() -> Any:
        with reading(found.id, "text encoder", unread=READS_PICTURES if sees else READS_WORDS):
            reader = load(apply.load_options(recipe, (TEXT,)))
        refuse_unknown_words(reader.text_encoder, found.id)
        apply.hold(TEXT, reader.text_encoder, recipe)
        if recipe.offload == "none":
            reader.text_encoder.to(device())
        else:
            stream(reader.text_encoder, device())
        return reader

    size = held_bytes(files_of(folder_of(found) / TEXT), recipe, packed=False)
    try:
        reader = held.part(own, build, context, size)
        return {text: read_text(reader, text, seen, read, context) for text in texts}
    finally:
        held.drop(own)
