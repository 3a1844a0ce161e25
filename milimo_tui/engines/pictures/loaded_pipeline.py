"""Hold a pipeline in memory for the engines of pictures and takes. The pipeline is loaded by a recipe, the
worker caches it between jobs, and a job's LoRAs are active only during that job.

For workers only: imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from milimo_tui.core.errors import Damaged, Unavailable
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.lora_files import FittingLora
from milimo_tui.engines.pictures.reading import TEXT, Read, encodes_separately, make_encoder_key
from milimo_tui.engines.recipes.values import Recipe, RecipeChoice, Request
from milimo_tui.engines.recipes.weight_sizes import compute_pipeline_bytes
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter, set_adapters
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.determinism import use_deterministic_kernels
from milimo_tui.engines.runtime.latent_preview import Projection
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import Place, get_model_cache
from milimo_tui.engines.runtime.model_stack import (
    quiet_libraries,
    refuse_unknown_tokens,
    report_damaged_weights,
    try_tokenizer,
)
from milimo_tui.engines.runtime.recipe_run import key, running

FROM_DISK = {"local_files_only": True, "use_safetensors": True}


@dataclass(slots=True)
class CachedPipeline:
    """A pipeline in memory, with its weights, the recipe by which it was loaded, and the active LoRAs.
    `projection` turns latents into preview pictures.
    """

    pipe: Any
    found: ResolvedWeights
    recipe: Recipe
    projection: Projection
    loras: tuple[FittingLora, ...] = ()
    read: Mapping[str, Read] = field(default_factory=dict)  # prompts encoded before the pipeline was loaded

    @property
    def encoder_key(self) -> tuple[str, str, str]:
        """A tuple that identifies the weights and the precision of the text encoder. Encoders with equal
        tuples give equal embeddings of the same text.
        """
        return make_encoder_key(self.found, self.recipe)

    def move(self, place: Place) -> None:
        """Move the pipeline to the card or to main memory. Only for a pipeline without offloading hooks,
        because such hooks control the placement themselves.
        """
        self.pipe.to(get_device() if place == "card" else "cpu")


class LoadedModel(Protocol):
    """A model in memory that can be moved between the card and main memory."""

    @property
    def found(self) -> ResolvedWeights: ...
    @property
    def recipe(self) -> Recipe: ...
    @property
    def loras(self) -> tuple[FittingLora, ...]: ...
    def move(self, place: Place) -> None: ...


L = TypeVar("L", bound=CachedPipeline)
M = TypeVar("M", bound=LoadedModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedWeights:
    """The weights that a job needs, as the input of `use_weights_with_loras`. `request` is the memory
    request, `recipe` the name of the recipe that the user requested, and `adapters` are the `loras` in the
    form in which the pipeline loads them.
    """

    found: ResolvedWeights
    request: Request
    recipe: str
    deterministic: bool
    loras: tuple[FittingLora, ...]
    adapters: tuple[Adapter, ...]


@contextmanager
def use_weights_with_loras(
    wanted: WantedWeights,
    context: Context,
    load: Callable[[Recipe], L],
    ahead: Callable[[Recipe], Mapping[str, Read]],
) -> Iterator[L]:
    """Return a context in which the weights are in memory and the job's LoRAs are active.

    First, `ahead` encodes the texts. Then `load` loads the weights by the chosen recipe. Weights that are
    already cached in the form that the recipe requires are not loaded again. If memory runs out, OutOfMemory
    is raised with the recipe's advice. Temporary memory is released afterwards in every case.
    """
    found = wanted.found
    with running(context, wanted.request, get_cache_name(found), wanted.recipe) as choice:
        read = ahead(choice.recipe)
        loaded = get_cached_pipeline(found, choice, load, context)
        for note in apply.tune_pipeline(loaded.pipe, choice.recipe):
            context.log(note)
        with release_on_error(loaded.pipe), use_deterministic_kernels(wanted.deterministic, context):
            set_adapters(loaded.pipe, wanted.adapters, context)
            yield replace(loaded, loras=wanted.loras, recipe=choice.recipe, read=read)


def make_adapter(one: FittingLora) -> Adapter:
    """Return a LoRA as an adapter that applies to the complete pipeline."""
    return Adapter(one.title, one.path, one.identity, one.strength)


def get_cached_pipeline(
    found: ResolvedWeights, choice: RecipeChoice, load: Callable[[Recipe], M], context: Context
) -> M:
    """Return the pipeline with the precision and placement that the chosen recipe requires. It comes from the
    worker's cache, or is loaded by `load`.
    """
    recipe = choice.recipe
    mover = None if recipe.placed or recipe.needs else _move_pipeline  # quantised weights cannot be moved
    size = compute_pipeline_bytes(found, recipe)
    kept: M = get_model_cache().pipeline(
        key(get_cache_name(found), choice), lambda: load(recipe), context, size, move=mover
    )
    return kept


def _move_pipeline(one: LoadedModel, place: Place) -> None:
    one.move(place)


def get_cache_name(found: ResolvedWeights) -> str:
    """Return the name under which the weights are cached."""
    return found.identity


def load_pipeline(
    found: ResolvedWeights,
    recipe: Recipe,
    context: Context,
    make: Callable[[dict[str, Any]], Any],
    project: Callable[[Any, Any], Projection],
) -> tuple[Any, Projection]:
    """Load a pipeline by a recipe, and return it with the projection of its latents to previews.

    `make` loads the pipeline with the recipe's options. `project` makes the projection from the autoencoder
    and a device. Raises Unavailable for a requirement of the recipe that this machine lacks, Damaged for
    unreadable weights.
    """
    quiet_libraries()
    context.progress("loading", 0, 1, found.id)
    if not found.path.is_dir() and found.base is None:
        raise Unavailable(
            f"{found.id} is one file and needs the other parts of its model",
            f"milimo model list --family {found.family} shows them",
        )
    omitted = {TEXT: None, "tokenizer": None} if encodes_separately(recipe) else {}
    with report_damaged_weights(found.id):
        pipe = make({**FROM_DISK, **omitted, **apply.build_load_options(recipe)})
        if pipe.tokenizer is not None:
            try_tokenizer(pipe.tokenizer)
    _refuse_scheduler(pipe.scheduler, found.id)
    if pipe.text_encoder is not None:
        refuse_unknown_tokens(pipe.text_encoder, found.id)
    pipe.set_progress_bar_config(disable=True)
    apply.apply_recipe(pipe, recipe, weights=get_cache_name(found))
    projection = project(pipe.vae, get_device())
    pipe.maybe_free_model_hooks()
    context.progress("loading", 1, 1, found.id)
    return pipe, projection


def _refuse_scheduler(scheduler: Any, id: str) -> None:
    """Raise Damaged if the scheduler is not for flow matching. All models of these engines use flow
    matching.
    """
    name, config = type(scheduler).__name__, scheduler.config
    if not (name.startswith("FlowMatch") or config.get("use_flow_sigmas")):
        raise Damaged(
            f"the scheduler of {id} is {add_indefinite_article(name)}, which does not fit its transformer",
            f"milimo model verify {id} checks each file; if all are correct, download them again",
        )
    if int(config.get("num_train_timesteps") or 0) < 1:
        raise Damaged(f"the scheduler of {id} does not define any steps", f"milimo model verify {id}")
