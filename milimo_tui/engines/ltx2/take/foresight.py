"""The preparation of the next LTX-2 take: its texts are read by an encoder that is in memory, or its weight
files are prefetched.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from functools import partial

import torch

from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.conditioning import conditioned
from milimo_tui.engines.ltx2.plan.plan import as_made
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.reading import STAGE, read_text, reader, texts_of, words_key, words_of
from milimo_tui.engines.recipes.estimates import reading_gb
from milimo_tui.engines.recipes.values import GB
from milimo_tui.engines.runtime.foresight import beside, fetch
from milimo_tui.engines.runtime.input_caches import remembered
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import model_cache
from milimo_tui.engines.runtime.recipe_run import UnderWay, coming, shown_by
from milimo_tui.engines.specs.video_specs import MakeVideo


def foresee(spec: MakeVideo, now: UnderWay, context: Foresight) -> None:
    """Read the prompts of the next take if that takes nothing from the running job: the encoder stays
    completely on the device by both jobs' recipes, its working memory is free, and neither job asks for
    deterministic kernels, which are set per process. Raises the errors of `job.make`.
    """
    spec = as_made(spec.with_handles_inside())
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", spec.model)
    fetch(found, now, context)
    if spec.deterministic or torch.are_deterministic_algorithms_enabled() or device().type == "mps":
        return  # deterministic kernels are set per process, and Apple's GPU may be used by one thread only
    known = installed_parts.weights(store, found)
    clips = [conditioned(one).is_clip for one in spec.conditioning]
    way = recipe_request.fitted(store, found, spec, known, clips, now.choice.card, shown_by(now.choice.card))
    request = recipe_request.on_shelf(store, found, spec, way, known)
    choice = coming(now, request, found.digest or found.id, spec.recipe)
    if not choice.fits or ltx_parts.reads_once(choice.recipe):
        return
    recipe, held = choice.recipe, model_cache()
    encoder = held.at_hand(ltx_parts.key_of(found, ltx_parts.TEXT, recipe))
    tokenizer = held.at_hand(ltx_parts.key_of(found, "tokenizer", recipe))
    if encoder is None or tokenizer is None or reading_gb(recipe, request) * GB > now.spare:
        return
    now.shared = True
    known_as = words_of(found, recipe)
    pipeline = reader(encoder, tokenizer)
    unread = [text for text in texts_of(way) if words_key(known_as, text) not in remembered()]
    for text in unread:
        context.undo(partial(remembered().forget, words_key(known_as, text)))
        with beside():
            read_text(pipeline, text, known_as, context, STAGE)
    if unread:
        context.got("its text")
