"""Generator of docs/recipes.md from the tables: `python -m tools.recipes_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from milimo_tui.engines.recipes.card_rates import CLASSES
from milimo_tui.engines.recipes.costs import UNPACKING
from milimo_tui.engines.recipes.ladder import COMPILE_STEPS
from milimo_tui.engines.recipes.tables import (
    ATTENTIONS,
    CARDS_GB,
    LADDER,
    MAIN_GB,
    PLACEMENT_ROWS,
    PRECISION_ROWS,
    QUANTISERS,
    RESERVED_GB,
    SLACK,
    TEXT_ENCODER_ROWS,
    TILINGS,
    TO_BUILD,
)
from milimo_tui.engines.recipes.values import HOST_HEADROOM_GB, Request
from milimo_tui.engines.registry.explanation import (
    explain_plan,
    list_recipe_engines,
    make_assumed_card,
    make_published_request,
    size,
)
from milimo_tui.engines.specs.video_specs import MakeVideo

INTRO = """# Recipes

How models run on a card: `milimo engine explain ENGINE [--shot ID] [--card GB] [--ram GB]` tells it for any
shot and machine, here is what it says of the makers' own sizes. This page is made from the tables of
`engines/recipes` (`python -m tools.recipes_page`); a test holds it current.

A recipe says how weights are held, where they wait, and how frames are decoded. The ladder has first what
loses least of the picture, and of that what takes least time by the count below; a job takes the first that
fits the memory that is free when it starts. Where nothing fits, one order says what gives way: how weights
are held, then the sides of the picture, and only then its length, for lines and beats have their seconds.
So no card gets a shorter take than a smaller one, nor a worse picture of the same length and size. When it
runs out of memory all the same, the next try needs less of the card, and `cards.json` in the studio home
remembers it for that card.

A language model writes a token a step: there what moves weights at every step comes last, the quickest first.
"""

RATES = "\n".join(
    f"| {', '.join(row.names)}: {row.memory_gb:g} GB | {row.tflops:g} | "
    f"{row.memory_gbs:g} | {row.bus_gbs:g} |"
    for row in CLASSES
)
CALCULATED = f"""## Where the numbers come from

Every figure here is **calculated**: weights from the makers' configurations (parameters counted on a device
without memory), the work beside them from shapes, {SLACK:.2f} times both for what allocators round up, and
{RESERVED_GB} GB that the driver and its libraries take. Once a recipe has run on a card, what it took there
is known, and `engine explain` says **measured**. `bench/gpu.py` measures them (`docs/benchmarks.md`).

Of a card that is asked about all but half a gigabyte counts as free, of main memory all but
{HOST_HEADROOM_GB:g} GB. Main memory is for weights that wait outside of the card; without `--card`, `engine
explain` looks at what this machine has.

**Seconds** are counted, too: a step takes as long as its products at half of the rate that is published for
the card's class, or as long as the weights that come at the step take over the bus (or from the disk),
whichever is longer, for blocks come while the one before computes; layers that come alone are waited for.
Weights of fewer bits take {UNPACKING["fp8"]} to {UNPACKING["gguf-q5"]} times as long to compute with. The
prompt, the decoder and parts that are swapped come to it. `engine explain` prints the count. What
`bench/gpu.py` measured of a card stands in `cards.json` and takes the place of what is published.

