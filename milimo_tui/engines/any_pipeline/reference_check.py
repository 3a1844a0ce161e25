"""The reference check of any pipeline: our call is compared with the bare diffusers call on the same modules,
prompt and seed. Only for workers.
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
from milimo_tui.engines.any_pipeline.calling import STAGE, arguments, call
from milimo_tui.engines.any_pipeline.handed_back import pictures_of
from milimo_tui.engines.any_pipeline.job import seen
from milimo_tui.engines.any_pipeline.loader import at_work, modules_of
from milimo_tui.engines.any_pipeline.plan import Plan
from milimo_tui.engines.any_pipeline.profile import plan_of, usual_size
from milimo_tui.engines.any_pipeline.sizes import MAKERS, request
from milimo_tui.engines.catalog.own_pipelines import OwnPipeline, read
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.runtime.engine_check import PROMPT, SEED, STEPS, facts_of, recorded
from milimo_tui.engines.runtime.latent_preview import chart
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine

SMALL = 64  # pixels a side for tiny weights; other weights are run at the default size of their call


def check(spec: CheckEngine, context: Context) -> Result:
    """Run the reference case and compare it, step by step, with the bare call and with earlier results.

    Raises as a take or a picture. Raises Failed if the bare call gives a different result, Refused for a
    pipeline whose steps can't be recorded.
    """
    found = model_store().resolve(spec.engine, model=spec.model)
    pipeline = read(found.path)
    case = _case(spec.engine, pipeline, found.id, context.workspace, tiny=found.tiny)
    way = plan_of(case, pipeline)
    with at_work(found, way, request(spec.engine, way, found), case, context) as loaded:
        maker = _maker(loaded.pipe, way)
        along, tell = seen(way), partial(context.progress, STAGE)
        with recorded(maker) as ours:
            made = call(loaded.pipe, way, along, SEED, context, tell, loaded.shown)
        pictures = pictures_of(made, way, SEED)
        with recorded(maker) as bare:
            _bare(loaded.pipe)(**arguments(way, along, SEED))
        loaded.pipe.maybe_free_model_hooks()
    if not ours.tensors:
        raise Refused(f"the steps of {way.pipeline.name} can't be followed: no {maker} ran", "milimo doctor")
    shown = {"picture": torch.from_numpy(np.stack(pictures))}
    name = spec.engine.replace(":", "-")
    facts = facts_of(name, found.digest or found.id, loaded.recipe, shown, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, "pipeline": way.pipeline.name, **facts})


def _case(
    engine: str, pipeline: OwnPipeline, model: str, workspace: Path, *, tiny: bool
) -> MakeVideo | MakePicture:
    """Return the spec of the reference case.

    The case has the default size of the call, or a small size for tiny weights. It has a first picture if the
    pipeline takes one.
    """
    usual = usual_size(pipeline)
    width, height = (SMALL, SMALL) if tiny else usual[:2]
    frames = pipeline.step + 1 if tiny else usual[2]
    first = ""
    if pipeline.call.taking("first"):
        first = str(workspace / "chart.png")
        chart(width, height).save(first)
    same = {
        "engine": engine, "prompt": PROMPT, "seed": SEED, "steps": STEPS, "width": width, "height": height,
        "model": model, "deterministic": True,
    }  # fmt: skip
    if not pipeline.call.makes_clips:
        return MakePicture.model_validate({**same, "references": (first,) if first else ()})
    begins = (Conditioning(input=first),) if first else ()
    return MakeVideo.model_validate({**same, "frames": frames, "rate": Fraction(24), "conditioning": begins})


def _maker(pipe: Any, way: Plan) -> str:
    """Return the class name of the part that computes the steps. Raises Refused if no such part is known."""
    parts = modules_of(pipe)
    found = next((parts[name] for name in MAKERS if name in parts), None)
    if found is None:
        raise Refused(
            f"the steps of {way.pipeline.name} can't be followed: it has neither a transformer nor a UNet",
            "other engines have a reference case: milimo engine list",
        )
    return type(found).__name__


def _bare(pipe: Any) -> Any:
    """Return another pipeline of the same class made of the loaded modules, without any of our hooks."""
    wanted = inspect.signature(type(pipe).__init__).parameters
    settings = {name: value for name, value in pipe.config.items() if name in wanted}
    bare = type(pipe)(**{**settings, **pipe.components})
    bare.set_progress_bar_config(disable=True)
    return bare
