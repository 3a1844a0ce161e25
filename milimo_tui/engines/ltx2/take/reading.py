"""Encode prompts. The text encoder is either that of the pipeline, or a separate one that is dropped from
memory before the transformer is loaded.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan.generations import TOKENS
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.pipelines import ConditionPipeline, DfrPipeline, make_scheduler
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.apply import get_part_precision
from milimo_tui.engines.runtime.cancel import allow_cancel
from milimo_tui.engines.runtime.input_caches import get_input_cache, key_of
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.placement import stream_module

STAGE = "reading the prompt"
Read = tuple[Tensor, ...]  # the embeddings of a text and its attention mask


def list_take_texts(plan: Ltx2Plan) -> tuple[str, ...]:
    """Return every text that must be encoded for a take, without duplicates."""
    against = [part.negative for part in plan.parts] if plan.guidance.uses_negative_prompt else []
    return tuple(dict.fromkeys([*(part.prompt for part in plan.parts), *against]))


def encode_prompt_text(
    pipeline: Any, text: str, known_as: Iterable[str], context: Context, stage: str
) -> Read:
    """Encode a text with the pipeline's encoder and return the result. If the text is in the cache, it is not
    encoded again. `known_as` identifies the encoder in the cache's key, and `stage` is the name for progress
    reports.
    """
    where = pipeline._execution_device

    def read() -> Read:
        with torch.no_grad(), allow_cancel(pipeline.text_encoder, context, stage):
            unguided = {} if isinstance(pipeline, DfrPipeline) else {"do_classifier_free_guidance": False}
            embeds, mask, *_ = pipeline.encode_prompt(
                prompt=text, max_sequence_length=TOKENS, device=where, **unguided
            )
        return embeds, mask

    return get_input_cache().get(compute_text_key(known_as, text), read, where)


def get_encoder_identity(found: ResolvedWeights, recipe: Recipe) -> tuple[str, str, str]:
    """Return values that identify a text encoder: its weights, their precision, and the number type of the
    computation. Encoders with equal values give equal embeddings of a text.
    """
    return (
        found.identity,
        get_part_precision(recipe, ltx_parts.TEXT),
        recipe.computes,
    )


def encode_texts_ahead(
    found: ResolvedWeights, recipe: Recipe, texts: Sequence[str], context: Context
) -> dict[str, Read]:
    """Return the encoded form of each text, by text. The encoder is loaded before the transformer and dropped
    from memory afterwards.
    """
    known_as = get_encoder_identity(found, recipe)
    if all(compute_text_key(known_as, text) in get_input_cache() for text in texts):
        return {text: get_input_cache().get(compute_text_key(known_as, text), tuple) for text in texts}
    cache = get_model_cache()
    encoder = ltx_parts.part(found, ltx_parts.TEXT, recipe, cache, context)
    tokenizer = ltx_parts.part(found, "tokenizer", recipe, cache, context)
    if recipe.offload != "none":
        stream_module(encoder, get_device())
    pipeline = make_text_pipeline(encoder, tokenizer)
    try:
        return {text: encode_prompt_text(pipeline, text, known_as, context, STAGE) for text in texts}
    finally:
        del encoder, pipeline
        cache.drop_model(ltx_parts.key_of(found, ltx_parts.TEXT, recipe))


def make_text_pipeline(encoder: Any, tokenizer: Any) -> Any:
    """Return a pipeline that can only encode texts."""
    rest = dict.fromkeys(("vae", "audio_vae", "connectors", "transformer", "vocoder"))
    return ConditionPipeline(scheduler=make_scheduler(), text_encoder=encoder, tokenizer=tokenizer, **rest)


def compute_text_key(known_as: Iterable[str], text: str) -> str:
    """Return the key under which an encoded text is cached. `known_as` identifies the encoder."""
    return key_of("words", *known_as, str(TOKENS), text)
