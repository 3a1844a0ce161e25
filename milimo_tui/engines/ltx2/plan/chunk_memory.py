"""The check whether memory is sufficient for a chunk of a given length. Pure: from a card and its recorded
outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from milimo_tui.engines.ltx2.plan.generations import CHUNK
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.values import Card, RecipeOutcome, Request


def make_chunk_memory_check(
    card: Card,
    request_for: Callable[[int], Request],
    known: Collection[RecipeOutcome],
    packages: Collection[str],
) -> Callable[[int], bool]:
    """Return a function that says if a chunk of a given number of frames has a recipe, and one with the same
    weight precision as chunks of Lightricks' usual length have here. `request_for` returns the request of a
    chunk.
    """
    usual = choose_recipe(card, request_for(CHUNK), known=known, packages=packages).recipe.precision

    def fits(go: int) -> bool:
        choice = choose_recipe(card, request_for(go), known=known, packages=packages)
        return choice.fits and choice.recipe.precision == usual

    return fits
