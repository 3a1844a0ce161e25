"""The loading of FLUX.2: weights are found in the model store, loaded by a recipe, and cached by the worker
between jobs.

For workers only: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.flux2 import recipe_request
from milimo_tui.engines.flux2.pipelines import Inpainter, get_painter_class
from milimo_tui.engines.flux2.profile import FAMILY
from milimo_tui.engines.flux2.sizes import SIZES
from milimo_tui.engines.flux2.variants import UNIT, read_flux2_variant
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.pictures.loaded_pipeline import (
    FROM_DISK,
    WantedWeights,
    load_pipeline,
    make_adapter,
    use_weights_with_loras,
)
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline as LoadedPipeline
from milimo_tui.engines.pictures.loader import STAGES
from milimo_tui.engines.pictures.reading import Read, encode_prompts_ahead
from milimo_tui.engines.recipes.values import Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb, weigh
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.latent_preview import fit_flux2_projection
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.single_files import load_single_file_transformer
from milimo_tui.engines.specs.spec_values import Loras


@dataclass(slots=True)
class LoadedFlux2(LoadedPipeline):
    """A loaded FLUX.2 pipeline, with its installed weights and their variant."""

    variant: WeightsVariant = field(kw_only=True)

    @property
    def vision_key_parts(self) -> tuple[str, ...]:
        """The parts of a cache key on which the encoding of pictures depends: the weights with their
        precision, and the tiling.
        """
        return (*self.encoder_key, f"{self.recipe.tiling} {self.recipe.stride}")

    def make_inpainter(self, *, remembers: bool = True) -> Inpainter:
        """Return an inpainting pipeline that uses the models already in memory.

        Only klein weights can inpaint (`require_inpainting`). With `remembers`, the latents of encoded
        pictures are cached.
        """
        inpainter = Inpainter(**self.pipe.components, is_distilled=not self.variant.guided)
        inpainter.set_progress_bar_config(disable=True)
        inpainter.weights = self.vision_key_parts if remembers else ()
        return inpainter


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The properties of a job that determine which weights are loaded and with which recipe.

    These are the weights and LoRAs, the picture size, the number of `references`, the number of `runs` of
    `steps` steps each, and all `texts` that will be encoded.
    """

    found: ResolvedWeights
    variant: WeightsVariant
    loras: Loras
    width: int
    height: int
    steps: int
    guided: bool
    references: int = 0
    runs: int = 1
    deterministic: bool = False
    recipe: str = ""
    texts: tuple[str, ...] = ()


def find_flux2_weights(model: str) -> tuple[ResolvedWeights, WeightsVariant]:
    """Return the installed weights to load and their variant. Raises Unavailable with the command that
    installs weights, Damaged.
    """
    found = open_worker_store().resolve(FAMILY, model=model)
    return found, read_flux2_variant(get_parts_folder(found))


@contextmanager
def use_flux2_weights(work: Work, context: Context) -> Iterator[LoadedFlux2]:
    """Return a context manager that holds the loaded weights in memory for the duration of the block, with
    the job's LoRAs active.

    If memory is too small, OutOfMemory is raised with the advice of the recipe. The temporary memory of the
    job is released after the block in every case.
    """
    found = work.found
    active = lora_files.files(open_worker_store(), found, work.loras)
    context.plan(STAGES)
    wanted = WantedWeights(
        found=found,
        request=_make_flux2_request(work, active),
        recipe=work.recipe,
        deterministic=work.deterministic,
        loras=active,
        adapters=tuple(map(make_adapter, active)),
    )

    def reader(options: dict[str, Any]) -> Any:
        quiet_libraries()
        painter = get_painter_class(work.variant)
        return painter.from_pretrained(
            get_parts_folder(found), transformer=None, vae=None, **FROM_DISK, **options
        )

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return encode_prompts_ahead(found, recipe, work.texts, reader, encode_flux2_prompt, context)

    with use_weights_with_loras(
        wanted, context, lambda recipe: _load_flux2_pipeline(work, recipe, context), ahead
    ) as loaded:
        loaded.pipe.weights = loaded.vision_key_parts
        yield loaded


def encode_flux2_prompt(pipe: Any, text: str, where: Any) -> tuple[torch.Tensor, ...]:
    """Encode the prompt `text` on the device `where`. Return a tuple with one item: the text encoder's
    embedding, a tensor (1, 512, width).
    """
    embedded, _ = pipe.encode_prompt(prompt=text, device=where)
    return (embedded,)


def _make_flux2_request(work: Work, active: Sequence[lora_files.FittingLora]) -> Request:
    return recipe_request.work(
        weigh(work.found, SIZES),
        width=max(work.width, UNIT),
        height=max(work.height, UNIT),
        variant=work.variant,
        steps=work.steps,
        guided=work.guided,
        references=work.references,
        runs=work.runs,
        loras=compute_loras_gb({one.path for one in active}),
    )


def _load_flux2_pipeline(work: Work, recipe: Recipe, context: Context) -> LoadedFlux2:
    """Load the FLUX.2 pipeline with the precision and memory placement that the recipe prescribes.

    Raises Unavailable if this machine lacks something that the recipe needs, and Damaged for unreadable
    weights.
    """
    found = work.found

    def make(options: dict[str, Any]) -> Any:
        painter = get_painter_class(work.variant)
        return painter.from_pretrained(
            get_parts_folder(found), **options, **_load_single_file_transformer(found, recipe)
        )

    pipe, projection = load_pipeline(found, recipe, context, make, fit_flux2_projection)
    return LoadedFlux2(pipe, found, recipe, projection, variant=work.variant)


def _load_single_file_transformer(found: ResolvedWeights, recipe: Recipe) -> dict[str, Any]:
    """Return the loading option that replaces the transformer of the base folder by the transformer in a
    single file. Empty if the weights are a folder.
    """
    if found.path.is_dir():
        return {}
    from diffusers import Flux2Transformer2DModel

    options = apply.build_model_options(recipe, "transformer")
    quantiser = options.get("quantization_config")
    folder = get_parts_folder(found)
    transformer = load_single_file_transformer(
        Flux2Transformer2DModel, found.path, folder, options["dtype"], {}, quantiser
    )
    return {"transformer": transformer}
