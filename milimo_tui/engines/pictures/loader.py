"""A family's pipeline in memory: found on the shelf, run by a recipe.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import PictureFamily, folder_of
from milimo_tui.engines.pictures.kept_pipeline import (
    FROM_DISK,
    Loaded,
    WantedWeights,
    adapter_of,
    brought,
    wearing,
)
from milimo_tui.engines.pictures.picture_request import installed
from milimo_tui.engines.pictures.reading import Read, read_ahead
from milimo_tui.engines.pictures.sampling import Pipeline
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

STAGES = {"loading": 2.0, "reading the prompt": 1.0, "painting": 20.0}  # about how long each takes


def find(family: PictureFamily, model: str) -> Found:
    """The weights to load. Raises Unavailable with the command that gets them, Damaged."""
    return model_store().resolve(family.name, model=model)


@contextmanager
def at_work(
    family: PictureFamily,
    pipeline: Pipeline,
    found: Found,
    asked: MakePicture | MakeVideo,
    spec: MakePicture,
    context: Context,
    texts: Sequence[str],
) -> Iterator[Loaded]:
    """The weights in memory, wearing the job's LoRAs, while its work is done; `texts` are all that will be
    read.

    Want of memory leaves as OutOfMemory in the recipe's words; whatever ends the work, what it held is free.
    """
    active = lora_files.files(model_store(), found, spec.loras)
    context.plan(STAGES)
    wanted = WantedWeights(
        found=found,
        request=installed(family, found, _counted(asked, spec), {one.path for one in active}),
        recipe=spec.recipe,
        deterministic=spec.deterministic,
        loras=active,
        adapters=tuple(map(adapter_of, active)),
    )

    def reader(options: dict[str, Any]) -> Any:
        quiet_libraries()
        without = {"transformer": None, "vae": None}
        return pipeline.load(folder_of(found), {**FROM_DISK, **without, **options})

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return read_ahead(found, recipe, texts, reader, pipeline.read, context, pipeline.sees)

    with wearing(wanted, context, lambda recipe: _load(pipeline, found, recipe, context), ahead) as loaded:
        yield loaded


def _counted(asked: MakePicture | MakeVideo, spec: MakePicture) -> MakePicture | MakeVideo:
    """What memory goes by: a shot for what it looks at, an order of pictures for how many they are."""
    return asked if isinstance(asked, MakeVideo) else spec


def _load(pipeline: Pipeline, found: Found, recipe: Recipe, context: Context) -> Loaded:
    """Raises Unavailable for what a recipe needs and this machine lacks, Damaged for what can't be read."""

    def make(options: dict[str, Any]) -> Any:
        return pipeline.load(folder_of(found), {**options, **_single(pipeline, found, recipe)})

    pipe, projection = brought(found, recipe, context, make, pipeline.projection)
    return Loaded(pipe, found, recipe, projection)


def _single(pipeline: Pipeline, found: Found, recipe: Recipe) -> dict[str, Any]:
    """The transformer of a single file, in place of the folder's."""
    if found.path.is_dir():
        return {}
    options = apply.model_options(recipe, "diffusers")
    options["torch_dtype"] = options.pop("dtype")
    transformer = pipeline.transformer().from_single_file(
        str(found.path), config=str(found.base), subfolder="transformer", local_files_only=True, **options
    )
    return {"transformer": transformer}
