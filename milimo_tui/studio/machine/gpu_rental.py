"""Advice for a machine without a GPU: which card to rent for a model, and how to move the film there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import format_bytes, format_duration
from milimo_tui.engines.catalog.recorded_listings import RecordedListing, estimate_download
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.recipes.tables import CARDS_GB
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.studio.registry.registry import Outcome

LINE_SPEEDS = ((100, "100 Mbit/s"), (1000, "1 Gbit/s"))
FREE_OFFLOADS = ("none", "text")  # Offloading modes that do not slow down a sampling step.
DISK_FACTOR = 1.1  # The disk space for the weights, as a multiple of their download size.
EXTRA_DISK_GB = 20  # The disk space for programs and the film, in GB.


@dataclass(frozen=True, slots=True)
class CardSizes:
    """The sizes of the smallest cards that are suitable for a model, in GB.

    - `least` is the smallest card that can run the model with any recipe, at the size that the model's
      authors use.
    - `ease` is the smallest card that runs the model at full precision, without moving weights during a step.
      If no card can do this, `ease` is the largest card.
    """

    least: int
    ease: int
    evidence: str


def find_card_sizes(family: str, model: str) -> CardSizes:
    """Return the card sizes for a model, out of `recipes.tables.CARDS_GB`. Raises as
    `find_sizes_for_request`.
    """
    return find_sizes_for_request(explanation.make_published_request(family, model))


def find_sizes_for_request(request: Request) -> CardSizes:
    """Return the sizes of the smallest cards that can run a request, without reference to this machine.

    Raises Refused if no card can run the model. The message names the nearest request that can run.
    """
    plans = {gb: explanation.explain_plan(explanation.make_assumed_card(gb), request) for gb in CARDS_GB}
    fitting = [gb for gb, plan in plans.items() if plan["fits"]]
    if not fitting:
        largest = max(CARDS_GB)
        raise Refused(
            f"no card of up to {largest} GB can run {request.weights.model} at {explanation.size(request)}: "
            f"there {plans[largest]['nearest']}",
            f"milimo engine explain {request.engine} --model {request.weights.model} "
            f"--card {largest} shows the plan",
        )
    easy = [
        gb
        for gb in fitting
        if plans[gb]["plan"]["precision"] == "bfloat16" and plans[gb]["plan"]["offload"] in FREE_OFFLOADS
    ]
    least, ease = fitting[0], easy[0] if easy else fitting[-1]
    return CardSizes(least, ease, plans[least]["evidence"])


def _suggest_lighter_model(family: str, model: str, least: int) -> str:
    """Return a hint to use the family's model for small GPUs, if that model runs on a smaller card than
    `model`. Return an empty string otherwise.

    `least` is the memory of the smallest card that runs `model`, in GB.
    """
    usual = engine_registry.profile(family).describe().usual_model
    if usual == model:
        return ""
    try:
        other = find_card_sizes(family, usual).least
    except Refused:
        return ""
    return f" milimo model setup {family} --model {usual} runs from {other} GB on." if other < least else ""


def format_download_times(count: int) -> str:
    """Return the time to download `count` bytes at common line speeds, as text.

    During a download, the measured speed is shown instead.
    """
    return ", ".join(
        f"{format_duration(max(1.0, count * 8 / (speed * 1e6)))} at {name}" for speed, name in LINE_SPEEDS
    )


def _format_usual_size(family: str) -> str:
    shown = engine_registry.profile(family).describe().usual
    return f" at {shown.width}×{shown.height}" if shown is not None else ""


def advise_rental(
    family: str, model: str, rows: Sequence[ModelRow], listings: Mapping[str, RecordedListing], *, named: bool
) -> Outcome:
    """Return advice on which card to rent and how. The exit code is 3 because nothing can be set up on this
    machine.

    `rows` are all weights to be downloaded, and `model` is the id of the row that will run. `named` is True
    if the user asked for that model.
    """
    cards, title = find_card_sizes(family, model), next(row.title for row in rows if row.id == model)
    setup = f"milimo model setup {family}" + (f" --model {model}" if named else "")
    total = sum(estimate_download(row, listings).bytes for row in rows)
    disk = round(total * DISK_FACTOR / 1e9 + EXTRA_DISK_GB)
    commands = [
        "milimo project export film.zip          # here; copy it to the rented machine",
        f"pip install 'milimo-tui[models]' && {setup}",
        "milimo project import film.zip",
        f"milimo shot make --missing --engine {family}",
    ]
    text = [
        f"no GPU was found here. {title} runs well on a card with {cards.ease} GB and runs from "
        f"{cards.least} GB on{_format_usual_size(family)} ({cards.evidence}: milimo engine explain "
        f"{family} --model "
        f"{model} --card {cards.least}).{_suggest_lighter_model(family, model, cards.least)}",
        f"rent a Linux machine with one such card, {disk} GB of disk and Python 3.11; {format_bytes(total)} "
        f"are downloaded there: {format_download_times(total)}.",
        "",
        *(f"  {nth}. {line}" for nth, line in enumerate(commands, 1)),
        "",
        f"Or try all steps here, with noise: milimo model tiny {family}. "
        f"What another card can use: {setup} --card 24 --ram 64. To download the weights "
        f"here anyway: {setup} --anyway",
    ]
    data = {
        "family": family,
        "gpu": False,
        "rent": {"card_gb": cards.ease, "least_gb": cards.least, "disk_gb": disk},
        "commands": [line.partition("   #")[0].strip() for line in commands],
        "bytes": total,
    }
    return Outcome(data=data, text="\n".join(text), exit_code=3)
