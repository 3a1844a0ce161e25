"""Simulate a queue on up to a thousand GPUs, to measure Milimo's own scheduler.

`jobs.schedule.schedule.assign_jobs` assigns the jobs to simulated workers, as in the supervisor. The
durations of takes and of loading models are estimates of the recipe ladder, based on rates measured on an
H100 (docs/benchmarks.md). The clock is simulated, so nothing waits. `--jobs N` makes the run shorter;
`--page` writes the table into docs/cluster.md.
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
# Percentages of a film's jobs by engine: mostly takes, and also boards and pictures of elements.
SHARE = {"ltx2": 55, "wan": 10, "flux2": 20, "z-image": 10, "qwen-image": 5}
SPREAD = 0.25  # Largest relative difference of a take's duration from the usual duration of its engine.
PAGE = Path(__file__).parents[1] / "docs" / "cluster.md"
BEGIN, END = "<!-- rows of bench/cluster_schedule.py -->", "<!-- end of rows -->"


@dataclass(frozen=True, slots=True)
class SimulatedJob:
    """A job of the simulation: its queue entry and its duration on a card in seconds."""

    candidate: Candidate
    seconds: float


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The result of one simulation.

    `decisions` is the number of decisions per second. `slow_ms` is the 99th percentile of a decision's
    duration in milliseconds. `idle` and `loading` are shares of the workers' time until the queue was empty.
    `passed` is the largest number of younger jobs that started before an older job. `apart` is the delay of
    the most delayed film, as a share.
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
    """Return the seconds that a take of the engine's usual size needs on the simulated card, and the seconds
    to load its model.
    """
    request = explanation.make_published_request(engine)
    found = compute_recipe_costs(choose_recipe(CARD, request).recipe, request, RATES)
    return found.seconds, found.load_s


def build_simulated_jobs(count: int, pace: dict[str, tuple[float, float]]) -> list[SimulatedJob]:
    """Return `count` jobs of many films. The jobs of a film are in groups that use one engine, because scenes
    are queued like this.

    `pace` holds the seconds of a take and of loading by engine.
    """
    chance = random.Random(7)
    engines, weights = list(SHARE), list(SHARE.values())
    jobs: list[SimulatedJob] = []
    while len(jobs) < count:
        film, engine = chance.randrange(FILMS), chance.choices(engines, weights)[0]
        for _ in range(min(chance.randint(1, 30), count - len(jobs))):
            place = len(jobs)
            length = pace[engine][0] * chance.uniform(1 - SPREAD, 1 + SPREAD)
            jobs.append(
                SimulatedJob(Candidate(f"job{place:06}", "gpu", 0, place, engine, f"film{film}"), length)
            )
    return jobs


def simulate_gpu_queue(
    gpus: int, work: Sequence[SimulatedJob], pace: dict[str, tuple[float, float]]
) -> SimulationResult:
    """Simulate the queue on `gpus` cards until the last job has ended. `pace` holds the seconds of a take and
    of loading by engine.
    """
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
    """Return the delay of the most delayed film as a share of its ideal duration.

    In the ideal case, jobs run in the order of the queue and models need no loading. `ends` maps films to
    their end times.
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
    """Return the results as a Markdown table for docs/cluster.md."""
    rows = [
        f"{count:,} jobs of {FILMS} films, queued at once. Calculated seconds for a take "
        "and for loading the model: "
        + ", ".join(f"{name} {take:.1f} and {load:.0f}" for name, (take, load) in pace.items())
        + ".",
        "",
        "| GPUs | decisions a second | slow decision (99th percentile), ms | cards idle "
        "| cards loading models | models loaded | hours | most later jobs that started before a job "
        "| latest film |",
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
