"""The phases of `bench/gpu.py`. Each phase yields cases, each case makes a row. A case prepares its needs
when it runs.

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
from card.bench import Case, Figures, GpuBench, drop_all_weights
from card.clips import BareScript, Size, TimingContext
from card.rates import measure_card_rates
from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.values import GB, Rates, Recipe, Request
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import get_model_cache

REACHED = 0.7  # share of the bare matrix-product rate that complete models reach
ALL = 1 << 62  # bytes: more than any card has, so that everything is freed


def save_measured_rates(home: Path, figures: Figures, reached: float = 0.0) -> None:
    """Save the speed of the card where the home's recipe ladder looks for it.

    The product rate is the rate that a step of a model `reached`, or else most of the bare product rate.
    """
    home.mkdir(parents=True, exist_ok=True)
    tflops = reached or figures["tflops"] * REACHED
    found = Rates(tflops, figures["memory_gbs"], figures["bus_gbs"], figures["disk_gbs"])
    CardRecords(home).rate(memory.card(), found)


def list_rate_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that measures the speed of the card and saves it for the ladder."""

    def case() -> Figures:
        figures = measure_card_rates(memory.get_device(), bench.work, small=not bench.on_card)
        save_measured_rates(bench.home, figures)
        return figures

    yield "products and copies", case


def list_best_recipe_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases of LTX-2 from text to a file by the first recipe for this card: load, a step, a clip, the
    reload from main memory, the peak memory.
    """
    for stages, size in bench.sizes.items():
        request, recipes = bench.ladder(bench.clip(size, stages=stages))
        for recipe in recipes[:1]:
            yield _build_recipe_case(bench, recipe, request, size, stages)


def list_other_recipe_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the same cases by every other recipe that fits this machine."""
    for stages, size in bench.sizes.items():
        request, recipes = bench.ladder(bench.clip(size, stages=stages))
        for recipe in recipes[1:]:
            if bench.has_room(recipe):
                yield _build_recipe_case(bench, recipe, request, size, stages)
            else:
                print(f"  left out, the disk has no room for its groups: {recipe.name}")


def _build_recipe_case(bench: GpuBench, recipe: Recipe, request: Request, size: Size, stages: str) -> Case:
    def case() -> Figures:
        if not bench.loads.get(recipe.name):
            drop_all_weights()
        peak = memory.MemoryPeak()

        def clip() -> tuple[float, TimingContext]:
            return bench.run(bench.clip(size, stages=stages, recipe=recipe.name))

        _, cold = clip()
        load_s = sum(cold.loads.values()) or bench.loads.get(recipe.name, 0.0)
        took = [clip() for _ in range(bench.rounds)]
        taken = statistics.median(seconds for seconds, _ in took)
        most = peak.bytes() / GB
        get_model_cache().free(ALL)
        back, _ = clip()
        bench.loads.clear()
        counted = compute_recipe_costs(
            recipe, request, get_card_rates(CardRecords(bench.home).rated(memory.card()))
        )
        return {
            "load_s": load_s,
            "step_s": compute_step_seconds(took[-1][1]),
            "counted_step_s": counted.stages[-1].seconds,
            "reached_tflops": counted.stages[-1].tflop / max(1e-9, compute_step_seconds(took[-1][1])),
            "clip_s": taken,
            "swap_s": max(0.0, back - taken),
            "peak_gb": most,
            "counted_gb": estimate_memory(recipe, request).card_gb,
        }

    return f"{_format_clip_size(size)}, {stages}: {recipe.name}", case


def compute_step_seconds(context: TimingContext) -> float:
    """Return the median duration of the last stage's steps."""
    stages = [steps for steps in context.steps.values() if steps]
    return statistics.median(stages[-1]) if stages else 0.0


