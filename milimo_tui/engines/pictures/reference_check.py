"""Run the reference case of a picture family and compare it with diffusers' own pipeline. Both use the same
modules, prompt and random numbers.

For workers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.family import PictureFamily, get_parts_folder
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline
from milimo_tui.engines.pictures.loader import find_picture_weights, use_picture_weights
from milimo_tui.engines.pictures.making import Paths
from milimo_tui.engines.pictures.sampling import (
    EncodedPrompt,
    FamilyPipeline,
    RunProgress,
    encode_prompt_pair,
    list_prompts,
    run,
)
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.engine_check import (
    PROMPT,
    SEED,
    STEPS,
    build_check_facts,
    record_transformer_calls,
)
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.weight_specs import CheckEngine

SMALL, WHOLE = 64, 512  # side of the picture in pixels: SMALL for tiny weights, WHOLE for all others


def check_picture_reference(
    family: PictureFamily, paths: Paths, spec: CheckEngine, context: Context
) -> Result:
    """Make the test picture with this package's code and with diffusers' unchanged pipeline. Compare both
    pictures with each other and with earlier results.

    Raises the same errors as making a picture, and Failed if the two pictures differ.
    """
    found = find_picture_weights(family, spec.model)
    variant = family.variant(get_parts_folder(found))
    side = SMALL if found.tiny else WHOLE
    pipeline = paths([make_colour_chart(side, side)] if variant.looks else [])
    case = MakePicture(
        engine=family.name, prompt=PROMPT, seed=SEED, steps=STEPS, width=side, height=side, model=found.id,
        deterministic=True,
    )  # fmt: skip
    plan = family.plan_family_course(variant, case)
    name = pipeline.transformer().__name__
    with use_picture_weights(
        family, pipeline, found, case, case, context, list_prompts(PROMPT, plan)
    ) as loaded:
        words = encode_prompt_pair(pipeline.read, loaded, PROMPT, plan, context, pipeline.sees)
        with record_transformer_calls(name) as ours:
            picture = run(
                pipeline,
                loaded.pipe,
                loaded.projection,
                words,
                plan,
                RunProgress(context, plan.steps + 1),
                title=family.title,
                columns=side // family.unit,
                width=side,
                height=side,
                seed=SEED,
            )
        with record_transformer_calls(name) as bare:
            _run_unmodified_pipeline(pipeline, loaded, words, plan, side)
    made = {"picture": torch.from_numpy(np.asarray(picture).copy())}
    facts = build_check_facts(family.name, found.digest or found.id, loaded.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _run_unmodified_pipeline(
    pipeline: FamilyPipeline, loaded: CachedPipeline, words: EncodedPrompt, plan: SamplingCourse, side: int
) -> None:
    """Make the test picture with diffusers' own pipeline class and the modules that are in memory. If the
    text encoder is loaded, the prompt is passed as plain text; otherwise its embedding is passed.
    """
    bare: Any = type(loaded.pipe)(**loaded.pipe.components)
    bare.set_progress_bar_config(disable=True)
    given = pipeline.arguments(words, plan) if loaded.read else pipeline.make_plain_arguments(PROMPT, plan)
    bare(
        **given,
        width=side,
        height=side,
        num_inference_steps=plan.steps,
        generator=make_cpu_generator(SEED),
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
