"""Load a diffusers pipeline by its own class, place it in memory by a recipe, and cache it for the next job.

Imports torch and diffusers, so only workers import this module. Only safetensors files are read, and no
third-party code is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from diffusers import DiffusionPipeline

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.engines.any_pipeline.lora_activation import activate_pipeline_loras
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan
from milimo_tui.engines.any_pipeline.showing import LatentPreviewer, build_latent_previewer
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.loaded_pipeline import FROM_DISK, get_cache_name, get_cached_pipeline
from milimo_tui.engines.pictures.lora_files import FittingLora
from milimo_tui.engines.recipes.values import Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.determinism import use_deterministic_kernels
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import Place
from milimo_tui.engines.runtime.model_stack import (
    quiet_libraries,
    refuse_unknown_tokens,
    report_damaged_weights,
)
from milimo_tui.engines.runtime.placement import place_modules
from milimo_tui.engines.runtime.recipe_run import running
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

FRAMEWISE = "use_framewise_decoding"  # attribute of autoencoders that can decode a few frames at a time


@dataclass(slots=True)
class LoadedAnyPipeline:
    """A pipeline in memory with its weights, its recipe and its active LoRAs. The worker's model cache stores
    it for the next job.

    `came` holds the autoencoder's original settings for decoding in tiles, which are restored for recipes
    without tiles. `previewer` makes previews of the pipeline's latents.
    """

    pipe: Any
    found: ResolvedWeights
    recipe: Recipe
    came: Mapping[str, bool]
    loras: tuple[FittingLora, ...] = ()
    previewer: LatentPreviewer | None = None

    def move(self, where: Place) -> None:
        """Move the pipeline to the GPU or to main memory. Used only if no offloading hooks move its parts."""
        self.pipe.to(get_device() if where == "card" else "cpu")


@contextmanager
def open_pipeline_for_job(
    found: ResolvedWeights,
    plan: PipelineCallPlan,
    request: Request,
    spec: MakeVideo | MakePicture,
    context: Context,
) -> Iterator[LoadedAnyPipeline]:
    """Yield the pipeline, loaded and with the job's LoRAs active, for the duration of a job.

    A lack of memory is raised as OutOfMemory, worded for the recipe. The working memory of the job is freed
    even if the job fails.
    """
    active = lora_files.files(open_worker_store(), found, spec.loras)
    request = replace(request, loras_gb=compute_loras_gb({one.path for one in active}))
    with running(context, request, get_cache_name(found), spec.recipe) as choice:
        loaded = get_cached_pipeline(
            found, choice, lambda recipe: _load_pipeline_by_class(found, plan, recipe, context), context
        )
        configure_decoder_tiling(
            loaded, choice.recipe, context
        )  # set for every job, because an earlier job may have set the tiling differently
        with release_on_error(loaded.pipe), use_deterministic_kernels(spec.deterministic, context):
            if plan.pipeline.call.wears_loras:
                activate_pipeline_loras(loaded.pipe, found, active, context)
            yield replace(loaded, loras=active, recipe=choice.recipe)


def list_pipeline_modules(pipe: Any) -> dict[str, torch.nn.Module]:
    """Return the torch modules of a pipeline by their names."""
    return {name: part for name, part in pipe.components.items() if isinstance(part, torch.nn.Module)}


def _load_pipeline_by_class(
    found: ResolvedWeights, plan: PipelineCallPlan, recipe: Recipe, context: Context
) -> LoadedAnyPipeline:
    """Load the pipeline by its own class. Raises Damaged for weights that the class can't read."""
    quiet_libraries()
    context.progress("loading", 0, 1, found.id)
    with report_damaged_weights(found.id):
        try:
            pipe = DiffusionPipeline.from_pretrained(
                found.path, dtype=apply.get_compute_dtype(recipe), trust_remote_code=False, **FROM_DISK
            )
        except (AttributeError, ImportError, TypeError, AssertionError) as error:
            raise Damaged(
                f"{plan.pipeline.name} can't be loaded from {found.id}: {reason(error)}",
                "its index and its parts do not belong together: download it again",
            ) from error
    for name, part in list_pipeline_modules(pipe).items():
        if name.startswith("text_encoder"):
            refuse_unknown_tokens(part, found.id)
    pipe.set_progress_bar_config(disable=True)
    place_pipeline_parts(pipe, recipe, swaps=plan.pipeline.call.swaps)
    vae = list_pipeline_modules(pipe).get("vae")
    vae_defaults = {name: getattr(vae, name) for name in ("use_tiling", FRAMEWISE) if hasattr(vae, name)}
    shown = build_latent_previewer(pipe, context)
    pipe.maybe_free_model_hooks()
    context.progress("loading", 1, 1, found.id)
    return LoadedAnyPipeline(pipe, found, recipe, vae_defaults, previewer=shown)


def place_pipeline_parts(pipe: Any, recipe: Recipe, *, swaps: bool) -> None:
    """Place the pipeline's parts in memory as the recipe specifies.

    If the recipe moves parts to the GPU one after the other, the pipeline must declare their order (`swaps`).
    Without a declared order the parts are moved layer by layer instead.
    """
    by_layer = recipe.offload == "parts" and not swaps
    place_modules(
        pipe,
        list_pipeline_modules(pipe),
        replace(recipe, offload="leaves") if by_layer else recipe,
        get_device(),
    )


def configure_decoder_tiling(loaded: LoadedAnyPipeline, recipe: Recipe, context: Context) -> None:
    """Make the autoencoder decode in tiles if the recipe requests tiles and the autoencoder supports them.

    Otherwise restore the autoencoder's original settings.
    """
    vae: Any = list_pipeline_modules(loaded.pipe).get("vae")
    for name, value in loaded.came.items():
        setattr(vae, name, value)
    if recipe.tiling == "none" or not hasattr(vae, "enable_tiling"):
        return
    try:
        vae.enable_tiling()
    except NotImplementedError:
        context.log("its autoencoder knows no tiles: it decodes all at once")
        return
    if FRAMEWISE in loaded.came:
        setattr(vae, FRAMEWISE, recipe.tiling != "space")
