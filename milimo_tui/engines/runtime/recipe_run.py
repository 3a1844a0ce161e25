"""Choose the recipe of a job, run its model work, and record on this card whether memory was sufficient for
the recipe.

Every engine that runs a model does its loading and sampling inside `running`. Only workers import this
module.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import OutOfMemory
from milimo_tui.core.main_memory import get_available_memory
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.choice import choose_recipe, count_work_units
from milimo_tui.engines.recipes.recipe_names import on_ladder
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import GB, Card, RecipeChoice, RecipeOutcome, Request, is_card_shared
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import ModelCache, ModelKey, get_model_cache


@dataclass(slots=True)
class RunningWork:
    """The model work that this process is doing now, and the recipe chosen for it.

    `shared` is True if a model of another job was on the card during this work. The measured peak of memory
    then includes that model and is not recorded as the peak of this job.
    """

    choice: RecipeChoice
    shared: bool = False

    @property
    def spare(self) -> int:
        """Bytes of GPU memory that the running work does not need: the memory that was free before it, minus
        the recipe's estimated maximum.
        """
        return max(0, round((self.choice.card.free_gb - self.choice.estimate_gb) * GB))

    @property
    def spare_host(self) -> int:
        """Bytes of main memory that the running work does not need, according to the recipe's estimate. The
        value is never more than the memory that is free now.
        """
        card, now = self.choice.card, get_available_memory()
        if card.kind == "cpu":
            return min(self.spare, now)
        left = round((card.host_gb - self.choice.estimate.host_gb) * GB) if card.host_gb else now
        return max(0, min(left, now))


# The current work. There is at most one element, because a worker does one job at a time.
_UNDER_WAY: list[RunningWork] = []


def get_running_work() -> RunningWork | None:
    """Return the model work that this process does now, or None."""
    return next(iter(_UNDER_WAY), None)


def choose_next_recipe(now: RunningWork, request: Request, digest: str, recipe_name: str) -> RecipeChoice:
    """Choose the recipe for the job that starts after the running job `now` ends.

    `digest` identifies the weights. `recipe_name` is the recipe to prefer if it fits; empty if there is none.
    """
    card, forms = now.choice.card, list_loaded_forms(get_model_cache(), digest)
    named = on_ladder(recipe_name)
    return choose_recipe(card, request, 0, read_card_outcomes(card), find_recipe_packages(), forms, named)


def key(digest: str, choice: RecipeChoice, component: str = "pipeline") -> ModelKey:
    """Return the key under which `ModelCache` stores a model loaded from weights `digest` with the chosen
    recipe.
    """
    recipe, title = choice.recipe, choice.request.weights.model
    return ModelKey(digest, component, recipe.computes, recipe.precision, recipe.placed, title)


def choose_job_recipe(
    context: Context, request: Request, digest: str = "", recipe_name: str = ""
) -> RecipeChoice:
    """Choose the recipe for a request, given the memory that is free on this worker's device now.

    If weights with this `digest` are already loaded by some recipe, that recipe is preferred if it fits. A
    recipe that is named by `recipe_name` takes precedence over it. Raises Unavailable if no recipe is left to
    try.
    """
    card, shown = describe_worker_card()
    # A recipe name can have a suffix that only the engine reads. `on_ladder` removes it.
    named = on_ladder(recipe_name)
    choice = choose_recipe(
        card,
        request,
        context.rung,
        shown,
        find_recipe_packages(),
        list_loaded_forms(get_model_cache(), digest),
        named,
    )
    choice.raise_if_spent()
    context.log(f"recipe: {choice.reason} ({choice.evidence})")
    if not choice.fits:
        context.log(f"by the estimate there is too little memory: {choice.nearest}")
    return choice


def describe_worker_card() -> tuple[Card, tuple[RecipeOutcome, ...]]:
    """Return this worker's device with its free memory, and the outcomes of earlier runs that were recorded
    for it.
    """
    holder = get_model_cache()
    holder.measure_models()
    card = memory.card(holder.bytes, holder.host_bytes)
    home = _find_studio_home()
    return (CardRecords(home).add_measured_rates(card) if home else card), read_card_outcomes(card)


def list_loaded_forms(holder: ModelCache, digest: str) -> frozenset[str]:
    """Return the forms in which weights with this digest are loaded. A form (`Recipe.form`) is a text with
    precision and placement.
    """
    keys = (cached.key for cached in holder if cached.key.model == digest)
    return frozenset(f"{key.quant or key.dtype} {key.placement or 'none'}" for key in keys)


@contextmanager
def running(
    context: Context, request: Request, digest: str = "", recipe_name: str = ""
) -> Iterator[RecipeChoice]:
    """Choose a recipe, yield it, and record the outcome of the work done in the `with` block.

    If memory runs out, the failure is recorded for the card and raised as OutOfMemory. After success, the
    peak memory is recorded. If other programs took the card's memory meanwhile, nothing is recorded, because
    the recipe may fit the next time.
    """
    choice = choose_job_recipe(context, request, digest, recipe_name)
    _free_memory_for_recipe(choice, digest, context)
    others, peak = memory.count_bytes_of_others(), memory.MemoryPeak()
    now = RunningWork(choice)
    _UNDER_WAY[:] = [now]
    try:
        with memory.guard_model_work(choice):
            yield choice
    except OutOfMemory:
        if not now.shared and not is_card_shared((memory.count_bytes_of_others() - others) / GB):
            _record_run_outcome(choice, 0.0, ran=False)
        raise
    finally:
        _UNDER_WAY.clear()
    # Peaks in main memory are not recorded, because all programs share it. Peaks that include another job's
    # model are not recorded either.
    if memory.get_device().type != "cpu" and not now.shared:
        _record_run_outcome(
            choice,
            (peak.measure_peak() - count_other_weight_bytes(get_model_cache(), context)) / GB,
            ran=True,
        )


def _free_memory_for_recipe(choice: RecipeChoice, digest: str, context: Context) -> None:
    """Unload cached weights of other models until the recipe's estimate fits on the card.

    The recipe was chosen as if the memory of those weights were free.
    """
    # On a CPU there is no card memory to free: main memory is shared by all programs.
    if memory.get_device().type != "cpu":
        get_model_cache().make_room(round(choice.estimate_gb * GB), digest, context)


def count_other_weight_bytes(holder: ModelCache, context: Context) -> int:
    """Return the number of bytes on the card that belong to cached weights of other jobs. They are subtracted
    from the measured peak of this job.
    """
    holder.measure_models()
    return sum(cached.on_card for cached in holder if cached.by is not context)


def _find_studio_home() -> Path | None:
    """Return the studio home from the environment, or None outside a worker, as in a benchmark or a test of
    one engine.
    """
    home = os.environ.get("MILIMO_HOME")
    return Path(home) if home else None


def read_card_outcomes(card: Card) -> tuple[RecipeOutcome, ...]:
    """Return the outcomes that this home recorded for a card."""
    home = _find_studio_home()
    return CardRecords(home).of(card) if home else ()


def _record_run_outcome(choice: RecipeChoice, peak_gb: float, *, ran: bool) -> None:
    home = _find_studio_home()
    if home is None or not home.is_dir():
        return
    request, free = choice.request, choice.card.free_gb
    model = request.weights.model
    known = RecipeOutcome(
        request.engine, model, choice.recipe.name, count_work_units(request), free, peak_gb, ran
    )
    CardRecords(home).add_outcome(choice.card, known)
