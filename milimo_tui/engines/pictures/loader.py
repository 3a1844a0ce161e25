"""Load a family's pipeline from the model store by a recipe.

For workers only: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import PictureFamily, get_parts_folder
from milimo_tui.engines.pictures.loaded_pipeline import (
    FROM_DISK,
    CachedPipeline,
    WantedWeights,
    load_pipeline,
    make_adapter,
    use_weights_with_loras,
)
from milimo_tui.engines.pictures.picture_request import make_installed_request
from milimo_tui.engines.pictures.reading import Read, encode_prompts_ahead
from milimo_tui.engines.pictures.sampling import FamilyPipeline
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

# Approximate durations of a job's stages, relative to each other
STAGES = {"loading": 2.0, "reading the prompt": 1.0, "painting": 20.0}


def find_picture_weights(family: PictureFamily, model: str) -> ResolvedWeights:
    """Return the installed weights of a model. Raises Unavailable with the command that installs them,
    Damaged.
    """
    return open_worker_store().resolve(family.name, model=model)


@contextmanager
def use_picture_weights(
    family: PictureFamily,
    pipeline: FamilyPipeline,
    found: ResolvedWeights,
    job_spec: MakePicture | MakeVideo,
    spec: MakePicture,
    context: Context,
    texts: Sequence[str],
) -> Iterator[CachedPipeline]:
    """Return a context in which the weights are in memory and the job's LoRAs are active.

    `job_spec` is the spec of the job. `spec` is the picture spec derived from it. `texts` are all prompts
    that will be encoded. If memory runs out, OutOfMemory is raised with the recipe's advice. Temporary memory
    is released afterwards in every case.
    """
    active = lora_files.files(open_worker_store(), found, spec.loras)
    context.plan(STAGES)
    wanted = WantedWeights(
        found=found,
        request=make_installed_request(
            family, found, _choose_memory_spec(job_spec, spec), {one.path for one in active}
        ),
        recipe=spec.recipe,
        deterministic=spec.deterministic,
        loras=active,
        adapters=tuple(map(make_adapter, active)),
    )

    def reader(options: dict[str, Any]) -> Any:
        quiet_libraries()
        without = {"transformer": None, "vae": None}
        return pipeline.load(get_parts_folder(found), {**FROM_DISK, **without, **options})

    def ahead(recipe: Recipe) -> dict[str, Read]:
        return encode_prompts_ahead(found, recipe, texts, reader, pipeline.read, context, pipeline.sees)

    with use_weights_with_loras(
        wanted, context, lambda recipe: _load_picture_pipeline(pipeline, found, recipe, context), ahead
    ) as loaded:
        yield loaded


def _choose_memory_spec(job_spec: MakePicture | MakeVideo, spec: MakePicture) -> MakePicture | MakeVideo:
    """Return the spec with which the memory is estimated. For a shot, this is the job's own spec `job_spec`,
    because only it contains the references. For other jobs, it is the picture spec `spec`, because only it
    contains the number of pictures.
    """
    return job_spec if isinstance(job_spec, MakeVideo) else spec


def _load_picture_pipeline(
    pipeline: FamilyPipeline, found: ResolvedWeights, recipe: Recipe, context: Context
) -> CachedPipeline:
    """Load the pipeline with the precision and memory placement that the recipe prescribes.

    Raises Unavailable if this machine lacks something that the recipe needs, and Damaged for unreadable
    weights.
    """

    def make(options: dict[str, Any]) -> Any:
        return pipeline.load(
            get_parts_folder(found), {**options, **_load_picture_transformer(pipeline, found, recipe)}
        )

    pipe, projection = load_pipeline(found, recipe, context, make, pipeline.make_preview_projection)
    return CachedPipeline(pipe, found, recipe, projection)


def _load_picture_transformer(
    pipeline: FamilyPipeline, found: ResolvedWeights, recipe: Recipe
) -> dict[str, Any]:
    """Return the loading option that replaces the transformer in the base folder by the transformer in a
    single file. Return an empty dictionary if the weights are a folder.
    """
    if found.path.is_dir():
        return {}
    options = apply.build_model_options(recipe, "diffusers")
    options["torch_dtype"] = options.pop("dtype")
    transformer = pipeline.transformer().from_single_file(
        str(found.path), config=str(found.base), subfolder="transformer", local_files_only=True, **options
    )
    return {"transformer": transformer}
