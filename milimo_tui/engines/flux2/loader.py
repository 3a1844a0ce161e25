"""FLUX.2 in memory: found in the model store, run by a recipe, cached between jobs by the worker.

For workers only: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.flux2 import recipe_request
from milimo_tui.engines.flux2.pipelines import Inpainter, painter_of
from milimo_tui.engines.flux2.sizes import SIZES
from milimo_tui.engines.flux2.variants import UNIT, variant_of
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.pictures.kept_pipeline import FROM_DISK, WantedWeights, adapter_of, brought, wearing
from milimo_tui.engines.pictures.kept_pipeline import Loaded as LoadedPipeline
from milimo_tui.engines.pictures.loader import STAGES
from milimo_tui.engines.pictures.reading import Read, read_ahead
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import loras_gb, weigh
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.latent_preview import flux2_projection
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.single_files import load_transformer
from milimo_tui.engines.specs.spec_values import Loras

FAMILY = "flux2"


@dataclass(slots=True)
class Loaded(LoadedPipeline):
    """A loaded pipeline with the facts of its weights and their variant."""

    variant: Variant = field(kw_only=True)

    @property
    def vision_words(self) -> tuple[str, ...]:
        """The parts of a cache key that determine how pictures are encoded: the weights (`reads`) and the
        tiling.
        """
        return (*self.reads, f"{self.recipe.tiling} {self.recipe.stride}")

    def inpainter(self, *, remembers: bool = True) -> Inpainter:
        """Return an inpainting pipeline of the same modules; nothing is loaded for it.

        Only klein weights can inpaint (`require_inpainting`). With `remembers`, encoded pictures are cached.
        """
        inpainter = Inpainter(**self.pipe.components, is_distilled=not self.variant.guided)
        inpainter.set_progress_bar_config(disable=True)
        inpainter.weights = self.vision_words if remembers else ()
        return inpainter


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of a job as far as loading is concerned.

    The weights and LoRAs, the raster, the number of `references`, the number of `runs` of `steps` steps, and
    all `texts` that will be encoded.
    """

    found: Found
    variant: Variant
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


def find(model: str) -> tuple[Found, Variant]:
    """Return the weights to load with their variant. Raises Unavailable with the command that installs them,
    Damaged.
    """
    found = model_store().resolve(FAMILY, model=model)
    return found, variant_of(folder_of(found))


@contextmanager
def at_work(work: Work, context: Context) -> Iterator[Loaded]:
    """Provide the loaded weights with the job's LoRAs active for the duration of the block.

    Lack of memory raises OutOfMemory with the recipe's advice. The memory is released after the block in
    every case.
    """
    found = work.found
    active = lora_files.files(model_store(), found, work.loras)
    context.plan(STAGES)
    wanted = WantedWeights(
        found=found,
        request=_request(work, active),
        recipe=work.recipe,
        deterministic=work.deterministic,
        loras=active,
        adapters=tuple(map(adapter_of, active)),
    )

    def reader(options: dict[str, Any]) -> Any:
        quiet_libraries()
        painter = painter_of(work.variant)
        return painter.from_pretrained(folder_of(found), transformer=None, vae=None, **FROM_DISK, **options)

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return read_ahead(found, recipe, work.texts, reader, read, context)

    with wearing(wanted, context, lambda recipe: _load(work, recipe, context), ahead) as loaded:
        loaded.pipe.weights = loaded.vision_words
        yield loaded


def read(pipe: Any, text: str, where: Any) -> tuple[torch.Tensor, ...]:
    """Return the text encoder's embedding of a prompt, (1, 512, width)."""
    embedded, _ = pipe.encode_prompt(prompt=text, device=where)
    return (embedded,)


def _request(work: Work, active: Sequence[lora_files.LoraFile]) -> Request:
    return recipe_request.work(
        weigh(work.found, SIZES),
        width=max(work.width, UNIT),
        height=max(work.height, UNIT),
        variant=work.variant,
        steps=work.steps,
        guided=work.guided,
        references=work.references,
        runs=work.runs,
        loras=loras_gb({one.path for one in active}),
    )


def _load(work: Work, recipe: Recipe, context: Context) -> Loaded:
    """Load the pipeline by a recipe.

    Raises Unavailable for a requirement of the recipe that this machine lacks, Damaged for unreadable
    weights.
    """
    found = work.found

    def make(options: dict[str, Any]) -> Any:
        painter = painter_of(work.variant)
        return painter.from_pretrained(folder_of(found), **options, **_single(found, recipe))

    pipe, projection = brought(found, recipe, context, make, flux2_projection)
    return Loaded(pipe, found, recipe, projection, variant=work.variant)


def _single(found: Found, recipe: Recipe) -> dict[str, Any]:
    """Return the option that replaces the folder's transformer by that of a single file. Empty for a
    folder.
    """
    if found.path.is_dir():
        return {}
    from diffusers import Flux2Transformer2DModel

    options = apply.model_options(recipe, "transformer")
    quantiser = options.get("quantization_config")
    folder = folder_of(found)
    transformer = load_transformer(
        Flux2Transformer2DModel, found.path, folder, options["dtype"], {}, quantiser
    )
    return {"transformer": transformer}
