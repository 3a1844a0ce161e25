"""Estimate the duration of the events in a prompt by LTX-2.5's duration head, which reads the output of its
text encoder. No picture model is loaded.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.ltx2.decode.decoding import hold_on_device
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.sizes import SIZES
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.reading import (
    STAGE,
    Read,
    encode_prompt_text,
    encode_texts_ahead,
    get_encoder_identity,
    make_text_pipeline,
)
from milimo_tui.engines.recipes.values import Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files, weigh
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.recipe_run import running
from milimo_tui.engines.specs.text_specs import TellLength

# The head was trained for durations of this range in seconds, and Lightricks clamp its output to it.
LEAST, MOST = 1.0, 20.0
READS = ("text_encoder", "connectors")


def estimate_duration(spec: TellLength, context: Context) -> Result:
    """Return the estimated duration in seconds as a fact of the result. Raises NotFound, Refused, Damaged,
    Unavailable, OutOfMemory, Cancelled.
    """
    context.progress("looking", 0, 1)
    found = installed_parts.model_store().resolve("ltx2", "model", spec.model)
    installed_parts.find_duration_head(found)
    installed_parts.determine_generation(found)
    quiet_libraries()
    whole = weigh(found, SIZES)
    weights = replace(whole, parts=tuple(part for part in whole.parts if part.name in READS))
    request = Request("ltx2", weights, SIZES.work, width=32, height=32, steps=1)
    with running(context, request, found.identity) as choice, release_on_error():
        read = _read_duration_prompt(found, choice.recipe, spec.prompt, context)
        predicted = _run_duration_head(found, choice.recipe, read, context)
    seconds = min(MOST, max(LEAST, predicted))
    context.log(f"{predicted:.2f} s by the duration head, {seconds:.2f} s reported")
    return Result(facts={"seconds": seconds, "told": predicted, "model": found.id, "tiny": found.tiny})


def _read_duration_prompt(found: ResolvedWeights, recipe: Recipe, text: str, context: Context) -> Read:
    """Return the encoded prompt. If the recipe lets the text encoder stay on the device, the worker's cached
    encoder is used, which takes also use. Otherwise an encoder is loaded only for this prompt and dropped
    afterwards.
    """
    if recipe.offload != "none" or ltx_parts.is_text_encoder_temporary(recipe):
        return encode_texts_ahead(found, recipe, [text], context)[text]
    cache = get_model_cache()
    encoder = ltx_parts.part(found, ltx_parts.TEXT, recipe, cache, context)
    tokenizer = ltx_parts.part(found, "tokenizer", recipe, cache, context)
    return encode_prompt_text(
        make_text_pipeline(encoder, tokenizer), text, get_encoder_identity(found, recipe), context, STAGE
    )


def _run_duration_head(found: ResolvedWeights, recipe: Recipe, read: Read, context: Context) -> float:
    cache, where = get_model_cache(), get_device()
    connectors = ltx_parts.part(found, "connectors", recipe, cache, context)
    tokenizer = ltx_parts.part(found, "tokenizer", recipe, cache, context)
    head = _load_duration_head(found, recipe, context)
    embeds, mask = (one.to(where) for one in read)
    side = getattr(tokenizer, "padding_side", "left")
    with torch.no_grad(), hold_on_device(connectors, where), hold_on_device(head, where):
        picture, sound, _ = connectors(embeds, mask, padding_side=side)
        return float(head(picture[:1], sound[:1]).item())


def _load_duration_head(found: ResolvedWeights, recipe: Recipe, context: Context) -> Any:
    from diffusers.pipelines.ltx2 import LTX2DurationHead

    folder = installed_parts.find_duration_head(found)
    name = installed_parts.HEAD
    key = ModelKey(found.identity, name, recipe.computes, placement=recipe.placed, title=found.id)

    def build() -> Any:
        made = ltx_parts.load_from_files(
            found,
            name,
            lambda: LTX2DurationHead.from_pretrained(
                folder, local_files_only=True, dtype=applying.get_compute_dtype(recipe)
            ),
        )
        ltx_parts.align_tensors(made)
        return made

    return get_model_cache().part(
        key, build, context, compute_loaded_bytes(list_part_files(folder), recipe, packed=False)
    )
