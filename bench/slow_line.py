"""Measure the studio at the end of a slow line: keys, rest and playback.

The line has 1 Mbit/s, 100 ms delay in each direction, and a buffer of 2 MB. Thirty keys are pressed at 15 per
second on the timeline, in each drawing mode and three terminal sizes. Then the film is played and paused.
Each test runs `--tries` times and the best try is reported, because delays of a busy machine are not the
studio's fault. The number of tries within the limits is reported too. `--pair blocks:80x24` measures only
this mode and size.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from result import print_report

from tests.tui.slow_studio import ANSWERS, SIZES, KeyLag, PlaybackResult, at_rest, hold_a_key, play, timeline

# Limits in seconds for the delay of a key (p95), for the last paint after a key, and for a pause, which
# includes 0.1 s for the key. STEP is the limit in frames between picture and clock.
LAG, SETTLED, PAUSE, STEP = 0.35, 0.8, 0.4, 4.0


def measure_mode_and_size(kind: str, size: str, tries: int) -> dict[str, float]:
    """Measure one drawing mode and terminal size. Return its figures by name, and print its row of
    `docs/benchmarks.md`.
    """
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


def _compute_key_excess(held: KeyLag) -> float:
    return max(held.p95 / LAG, held.settled / SETTLED)


def _compute_playback_excess(played: PlaybackResult) -> float:
    return max(played.late / PAUSE, played.drift / STEP)


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", action="append", help="KIND:SIZE, again and again")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="the line alone")
    args = parser.parse_args()
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
    for pair in args.pair or [f"{kind}:{size}" for kind in ANSWERS for size in SIZES]:
        kind, _, size = pair.partition(":")
        for name, value in measure_mode_and_size(kind, size, args.tries).items():
            figures[f"{kind} {size}: {name}"] = value
            bars[f"{kind} {size}: {name}"] = limits[name]
    return print_report("slow_line", figures, {}, bars)


if __name__ == "__main__":
    sys.exit(main())
