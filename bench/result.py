"""Functions that all benchmarks share: print the results with their limits as one line, and time commands in
turn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence


def print_report(
    name: str,
    figures: Mapping[str, float],
    ratios: Mapping[str, float],
    bars: Mapping[str, float],
    *,
    at_least: Collection[str] = (),
) -> int:
    """Print the results, each with its limit, and the line of results. Return the exit code: 1 if a limit is
    missed.

    `bars` holds the limits. A limit is the largest allowed value or, for names in `at_least`, the smallest.
    """
    measured = {**figures, **ratios}
    missed = [
        key
        for key, bar in bars.items()
        if not (measured[key] >= bar if key in at_least else measured[key] <= bar)
    ]
    line = {
        "name": name,
        "figures": {key: round(value, 4) for key, value in figures.items()},
        "ratios": {key: round(value, 3) for key, value in ratios.items()},
        "bars": dict(bars),
        "at_least": sorted(at_least),
        "missed": missed,
        "ok": not missed,
    }
    if "--json" not in sys.argv:
        for table, unit in (("figures", ""), ("ratios", "×")):
            for key, value in line[table].items():  # type: ignore[attr-defined]
                side = "at least" if key in at_least else "at most"
                bar = f"   {side} {bars[key]}" if key in bars else ""
                bar += "   missed" if key in missed else ""
                print(f"  {key:<32}{value}{unit}{bar}")
    print(json.dumps(line))
    return 1 if missed else 0


def time_command(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Return the wall seconds of one run of a command. Raises CalledProcessError if the command fails."""
    began = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - began


def measure_in_turn(rounds: int, *runs: Callable[[], float]) -> list[float]:
    """Run the measurements alternately, `rounds` times each, so that a change in the machine's speed affects
    all equally. Return the median of each.
    """
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for index, run in enumerate(runs):
            taken[index].append(run())
    return [statistics.median(values) for values in taken]
