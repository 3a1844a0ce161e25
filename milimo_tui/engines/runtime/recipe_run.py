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
from milimo_tui.engines.recipes.card_records import Shown
from milimo_tui.engines.recipes.choice import choose, units
from milimo_tui.engines.recipes.recipe_names import on_ladder
from milimo_tui.engines.recipes.tables import installed_packages
from milimo_tui.engines.recipes.values import GB, Card, Choice, Known, Request, is_taken
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import Key, ModelCache, model_cache


@dataclass(slots=True)
class UnderWay:
    """The model work that this process does now. `shared`: something else used its card meanwhile."""

    choice: Choice
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
        card, now = self.choice.card, memory.available()
        if card.kind == "cpu":
            return min(self.spare, now)
        left = round((card.host_gb - self.choice.estimate.host_gb) * GB) if card.host_gb else now
        return max(0, min(left, now))


_UNDER_WAY: list[UnderWay] = []  # one element at most: a worker does one job at a time


def under_way() -> UnderWay | None:
    """Return the model work that this process does now, or None."""
    return next(iter(_UNDER_WAY), None)


def coming(now: UnderWay, request: Request, digest: str, recipe_name: str) -> Choice:
    """Choose the recipe for a job that starts when the running job ends."""
    card, held = now.choice.card, forms(model_cache(), digest)
    named = on_ladder(recipe_name)
    return choose(card, request, 0, shown_by(card), installed_packages(), held, named)


def key(digest: str, choice: Choice, component: str = "pipeline") -> Key:
    """Return the key under which `ModelCache` holds weights of this digest in the form of the recipe."""
    recipe, title = choice.recipe, choice.request.weights.model
    return Key(digest, component, recipe.computes, recipe.precision, recipe.placed, title)


def chosen(context: Context, request: Request, digest: str = "", recipe_name: str = "") -> Choice:
    """Choose the recipe for a request on this worker's device, now. Raises Unavailable if none is left to
    try.

    The form in which weights of this digest are loaded already is preferred if it fits; `recipe_name` takes
    precedence over it.
    """
    card, shown = here()
    named = on_ladder(recipe_name)  # The engine itself reads the rest of the name.
    choice = choose(
        card, request, context.rung, shown, installed_packages(), forms(model_cache(), digest), named
    )
    choice.require()
    context.log(f"recipe: {choice.reason} ({choice.evidence})")
    if not choice.fits:
        context.log(f"by the estimate there is too little memory: {choice.nearest}")
    return choice


def here() -> tuple[Card, tuple[Known, ...]]:
    """Return this worker's device in its present state, and its recorded outcomes."""
    holder = model_cache()
    holder.measure()
    card = memory.card(holder.bytes, holder.host_bytes)
    home = _home()
    return (Shown(home).rated(card) if home else card), shown_by(card)


def forms(holder: ModelCache, digest: str) -> frozenset[str]:
    """Return the forms (`Recipe.form`) in which weights of this digest are in memory now."""
    keys = (held.key for held in holder if held.key.model == digest)
    return frozenset(f"{key.quant or key.dtype} {key.placed or 'none'}" for key in keys)


@contextmanager
def running(context: Context, request: Request, digest: str = "", recipe_name: str = "") -> Iterator[Choice]:
    """Run model work and yield its recipe. Lack of memory becomes OutOfMemory and is recorded for the card;
    after success, the memory used is recorded. If other programs took the card's memory meanwhile, nothing is
    recorded: the recipe may fit the next time.
    """
    choice = chosen(context, request, digest, recipe_name)
    _make_room(choice, digest, context)
    others, peak = memory.held_by_others(), memory.Peak()
    now = UnderWay(choice)
    _UNDER_WAY[:] = [now]
    try:
        with memory.guard(choice):
            yield choice
    except OutOfMemory:
        if not now.shared and not is_taken((memory.held_by_others() - others) / GB):
            _remember(choice, 0.0, ran=False)
        raise
    finally:
        _UNDER_WAY.clear()
    # Nothing is recorded for main memory, which all programs share, or for a peak that includes other work.
    if memory.device().type != "cpu" and not now.shared:
        _remember(choice, (peak.bytes() - of_others(model_cache(), context)) / GB, ran=True)


def _make_room(choice: Choice, digest: str, context: Context) -> None:
    """Free weights of other models until the recipe's complete estimate fits; they counted as free when it
    was chosen.
    """
    if memory.device().type != "cpu":  # On a CPU, free memory is shared by everybody.
        model_cache().make_room(round(choice.estimate_gb * GB), digest, context)


def of_others(holder: ModelCache, context: Context) -> int:
    """Return the bytes on the card of weights that the job did not use, which are not part of its peak."""
    holder.measure()
    return sum(held.on_card for held in holder if held.by is not context)


def _home() -> Path | None:
    """Return the studio home; None outside a worker (a benchmark, a test of a single engine)."""
    home = os.environ.get("MILIMO_HOME")
    return Path(home) if home else None


def shown_by(card: Card) -> tuple[Known, ...]:
    """Return the outcomes that this home recorded for a card."""
    home = _home()
    return Shown(home).of(card) if home else ()


def _remember(choice: Choice, peak_gb: float, *, ran: bool) -> None:
    home = _home()
    if home is None or not home.is_dir():
        return
    request, free = choice.request, choice.card.free_gb
    model = request.weights.model
    known = Known(request.engine, model, choice.recipe.name, units(request), free, peak_gb, ran)
    Shown(home).remember(choice.card, known)
