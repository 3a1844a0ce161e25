"""A test engine whose models need more memory than any machine has, except in 16 bits, for tests of jobs that
run out of memory.

Words in the prompt change the failure:

- `all`: out of memory even in 16 bits
- `taken`: another program uses the GPU memory during the job
- `lost`: the GPU is lost at the first attempt
- `outside`: out of memory before a recipe is chosen
- `libraries`: the model libraries do not fit into memory
"""

from __future__ import annotations

import os

import torch
from PIL import Image

from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.flux2.sizes import SIZES
from milimo_tui.engines.recipes.choice import rungs
from milimo_tui.engines.recipes.model_sizes import ModelPart, Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.runtime.memory import TAKEN
from milimo_tui.engines.runtime.recipe_run import running
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec

ROWS = (
    EngineRow(
        "hungry",
        "Runs out of memory",
        "cpu",
        ("make_picture",),
        "tests.engines.runtime.large_engine:Hungry",
        rungs=rungs(),
    ),
)
TOO_MUCH = 1 << 60  # bytes, more than any machine has
WEIGHTS = Weights("hungry-weights", (ModelPart("transformer", 0.001, ("denoise",), packed=True),))


class Hungry:
    name = "hungry"

    def load(self) -> None: ...

    def unload(self) -> None: ...

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        if "outside" in spec.prompt:
            raise MemoryError
        if "libraries" in spec.prompt:
            raise ImportError("libtorch_cpu.so: failed to map segment from shared object")
        with running(context, Request("flux2", WEIGHTS, SIZES.work, spec.width, spec.height)) as choice:
            _suffer(spec.prompt, choice.recipe.precision, context)
        path = context.workspace / "picture.png"
        Image.new("RGB", (spec.width, spec.height)).save(path)
        return Result(outputs=(Output(role="picture", path=str(path)),), notes=(choice.recipe.name,))


def _suffer(prompt: str, precision: str, context: Context) -> None:
    tried = context.workspace / "tried"
    if "lost" in prompt:
        if not tried.exists():
            tried.touch()
            raise RuntimeError(
                "CUDA error: unspecified launch failure\nCUDA kernel errors might be reported late"
            )
        return
    if "taken" in prompt:
        if context.rung:
            return
        os.environ[TAKEN] = "3"
    if precision == "float32" or "all" in prompt:
        torch.empty(TOO_MUCH, dtype=torch.uint8)
