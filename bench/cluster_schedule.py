"""A simulation of ten and a thousand GPUs: the studio's own scheduler, driven with simulated workers.

Jobs are assigned by `jobs.schedule.schedule.choose`, as the supervisor calls it. The durations of takes and
of loading models are the recipe ladder's estimates by the rates that were measured on an H100
(docs/benchmarks.md). The simulation does not sleep: time is computed. `--jobs N` makes it shorter; `--page`
writes the table into docs/cluster.md.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from result import print_report

from milimo_tui.engines.recipes.choice import choose_recipe as choose_recipe
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.values import Card, Rates
from milimo_tui.engines.registry import explanation
from milimo_tui.jobs.schedule.schedule import (
    Candidate,
    FreeWorker,
    ScheduleSnapshot,
    assign_jobs,
    limit_lookahead,
)

JOBS = 100_000
GPUS = (1, 10, 100, 1000)
FILMS = 40
RATES = Rates(tflops=761, memory_gbs=2959, bus_gbs=55, disk_gbs=1.66)
CARD = Card("NVIDIA H100 80GB HBM3", 85, 80, "cuda", (9, 0), host_gb=500, rates=RATES)
# Percentages of a film's jobs: mostly takes, with boards and pictures of its elements between them.
SHARE = {"ltx2": 55, "wan": 10, "flux2": 20, "z-image": 10, "qwen-image": 5}
SPREAD = 0.25  # Takes of one engine differ in length by up to this share.
PAGE = Path(__file__).parents[1] / "docs" / "cluster.md"
BEGIN, END = "<!-- rows of bench/cluster_schedule.py -->", "<!-- end of rows -->"


@dataclass(frozen=True, slots=True)
class SimulatedJob:
    """A job in the simulation: its queue entry and its seconds on a card."""

    candidate: Candidate
    seconds: float


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The result of one simulation.

    `decisions` are counted a second, `slow_ms` is the slowest decision of a hundred (ms). `idle` and
    `loading` are shares of the workers' time until the queue was empty. `passed` is the largest number of
    younger jobs that began before a job.
    """

    gpus: int
    decisions: float
    slow_ms: float
    idle: float
    loading: float
    loads: int
    hours: float
    passed: int
    apart: float


def estimate_take_seconds(engine: str) -> tuple[float, float]:
    """Return the seconds of a take of the engine's usual size, and the seconds to load its model, on the
    card.
    """
    request = explanation.make_published_request(engine)
    found = compute_recipe_costs(choose_recipe(CARD, request).recipe, request, RATES)
    return found.seconds, found.load_s


def build_simulated_jobs(count: int, pace: dict[str, tuple[float, float]]) -> list[SimulatedJob]:
    """Return jobs of many films. Each film's jobs come in runs of one engine, as scenes are queued."""
    chance = random.Random(7)
    engines, weights = list(SHARE), list(SHARE.values())
    made: list[SimulatedJob] = []
    while len(made) < count:
        film, engine = chance.randrange(FILMS), chance.choices(engines, weights)[0]
        for _ in range(min(chance.randint(1, 30), count - len(made))):
            place = len(made)
            length = pace[engine][0] * chance.uniform(1 - SPREAD, 1 + SPREAD)
            made.append(
                SimulatedJob(Candidate(f"job{place:06}", "gpu", 0, place, engine, f"film{film}"), length)
            )
    return made


