"""docs/recipes.md, made of the tables: `python -m tools.recipes_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fractions import Fraction

from milimo_tui.engines.recipes.ladder import COMPILE_STEPS
from milimo_tui.engines.recipes.tables import (
    ATTENTIONS,
    CARDS_GB,
    LADDER,
    QUANTISERS,
    RESERVED_GB,
    SLACK,
    TILINGS,
)
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry.explanation import assumed_card, explained, request_of, size, with_ladders
from milimo_tui.engines.specs.video_specs import MakeVideo

INTRO = """# Recipes

How models run on a card: `milimo engine explain ENGINE [--shot ID] [--card GB]` tells it for any shot, here
is what it says of the makers' own sizes. This page is made from the tables of `engines/recipes`
(`python -m tools.recipes_page`); a test holds it current.

A recipe says how weights are held, where they wait, and how frames are decoded. The ladder has the best
recipe first; a job takes the first that fits the memory that is free when it starts. When it runs out of
memory all the same, the next try is one rung lower, and `cards.json` in the studio home remembers it for
that card.
"""

CALCULATED = f"""## Where the numbers come from

Every figure here is **calculated**: weights from the makers' configurations (parameters counted on a device
without memory), the work beside them from shapes, {SLACK:.2f} times both for what allocators round up, and
{RESERVED_GB} GB that the driver and its libraries take. Once a recipe has run on a card, what it took there
is known, and `engine explain` says **measured**. `bench/gpu.py` measures them (`docs/benchmarks.md`).

Of a card that is asked about all but half a gigabyte counts as free. Main memory is for weights that wait
outside of the card; without `--card`, `engine explain` looks at what this machine has.
"""


def requests() -> Iterable[tuple[str, Request]]:
    """The requests of the page, each with its title."""
    for engine in (one.name for one in with_ladders()):
        usual = request_of(engine)
        yield f"`{engine}`, {usual.weights.model}: {size(usual)}", usual
        if engine == "ltx2":
            small = MakeVideo(engine=engine, frames=121, rate=Fraction(24), width=768, height=512)
            request = request_of(engine, spec=small)
            yield f"`{engine}`, {request.weights.model}: {size(request)}", request
            full = request_of(engine, "ltx-2", in_full(small))
            yield f"`{engine}`, {full.weights.model}, full schedule with guidance: {size(full)}", full
        if engine == "flux2":
            large = request_of(engine, "flux2-klein-9b")
            yield f"`{engine}`, {large.weights.model}: {size(large)}", large


def in_full(spec: MakeVideo) -> MakeVideo:
    """The same in one stage by the full schedule."""
    return spec.model_copy(update={"stages": "one", "schedule": "full"})


def page() -> str:
    """The whole page."""
    parts = [INTRO, _rungs()]
    for title, request in requests():
        parts.append(_table(title, request))
    return "\n".join([*parts, CALCULATED])


def _rungs() -> str:
    lines = ["## The rungs", "", "| recipe | costs |", "| --- | --- |"]
    for rung in LADDER:
        needs = f" (needs {rung.needs})" if rung.needs else ""
        lines.append(f"| {rung.words}{needs} | {rung.loses} |")
    tiles = " or ".join(words for _, words in TILINGS if words)
    lines += ["", f"Each of them also {tiles}, where that needs less.", ""]
    lines.append(
        f"Rungs that need a package ({', '.join(QUANTISERS)}) are left out where it is not installed; where "
        "one of them would be better than what is chosen, the reason says so. The tables below are without. "
        "int8 ran on a CPU with tiny weights of LTX-2, FLUX.2 and Gemma (torchao 0.18.0); nf4 has not run: "
        "diffusers wants a GPU for it."
    )
    return "\n".join([*lines, "", *_attention()])


def _attention() -> Iterable[str]:
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
        f"and one job runs {COMPILE_STEPS} steps of one size or more; `engine explain` says why not, if not."
    )
    yield ""


def _table(title: str, request: Request) -> str:
    lines = [
        f"## {title}",
        "",
        "| card | recipe | GB | main memory GB | steps |",
        "| --- | --- | --- | --- | --- |",
    ]
    for memory in CARDS_GB:
        data = explained(assumed_card(memory), request)
        recipe = data["plan"]["recipe"] if data["fits"] else f"does not fit: {data['nearest']}"
        gb = f"{data['estimate_gb']:.1f}" if data["fits"] else ""
        host = f"{data['host_gb']:.0f}" if data["fits"] and data["host_gb"] >= 0.5 else ""
        lines.append(f"| {memory} GB | {recipe} | {gb} | {host} | {data['plan']['steps'] or ''} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
