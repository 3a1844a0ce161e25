"""The text in which a setup plan is shown to the user."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from milimo_tui.core.format import format_bytes, format_duration
from milimo_tui.engines.catalog.recorded_listings import ExpectedDownload
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.recipes.estimates import TEXT
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.registry import explanation
from milimo_tui.studio.weights.setup_plan import SetupOption, SetupPlan

WIDTH = 80  # Longer lines of the plan are wrapped at this width in cells.
LABEL = 10  # The width of the label at the beginning of each line, in cells.
OWN_BF16 = (8, 0)  # The lowest CUDA compute capability (major, minor) with native bf16 multiplication.
SMALL = 10_000_000  # Files with fewer bytes are not listed one by one, but as one line with their number.
HASH = 12  # Number of characters of a file's hash that are shown.
TEXT_ENCODER_MODES = {
    "": "like the rest",
    "int8": "in int8",
    "once": "until the prompt is read, then removed",
    "int8 once": "in int8 until the prompt is read, then removed",
}
UNKNOWN = "hash at first download"


def format_setup_plan(plan: SetupPlan) -> list[str]:
    """Return a setup plan as lines of text: the chosen weights, the reason, memory and time, the files, the
    disk space, and the other options.
    """
    chosen, card = plan.chosen, plan.target.card
    main = f", {card.host_gb:.0f} GB of main memory free" if card.host_gb else ""
    disk = "" if plan.target.disk is None else f", {format_bytes(plan.target.disk)} of disk"
    named = [
        ("take", _format_option_title(chosen)),
        ("why", plan.why),
        *_format_run_lines(chosen, card),
        *_format_card_warning(card),
        *(("files", line) for line in format_file_lines(chosen)),
        ("total", _format_setup_total(chosen)),
        *(("or", line) for line in format_other_options(plan)),
    ]
    lines = (line for name, words in named for line in _wrap_plan_line(name, words))
    return [f"{plan.family} on {card.name}{main}{disk}", *lines]


def _wrap_plan_line(name: str, words: str) -> Iterator[str]:
    for place, line in enumerate(textwrap.wrap(words, WIDTH - LABEL, break_long_words=False)):
        yield f"  {name if place == 0 else '':<{LABEL - 2}}{line}"


def _format_option_title(option: SetupOption) -> str:
    running = next((row for row in option.rows if row.id == option.setup.model), option.rows[0])
    return f"{running.title} ({', '.join(row.id for row in option.rows)})"


def _format_run_lines(option: SetupOption, card: Card) -> Iterator[tuple[str, str]]:
    run = option.run
    if run is None:
        return
    waits = f", {run.host_gb:.0f} GB of main memory" if run.host_gb >= 0.5 else ""
    memory = "main memory" if card.kind == "cpu" else "the card"
    yield "held", f"{run.recipe.name}: {run.card_gb:.1f} GB of {memory}{waits}"
    if any(part.name == TEXT for part in run.request.weights.parts):
        yield "text", f"its encoder is held {TEXT_ENCODER_MODES[run.recipe.text]}"
    yield "time", f"about {format_duration(run.seconds)} for {explanation.size(run.request)} (calculated)"


def format_file_lines(option: SetupOption) -> Iterator[str]:
    """Yield a line for each large file of the download, with its size and the beginning of its hash, and a
    line for all small files of the same weights.

    Sizes that are only guessed are marked.
    """
    if not option.coming:
        yield "everything is installed"
    for row, one in option.coming:
        small = [file for file in one.files if file.bytes < SMALL]
        for file in (file for file in one.files if file.bytes >= SMALL):
            yield f"{format_bytes(file.bytes):>9}  {file.sha256[:HASH] or UNKNOWN}  {file.name}"
        if small:
            text = format_bytes(sum(file.bytes for file in small))
            yield f"{text:>9}  {len(small)} small files of {row.id}"
        if one.unlisted:
            yield f"{format_bytes(one.unlisted):>9}  {_format_unlisted_files(row, one)}"


def _format_card_warning(card: Card) -> Iterator[tuple[str, str]]:
    """Yield a warning if the card has no native bf16, because takes are then slower than the plan
    calculates.
    """
    if card.kind == "cuda" and (0, 0) < card.capability < OWN_BF16:
        major, minor = card.capability
        yield "card", f"its compute capability is {major}.{minor}: slower in bf16 than calculated"


def _format_unlisted_files(row: ModelRow, one: ExpectedDownload) -> str:
    what = "the rest of" if one.files else "all of"
    if one.known == "in part" and not one.files:
        return f"{what} {row.id}: names and hashes at first download"
    return f"{what} {row.id}: size guessed, hashes at first download"


def _format_setup_total(option: SetupOption) -> str:
    words = format_bytes(option.bytes)
    if any(one.known == "guessed" or (one.known == "in part" and one.files) for _, one in option.coming):
        words += ", partly guessed"
    if option.coming and any(one.by != "hub" for _, one in option.coming):
        words += " (milimo model list --refresh asks the hub)"
    if option.run and option.run.streamed_bytes:
        words += f", and {format_bytes(option.run.streamed_bytes)} for streaming"
    if option.left is None:
        return words
    if not option.has_room:
        return f"{words}: more than the disk has, with 10 % in reserve"
    return f"{words}; {format_bytes(option.left)} of disk left"


def format_other_options(plan: SetupPlan) -> Iterator[str]:
    """Yield a line for each option that was not chosen: how much larger or smaller its download is, its
    benefits, and the time of a take.
    """
    for one in plan.others:
        less = plan.chosen.bytes - one.bytes
        size = f"{format_bytes(abs(less))} {'less' if less > 0 else 'more'}" if less else "as much"
        yield f"{one.setup.model}, {size}: {one.setup.brings}; {_format_option_cost(one)}"


def _format_option_cost(option: SetupOption) -> str:
    if option.run is None:
        return "not enough space here"
    if not option.has_room:
        return "the disk has no room for it"
    return f"{explanation.size(option.run.request)} in about {format_duration(max(1.0, option.run.seconds))}"