def simulate_gpu_queue(
    gpus: int, work: Sequence[SimulatedJob], pace: dict[str, tuple[float, float]]
) -> SimulationResult:
    """Run the queue on `gpus` cards until its last job has ended."""
    by_id = {one.candidate.id: one for one in work}
    line = [one.candidate for one in work[: limit_lookahead(gpus)]]
    coming = iter(work[limit_lookahead(gpus) :])
    events: list[tuple[float, str]] = []
    free = [FreeWorker(f"node{n // 8:03}.gpu{n % 8}", "gpu") for n in range(gpus)]
    passed: dict[str, int] = {}
    decided, spent, times = 0, 0.0, []
    working = loading = now = emptied = 0.0
    loads = 0
    begun: dict[str, int] = {}
    ends: dict[str, float] = {}
    while line or events:
        while free and line:
            began = time.perf_counter()
            choice = assign_jobs(ScheduleSnapshot(free, line, passed, {"gpu": gpus}))
            taken = time.perf_counter() - began
            spent += taken
            times.append(taken / max(1, len(choice.pairs)))
            passed = dict(choice.passed)
            if not choice.pairs:
                break
            held = {worker.id: worker for worker in free}
            for id, job in choice.pairs:
                worker, one = held.pop(id), by_id[job]
                load = (
                    pace[one.candidate.needs_loaded][1] if worker.loaded != one.candidate.needs_loaded else 0
                )
                loads += load > 0
                loading, working = loading + load, working + one.seconds
                begun[job] = decided
                decided += 1
                ends[one.candidate.batch] = max(ends.get(one.candidate.batch, 0.0), now + load + one.seconds)
                heapq.heappush(events, (now + load + one.seconds, f"{id} {one.candidate.needs_loaded}"))
            free = list(held.values())
            chosen = {job for _, job in choice.pairs}
            line = [candidate for candidate in line if candidate.id not in chosen]
            line += [one.candidate for one in (next(coming, None) for _ in chosen) if one]
        if not line:
            emptied = emptied or now
        if events:
            now, who = heapq.heappop(events)
            id, loaded = who.split()
            free.append(FreeWorker(id, "gpu", loaded, warm=True))
    late = [place - by_id[job].candidate.position for job, place in begun.items()]
    wall = gpus * now
    return SimulationResult(
        gpus=gpus,
        decisions=decided / spent,
        slow_ms=1000 * statistics.quantiles(times, n=100)[-1],
        idle=max(0.0, 1 - (working + loading) / wall),
        loading=loading / wall,
        loads=loads,
        hours=now / 3600,
        passed=max(late),
        apart=_compute_film_delay(work, ends, gpus, pace),
    )


def _compute_film_delay(
    work: Sequence[SimulatedJob], ends: dict[str, float], gpus: int, pace: dict[str, tuple[float, float]]
) -> float:
    """Return the delay of the most delayed film, as a share: compared with strict order and no loading of
    models.
    """
    cards = [0.0] * gpus
    ideal: dict[str, float] = {}
    for one in work:
        end = heapq.heappop(cards) + one.seconds
        heapq.heappush(cards, end)
        ideal[one.candidate.batch] = max(ideal.get(one.candidate.batch, 0.0), end)
    return max(ends[film] / ideal[film] - 1 for film in ideal)


def format_simulation_table(
    runs: Sequence[SimulationResult], pace: dict[str, tuple[float, float]], count: int
) -> str:
    """Return the figures as the table of the page."""
    rows = [
        f"{count:,} jobs of {FILMS} films, queued at once; seconds of a take and to load a model, counted: "
        + ", ".join(f"{name} {take:.1f} and {load:.0f}" for name, (take, load) in pace.items())
        + ".",
        "",
        "| GPUs | decisions a second | slowest of 100, ms | cards idle | … loading | models loaded | hours | "
        "most younger jobs before one | latest film |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| {run.gpus:,} | {run.decisions:,.0f} | {run.slow_ms:.2f} | {run.idle:.2%} | {run.loading:.2%} "
        f"| {run.loads:,} | {run.hours:,.1f} | {run.passed} | +{run.apart:.1%} |"
        for run in runs
    ]
    return "\n".join(rows)


def main() -> int:
    """Run the simulations, print or write the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    pace = {engine: estimate_take_seconds(engine) for engine in SHARE}
    work = build_simulated_jobs(wanted.jobs, pace)
    runs = [simulate_gpu_queue(gpus, work, pace) for gpus in GPUS]
    text = format_simulation_table(runs, pace, wanted.jobs)
    if wanted.page:
        page = PAGE.read_text()
        before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(f"{page[:before]}\n\n{text}\n\n{page[after:]}")
    elif not wanted.json:
        print(text)
    figures: dict[str, float] = {}
    for run in runs:
        figures |= {
            f"decisions_per_s_{run.gpus}": run.decisions,
            f"idle_{run.gpus}": run.idle,
            f"passed_{run.gpus}": float(run.passed),
        }
    bars = {f"decisions_per_s_{GPUS[-1]}": 1000.0}
    return print_report("cluster_schedule", figures, {}, bars, at_least=tuple(bars))


if __name__ == "__main__":
    sys.exit(main())
