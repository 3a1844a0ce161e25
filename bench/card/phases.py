"""The phases of `bench/gpu.py`: each gives cases, each case a row. What a case needs is made when it is run.

Imports torch.
"""

from __future__ import annotations

import os
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from card import tiny_weights
from card.bench import Bench, Case, Figures, empty
from card.clips import Bare, Size, Timed
from card.rates import measure
from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.recipes.card_rates import rates_of
from milimo_tui.engines.recipes.card_records import Shown
from milimo_tui.engines.recipes.costs import costs
from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.values import GB, Rates, Recipe, Request
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import model_cache

REACHED = 0.7  # of the rate of products alone, by whole models
ALL = 1 << 62  # bytes: more than any card has


def keep_rates(home: Path, figures: Figures, reached: float = 0.0) -> None:
    """Keep how fast the card is where the ladder of that home looks for it: of products what a step of a
    model `reached`, else most of what products alone do.
    """
    home.mkdir(parents=True, exist_ok=True)
    tflops = reached or figures["tflops"] * REACHED
    found = Rates(tflops, figures["memory_gbs"], figures["bus_gbs"], figures["disk_gbs"])
    Shown(home).rate(memory.card(), found)


def rates(bench: Bench) -> Iterator[Case]:
    """How fast the card is, kept where the ladder looks for it."""

    def case() -> Figures:
        figures = measure(memory.device(), bench.work, small=not bench.on_card)
        keep_rates(bench.home, figures)
        return figures

    yield "products and copies", case


def whole(bench: Bench) -> Iterator[Case]:
    """LTX-2 from words to a file by the recipe that this card gets: load, a step, a clip, the way back from
    main memory, the most memory.
    """
    for stages, size in bench.sizes.items():
        request, recipes = bench.ladder(bench.clip(size, stages=stages))
        for recipe in recipes[:1]:
            yield _by(bench, recipe, request, size, stages)


def every(bench: Bench) -> Iterator[Case]:
    """The same by every other recipe that this machine has room for."""
    for stages, size in bench.sizes.items():
        request, recipes = bench.ladder(bench.clip(size, stages=stages))
        for recipe in recipes[1:]:
            if bench.has_room(recipe):
                yield _by(bench, recipe, request, size, stages)
            else:
                print(f"  left out, the disk has no room for its groups: {recipe.name}")


def _by(bench: Bench, recipe: Recipe, request: Request, size: Size, stages: str) -> Case:
    def case() -> Figures:
        if not bench.loads.get(recipe.name):
            empty()
        peak = memory.Peak()

        def clip() -> tuple[float, Timed]:
            return bench.run(bench.clip(size, stages=stages, recipe=recipe.name))

        _, cold = clip()
        load_s = sum(cold.loads.values()) or bench.loads.get(recipe.name, 0.0)
        took = [clip() for _ in range(bench.rounds)]
        taken = statistics.median(seconds for seconds, _ in took)
        most = peak.bytes() / GB
        model_cache().free(ALL)
        back, _ = clip()
        bench.loads.clear()
        counted = costs(recipe, request, rates_of(Shown(bench.home).rated(memory.card())))
        return {
            "load_s": load_s,
            "step_s": step_seconds(took[-1][1]),
            "counted_step_s": counted.stages[-1].seconds,
            "reached_tflops": counted.stages[-1].tflop / max(1e-9, step_seconds(took[-1][1])),
            "clip_s": taken,
            "swap_s": max(0.0, back - taken),
            "peak_gb": most,
            "counted_gb": estimate(recipe, request).card_gb,
        }

    return f"{_text(size)}, {stages}: {recipe.name}", case


def step_seconds(context: Timed) -> float:
    """The median of the last stage's steps."""
    stages = [steps for steps in context.steps.values() if steps]
    return statistics.median(stages[-1]) if stages else 0.0


def capped(bench: Bench) -> Iterator[Case]:
    """The recipe that is chosen under a cap, and that it stays below it."""
    size = bench.sizes["one"]
    for cap in bench.caps:

        def case(cap: float = cap) -> Figures:
            empty()
            os.environ[memory.PRETENDED] = f"{cap:g}"
            device = memory.device()
            if device.type == "cuda":
                most = torch.cuda.get_device_properties(0).total_memory
                torch.cuda.set_per_process_memory_fraction(min(1.0, cap * GB / most))
            try:
                peak = memory.Peak()
                bench.run(bench.clip(size))
                taken, context = bench.run(bench.clip(size))
                most_gb = peak.bytes() / GB
            finally:
                del os.environ[memory.PRETENDED]
                if device.type == "cuda":
                    torch.cuda.set_per_process_memory_fraction(1.0)
            return {"cap_gb": cap, "peak_gb": most_gb, "step_s": step_seconds(context), "clip_s": taken}

        yield f"{_text(size)}, {cap:g} GB", case


