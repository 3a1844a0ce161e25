"""The studio at the end of a line of 1 Mbit/s, 100 ms each way, with a buffer of 2 MB: keys, rest, playback.

Thirty keys at 15 a second on the timeline, in each drawing mode and three sizes; then playback and pause.
Each test runs `--tries` times, as delays of a busy machine are not the studio's: the best try is reported,
and the number of tries within the bars. `--pair blocks:80x24` measures only that pair.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from result import print_report

from tests.tui.slow_studio import ANSWERS, SIZES, Held, Played, at_rest, hold_a_key, play, timeline

# seconds, of which the key takes 0.1 in the pause; STEP is in frames
LAG, SETTLED, PAUSE, STEP = 0.35, 0.8, 0.4, 4.0


def measure_mode_and_size(kind: str, size: str, tries: int) -> dict[str, float]:
    """Return the figures of one drawing mode and size by name, and print its row of `docs/benchmarks.md`."""
    with tempfile.TemporaryDirectory() as folder, timeline(Path(folder), size, kind) as line:
        rest = at_rest(line)
        held = [hold_a_key(line) for _ in range(tries)]
        played = [play(line) for _ in range(tries)]
    key = min(held, key=_compute_key_excess)
    film = min(played, key=_compute_playback_excess)
    print(
        f"| {kind} {size} | {key.p50 * 1000:.0f} / {key.p95 * 1000:.0f} ms | {key.settled * 1000:.0f} ms "
        f"| {sum(_compute_key_excess(one) <= 1 for one in held)} of {tries} | "
        f"{key.bytes / 1000:.0f} kB | {rest} "
        f"| {film.rate:.1f} | {film.drift:.1f} | {film.late * 1000:.0f} ms "
        f"| {sum(_compute_playback_excess(one) <= 1 for one in played)} of {tries} | "
        f"{film.bytes / 6000:.0f} kB/s |",
        flush=True,
    )
    return {
        "lag p95 s": key.p95,
        "settled s": key.settled,
        "bytes at rest": rest,
        "pause s": film.late,
        "film and clock, frames": film.drift,
    }


def _compute_key_excess(held: Held) -> float:
    return max(held.p95 / LAG, held.settled / SETTLED)


def _compute_playback_excess(played: Played) -> float:
    return max(played.late / PAUSE, played.drift / STEP)


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", action="append", help="KIND:SIZE, again and again")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="the line alone")
    asked = parser.parse_args()
    print(
        "| pair | lag, median / p95 | settled | tries within | bytes | at rest "
        "| pictures a second | parted, frames | pause | tries within | bytes |"
    )
    figures: dict[str, float] = {}
    bars: dict[str, float] = {}
    limits = {
        "lag p95 s": LAG,
        "settled s": SETTLED,
        "bytes at rest": 0,
        "pause s": PAUSE,
        "film and clock, frames": STEP,
    }
    for pair in asked.pair or [f"{kind}:{size}" for kind in ANSWERS for size in SIZES]:
        kind, _, size = pair.partition(":")
        for name, value in measure_mode_and_size(kind, size, asked.tries).items():
            figures[f"{kind} {size}: {name}"] = value
            bars[f"{kind} {size}: {name}"] = limits[name]
    return print_report("slow_line", figures, {}, bars)


if __name__ == "__main__":
    sys.exit(main())
