"""The model work of one job, from the choice of its recipe to the recorded outcome on the card.

Every engine that runs a model opens `running` around loading and running; workers only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import OutOfMemory
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
    """The model work that this process does now. `shared`: something else used its card meanwhile."""

    choice: RecipeChoice
    shared: bool = False

    @property
    def spare(self) -> int:
        """Bytes of the card that the recipe leaves free at its peak, by the ladder's estimate."""
        return max(0, round((self.choice.card.free_gb - self.choice.estimate_gb) * GB))

    @property
    def spare_host(self) -> int:
        """Bytes of main memory that the recipe leaves free, at most those that the system has free right
        now.
        """
        card, now = self.choice.card, memory.get_available_memory()
        if card.kind == "cpu":
            return min(self.spare, now)
        left = round((card.host_gb - self.choice.estimate.host_gb) * GB) if card.host_gb else now
        return max(0, min(left, now))


_UNDER_WAY: list[RunningWork] = []  # one element at most: a worker does one job at a time


def get_running_work() -> RunningWork | None:
    """Return the model work that this process does now, or None."""
    return next(iter(_UNDER_WAY), None)


def choose_next_recipe(now: RunningWork, request: Request, digest: str, recipe_name: str) -> RecipeChoice:
    """Choose the recipe for a job that starts when the running job ends."""
    card, held = now.choice.card, list_loaded_forms(get_model_cache(), digest)
    named = on_ladder(recipe_name)
    return choose_recipe(card, request, 0, read_card_outcomes(card), find_recipe_packages(), held, named)


def key(digest: str, choice: RecipeChoice, component: str = "pipeline") -> ModelKey:
    """Return the key under which `ModelCache` holds weights of this digest in the form of the recipe."""
    recipe, title = choice.recipe, choice.request.weights.model
    return ModelKey(digest, component, recipe.computes, recipe.precision, recipe.placed, title)


def choose_job_recipe(
    context: Context, request: Request, digest: str = "", recipe_name: str = ""
) -> RecipeChoice:
    """Choose the recipe for a request on this worker's device, now. Raises Unavailable if none is left to
    try.

    The form in which weights of this digest are loaded already is preferred if it fits; `recipe_name` takes
    precedence over it.
    """
    card, shown = describe_worker_card()
    named = on_ladder(recipe_name)  # The engine itself reads the rest of the name.
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
    """Return this worker's device in its present state, and its recorded outcomes."""
    holder = get_model_cache()
    holder.measure_models()
    card = memory.card(holder.bytes, holder.host_bytes)
    home = _find_studio_home()
    return (CardRecords(home).add_measured_rates(card) if home else card), read_card_outcomes(card)


def list_loaded_forms(holder: ModelCache, digest: str) -> frozenset[str]:
    """Return the forms (`Recipe.form`) in which weights of this digest are in memory now."""
    keys = (held.key for held in holder if held.key.model == digest)
    return frozenset(f"{key.quant or key.dtype} {key.placed or 'none'}" for key in keys)


@contextmanager
def running(
    context: Context, request: Request, digest: str = "", recipe_name: str = ""
) -> Iterator[RecipeChoice]:
    """Run model work and yield its recipe. Lack of memory becomes OutOfMemory and is recorded for the card;
    after success, the memory used is recorded. If other programs took the card's memory meanwhile, nothing is
    recorded: the recipe may fit the next time.
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
    # Nothing is recorded for main memory, which all programs share, or for a peak that includes other work.
    if memory.get_device().type != "cpu" and not now.shared:
        _record_run_outcome(
            choice,
            (peak.measure_peak() - count_other_weight_bytes(get_model_cache(), context)) / GB,
            ran=True,
        )


def _free_memory_for_recipe(choice: RecipeChoice, digest: str, context: Context) -> None:
    """Free weights of other models until the recipe's complete estimate fits; they counted as free when it
    was chosen.
    """
    if memory.get_device().type != "cpu":  # On a CPU, free memory is shared by everybody.
        get_model_cache().make_room(round(choice.estimate_gb * GB), digest, context)


def count_other_weight_bytes(holder: ModelCache, context: Context) -> int:
    """Return the bytes on the card of weights that the job did not use, which are not part of its peak."""
    holder.measure_models()
    return sum(held.on_card for held in holder if held.by is not context)


def _find_studio_home() -> Path | None:
    """Return the studio home; None outside a worker (a benchmark, a test of a single engine)."""
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
