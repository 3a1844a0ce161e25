"""The check whether a card has enough memory for chunks of a given length. The module is pure: it uses the
facts about the card and the recorded outcomes of earlier recipes.
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
    """Return a function that takes a number of frames and returns True if a chunk of this length can be made
    on the card. For that, a recipe must fit into memory, and it must have the same weight precision as the
    recipe for chunks of Lightricks' usual length. `request_for` returns the memory request of a chunk of a
    given number of frames.
    """
    usual = choose_recipe(card, request_for(CHUNK), known=known, packages=packages).recipe.precision

    def fits(chunk_frames: int) -> bool:
        choice = choose_recipe(card, request_for(chunk_frames), known=known, packages=packages)
        return choice.fits and choice.recipe.precision == usual

    return fits
