"""A family's pipeline in memory: found on the shelf, run by a recipe, kept between jobs by the residency.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import PictureFamily, folder_of
from milimo_tui.engines.pictures.picture_request import installed
from milimo_tui.engines.pictures.reading import TEXT, Read, known_as, read_ahead, reads_once
from milimo_tui.engines.pictures.sampling import Pipeline
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Choice, Recipe
from milimo_tui.engines.recipes.weight_sizes import whole_bytes
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter, set_adapters
from milimo_tui.engines.runtime.cancel import letting_go
from milimo_tui.engines.runtime.determinism import deterministic
from milimo_tui.engines.runtime.latent_preview import Projection
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import Place, model_cache
from milimo_tui.engines.runtime.model_stack import quiet_libraries, reading
from milimo_tui.engines.runtime.recipe_run import key, running
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

FROM_DISK = {"local_files_only": True, "use_safetensors": True}
STAGES = {"loading": 2.0, "reading the prompt": 1.0, "painting": 20.0}  # about how long each takes


@dataclass(slots=True)
class Loaded:
    """A pipeline with what is known of its weights, run by that recipe. `projection` shows its latents."""

    pipe: Any
    found: Found
    recipe: Recipe
    projection: Projection
    loras: tuple[lora_files.LoraFile, ...] = ()
    read: Mapping[str, Read] = field(default_factory=dict)  # texts that were read before this came

    @property
    def reads(self) -> tuple[str, str, str]:
        """Which weights in which form read a prompt: what they make of the same words is the same."""
        return known_as(self.found, self.recipe)

    def move(self, place: Place) -> None:
        """To the card, or to main memory, where no hooks of offloading keep it."""
        self.pipe.to(device() if place == "card" else "cpu")


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
    request = installed(family, found, _counted(asked, spec), {one.path for one in active})
    with running(context, request, _name(found), spec.recipe) as choice:

        def reader(options: dict[str, Any]) -> Any:
            quiet_libraries()
            without = {"transformer": None, "vae": None}
            return pipeline.load(folder_of(found), {**FROM_DISK, **without, **options})

        read = read_ahead(found, choice.recipe, texts, reader, pipeline.read, context, pipeline.sees)
        loaded = _resident(pipeline, found, choice, context)
        for note in apply.tune(loaded.pipe, choice.recipe):
            context.log(note)
        with letting_go(loaded.pipe), deterministic(spec.deterministic, context):
            set_adapters(
                loaded.pipe,
                (Adapter(one.title, one.path, one.digest, one.strength) for one in active),
                context,
            )
            yield replace(loaded, loras=active, recipe=choice.recipe, read=read)


def _counted(asked: MakePicture | MakeVideo, spec: MakePicture) -> MakePicture | MakeVideo:
    """What memory goes by: a shot for what it looks at, an order of pictures for how many they are."""
    return asked if isinstance(asked, MakeVideo) else spec


def _name(found: Found) -> str:
    """What the weights are held under."""
    return found.digest or found.id


def _resident(pipeline: Pipeline, found: Found, choice: Choice, context: Context) -> Loaded:
    recipe = choice.recipe
    size = whole_bytes(found, recipe)
    mover = None if recipe.placed or recipe.needs else Loaded.move  # quantised weights stay where they are

    def build() -> Loaded:
        return _load(pipeline, found, recipe, context)

    return model_cache().pipeline(key(_name(found), choice), build, context, size, move=mover)


def _load(pipeline: Pipeline, found: Found, recipe: Recipe, context: Context) -> Loaded:
    """Raises Unavailable for what a recipe needs and this machine lacks, Damaged for what can't be read."""
    quiet_libraries()
    context.progress("loading", 0, 1, found.id)
    if not found.path.is_dir() and found.base is None:
        raise Unavailable(
            f"{found.id} is one file and needs the other parts of its model", "milimo model download"
        )
    gone = {TEXT: None, "tokenizer": None} if reads_once(recipe) else {}
    options = {**FROM_DISK, **_single(pipeline, found, recipe), **gone, **apply.load_options(recipe)}
    with reading(found.id):
        pipe = pipeline.load(folder_of(found), options)
    pipe.set_progress_bar_config(disable=True)
    apply.apply(pipe, recipe, weights=_name(found))
    projection = pipeline.projection(pipe.vae, pipe._execution_device)
    pipe.maybe_free_model_hooks()
    context.progress("loading", 1, 1, found.id)
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
