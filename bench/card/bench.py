"""The state of one run of `bench/gpu.py`: working folder, options, and the clips that the run makes. Imports
torch.
"""

from __future__ import annotations

import gc
import math
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import full_size

from card.clips import Size, TimingContext, build_bench_clip, register_bench_checkpoint
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import build_recipe_ladder
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import Recipe, Request
from milimo_tui.engines.registry import explanation
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.worker.job_preparation import ForesightRunner
from milimo_tui.tiny_models.build import build_tiny_checkpoint

RESERVED = 2 << 30  # bytes of disk space that the benchmark leaves free

Figures = Mapping[str, float]
Case = tuple[str, Callable[[], Figures]]


@dataclass(slots=True)
class GpuBench:
    """A run of `bench/gpu.py`: its working folder and options.

    `sizes` maps the number of sampling stages (“one”, “two”) to the width, height and frame count of a clip.
    """

    work: Path
    on_card: bool
    sizes: dict[str, Size]
    rounds: int
    soak: int
    recipes: tuple[str, ...]
    caps: tuple[float, ...]
    small_encoder: bool
    weights: str
    # Measured load time in seconds of the weights that are in memory now, by the name of the recipe.
    loads: dict[str, float] = field(default_factory=dict)
    _folder: Path | None = field(default=None)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def home(self) -> Path:
        """The studio home that this run uses."""
        return self.work / "home"

    @property
    def folder(self) -> Path:
        """The folder of the LTX-2 checkpoint to measure. The checkpoint is made on first use if it does not
        exist.
        """
        if self._folder is None:
            folder = Path(self.weights).absolute() if self.weights else self.work / "weights"
            if not folder.exists():
                part = folder.with_name(f"{folder.name}.part")
                shutil.rmtree(part, ignore_errors=True)
                if self.on_card:
                    full_size.write_full_checkpoint(
                        part, memory.get_device(), small_encoder=self.small_encoder
                    )
                else:
                    build_tiny_checkpoint("ltx2-distilled", part)
                part.rename(folder)
            register_bench_checkpoint(self.home, "bench", folder)
            self._folder = folder
        return self._folder

    def build_next_clip(self, size: Size, *, stages: str = "one", recipe: str = "") -> MakeVideo:
        """Return the spec of the next clip to make. Each clip has its own prompt and seed."""
        assert self.folder
        return build_bench_clip("bench", size, next(self._numbers), stages=stages, recipe=recipe)

    def create_timing_context(self) -> TimingContext:
        """Return a new engine context that records times, with its own working folder."""
        return TimingContext(self.work / f"clip-{next(self._numbers)}")

    def run(self, video: MakeVideo) -> tuple[float, TimingContext]:
        """Make the requested clip. Return its duration in seconds and its context with the recorded times.
        The files of the clip are deleted.
        """
        context = self.create_timing_context()
        began = time.perf_counter()
        Ltx2().run(video, context)
        taken = time.perf_counter() - began
        shutil.rmtree(context.workspace, ignore_errors=True)
        return taken, context

    def time_two_clips(self, size: Size, *, foresight: bool) -> float:
        """Return the seconds that two clips in a row take.

        With `foresight`, the second clip is prepared while the first one is decoded, as a worker does.
        """
        first, second = self.build_next_clip(size), self.build_next_clip(size)
        runner, context = ForesightRunner(lambda _: Ltx2()), self.create_timing_context()
        if foresight:
            context.at_last = partial(runner.set_next_job, "second", second.model_dump(mode="json"))
        began = time.perf_counter()
        Ltx2().run(first, context)
        runner.begin_prepared_job("second", second.model_dump(mode="json"), lambda: None)
        Ltx2().run(second, context)
        taken = time.perf_counter() - began
        shutil.rmtree(context.workspace, ignore_errors=True)
        return taken

    def has_room(self, recipe: Recipe) -> bool:
        """Return True if the disk has room for the files that the recipe writes in addition to the
        checkpoint.

        Files that other recipes wrote are deleted.
        """
        streamed = Home(self.home).streamed
        shutil.rmtree(streamed, ignore_errors=True)
        if recipe.offload != "disk":
            return True
        parts = (self.folder / name for name in ("transformer", "text_encoder"))
        size = sum(file.stat().st_size for part in parts for file in part.glob("*.safetensors"))
        return shutil.disk_usage(self.work).free > size + RESERVED

    def is_recipe_wanted(self, recipe: Recipe) -> bool:
        """Return True if the recipe's name matches one of the patterns of `--recipes`."""
        return not self.recipes or any(re.search(one, recipe.name) for one in self.recipes)

    def find_bench_weights(
        self, id: str = "bench", family: str = "ltx2"
    ) -> tuple[ModelStore, ResolvedWeights]:
        """Return the model store of the run, and the weights that are registered in it under an id."""
        store = ModelStore(Home(self.home).models)
        return store, store.resolve(family, model=id)

    def list_clip_recipes(self, video: MakeVideo) -> tuple[Request, list[Recipe]]:
        """Return the request of a clip, and its requested recipes that fit this machine."""
        store, found = self.find_bench_weights()
        request = explanation.make_local_request("ltx2", store, found, video)
        return request, self.list_fitting_recipes(request)

    def list_fitting_recipes(self, request: Request) -> list[Recipe]:
        """Return the requested recipes for a request that fit this machine."""
        card = memory.card()
        recipes = build_recipe_ladder(
            request, card.kind, find_recipe_packages(), card.capability, get_card_rates(card)
        )
        needs = ((one, estimate_memory(one, request)) for one in recipes if self.is_recipe_wanted(one))
        host = card.host_gb or math.inf
        return [one for one, need in needs if need.card_gb <= card.free_gb and need.host_gb <= host]


def drop_all_weights() -> None:
    """Drop all weights from memory."""
    get_model_cache().clear()
    gc.collect()
    memory.DeviceMemory().free_unreferenced()