| card | TFLOPS in 16 bits | memory GB/s | bus GB/s |
| --- | --- | --- | --- |
{RATES}
"""


def list_page_requests() -> Iterable[tuple[str, Request]]:
    """Yield the title and request of each table of the page."""
    for engine in (one.name for one in list_recipe_engines() if one.usual_model):
        usual = make_published_request(engine)
        yield f"`{engine}`, {usual.weights.model}: {size(usual)}", usual
        if engine == "ltx2":
            small = MakeVideo(engine=engine, frames=121, rate=Fraction(24), width=768, height=512)
            request = make_published_request(engine, spec=small)
            yield f"`{engine}`, {request.weights.model}: {size(request)}", request
            full = make_published_request(engine, "ltx-2.5-full", with_full_schedule(small))
            yield f"`{engine}`, {full.weights.model}, full schedule with guidance: {size(full)}", full
        if engine == "wan":
            pair = make_published_request(engine, "wan-2.2-t2v-a14b")
            yield f"`{engine}`, {pair.weights.model}: {size(pair)}", pair
        if engine == "flux2":
            large = make_published_request(engine, "flux2-klein-9b")
            yield f"`{engine}`, {large.weights.model}: {size(large)}", large


def with_full_schedule(spec: MakeVideo) -> MakeVideo:
    """Return the spec with one stage and the full schedule."""
    return spec.model_copy(update={"stages": "one", "schedule": "full"})


def build_recipes_page() -> str:
    """Return the complete page."""
    parts = [INTRO, _format_levels_section()]
    for title, request in list_page_requests():
        parts.append(_format_request_table(title, request))
    return "\n".join([*parts, CALCULATED])


def _format_levels_section() -> str:
    lines = ["## The levels", "", "| recipe | costs |", "| --- | --- |"]
    for rung in LADDER:
        needs = f" (needs {rung.needs})" if rung.needs else ""
        lines.append(f"| {rung.words}{needs} | {rung.loses} |")
    tiles = " or ".join(words for _, words in TILINGS if words)
    lines += ["", f"Each of them also {tiles}, where that needs less.", ""]
    lines += (
        [f"Named, but not built, and so chosen nowhere: {_list_unbuilt_levels()}.", ""] if TO_BUILD else []
    )
    lines.append(
        f"Levels that need a package ({', '.join(QUANTISERS)}) are left out where it is not installed; where "
        "one of them would be better than what is chosen, the reason says so. The tables below are without. "
        "int8 ran on a CPU with tiny weights of LTX-2, FLUX.2 and Gemma (torchao 0.18.0), and on an H100 "
        "with those of all families; nf4 (bitsandbytes 0.50.2) ran there with tiny weights of Z-Image."
    )
    return "\n".join([*lines, "", *_format_attention_section()])


def _list_unbuilt_levels() -> str:
    """Return the names of the recipe levels that the runtime does not support yet."""
    tables = (PRECISION_ROWS, PLACEMENT_ROWS, TEXT_ENCODER_ROWS)
    return ", ".join(row.words for table in tables for row in table if not row.built)


def _format_attention_section() -> Iterable[str]:
    yield "## Attention and compiling"
    yield ""
    yield "| attention | for | why | evidence |"
    yield "| --- | --- | --- | --- |"
    for row in ATTENTIONS:
        cards = f" on CUDA {row.least[0]}.x with {row.needs}" if row.needs else ""
        models = "all" if row.masks else "models without masks"
        yield f"| {row.backend} | {models}{cards} | {row.why} | {row.evidence} |"
    yield ""
    yield (
        "The repeating blocks of a transformer are compiled where it is whole on the card, wears no LoRA "
        f"and what was asked for at once runs {COMPILE_STEPS} steps or more; `engine explain` says why not, "
        "if not."
    )
    yield ""


def _format_request_table(title: str, request: Request) -> str:
    lines = [
        f"## {title}",
        "",
        "| card | main memory | recipe | GB | main memory GB | seconds |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for memory in CARDS_GB:
        told = (
            (main, _format_recipe_cells(explain_plan(make_assumed_card(memory, main), request)))
            for main in MAIN_GB
        )
        for cells, alike in groupby(told, key=itemgetter(1)):
            sizes = ", ".join(f"{main}" for main, _ in alike)
            lines.append(f"| {memory} GB | {sizes} GB | {cells} |")
    return "\n".join([*lines, ""])


def _format_recipe_cells(data: dict[str, Any]) -> str:
    """Return the table cells for a GPU.

    The cells have the recipe. If the request does not fit, they have the largest size that fits, or else the
    closest recipe and the memory that it lacks.
    """
    if data["fits"]:
        gb, host, seconds = data["estimate_gb"], data["host_gb"], data["costs"]["seconds"]
        return _format_recipe_row(data["plan"]["recipe"], gb, host, seconds)
    if offer := data["offer"]:
        words = f"{offer['size']}: {offer['recipe']}"
        return _format_recipe_row(words, offer["gb"], offer["host_gb"], offer["seconds"])
    return f"none yet: {data['nearest']} | | |"


def _format_recipe_row(words: str, gb: float, host: float, seconds: float) -> str:
    waits = f"{host:.0f}" if host >= 0.5 else ""
    return f"{words} | {gb:.1f} | {waits} | {seconds:.{1 if seconds < 9.95 else 0}f}"


if __name__ == "__main__":
    sys.stdout.write(build_recipes_page())
