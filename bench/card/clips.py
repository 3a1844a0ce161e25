"""Timed clips: their specs, the times that an engine reports, and the same clip made by a script without
Milimo. Imports torch.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, WeightFile
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Checkpoint, Checkpoints, Output
from milimo_tui.engines.ltx2.plan.guidance import OFF
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode import take_file
from milimo_tui.media.sound.resample import resample

RATE = Fraction(24)
PARTS = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")
LETTERS = 1024  # tokens of a prompt after the engine has padded it
Size = tuple[int, int, int]


class TimingContext:
    """An engine context that records the duration of each sampling step and each load. Implements
    `engines.contract.engine.Context`.
    """

    def __init__(self, workspace: Path, rung: int = 0) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        self.workspace, self.rung = workspace, rung
        self.steps: dict[str, list[float]] = {}
        self.loads: dict[str, float] = {}
        self.lines: list[str] = []
        self._last = ("", 0.0)
        self.at_last: Callable[[], None] = lambda: None

    @property
    def checkpoints(self) -> Checkpoints:
        return NoBenchCheckpoints()

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        now = time.perf_counter()
        before, at = self._last
        if stage == before and done > 1 and ("pass" in stage or "sampling" in stage):
            self.steps.setdefault(stage, []).append(now - at)
        self._last = (stage, now)

    def plan(self, stages: Mapping[str, float]) -> None: ...

    def last_stage(self) -> None:
        self.at_last()

    def log(self, sentence: str) -> None:
        self.lines.append(sentence)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        self.loads[what] = seconds

    def part(self, output: Output) -> None: ...

    def preview(self, picture: bytes | Callable[[], bytes]) -> None: ...


class NoBenchCheckpoints:
    """A store of job checkpoints that saves nothing, so that only the making of the clip is measured."""

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        return None

    def due(self) -> bool:
        return False

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None: ...


def register_bench_checkpoint(
    home: Path, id: str, folder: Path, family: str = "ltx2", generation: str = "2.0", *, tiny: bool = True
) -> ModelStore:
    """Register a checkpoint in a home's model store, together with the upsampler in its folder.

    If `tiny` is false, memory estimates use the published size of the model `id`.
    """
    models = Home(home).models
    models.mkdir(parents=True, exist_ok=True)
    Home(home).mark.touch()
    store = ModelStore(models)
    store.register(
        InstalledWeights(
            id=id,
            family=family,
            generation=generation,
            path=str(folder),
            tiny=tiny,
            files=_hash_file_names(folder),
        )
    )
    if (folder / "latent_upsampler").is_dir():
        row = InstalledWeights(
            id=f"{id}-upsampler", family=family, role="upsampler", generation=generation, path=str(folder)
        )
        store.register(row)
    os.environ["MILIMO_HOME"] = str(home)
    return store


def build_bench_clip(
    model: str, size: Size, number: int, *, stages: str = "one", recipe: str = ""
) -> MakeVideo:
    """Return the spec of a clip made with the distilled model's steps. Clips with different numbers have
    different prompts and seeds.
    """
    width, height, frames = size
    return MakeVideo(
        engine="ltx2",
        model=model,
        prompt=f"lamp {number} is lit",
        seed=number,
        width=width,
        height=height,
        frames=frames,
        rate=RATE,
        schedule="distilled",
        stages="two" if stages == "two" else "one",
        deterministic=False,
        recipe=recipe,
    )


def _hash_file_names(folder: Path) -> tuple[WeightFile, ...]:
    """Return the files of a checkpoint with hashes of their names and sizes.

    The content is not hashed: hashing 50 GB takes two minutes, during which the rented card would idle.
    """
    sizes = ((path.relative_to(folder), path.stat().st_size) for path in sorted(folder.rglob("*")))
    return tuple(
        WeightFile(str(name), size, hashlib.sha256(f"{folder.name} {name} {size}".encode()).hexdigest())
        for name, size in sizes
        if (folder / name).is_file()
    )


class BareScript:
    """A script without Milimo: one diffusers pipeline with its weights in memory, and a file for its result.
    Clips by the engine are compared with it.
    """

    def __init__(self, parts: Mapping[str, Any], folder: Path) -> None:
        from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

        scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(
            folder / "scheduler", use_dynamic_shifting=False, shift_terminal=None
        )
        pipe = LTX2ConditionPipeline(scheduler=scheduler, **{name: parts[name] for name in PARTS})
        pipe.set_progress_bar_config(disable=True)
        self.pipe: Any = pipe

    def make_clip(self, video: MakeVideo, path: Path) -> None:
        """Make the requested clip and write it to `path`."""
        pipe = self.pipe
        made = pipe(
            prompt=video.prompt,
            width=video.width,
            height=video.height,
            num_frames=video.frames,
            frame_rate=float(video.rate),
            sigmas=list(DISTILLED),
            num_inference_steps=len(DISTILLED),
            generator=torch.Generator().manual_seed(video.seed),
            use_cross_timestep=False,
            max_sequence_length=LETTERS,
            output_type="np",
            **OFF.build_pipeline_arguments(),
        )
        pictures = (np.asarray(made.frames)[0] * 255).round().astype(np.uint8)
        heard = made.audio[0].float().cpu().numpy()
        sound = resample(heard, pipe.vocoder.config.output_sampling_rate, video.sample_rate)
        samples = round(video.frames / video.rate * video.sample_rate)
        sound = np.pad(sound[:, :samples], ((0, 0), (0, max(0, samples - sound.shape[1]))))
        take_file.write_take(
            path,
            pictures,
            width=video.width,
            height=video.height,
            rate=video.rate,
            frames=video.frames,
            sound=np.ascontiguousarray(sound, np.float32),
            sample_rate=video.sample_rate,
        )
