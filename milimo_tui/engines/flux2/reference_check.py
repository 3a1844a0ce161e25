"""The reference case of FLUX.2: a comparison with diffusers' own pipeline for the same modules, prompt and
random numbers.

For workers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.flux2.loader import Loaded, Work, at_work, find, read
from milimo_tui.engines.flux2.pipeline_run import guidance_of, run
from milimo_tui.engines.flux2.pipelines import painter_of
from milimo_tui.engines.flux2.variants import PAINTS, course_of
from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.sampling import Way, read_words, texts_of
from milimo_tui.engines.runtime.determinism import generator
from milimo_tui.engines.runtime.engine_check import PROMPT, SEED, STEPS, facts_of, recorded
from milimo_tui.engines.specs.weight_specs import CheckEngine

TRANSFORMER = "Flux2Transformer2DModel"
SMALL, WHOLE = 64, 512  # sides of the picture for tiny weights, and for others


def check(spec: CheckEngine, context: Context) -> Result:
    """Run the case and compare it with the unchanged pipeline and with earlier results.

    Raises as a picture does, and Failed if the unchanged pipeline makes something else.
    """
    found, variant = find(spec.model)
    side = SMALL if found.tiny else WHOLE
    plan = course_of(variant, STEPS, None, "")
    work = Work(
        found=found, variant=variant, loras=(), width=side, height=side, steps=plan.steps, guided=plan.guided,
        deterministic=True, texts=texts_of(PROMPT, plan),
    )  # fmt: skip
    with at_work(work, context) as loaded:
        words = read_words(read, loaded, PROMPT, plan, context)
        way = Way(context, plan.steps + 1)
        with recorded(TRANSFORMER) as ours:
            picture = run(
                loaded.pipe, loaded, words, plan, way, width=side, height=side, seed=SEED, steps=plan.steps
            )
        with recorded(TRANSFORMER) as bare:
            _bare(loaded, plan, side)
    made = {"picture": torch.from_numpy(np.asarray(picture).copy())}
    facts = facts_of("flux2", found.digest or found.id, loaded.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _bare(loaded: Loaded, plan: Course, side: int) -> None:
    """Run the case with diffusers' own class and the modules in memory."""
    variant = loaded.variant
    own = painter_of(variant).__mro__[2]  # the class after this package's class and the caching mixin
    more = {"is_distilled": not variant.guided} if variant in PAINTS else {}
    pipeline = own(**loaded.pipe.components, **more)
    pipeline.set_progress_bar_config(disable=True)
    words: dict[str, Any] = (
        {"prompt": PROMPT} if not loaded.read else {"prompt_embeds": loaded.read[PROMPT][0]}
    )
    against = loaded.read[plan.negative][0] if loaded.read and plan.guided else None
    pipeline(
        **words,
        width=side,
        height=side,
        num_inference_steps=plan.steps,
        **guidance_of(variant, plan, against),
        generator=generator(SEED),
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
