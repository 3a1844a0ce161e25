"""Where no card is: which one to rent for a family, by its recipes, and what brings the film there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import bytes_text, duration
from milimo_tui.engines.catalog.recorded_listings import Recorded, expected
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.recipes.tables import CARDS_GB
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.studio.registry.registry import Outcome

SPEEDS = ((100, "100 Mbit/s"), (1000, "1 Gbit/s"))
AT_EASE = ("none", "text")  # offloads that cost nothing at a step
SPARE = 1.1  # of what is fetched, and beside it in GB:
BESIDE_GB = 20  # programs and the film


@dataclass(frozen=True, slots=True)
class Cards:
    """The smallest card in GB that holds a model by any recipe, at the size its makers show it with, and the
    smallest where it runs at full precision with no weights crossing the bus at a step.
    """

    least: int
    ease: int
    evidence: str


def cards_for(family: str, model: str) -> Cards:
    """Of the cards that plans are told for (`recipes.tables.CARDS_GB`). Raises as `cards_of`."""
    return cards_of(explanation.request_of(family, model))


def cards_of(request: Request) -> Cards:
    """The same for what is asked of a model. Raises Refused, with what would run, where no card holds it."""
    plans = {gb: explanation.explained(explanation.assumed_card(gb), request) for gb in CARDS_GB}
    fitting = [gb for gb, plan in plans.items() if plan["fits"]]
    if not fitting:
        largest = max(CARDS_GB)
        raise Refused(
            f"no card of up to {largest} GB holds {request.weights.model} at {explanation.size(request)}: "
            f"there {plans[largest]['nearest']}",
            f"milimo engine explain {request.engine} --model {request.weights.model} --card {largest}",
        )
    easy = [
        gb
        for gb in fitting
        if plans[gb]["plan"]["precision"] == "bfloat16" and plans[gb]["plan"]["offload"] in AT_EASE
    ]
    least, ease = fitting[0], easy[0] if easy else fitting[-1]
    return Cards(least, ease, plans[least]["evidence"])


def _lighter(family: str, model: str, least: int) -> str:
    """Where the family's usual weights for little memory need less than these; empty where they do not."""
    usual = engine_registry.profile(family).describe().usual_model
    if usual == model:
        return ""
    try:
        other = cards_for(family, usual).least
    except Refused:
        return ""
    return f" milimo model setup {family} --model {usual} runs from {other} GB on." if other < least else ""


def durations(count: int) -> str:
    """How long so many bytes take at speeds that people know; measured ones are told while they come."""
    return ", ".join(f"{duration(max(1.0, count * 8 / (speed * 1e6)))} at {name}" for speed, name in SPEEDS)


def _at(family: str) -> str:
    shown = engine_registry.profile(family).describe().usual
    return f" at {shown.width}×{shown.height}" if shown is not None else ""


def rent(
    family: str, model: str, rows: Sequence[ModelRow], listings: Mapping[str, Recorded], *, named: bool
) -> Outcome:
    """What to rent, and how; exit code 3, as nothing can be set up here. `model` is the one of the rows that
    runs, `named`: a person asked for it.
    """
    cards, title = cards_for(family, model), next(row.title for row in rows if row.id == model)
    setup = f"milimo model setup {family}" + (f" --model {model}" if named else "")
    total = sum(expected(row, listings).bytes for row in rows)
    disk = round(total * SPARE / 1e9 + BESIDE_GB)
    commands = [
        "milimo project export film.zip          # here; copy it to the rented machine",
        f"pip install 'milimo-tui[models]' && {setup}",
        "milimo project import film.zip",
        f"milimo shot make --missing --engine {family}",
    ]
    text = [
        f"no GPU was found here. {title} is at ease on a card with {cards.ease} GB and runs from "
        f"{cards.least} GB on{_at(family)} ({cards.evidence}: milimo engine explain {family} --model "
        f"{model} --card {cards.least}).{_lighter(family, model, cards.least)}",
        f"rent a Linux machine with one such card, {disk} GB of disk and Python 3.11; {bytes_text(total)} "
        f"are fetched there: {durations(total)}.",
        "",
        *(f"  {nth}. {line}" for nth, line in enumerate(commands, 1)),
        "",
        f"Or try every way through here, with noise: milimo model tiny {family}. "
        f"What another card can use: {setup} --card 24 --ram 64. To fetch the weights "
        f"here all the same: {setup} --anyway",
    ]
    data = {
        "family": family,
        "gpu": False,
        "rent": {"card_gb": cards.ease, "least_gb": cards.least, "disk_gb": disk},
        "commands": [line.partition("   #")[0].strip() for line in commands],
        "bytes": total,
    }
    return Outcome(data=data, text="\n".join(text), exit_code=3)
