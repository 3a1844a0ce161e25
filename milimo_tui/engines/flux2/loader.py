"""FLUX.2 in memory: found on the shelf, run by a recipe, kept between jobs by the worker's residency.

For workers alone: imports torch and diffusers.
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
    """A pipeline with what is known of its weights, and which variant they are."""

    variant: Variant = field(kw_only=True)

    @property
    def vision_words(self) -> tuple[str, ...]:
        """What they read of pictures goes by `reads`, and by what tiles they are looked at."""
        return (*self.reads, f"{self.recipe.tiling} {self.recipe.stride}")

    def inpainter(self, *, remembers: bool = True) -> Inpainter:
        """A pipeline that paints parts of a picture anew, of the same modules: nothing is loaded for it.
        Of klein weights alone (`require_paints`).
        """
        inpainter = Inpainter(**self.pipe.components, is_distilled=not self.variant.guided)
        inpainter.set_progress_bar_config(disable=True)
        inpainter.weights = self.vision_words if remembers else ()
        return inpainter


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done, as far as loading goes: the weights and LoRAs, the raster, the references looked at
    beside it, how many runs of so many steps there are, and all `texts` that will be read.
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
    """The weights to load. Raises Unavailable with the command that gets them, Damaged."""
    found = model_store().resolve(FAMILY, model=model)
    return found, variant_of(folder_of(found))


@contextmanager
def at_work(work: Work, context: Context) -> Iterator[Loaded]:
    """The weights in memory, wearing the job's LoRAs, while its work is done.

    Want of memory leaves as OutOfMemory in the recipe's words; whatever ends the work, what it held is free.
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
    """What its text encoder makes of a prompt, (1, 512, width)."""
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
    """Raises Unavailable for what a recipe needs and this machine lacks, Damaged for what can't be read."""
    found = work.found

    def make(options: dict[str, Any]) -> Any:
        painter = painter_of(work.variant)
        return painter.from_pretrained(folder_of(found), **options, **_single(found, recipe))

    pipe, projection = brought(found, recipe, context, make, flux2_projection)
    return Loaded(pipe, found, recipe, projection, variant=work.variant)


def _single(found: Found, recipe: Recipe) -> dict[str, Any]:
    """The transformer of a single file, in place of the folder's."""
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
