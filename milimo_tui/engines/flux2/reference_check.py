"""The reference check of FLUX.2: a test picture is made by this package's pipeline and by diffusers' own
pipeline, with the same models, prompt and random numbers, and both are compared.

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
from milimo_tui.engines.pictures.sampling import RunProgress, encode_prompt_pair, list_prompts
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
SMALL, WHOLE = 64, 512  # side of the test picture in pixels: for tiny weights, and for all other weights


def check_flux2_reference(spec: CheckEngine, context: Context) -> Result:
    """Make the test picture twice, with this package's pipeline and with diffusers' unchanged pipeline.
    Compare the two pictures with each other and with earlier results.

    Raises the same errors as making a picture, and Failed if the two pictures differ.
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
        progress = RunProgress(context, plan.steps + 1)
        with record_transformer_calls(TRANSFORMER) as ours:
            picture = run(
                loaded.pipe,
                loaded,
                words,
                plan,
                progress,
                width=side,
                height=side,
                seed=SEED,
                steps=plan.steps,
            )
        with record_transformer_calls(TRANSFORMER) as bare:
            _run_diffusers_pipeline(loaded, plan, side)
    made = {"picture": torch.from_numpy(np.asarray(picture).copy())}
    facts = build_check_facts("flux2", found.digest or found.id, loaded.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _run_diffusers_pipeline(loaded: LoadedFlux2, plan: SamplingCourse, side: int) -> None:
    """Make the test picture with diffusers' own pipeline class and the models in memory."""
    variant = loaded.variant
    # Diffusers' own class, which follows this package's class and the caching mixin in the method resolution
    # order
    own = get_painter_class(variant).__mro__[2]
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
