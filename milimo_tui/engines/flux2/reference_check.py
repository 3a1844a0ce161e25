"""The reference case of FLUX.2: a comparison with diffusers' own pipeline for the same modules, prompt and
random numbers.

For workers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.flux2.loader import (
    LoadedFlux2,
    Work,
    encode_flux2_prompt,
    find_flux2_weights,
    use_flux2_weights,
)
from milimo_tui.engines.flux2.pipeline_run import make_guidance_arguments, run
from milimo_tui.engines.flux2.pipelines import get_painter_class
from milimo_tui.engines.flux2.variants import INPAINTING_VARIANTS, plan_flux2_course
from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.sampling import Way, encode_prompt_pair, list_prompts
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.engine_check import (
    PROMPT,
    SEED,
    STEPS,
    build_check_facts,
    record_transformer_calls,
)
from milimo_tui.engines.specs.weight_specs import CheckEngine

TRANSFORMER = "Flux2Transformer2DModel"
SMALL, WHOLE = 64, 512  # sides of the picture for tiny weights, and for others


def check_flux2_reference(spec: CheckEngine, context: Context) -> Result:
    """Run the case and compare it with the unchanged pipeline and with earlier results.

    Raises as a picture does, and Failed if the unchanged pipeline makes something else.
    """
    found, variant = find_flux2_weights(spec.model)
    side = SMALL if found.tiny else WHOLE
    plan = plan_flux2_course(variant, STEPS, None, "")
    work = Work(
        found=found,
        variant=variant,
        loras=(),
        width=side,
        height=side,
        steps=plan.steps,
        guided=plan.has_second_pass,
        deterministic=True,
        texts=list_prompts(PROMPT, plan),
    )
    with use_flux2_weights(work, context) as loaded:
        words = encode_prompt_pair(encode_flux2_prompt, loaded, PROMPT, plan, context)
        way = Way(context, plan.steps + 1)
        with record_transformer_calls(TRANSFORMER) as ours:
            picture = run(
                loaded.pipe, loaded, words, plan, way, width=side, height=side, seed=SEED, steps=plan.steps
            )
        with record_transformer_calls(TRANSFORMER) as bare:
            _run_diffusers_pipeline(loaded, plan, side)
    made = {"picture": torch.from_numpy(np.asarray(picture).copy())}
    facts = build_check_facts("flux2", found.digest or found.id, loaded.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _run_diffusers_pipeline(loaded: LoadedFlux2, plan: SamplingCourse, side: int) -> None:
    """Run the case with diffusers' own class and the modules in memory."""
    variant = loaded.variant
    own = get_painter_class(variant).__mro__[2]  # the class after this package's class and the caching mixin
    more = {"is_distilled": not variant.guided} if variant in INPAINTING_VARIANTS else {}
    pipeline = own(**loaded.pipe.components, **more)
    pipeline.set_progress_bar_config(disable=True)
    words: dict[str, Any] = (
        {"prompt": PROMPT} if not loaded.read else {"prompt_embeds": loaded.read[PROMPT][0]}
    )
    against = loaded.read[plan.negative][0] if loaded.read and plan.has_second_pass else None
    pipeline(
        **words,
        width=side,
        height=side,
        num_inference_steps=plan.steps,
        **make_guidance_arguments(variant, plan, against),
        generator=make_cpu_generator(SEED),
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
