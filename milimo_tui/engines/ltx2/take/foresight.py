"""Prepare the next LTX-2 take while another job runs: encode its texts with an encoder that is already in
memory, or read its weight files into the system's file cache.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from functools import partial

import torch

from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.conditioning import open_conditioning
from milimo_tui.engines.ltx2.plan.plan import resolve_made_spec
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.reading import (
    STAGE,
    compute_text_key,
    encode_prompt_text,
    get_encoder_identity,
    list_take_texts,
    make_text_pipeline,
)
from milimo_tui.engines.recipes.estimates import compute_reading_gb
from milimo_tui.engines.recipes.values import GB
from milimo_tui.engines.runtime.foresight import compute_in_parallel, prefetch_weights
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.recipe_run import RunningWork, choose_next_recipe, read_card_outcomes
from milimo_tui.engines.specs.video_specs import MakeVideo


def prepare_next_take(spec: MakeVideo, now: RunningWork, context: Foresight) -> None:
    """Read the weight files of the next take into the system's file cache. Also encode the next take's
    prompts, if the running job does not need the memory for that.

    Prompts are encoded only under three conditions. The encoder is on the device, and the recipes of both
    jobs let it stay there. There is enough free memory for its work. Neither job asks for deterministic
    kernels, because these are set for a complete process. Raises the errors of `job.make`.
    """
    spec = resolve_made_spec(spec.with_handles_inside())
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", spec.model)
    prefetch_weights(found, now, context)
    if spec.deterministic or torch.are_deterministic_algorithms_enabled() or get_device().type == "mps":
        # Deterministic kernels are set for a complete process, and only one thread may use Apple's GPU.
        return
    known = installed_parts.weights(store, found)
    clips = [open_conditioning(one).is_clip for one in spec.conditioning]
    plan = recipe_request.fit_plan_to_card(
        store, found, spec, known, clips, now.choice.card, read_card_outcomes(now.choice.card)
    )
    request = recipe_request.on_shelf(store, found, spec, plan, known)
    choice = choose_next_recipe(now, request, found.identity, spec.recipe)
    if not choice.fits or ltx_parts.is_text_encoder_temporary(choice.recipe):
        return
    recipe, cache = choice.recipe, get_model_cache()
    encoder = cache.get_if_on_card(ltx_parts.key_of(found, ltx_parts.TEXT, recipe))
    tokenizer = cache.get_if_on_card(ltx_parts.key_of(found, "tokenizer", recipe))
    if encoder is None or tokenizer is None or compute_reading_gb(recipe, request) * GB > now.spare:
        return
    now.shared = True
    known_as = get_encoder_identity(found, recipe)
    pipeline = make_text_pipeline(encoder, tokenizer)
    unread = [
        text for text in list_take_texts(plan) if compute_text_key(known_as, text) not in get_input_cache()
    ]
    for text in unread:
        context.undo(partial(get_input_cache().delete_entry, compute_text_key(known_as, text)))
        with compute_in_parallel():
            encode_prompt_text(pipeline, text, known_as, context, STAGE)
    if unread:
        context.got("its text")
