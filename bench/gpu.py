"""Measure models on a graphics card, phase by phase: seconds and memory, also compared with a script without
Milimo.

Each case writes a row to the file of `--rows` at once, so that an interrupted run continues with the missing
rows. The weights are random numbers in the published size, so nothing is downloaded. They take 69 GB in the
folder `--scratch`, or 48 GB with `--small-encoder`; `--weights FOLDER` uses existing weights instead. `--cpu`
runs everything on tiny weights. Without PyAV, clips are written as uncompressed frames. `--write PAGE`
measures nothing and writes the rows into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from card import without_av
from card.rows import FigureRow, FigureRowsFile, write_tables_into
from result import print_report

NO_CARD = (
    "no card is here: seconds and memory of real sizes stay unmeasured; --cpu runs all of it on tiny weights"
)
# With this recipe nothing is moved during a step, so its steps show the speed of matrix products.
WHOLE = "bf16, whole on the card"
# The most valuable phases come first, because a rented card may have to be returned before the end.
NAMES = ("rates", "bare", "whole", "capped", "second", "soak", "believed", "held", "tiny", "every")


def parse_gpu_options(words: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.add_argument("--rows", type=Path, default=Path("gpu-rows.jsonl"), help="the file of rows")
    parser.add_argument("--write", type=Path, help="a page of docs to put the rows into")
    parser.add_argument("--plan", type=float, metavar="GB", help="seconds by phase on a card of so much")
    parser.add_argument("--cpu", action="store_true", help="tiny weights, whatever card there is")
    parser.add_argument("--without-av", action="store_true", help="do without PyAV though it is here")
    parser.add_argument("--weights", default="", help="a checkpoint, made there and kept if it is none")
    parser.add_argument("--small-encoder", action="store_true", help="thin layers in its text encoder")
    parser.add_argument("--scratch", default=None, help="where it is made; else the temporary folder")
    parser.add_argument("--phases", default=",".join(NAMES), help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--stages", default="one,two", help="whole clips: one, two")
    parser.add_argument("--size", default="", help="WIDTHxHEIGHTxFRAMES of clips in one stage")
    parser.add_argument("--large", default="", help="the same of those in two")
    parser.add_argument("--recipes", default="", help="patterns of their names, with ; between; empty: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--soak", type=int, default=50, help="clips; 0: none")
    parser.add_argument("--caps", default="24,16", help="GB that the ladder is capped to")
    parser.add_argument("--home", type=Path, help="a studio home, whose cards.json takes the rates")
    parser.add_argument("--seconds", type=float, default=0.0, help="begin no case after so long; 0: no end")
    return parser.parse_args(words)


def main() -> int:
    """Measure the missing cases. Return 1 if a figure is beyond its limit or a case failed, otherwise 0."""
    options = parse_gpu_options()
    rows = FigureRowsFile(options.rows.absolute())
    if options.write:
        write_tables_into(options.write, rows.read())
        return 0
    if options.plan:
        return _print_phase_plan(options)
    if options.cpu:
        os.environ |= {"TORCHDYNAMO_DISABLE": "1", "CUDA_VISIBLE_DEVICES": ""}
    if options.without_av or not without_av.has_av():
        without_av.install_av_stand_in()
    from milimo_tui.engines.runtime import memory

    on_card = not options.cpu and memory.get_device().type != "cpu"
    if not on_card and not options.cpu:
        print(NO_CARD)
        return print_report("gpu", {"cards": 0.0}, {}, {})
    with tempfile.TemporaryDirectory(dir=options.scratch) as name:
        return _measure_phases(options, rows, Path(name), on_card=on_card)


def _print_phase_plan(options: argparse.Namespace) -> int:
    """Print the estimated duration of each phase on a card that need not be present."""
    if not without_av.has_av():
        without_av.install_av_stand_in()
    from card.outlook import PlannedGpuRun, format_phase_table

    caps = tuple(float(cap) for cap in options.caps.split(",") if cap)
    phases, sizes = tuple(options.phases.split(",")), _choose_clip_sizes(options, published=True)
    planned = PlannedGpuRun(phases, sizes, options.rounds, options.soak, caps, options.small_encoder)
    print(*format_phase_table(planned, options.plan, options.seconds), sep="\n")
    return 0


def _choose_clip_sizes(options: argparse.Namespace, *, published: bool) -> dict[str, tuple[int, int, int]]:
    """Return the width, height and frame count of the requested clips, by their number of sampling stages."""
    small = _parse_clip_size(options.size or ("768x512x121" if published else "128x128x9"))
    large = _parse_clip_size(options.large or ("1536x1024x121" if published else "128x128x9"))
    stages = options.stages.split(",")
    return {stage: size for stage, size in (("one", small), ("two", large)) if stage in stages}


def _measure_phases(options: argparse.Namespace, rows: FigureRowsFile, work: Path, *, on_card: bool) -> int:
    import torch
    from card import phases
    from card.bench import GpuBench

    from milimo_tui.engines.runtime import memory

    if not on_card:
        torch.set_num_threads(1)
    bench = GpuBench(
        work=work,
        on_card=on_card,
        sizes=_choose_clip_sizes(options, published=on_card),
        rounds=options.rounds,
        soak=options.soak,
        recipes=tuple(filter(None, options.recipes.split(";"))),
        caps=tuple(float(cap) for cap in options.caps.split(",") if cap),
        small_encoder=options.small_encoder,
        weights=options.weights,
    )
    card = memory.card()
    name = f"{card.name}, {card.memory_gb:.0f} GB" if on_card else "CPU, tiny weights"
    text = f"torch {torch.__version__}, Python {sys.version.split()[0]}, {datetime.now(UTC):%B %Y}"
    homes = [bench.home, *([options.home] if options.home else [])]
    _save_card_rates(rows, name, homes)
    began, failed = time.monotonic(), 0
    for phase in options.phases.split(","):
        for title, case in phases.PHASES[phase](bench):
            if rows.has_case(phase, title, name):
                continue
            if options.seconds and time.monotonic() - began > options.seconds:
                print(f"  {options.seconds:.0f} s are over; the next run goes on with {phase}: {title}")
                return _report_gpu_figures(
                    rows, name, on_card=on_card, sized=bool(options.size), failed=failed
                )
            figures, error = phases.run_case(case)
            failed += bool(error)
            rows.append_row(FigureRow(phase, title, name, text, figures, error))
            print(f"  {phase}: {title}: {error or 'measured'}", flush=True)
    _save_card_rates(rows, name, homes)
    return _report_gpu_figures(rows, name, on_card=on_card, sized=bool(options.size), failed=failed)


def _save_card_rates(rows: FigureRowsFile, card: str, homes: Iterable[Path]) -> None:
    """Save the measured speed of the card in each of the homes, if the rows contain it."""
    from card import phases

    found = [row for row in rows.read() if row.card == card and not row.error]
    clips = [row for row in found if WHOLE in row.case and row.phase in ("whole", "every")]
    reached = [row.figures["reached_tflops"] for row in clips]
    for row in (row for row in found if row.phase == "rates"):
        for home in homes:
            phases.save_measured_rates(home, row.figures, max(reached, default=0.0))


def _report_gpu_figures(rows: FigureRowsFile, card: str, *, on_card: bool, sized: bool, failed: int) -> int:
    """Report the figures of this card that have limits, and return the exit code. On a CPU, only clips whose
    size was requested have a limit.
    """
    found = {row.phase: row.figures for row in rows.read() if row.card == card and not row.error}
    figures = {"cards": float(on_card), "rows": float(len(rows.read())), "failed": float(failed)}
    bars = {"failed": 0.0}
    if "over_bare" in found.get("bare", {}):
        figures["over_bare"] = found["bare"]["over_bare"]
        if on_card or sized:
            bars["over_bare"] = 1.02 if on_card else 1.05
    if "apart" in found.get("believed", {}) and on_card:
        figures["apart"] = found["believed"]["apart"]
        bars["apart"] = 0.03
    if "mb_a_clip" in found.get("soak", {}):
        figures["mb_a_clip"] = found["soak"]["mb_a_clip"]
        bars |= {"mb_a_clip": 5.0} if on_card else {}
    return print_report("gpu", figures, {}, bars)


def _parse_clip_size(text: str) -> tuple[int, int, int]:
    width, height, frames = (int(word) for word in text.split("x"))
    return width, height, frames


if __name__ == "__main__":
    sys.exit(main())