def bare(bench: Bench) -> Iterator[Case]:
    """Seconds of a clip by the engine and by the bare script, of the same weights in memory, in turn, both
    warm: the median of each, and of the ratio of each pair. On the CPU they are seconds of it, all threads'.
    """

    def case() -> Figures:
        size, on_cpu = bench.sizes["one"], memory.device().type == "cpu"
        clock = time.process_time if on_cpu else time.perf_counter
        path = bench.work / "bare.mov"
        _, recipes = bench.ladder(bench.clip(size))
        whole = [one for one in recipes if (one.offload, one.tiling) == ("none", "none")]
        if not whole:
            raise Failed("no recipe has all of it on this card, in one piece", "--small-encoder takes less")
        recipe = whole[0]

        def ours() -> float:
            asked = bench.clip(size, recipe=recipe.name)
            began = clock()
            bench.run(asked)
            return clock() - began

        empty()
        _, cold = bench.run(bench.clip(size, recipe=recipe.name))
        bench.loads[recipe.name] = sum(cold.loads.values())  # so that no other phase has to load them for it
        _, found = bench.found()
        plain = Bare(ltx_parts.load(found, recipe, model_cache(), bench.timed()), bench.folder)

        def theirs() -> float:
            asked = bench.clip(size)
            began = clock()
            plain.clip(asked, path)
            return clock() - began

        theirs()
        pairs = []
        for number in range(bench.rounds):  # the one that comes first may have it easier or harder
            if number % 2:
                other = theirs()
                pairs.append((ours(), other))
            else:
                pairs.append((ours(), theirs()))
        mine, others = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        return {"clip_s": mine, "bare_clip_s": others, "over_bare": ratio}

    yield _text(bench.sizes["one"]), case


def second(bench: Bench) -> Iterator[Case]:
    """The first clip of a worker, with its load, and the next; then two with words of their own, one behind
    the other, without a look ahead and with one: the median of each.
    """

    def case() -> Figures:
        empty()
        size = bench.sizes["one"]
        loaded, warm = bench.run(bench.clip(size))[0], bench.run(bench.clip(size))[0]
        pairs = [
            (bench.two(size, foresight=False), bench.two(size, foresight=True)) for _ in range(bench.rounds)
        ]
        two, foreseen = (statistics.median(each) for each in zip(*pairs, strict=True))
        return {"first_s": loaded, "second_s": warm, "two_s": two, "two_foreseen_s": foreseen}

    yield _text(bench.sizes["one"]), case


def soak(bench: Bench) -> Iterator[Case]:
    """Megabytes a clip by which memory grows, the first fifth left out."""

    def case() -> Figures:
        held = []
        for _ in range(bench.soak):
            bench.run(bench.clip((128, 128, 9)))
            memory.DeviceMemory().collect()
            held.append(_held())
        settled = held[bench.soak // 5 :]
        slope = float(np.polyfit(range(len(settled)), settled, 1)[0]) if len(settled) > 1 else 0.0
        return {"clips": bench.soak, "mb_a_clip": slope / 1e6, "end_mb": held[-1] / 1e6}

    if bench.soak:
        yield f"{bench.soak} clips of 128×128, 9 frames", case


def _held() -> int:
    """Bytes that this process holds on its card, or in main memory without one."""
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def believed(bench: Bench) -> Iterator[Case]:
    """Weights on the card by residency's count, and by the card's own."""

    def case() -> Figures:
        empty()
        before = _held()
        bench.run(bench.clip(bench.sizes["one"]))
        holder = model_cache()
        holder.measure()
        memory.DeviceMemory().collect()
        own = _held() - before
        counted = holder.bytes
        apart = abs(counted - own) / max(1, own)
        return {"believed_gb": counted / GB, "card_gb": own / GB, "apart": apart}

    yield _text(bench.sizes["one"]), case


def _text(size: Size) -> str:
    return f"{size[0]}×{size[1]}×{size[2]}"


PHASES: dict[str, Callable[[Bench], Iterator[Case]]] = {
    "rates": rates,
    "tiny": tiny_weights.runs,
    "held": tiny_weights.held,
    "bare": bare,
    "whole": whole,
    "capped": capped,
    "second": second,
    "soak": soak,
    "believed": believed,
    "every": every,
}


def run_case(case: Callable[[], Figures]) -> tuple[Figures, str]:
    """The figures of a case, or none and why."""
    try:
        return case(), ""
    except MilimoError as error:
        return {}, error.message
    except Exception as error:  # noqa: BLE001  # the cases after it are worth their minutes
        traceback.print_exc()
        return {}, f"{type(error).__name__}: {error}"[:200]
