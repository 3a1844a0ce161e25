"""Prompts as a model reads them: by the encoder of the pipeline, or by one that is gone before the
transformer comes. For workers alone: imports torch.
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
Read = tuple[Tensor, ...]  # what stands for a text, each family's own tensors
Reads = Callable[[Any, str, Any], Read]  # of a pipeline, a text and a device


def reads_once(recipe: Recipe) -> bool:
    """Whether the text encoder is in memory while it reads alone, and gone before the transformer comes."""
    return recipe.text.endswith("once")


def known_as(found: Found, recipe: Recipe) -> tuple[str, str, str]:
    """Which weights in which form read a prompt: what they make of the same words is the same."""
    return found.digest or found.id, apply.precision_of(recipe, TEXT), recipe.computes


def read_text(pipe: Any, text: str, known: Sequence[str], read: Reads, context: Context) -> Read:
    """The text as the pipeline's encoder reads it; one that is known is not read again."""
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
    """Every text, read before the transformer is in memory by an encoder that is in none afterwards; `load`
    gives a pipeline of it alone, `sees` are digests of pictures that it reads beside them. Nothing where the
    recipe keeps the encoder.
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
