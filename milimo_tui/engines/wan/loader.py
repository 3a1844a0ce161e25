"""Load Wan 2.2 for a job. The worker's model cache retains the pipeline between jobs.

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

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.pictures.loaded_pipeline import (
    FROM_DISK,
    WantedWeights,
    load_pipeline,
    use_weights_with_loras,
)
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline as LoadedPipeline
from milimo_tui.engines.pictures.reading import Read, encode_prompts_ahead
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.latent_preview import fit_wan_projection
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.single_files import load_single_file_transformer
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan import halves, recipe_request
from milimo_tui.engines.wan.kinds import FAMILY, WanKind
from milimo_tui.engines.wan.plan import WanPlan

TOKENS = 512  # The length of a prompt in tokens. Longer prompts are truncated, as in the authors' code.


@dataclass(slots=True)
class LoadedWan(LoadedPipeline):
    """A loaded pipeline with the kind of its weights."""

    kind: WanKind = field(kw_only=True)

    def pipeline(self, *, begins: bool) -> Any:
        """Return the pipeline for a take with a first picture (`begins`) or from text alone. Both pipelines
        share the same modules.
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
        """Move the autoencoder to the device if the recipe moves components in and out of memory.

        The autoencoder's hooks move it when its encoder or decoder is called. That is too late, because a
        layer before them runs first.
        """
        if self.recipe.offload in ("kept", "blocks", "disk"):
            self.pipe.vae.to(get_device())


def find_wan_weights(model: str) -> ResolvedWeights:
    """Return the weights to load. Raises Unavailable with the command that downloads them, Damaged."""
    return open_worker_store().resolve(FAMILY, model=model)


def encode_wan_prompt(pipe: Any, text: str, where: Any) -> tuple[Tensor, ...]:
    """Return the text encoder's embedding of a prompt."""
    embedded, _ = pipe.encode_prompt(
        text, do_classifier_free_guidance=False, max_sequence_length=TOKENS, device=where
    )
    return (embedded,)


@contextmanager
def open_wan_for_job(
    found: ResolvedWeights, plan: WanPlan, spec: MakeVideo, context: Context, texts: Sequence[str]
) -> Iterator[LoadedWan]:
    """Yield the loaded weights, with the LoRAs of the spec active. The weights stay in memory while the job
    runs. `texts` are all prompts that will be encoded.

    If memory runs out, OutOfMemory is raised with the name of the recipe. The temporary memory of the work is
    released afterwards, even after an error.
    """
    active = lora_files.files(open_worker_store(), found, spec.loras)
    wanted = WantedWeights(
        found=found,
        request=recipe_request.request_for_weights(
            plan, found, dict.fromkeys(one.path for one in active), spec.among
        ),
        recipe=spec.recipe,
        deterministic=spec.deterministic,
        loras=active,
        adapters=tuple(_build_wan_adapter(one, plan.kind) for one in active),
    )

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return encode_prompts_ahead(
            found, recipe, texts, _make_encoder_loader(found), encode_wan_prompt, context
        )

    with use_weights_with_loras(
        wanted, context, lambda recipe: _load_wan_pipeline(found, plan.kind, recipe, context), ahead
    ) as loaded:
        yield loaded


def _build_wan_adapter(one: lora_files.FittingLora, kind: WanKind) -> Adapter:
    """Return the adapter for a LoRA file. For a kind with two transformers, it names those that the LoRA is
    applied to.
    """
    parts = halves.list_lora_transformers(one.path.stem) if kind.later is not None else ()
    return Adapter(one.title, one.path, one.identity, one.strength, parts)


def _make_encoder_loader(found: ResolvedWeights) -> Any:
    """Return a function that loads only the text encoder of the pipeline."""

    def load(options: dict[str, Any]) -> Any:
        quiet_libraries()
        without = {"transformer": None, "transformer_2": None, "vae": None}
        return WanPipeline.from_pretrained(get_parts_folder(found), **FROM_DISK, **without, **options)

    return load


def _load_single_file_transformers(found: ResolvedWeights, folder: Path, recipe: Recipe) -> dict[str, Any]:
    """Load the transformers from single files, which replace the transformers in the folder. Return an empty
    dict if the weights are a folder only.
    """
    if found.path.is_dir():
        return {}
    files = {"transformer": found.path, "transformer_2": found.second}
    options = apply.build_model_options(recipe, "transformer")
    return {
        name: load_single_file_transformer(
            WanTransformer3DModel, path, folder, options["dtype"], {}, options.get("quantization_config")
        )
        for name, path in files.items()
        if path is not None
    }


def correct_scheduler_shift(scheduler: Any, kind: WanKind) -> Any:
    """Return the scheduler, with the authors' shift if its own shift was only written by diffusers'
    converter.
    """
    own = scheduler.config.get("flow_shift")
    if own is None or kind.choose_shift(own) == own:
        return scheduler
    return type(scheduler).from_config(scheduler.config, flow_shift=kind.choose_shift(own))


def _load_wan_pipeline(found: ResolvedWeights, kind: WanKind, recipe: Recipe, context: Context) -> LoadedWan:
    """Load the pipeline from its files with the precision and placement of the recipe.

    Raises Unavailable if the machine lacks something that the recipe needs, Damaged for weights that can't be
    read.
    """
    folder, cls = get_parts_folder(found), WanPipeline if kind.words else WanImageToVideoPipeline

    def make(options: dict[str, Any]) -> Any:
        # The autoencoder is always in 32 bits, whatever the recipe, as in the authors' code.
        vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32, **FROM_DISK)
        pipe = cls.from_pretrained(
            folder, vae=vae, **_load_single_file_transformers(found, folder, recipe), **options
        )
        pipe.scheduler = correct_scheduler_shift(pipe.scheduler, kind)
        return pipe

    pipe, projection = load_pipeline(found, recipe, context, make, fit_wan_projection)
    return LoadedWan(pipe, found, recipe, projection, kind=kind)
