"""Compare this engine's results with a direct diffusers call that uses the same modules, prompt and seed.

Imports torch, so only workers import this module.
"""

from __future__ import annotations

import inspect
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from milimo_tui.core.errors import Refused
from milimo_tui.engines.any_pipeline.job import read_input_pictures
from milimo_tui.engines.any_pipeline.loader import list_pipeline_modules, open_pipeline_for_job
from milimo_tui.engines.any_pipeline.pipeline_call import STAGE, build_call_arguments, run_pipeline_call
from milimo_tui.engines.any_pipeline.pipeline_results import extract_pictures
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan
from milimo_tui.engines.any_pipeline.profile import find_default_size, plan_with_handles
from milimo_tui.engines.any_pipeline.sizes import DENOISER_PARTS, request
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.catalog.own_pipelines import GenericPipeline, read_own_pipeline
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.engine_check import (
    PROMPT,
    SEED,
    STEPS,
    build_check_facts,
    record_transformer_calls,
)
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine

SMALL = 64  # side in pixels for tiny weights; other weights run at the default size of their call


def check_pipeline_against_bare_call(spec: CheckEngine, context: Context) -> Result:
    """Run a fixed test spec with this engine, and compare each step with a direct diffusers call and with
    earlier results.

    Raises the errors of making a take or a picture. Raises Failed if the direct call gives a different
    result, and Refused for a pipeline whose steps can't be recorded.
    """
    found = open_worker_store().resolve(spec.engine, model=spec.model)
    pipeline = read_own_pipeline(found.path)
    case = _build_reference_case(spec.engine, pipeline, found.id, context.workspace, tiny=found.tiny)
    plan = plan_with_handles(case, pipeline)
    with open_pipeline_for_job(found, plan, request(spec.engine, plan, found), case, context) as loaded:
        maker = _find_step_module_class(loaded.pipe, plan)
        along, report_step = read_input_pictures(plan), partial(context.progress, STAGE)
        with record_transformer_calls(maker) as ours:
            made = run_pipeline_call(loaded.pipe, plan, along, SEED, context, report_step, loaded.previewer)
        pictures = extract_pictures(made, plan, SEED)
        with record_transformer_calls(maker) as bare:
            _build_bare_pipeline(loaded.pipe)(**build_call_arguments(plan, along, SEED))
        loaded.pipe.maybe_free_model_hooks()
    if not ours.tensors:
        raise Refused(
            f"the steps of {plan.pipeline.name} can't be followed: no {maker} ran",
            "milimo doctor shows the installed version of diffusers",
        )
    shown = {"picture": torch.from_numpy(np.stack(pictures))}
    name = spec.engine.replace(":", "-")
    facts = build_check_facts(name, found.digest or found.id, loaded.recipe, shown, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, "pipeline": plan.pipeline.name, **facts})


def _build_reference_case(
    engine: str, pipeline: GenericPipeline, model: str, workspace: Path, *, tiny: bool
) -> MakeVideo | MakePicture:
    """Return the test spec that this engine and the direct diffusers call both run.

    The spec has the call's default size, or a small size for tiny weights. If the pipeline accepts a first
    picture, the spec has one.
    """
    usual = find_default_size(pipeline)
    width, height = (SMALL, SMALL) if tiny else usual[:2]
    frames = pipeline.step + 1 if tiny else usual[2]
    first = ""
    if pipeline.call.find_parameter_for("first"):
        first = str(workspace / "chart.png")
        make_colour_chart(width, height).save(first)
    same = {
        "engine": engine, "prompt": PROMPT, "seed": SEED, "steps": STEPS, "width": width, "height": height,
        "model": model, "deterministic": True,
    }  # fmt: skip
    if not pipeline.call.makes_clips:
        return MakePicture.model_validate({**same, "references": (first,) if first else ()})
    begins = (Conditioning(input=first),) if first else ()
    return MakeVideo.model_validate({**same, "frames": frames, "rate": Fraction(24), "conditioning": begins})


def _find_step_module_class(pipe: Any, plan: PipelineCallPlan) -> str:
    """Return the class name of the part that computes the denoising steps. Raises Refused if no such part is
    known.
    """
    parts = list_pipeline_modules(pipe)
    found = next((parts[name] for name in DENOISER_PARTS if name in parts), None)
    if found is None:
        raise Refused(
            f"the steps of {plan.pipeline.name} can't be followed: it has neither a transformer nor a UNet",
            "check another engine: milimo engine list shows them",
        )
    return type(found).__name__


def _build_bare_pipeline(pipe: Any) -> Any:
    """Return a new pipeline of the same class from the loaded modules, without the hooks that this engine
    adds.
    """
    wanted = inspect.signature(type(pipe).__init__).parameters
    settings = {name: value for name, value in pipe.config.items() if name in wanted}
    bare = type(pipe)(**{**settings, **pipe.components})
    bare.set_progress_bar_config(disable=True)
    return bare
