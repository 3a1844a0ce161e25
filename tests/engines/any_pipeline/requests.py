"""Provide tiny pipelines added to a home, requests to them, and the same calls with diffusers alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch
from safetensors.torch import save_file

from milimo_tui.core.paths import Home
from milimo_tui.engines.any_pipeline.engine import AnyPipeline
from milimo_tui.engines.any_pipeline.loader import LoadedAnyPipeline
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.studio.weights.adoption import AdoptionRequest, adopt_pipeline
from tests.engines.any_pipeline import pipelines
from tests.engines.recording_context import JobRecorder

Make = Callable[..., Result]
PICTURES, CLIPS, BEGUN, SLOW = "sd", "ltx-one", "ltx-one-begun", "cog"


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipelines")
    pipelines.stable_diffusion(folder / PICTURES)
    pipelines.ltx(folder / CLIPS)
    pipelines.ltx_of_pictures(folder / BEGUN)
    pipelines.cogvideo(folder / SLOW)
    return folder


@pytest.fixture
def home(tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    torch.set_num_threads(1)
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    home.mark.touch()
    monkeypatch.setenv("MILIMO_HOME", str(home.root))
    for name in (PICTURES, CLIPS, BEGUN, SLOW):
        adopt_pipeline(ModelStore(home.models), folders / name, AdoptionRequest())
    return home


@pytest.fixture
def make(tmp_path: Path, home: Home) -> Make:
    """Return a function that runs a request in a separate workspace. The weights stay in memory between
    tests.
    """
    numbers = count()

    def run(spec: Spec, context: JobRecorder | None = None) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return AnyPipeline().run(spec, context or JobRecorder(workspace))

    return run


def take(name: str = CLIPS, **more: object) -> MakeVideo:
    spec = {
        "engine": f"diffusers:{name}", "prompt": "a red house", "frames": 9, "rate": "24/1", "width": 64,
        "height": 96, "seed": 7, "steps": 2, **more,
    }  # fmt: skip
    return MakeVideo.model_validate(spec)


def still(**more: object) -> MakePicture:
    spec = {
        "engine": f"diffusers:{PICTURES}", "prompt": "a red house", "width": 64, "height": 96, "seed": 7,
        "steps": 2, **more,
    }  # fmt: skip
    return MakePicture.model_validate(spec)


def held(id: str) -> Any:
    """Return the loaded pipeline with that id."""
    every = (each.value for each in get_model_cache() if isinstance(each.value, LoadedAnyPipeline))
    return next(one.pipe for one in every if one.found.id == id)


def bare(folder: Path) -> Any:
    """Load the pipeline with diffusers alone."""
    pipe = diffusers.DiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    return pipe


OWN = "{part}.{name}.lora_{half}.weight"
ATTENTION = ("to_q", "to_k", "to_v")


def lora(path: Path, pipe: Any, part: str, naming: str = OWN, seed: int = 0) -> Path:
    """Write a LoRA of random numbers for the attention layers of a component, with tensors named by the
    pattern `naming`.
    """
    random, tensors = torch.Generator().manual_seed(seed), {}
    for name, module in getattr(pipe, part).named_modules():
        if isinstance(module, torch.nn.Linear) and name.endswith(ATTENTION):
            for half, size in (("A", (2, module.in_features)), ("B", (module.out_features, 2))):
                words = {"part": part, "name": name, "half": half, "flat": name.replace(".", "_")}
                words["way"] = {"A": "down", "B": "up"}[half]
                tensors[naming.format(**words)] = torch.randn(size, generator=random) * 0.5
    save_file(tensors, path)
    return path