def list_capped_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that run the recipe chosen under a memory cap, to check that memory stays below the cap."""
    size = bench.sizes["one"]
    for cap in bench.caps:

        def case(cap: float = cap) -> Figures:
            drop_all_weights()
            os.environ[memory.TEST_CARD] = f"{cap:g}"
            device = memory.get_device()
            if device.type == "cuda":
                most = torch.cuda.get_device_properties(0).total_memory
                torch.cuda.set_per_process_memory_fraction(min(1.0, cap * GB / most))
            try:
                peak = memory.MemoryPeak()
                bench.run(bench.clip(size))
                taken, context = bench.run(bench.clip(size))
                most_gb = peak.bytes() / GB
            finally:
                del os.environ[memory.TEST_CARD]
                if device.type == "cuda":
                    torch.cuda.set_per_process_memory_fraction(1.0)
            return {
                "cap_gb": cap,
                "peak_gb": most_gb,
                "step_s": compute_step_seconds(context),
                "clip_s": taken,
            }

        yield f"{_format_clip_size(size)}, {cap:g} GB", case


def list_bare_script_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that compares the engine with the bare script on the same weights in memory.

    Both are warm and run in turn: the median of each, and of the ratio of each pair. On a CPU the seconds are
    CPU seconds of all threads.
    """

    def case() -> Figures:
        size, on_cpu = bench.sizes["one"], memory.get_device().type == "cpu"
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

        drop_all_weights()
        _, cold = bench.run(bench.clip(size, recipe=recipe.name))
        # Recorded so that no other phase loads the weights again to measure this.
        bench.loads[recipe.name] = sum(cold.loads.values())
        _, found = bench.found()
        plain = BareScript(ltx_parts.load(found, recipe, get_model_cache(), bench.timed()), bench.folder)

        def theirs() -> float:
            asked = bench.clip(size)
            began = clock()
            plain.clip(asked, path)
            return clock() - began

        theirs()
        pairs = []
        # The order alternates, as the first of a pair may have an advantage or a disadvantage.
        for number in range(bench.rounds):
            if number % 2:
                other = theirs()
                pairs.append((ours(), other))
            else:
                pairs.append((ours(), theirs()))
        mine, others = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        return {"clip_s": mine, "bare_clip_s": others, "over_bare": ratio}

    yield _format_clip_size(bench.sizes["one"]), case


def list_second_clip_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that times a worker's first clip, with its load, and the next clip.

    It also times two clips with different prompts, one after the other, without and with foresight: the
    median of each.
    """

    def case() -> Figures:
        drop_all_weights()
        size = bench.sizes["one"]
        loaded, warm = bench.run(bench.clip(size))[0], bench.run(bench.clip(size))[0]
        pairs = [
            (bench.two(size, foresight=False), bench.two(size, foresight=True)) for _ in range(bench.rounds)
        ]
        two, foreseen = (statistics.median(each) for each in zip(*pairs, strict=True))
        return {"first_s": loaded, "second_s": warm, "two_s": two, "two_foreseen_s": foreseen}

    yield _format_clip_size(bench.sizes["one"]), case


def list_soak_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that measures the growth of memory in megabytes a clip, without the first fifth of the
    clips.
    """

    def case() -> Figures:
        held = []
        for _ in range(bench.soak):
            bench.run(bench.clip((128, 128, 9)))
            memory.DeviceMemory().collect()
            held.append(_read_held_bytes())
        settled = held[bench.soak // 5 :]
        slope = float(np.polyfit(range(len(settled)), settled, 1)[0]) if len(settled) > 1 else 0.0
        return {"clips": bench.soak, "mb_a_clip": slope / 1e6, "end_mb": held[-1] / 1e6}

    if bench.soak:
        yield f"{bench.soak} clips of 128×128, 9 frames", case


def _read_held_bytes() -> int:
    """Return the bytes that this process holds on its GPU, or in main memory without one."""
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def list_cache_count_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that compares the model cache's count of weights on the card with the card's own
    count.
    """

    def case() -> Figures:
        drop_all_weights()
        before = _read_held_bytes()
        bench.run(bench.clip(bench.sizes["one"]))
        holder = get_model_cache()
        holder.measure()
        memory.DeviceMemory().collect()
        own = _read_held_bytes() - before
        counted = holder.bytes
        apart = abs(counted - own) / max(1, own)
        return {"believed_gb": counted / GB, "card_gb": own / GB, "apart": apart}

    yield _format_clip_size(bench.sizes["one"]), case


def _format_clip_size(size: Size) -> str:
    return f"{size[0]}×{size[1]}×{size[2]}"


PHASES: dict[str, Callable[[GpuBench], Iterator[Case]]] = {
    "rates": list_rate_cases,
    "tiny": tiny_weights.list_tiny_recipe_cases,
    "held": tiny_weights.list_reference_cases,
    "bare": list_bare_script_cases,
    "whole": list_best_recipe_cases,
    "capped": list_capped_cases,
    "second": list_second_clip_cases,
    "soak": list_soak_cases,
    "believed": list_cache_count_cases,
    "every": list_other_recipe_cases,
}


def run_case(case: Callable[[], Figures]) -> tuple[Figures, str]:
    """Return the figures of a case, or no figures and the error."""
    try:
        return case(), ""
    except MilimoError as error:
        return {}, error.message
    except Exception as error:  # noqa: BLE001  # later cases must still run
        traceback.print_exc()
        return {}, f"{type(error).__name__}: {error}"[:200]
