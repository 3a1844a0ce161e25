"""Generator of docs/recipes.md from the tables: `python -m tools.recipes_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from milimo_tui.engines.recipes.card_rates import CLASSES
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

A recipe describes how a model runs on a graphics card: the precision of its weights, the place where weights
are stored while they are not used, and the method of decoding frames. The tables below list the recipes for
the sizes that the models' authors recommend. `milimo engine explain ENGINE [--shot ID] [--card GB] [--ram
GB]` explains the recipe for any shot and machine. `python -m tools.recipes_page` generates this page from the
tables of `engines/recipes`, and a test fails if the page is out of date.

The recipes of a model form a ladder. Recipes that lose less picture quality come first. If two recipes have
the same loss, the faster recipe comes first. A job uses the first recipe that fits into the memory that is
free when the job starts. If no recipe fits, Milimo changes the request. It reduces first the precision of the
weights, then the width and height of the picture, and last the length, because dialogue and beats need their
time. Therefore a larger card never gets a shorter take than a smaller card, or a worse picture of the same
length and size.

If a job runs out of memory although its recipe should fit, its next attempt uses a recipe that needs less
memory of the card. Milimo stores this for the card in `cards.json` in the studio home.

A language model computes one token at each step. Recipes that transfer weights at every step are therefore
slow for language models, and come last in their ladders. Of these recipes, the fastest comes first.

The names of the recipes contain these words:

| words | meaning |
| --- | --- |
| bf16, fp8, int8, nf4, GGUF | the number format of the weights |
| whole on the card | all weights stay on the card |
| parts swapped | each part of the model (text encoder, transformer, decoder) is on the card only while it \
computes |
| half of the blocks on the card | half of the transformer's blocks stays on the card; the other blocks are \
transferred from main memory at every step |
| streamed by blocks | the transformer is transferred from main memory at every step, one block at a time |
| streamed by leaves | all parts are transferred from main memory, one single layer at a time |
| streamed from the disk | the transformer and the text encoder are read from the disk while they compute |
| text encoder streamed | the text encoder is transferred layer by layer; all other parts stay on the card |
| text encoded once | the text encoder is in memory only until the prompt is encoded |
| text encoder in int8 | only the text encoder has weights in 8 bits |
| decoded in tiles, in slices of time | the decoder computes one part of the picture, or some frames, at a \
time |
"""

RATES = "\n".join(
    f"| {', '.join(row.names)}: {row.memory_gb:g} GB | {row.tflops:g} | "
    f"{row.memory_gbs:g} | {row.bus_gbs:g} |"
    for row in CLASSES
)
SLOWDOWNS = [row.slowdown for row in PRECISION_ROWS if row.slowdown > 1]
CALCULATED = f"""## Where the numbers come from

All figures on this page are **calculated**. Milimo calculates the size of the weights from the authors'
configurations (it counts the parameters without loading them). Milimo calculates the memory for the
computation from the shapes of the arrays. Milimo multiplies both figures by {SLACK:.2f}, because allocators
round up, and adds {RESERVED_GB} GB for the driver of the card and its libraries. After a recipe has run on a
card, `milimo engine explain` shows the **measured** memory. `bench/gpu.py` measures the recipes
([benchmarks](benchmarks.md)).

With `--card GB`, Milimo assumes that all memory of that card except half a gigabyte is free, and all main
memory except {HOST_HEADROOM_GB:g} GB. Without `--card`, `milimo engine explain` uses the free memory of this
machine. The column *GB* is the memory that the recipe needs on the card. The column *main memory GB* is the
memory for weights that are not on the card all the time.

**Seconds** are calculated, too. Each step needs a time for the computation, at half of the published rate
of the card's class, and a time to transfer the weights from main memory or from the disk. The card
computes a block while the next block is transferred, so the time of the step is the longer of these two
times. With streaming by leaves (single layers), Milimo adds the two times. Computing with weights of
fewer bits takes {min(SLOWDOWNS)} to {max(SLOWDOWNS)} times as long. Milimo also adds the times to encode the
prompt, to decode the frames and to swap parts. `milimo engine explain` prints the calculation. If
`bench/gpu.py` has measured a card, Milimo uses the measured rates in `cards.json` instead of the published
rates in this table:

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
    lines = [
        "## All recipes",
        "",
        "The column *cost* lists the disadvantages of each recipe. “Detail” means that the picture loses "
        "detail. “A conversion in each layer” means that each layer converts its weights before it computes, "
        "which takes time.",
        "",
        "| recipe | cost |",
        "| --- | --- |",
    ]
    for rung in LADDER:
        needs = f" (needs {rung.needs})" if rung.needs else ""
        lines.append(f"| {rung.words}{needs} | {rung.loses} |")
    tiles = ", ".join(words for _, words in TILINGS if words)
    lines += ["", f"Each recipe also has variants that decode the frames with less memory: {tiles}.", ""]
    lines += [f"Not supported yet: {_list_unbuilt_levels()}.", ""] if TO_BUILD else []
    lines.append(
        f"Some recipes need a package ({', '.join(QUANTISERS)}). Milimo uses such a recipe only if the "
        "package is installed. If a missing package prevents a better recipe, `milimo engine explain` names "
        "the package. The tables below are for an installation without these packages. "
        "The recipes with int8 (torchao 0.18.0) were "
        "tested with tiny weights of LTX-2, FLUX.2 and Gemma on a CPU, and with tiny weights of all families "
        "on an H100. The recipes with nf4 (bitsandbytes 0.50.2) were tested with tiny weights of Z-Image on "
        "an H100."
    )
    return "\n".join([*lines, "", *_format_attention_section()])


def _list_unbuilt_levels() -> str:
    """Return the names of the recipe levels that the runtime does not support yet."""
    tables = (PRECISION_ROWS, PLACEMENT_ROWS, TEXT_ENCODER_ROWS)
    return ", ".join(row.words for table in tables for row in table if not row.built)


def _format_attention_section() -> Iterable[str]:
    yield "## Attention and compiling"
    yield ""
    yield "Milimo uses the first attention backend of this table that is suitable. In the last column, *ran* "
    yield "means that the backend was tried on a card. *Read* means that its properties are known only from "
    yield "the source code of its library."
    yield ""
    yield "| attention backend | used for | reason | evidence |"
    yield "| --- | --- | --- | --- |"
    for row in ATTENTIONS:
        cards = f" on CUDA {row.least[0]}.x with {row.needs}" if row.needs else ""
        models = "all" if row.masks else "models without masks"
        yield f"| {row.backend} | {models}{cards} | {row.why} | {row.evidence} |"
    yield ""
    yield (
        "Milimo compiles the repeating blocks of a transformer if the complete transformer is on the card, "
        f"no LoRA is used, and the request has {COMPILE_STEPS} steps or more. If Milimo does not compile the "
        "blocks, `milimo engine explain` gives the reason."
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
