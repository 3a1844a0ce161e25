"""The reference case of a family of pictures: a comparison with diffusers' own pipeline for the same modules,
prompt and random numbers.

For workers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.family import PictureFamily, folder_of
from milimo_tui.engines.pictures.kept_pipeline import Loaded
from milimo_tui.engines.pictures.loader import at_work, find
from milimo_tui.engines.pictures.making import Paths
from milimo_tui.engines.pictures.sampling import Pipeline, Way, Words, read_words, run, texts_of
from milimo_tui.engines.runtime.determinism import generator
from milimo_tui.engines.runtime.engine_check import PROMPT, SEED, STEPS, facts_of, recorded
from milimo_tui.engines.runtime.latent_preview import chart
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.weight_specs import CheckEngine

SMALL, WHOLE = 64, 512  # sides of the picture for tiny weights, and for others


def check(family: PictureFamily, paths: Paths, spec: CheckEngine, context: Context) -> Result:
    """Run the case and compare it with the unchanged pipeline and with earlier results.

    Raises as a picture does, and Failed if the unchanged pipeline makes something else.
    """
    found = find(family, spec.model)
    variant = family.variant(folder_of(found))
    side = SMALL if found.tiny else WHOLE
    pipeline = paths([chart(side, side)] if variant.looks else [])
    case = MakePicture(
        engine=family.name, prompt=PROMPT, seed=SEED, steps=STEPS, width=side, height=side, model=found.id,
        deterministic=True,
    )  # fmt: skip
    plan = family.course(variant, case)
    name = pipeline.transformer().__name__
    with at_work(family, pipeline, found, case, case, context, texts_of(PROMPT, plan)) as loaded:
        words = read_words(pipeline.read, loaded, PROMPT, plan, context, pipeline.sees)
        with recorded(name) as ours:
            picture = run(
                pipeline,
                loaded.pipe,
                loaded.projection,
                words,
                plan,
                Way(context, plan.steps + 1),
                title=family.title,
                columns=side // family.unit,
                width=side,
                height=side,
                seed=SEED,
            )
        with recorded(name) as bare:
            _bare(pipeline, loaded, words, plan, side)
    made = {"picture": torch.from_numpy(np.asarray(picture).copy())}
    facts = facts_of(family.name, found.digest or found.id, loaded.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _bare(pipeline: Pipeline, loaded: Loaded, words: Words, plan: Course, side: int) -> None:
    """Run the case with diffusers' own class and the modules in memory. The prompt is plain text if the text
    encoder is loaded.
    """
    bare: Any = type(loaded.pipe)(**loaded.pipe.components)
    bare.set_progress_bar_config(disable=True)
    given = pipeline.arguments(words, plan) if loaded.read else pipeline.plain(PROMPT, plan)
    bare(
        **given,
        width=side,
        height=side,
        num_inference_steps=plan.steps,
        generator=generator(SEED),
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
