"""Whether memory allows a go of so many frames. Pure: a card and what it has shown in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Collection

from milimo_tui.engines.ltx2.plan.generations import CHUNK
from milimo_tui.engines.recipes.choice import choose
from milimo_tui.engines.recipes.values import Card, Known, Request


def allows(
    card: Card, request_for: Callable[[int], Request], known: Collection[Known], packages: Collection[str]
) -> Callable[[int], bool]:
    """Tells of a go of so many frames whether there is a recipe for it, and one that holds the weights as
    precisely as the makers' usual length is made with here. `request_for` is the request of a go.
    """
    usual = choose(card, request_for(CHUNK), known=known, packages=packages).recipe.precision

    def fits(go: int) -> bool:
        choice = choose(card, request_for(go), known=known, packages=packages)
        return choice.fits and choice.recipe.precision == usual

    return fits
