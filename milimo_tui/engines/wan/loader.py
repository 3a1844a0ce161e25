"""Loading of Wan 2.2: found in the model store, run by a recipe, kept between jobs in the worker's model
cache.

Only for workers: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan, WanImageToVideoPipeline, WanPipeline, WanTransformer3DModel
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.pictures.kept_pipeline import FROM_DISK, WantedWeights, brought, wearing
from milimo_tui.engines.pictures.kept_pipeline import Loaded as LoadedPipeline
from milimo_tui.engines.pictures.reading import Read, read_ahead
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.latent_preview import wan_projection
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.single_files import load_transformer
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan import halves, recipe_request
from milimo_tui.engines.wan.kinds import FAMILY, Kind
from milimo_tui.engines.wan.plan import Plan

TOKENS = 512  # tokens of a prompt; longer prompts are truncated, as the authors do


@dataclass(slots=True)
class Loaded(LoadedPipeline):
    """A pipeline in memory with its weights and its kind."""

    kind: Kind = field(kw_only=True)

    def pipeline(self, *, begins: bool) -> Any:
        """Return the pipeline for a take with a first picture or from text alone. Both use the same
        modules.
        """
        cls = WanImageToVideoPipeline if begins else WanPipeline
        if isinstance(self.pipe, cls):
            return self.pipe
        own = self.pipe.config
        made = cls(
            **self.pipe.components,
            boundary_ratio=own.boundary_ratio,
            expand_timesteps=own.expand_timesteps,
        )
        made.set_progress_bar_config(disable=True)
        return made

    def bring_decoder(self) -> None:
        """Move the autoencoder to the device if the recipe moves it in and out of memory.

        Its first layer runs before its encoder and decoder are called, which is when they would be moved
        automatically.
        """
        if self.recipe.offload in ("kept", "blocks", "disk"):
            self.pipe.vae.to(device())


def find(model: str) -> Found:
    """Return the weights to load. Raises Unavailable with the command that downloads them, Damaged."""
    return model_store().resolve(FAMILY, model=model)


def read(pipe: Any, text: str, where: Any) -> tuple[Tensor, ...]:
    """Return the text encoder's embedding of a prompt."""
    embedded, _ = pipe.encode_prompt(
        text, do_classifier_free_guidance=False, max_sequence_length=TOKENS, device=where
    )
    return (embedded,)


@contextmanager
def at_work(
    found: Found, way: Plan, spec: MakeVideo, context: Context, texts: Sequence[str]
) -> Iterator[Loaded]:
    """Keep the weights in memory with the job's LoRAs active while the job runs. `texts` are all prompts that
    will be read.

    A lack of memory is raised as OutOfMemory in the recipe's words. The memory that the work held is free
    afterwards, whatever ends the work.
    """
    active = lora_files.files(model_store(), found, spec.loras)
    wanted = WantedWeights(
        found=found,
        request=recipe_request.installed(way, found, dict.fromkeys(one.path for one in active), spec.among),
        recipe=spec.recipe,
        deterministic=spec.deterministic,
        loras=active,
        adapters=tuple(_adapter(one, way.kind) for one in active),
    )

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return read_ahead(found, recipe, texts, _reader(found), read, context)

    with wearing(wanted, context, lambda recipe: _load(found, way.kind, recipe, context), ahead) as loaded:
        yield loaded


def _adapter(one: lora_files.LoraFile, kind: Kind) -> Adapter:
    """Return a LoRA with the transformers of a pair that it is applied to."""
    parts = halves.parts_of(one.path.stem) if kind.later is not None else ()
    return Adapter(one.title, one.path, one.digest, one.strength, parts)


def _reader(found: Found) -> Any:
    """Return a function that loads a pipeline with only the text encoder."""

    def load(options: dict[str, Any]) -> Any:
        quiet_libraries()
        without = {"transformer": None, "transformer_2": None, "vae": None}
        return WanPipeline.from_pretrained(folder_of(found), **FROM_DISK, **without, **options)

    return load


def _single(found: Found, folder: Path, recipe: Recipe) -> dict[str, Any]:
    """Load the transformers from single files, to replace those of the folder."""
    if found.path.is_dir():
        return {}
    files = {"transformer": found.path, "transformer_2": found.second}
    options = apply.model_options(recipe, "transformer")
    return {
        name: load_transformer(
            WanTransformer3DModel, path, folder, options["dtype"], {}, options.get("quantization_config")
        )
        for name, path in files.items()
        if path is not None
    }


def scheduled(scheduler: Any, kind: Kind) -> Any:
    """Return the weights' own scheduler with the authors' shift for such weights."""
    own = scheduler.config.get("flow_shift")
    if own is None or kind.shifted_by(own) == own:
        return scheduler
    return type(scheduler).from_config(scheduler.config, flow_shift=kind.shifted_by(own))


def _load(found: Found, kind: Kind, recipe: Recipe, context: Context) -> Loaded:
    """Load the pipeline.

    Raises Unavailable if the machine lacks something that the recipe needs, Damaged for weights that can't be
    read.
    """
    folder, cls = folder_of(found), WanPipeline if kind.words else WanImageToVideoPipeline

    def make(options: dict[str, Any]) -> Any:
        # Always in 32 bits, whatever the recipe, as the authors run it.
        vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32, **FROM_DISK)
        pipe = cls.from_pretrained(folder, vae=vae, **_single(found, folder, recipe), **options)
        pipe.scheduler = scheduled(pipe.scheduler, kind)
        return pipe

    pipe, projection = brought(found, recipe, context, make, wan_projection)
    return Loaded(pipe, found, recipe, projection, kind=kind)
