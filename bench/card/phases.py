"""The phases of `bench/gpu.py`. Each phase yields cases, and each case produces one row of figures.

A case prepares its weights only when it runs. Imports torch.
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

REACHED = 0.7  # share of the plain matrix-product speed that complete models usually reach
ALL = 1 << 62  # number of bytes to free: more than any card has, so that everything is freed


def save_measured_rates(home: Path, figures: Figures, reached: float = 0.0) -> None:
    """Save the measured speed of the card in `home`, where the recipe ladder looks for it.

    `reached` is the matrix-product speed in TFLOPS that the sampling steps of a model reached. If it is 0, 70
    % of the measured plain matrix-product speed is saved.
    """
    home.mkdir(parents=True, exist_ok=True)
    tflops = reached or figures["tflops"] * REACHED
    found = Rates(tflops, figures["memory_gbs"], figures["bus_gbs"], figures["disk_gbs"])
    CardRecords(home).rate(memory.card(), found)


def list_rate_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that measures the speed of the card and saves it for the recipe ladder."""

    def case() -> Figures:
        figures = measure_card_rates(memory.get_device(), bench.work, small=not bench.on_card)
        save_measured_rates(bench.home, figures)
        return figures

    yield "products and copies", case


def list_best_recipe_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that make a clip from text with LTX-2, using the best recipe for this card.

    The figures are the load time, a sampling step, the complete clip, the reload from main memory and the
    peak memory.
    """
    for stages, size in bench.sizes.items():
        request, recipes = bench.list_clip_recipes(bench.build_next_clip(size, stages=stages))
        for recipe in recipes[:1]:
            yield _build_recipe_case(bench, recipe, request, size, stages)


def list_other_recipe_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that make the same clips with each other recipe that fits this machine."""
    for stages, size in bench.sizes.items():
        request, recipes = bench.list_clip_recipes(bench.build_next_clip(size, stages=stages))
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
            return bench.run(bench.build_next_clip(size, stages=stages, recipe=recipe.name))

        _, cold = clip()
        load_s = sum(cold.loads.values()) or bench.loads.get(recipe.name, 0.0)
        took = [clip() for _ in range(bench.rounds)]
        taken = statistics.median(seconds for seconds, _ in took)
        most = peak.measure_peak() / GB
        get_model_cache().free_device_memory(ALL)
        back, _ = clip()
        bench.loads.clear()
        costs = compute_recipe_costs(
            recipe, request, get_card_rates(CardRecords(bench.home).add_measured_rates(memory.card()))
        )
        return {
            "load_s": load_s,
            "step_s": compute_step_seconds(took[-1][1]),
            "counted_step_s": costs.stages[-1].seconds,
            "reached_tflops": costs.stages[-1].tflop / max(1e-9, compute_step_seconds(took[-1][1])),
            "clip_s": taken,
            "swap_s": max(0.0, back - taken),
            "peak_gb": most,
            "counted_gb": estimate_memory(recipe, request).card_gb,
        }

    return f"{_format_clip_size(size)}, {stages}: {recipe.name}", case


def compute_step_seconds(context: TimingContext) -> float:
    """Return the median seconds of a sampling step in the last stage."""
    stages = [steps for steps in context.steps.values() if steps]
    return statistics.median(stages[-1]) if stages else 0.0


def list_capped_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that limit the card's memory to each of `bench.caps` GB and run the recipe that the ladder
    chooses then. They show whether memory use stays below the limit.
    """
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
                bench.run(bench.build_next_clip(size))
                taken, context = bench.run(bench.build_next_clip(size))
                most_gb = peak.measure_peak() / GB
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
    """Yield the case that compares the engine with a script without Milimo that uses the same weights in
    memory.

    Both are warmed up and then make clips in turn. The figures are the median duration of each, and the
    median of the ratios of the pairs. On a CPU, the seconds are CPU seconds of all threads.
    """

    def case() -> Figures:
        size, on_cpu = bench.sizes["one"], memory.get_device().type == "cpu"
        clock = time.process_time if on_cpu else time.perf_counter
        path = bench.work / "bare.mov"
        _, recipes = bench.list_clip_recipes(bench.build_next_clip(size))
        whole = [one for one in recipes if (one.offload, one.tiling) == ("none", "none")]
        if not whole:
            raise Failed("no recipe has all of it on this card, in one piece", "--small-encoder takes less")
        recipe = whole[0]

        def ours() -> float:
            clip = bench.build_next_clip(size, recipe=recipe.name)
            began = clock()
            bench.run(clip)
            return clock() - began

        drop_all_weights()
        _, cold = bench.run(bench.build_next_clip(size, recipe=recipe.name))
        # The load time is recorded here, so that no other phase loads the weights again to measure it.
        bench.loads[recipe.name] = sum(cold.loads.values())
        _, found = bench.find_bench_weights()
        plain = BareScript(
            ltx_parts.load(found, recipe, get_model_cache(), bench.create_timing_context()), bench.folder
        )

        def theirs() -> float:
            clip = bench.build_next_clip(size)
            began = clock()
            plain.make_clip(clip, path)
            return clock() - began

        theirs()
        pairs = []
        # The order alternates, because the position in a pair may influence the time.
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
    """Yield the case that times the first clip of a worker, including loading, and its second clip.

    The case also times two clips with different prompts in a row, with and without preparing the second one
    during the first. The figures are medians.
    """

    def case() -> Figures:
        drop_all_weights()
        size = bench.sizes["one"]
        loaded, warm = bench.run(bench.build_next_clip(size))[0], bench.run(bench.build_next_clip(size))[0]
        pairs = [
            (bench.time_two_clips(size, foresight=False), bench.time_two_clips(size, foresight=True))
            for _ in range(bench.rounds)
        ]
        two, foreseen = (statistics.median(each) for each in zip(*pairs, strict=True))
        return {"first_s": loaded, "second_s": warm, "two_s": two, "two_foreseen_s": foreseen}

    yield _format_clip_size(bench.sizes["one"]), case


def list_soak_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that makes many clips and measures the growth of memory in megabytes per clip. The first
    fifth of the clips is ignored as warm-up.
    """

    def case() -> Figures:
        held = []
        for _ in range(bench.soak):
            bench.run(bench.build_next_clip((128, 128, 9)))
            memory.DeviceMemory().free_unreferenced()
            held.append(_read_held_bytes())
        settled = held[bench.soak // 5 :]
        slope = float(np.polyfit(range(len(settled)), settled, 1)[0]) if len(settled) > 1 else 0.0
        return {"clips": bench.soak, "mb_a_clip": slope / 1e6, "end_mb": held[-1] / 1e6}

    if bench.soak:
        yield f"{bench.soak} clips of 128×128, 9 frames", case


def _read_held_bytes() -> int:
    """Return the bytes that this process holds on its GPU, or in main memory if there is no GPU."""
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def list_cache_count_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield the case that compares the bytes that the model cache counts on the card with the bytes that the
    card reports.
    """

    def case() -> Figures:
        drop_all_weights()
        before = _read_held_bytes()
        bench.run(bench.build_next_clip(bench.sizes["one"]))
        holder = get_model_cache()
        holder.measure_models()
        memory.DeviceMemory().free_unreferenced()
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
    """Run a case. Return its figures and an empty error, or no figures and the error."""
    try:
        return case(), ""
    except MilimoError as error:
        return {}, error.message
    except Exception as error:  # noqa: BLE001  # later cases must still run
        traceback.print_exc()
        return {}, f"{type(error).__name__}: {error}"[:200]
