"""What every bench prints: one line of figures, ratios and bars; and how commands are timed in pairs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence


def report(
    name: str, figures: Mapping[str, float], ratios: Mapping[str, float], bars: Mapping[str, float]
) -> int:
    """Print the line; a ratio above its bar is a miss. Returns the exit code."""
    ok = all(ratios[key] <= bar for key, bar in bars.items())
    line = {
        "name": name,
        "figures": {key: round(value, 4) for key, value in figures.items()},
        "ratios": {key: round(value, 3) for key, value in ratios.items()},
        "bars": dict(bars),
        "ok": ok,
    }
    if "--json" not in sys.argv:
        for key, value in line["figures"].items():  # type: ignore[attr-defined]
            print(f"  {key:<32}{value}")
        for key, value in line["ratios"].items():  # type: ignore[attr-defined]
            bar = f"   at most {bars[key]}" if key in bars else ""
            print(f"  {key:<32}{value}×{bar}")
    print(json.dumps(line))
    return 0 if ok else 1


def wall(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Wall seconds of one run of a command. Raises CalledProcessError when it fails."""
    began = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - began


def paired(rounds: int, *runs: Callable[[], float]) -> list[float]:
    """Run each in turn, so that a drift of the machine meets them all; the median of each."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for index, run in enumerate(runs):
            taken[index].append(run())
    return [statistics.median(values) for values in taken]
