"""Measure the reading of screenplays against facts that a person took from the page: people, looks, places,
speech and framing of moments of scripts, and the sentences of the prompts.

Usage: `python bench/reading.py [CASE …] [--run RUN] [--engine E] [--wrong N] [--column C] [--json]`. A case
is the beginning of the name of a script in `bench/reading_cases`; without one, all cases are used.

The runs are:

- `gold`: the facts are the answers of a stand-in for a language model. They pass through the questions, the
  verification and the commit of the program, so an error is an error of the program.
- `none`: without a reading. `precision` is the share of right statements about looks, and of people in the
  pictures who may be there. `recall` is the share of the facts that are stated.
- `recorded`: the recorded answers of a real model (`bench/reading_recordings`). Only moments in scenes
  with a recorded answer are marked. `--live` asks the same engine again, which takes hours with a model on
  two CPU cores.
- `--engine E [--model M] [--record FOLDER]` reads the cases with an installed text engine. With a folder,
  each answer is stored as soon as it arrives; answers that the folder has are not asked for. Without an
  engine, `--run recorded --record FOLDER` uses the answers of the folder.

`bench/reading_marks.py` defines which moments are right.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reading_gold import GoldCase, load_cases
from reading_marks import COLUMNS, CaseMarks, Count, Mark, mark_case
from reading_runs import (
    RecordedModel,
    has_recording,
    keep_recorded_moments,
    load_recording,
    make_film,
    open_workspace,
    read_from_recording,
    read_with_engine,
    read_with_gold,
)
from result import print_report

RECORDINGS = Path(__file__).parent / "reading_recordings"
RUNS = ("gold", "none", "recorded")
LANGUAGES = ("en", "fr", "de", "es", "it", "pt")
# The smallest allowed percentages of each run.
BARS: Mapping[str, Mapping[str, float]] = {
    "gold": {"all columns": 97, "caption": 100, "quotes": 100},
    "none": {
        "precision of looks": 97, "precision of cast": 95, "speech": 100, "caption": 100,
        **{f"place and time, {language}": 95 for language in LANGUAGES},
    },
    "recorded": {
        "looks": 75, "cast": 85, "place and time": 95, "speech": 100, "caption": 100, "quotes": 100,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunResult:
    """The marks of all cases in one run, and the problems of the reading."""

    name: str
    cases: tuple[CaseMarks, ...]
    problems: tuple[str, ...]
    quotes: Count


def run_cases(
    name: str, cases: Sequence[GoldCase], *, engine: str = "", model: str = "", folder: Path, again: bool
) -> RunResult:
    """Make a film from each case, and mark it. With an engine, the answers are recorded in `folder`; without
    one, the run `recorded` takes them from there.
    """
    marked: list[CaseMarks] = []
    problems: list[str] = []
    quotes: list[bool] = []
    for case in cases:
        marked_case = case
        path = folder / f"{case.name}.json"
        if engine:
            film = make_film(
                case,
                lambda case, work, path=path: read_with_engine(  # type: ignore[misc]
                    case, work, path, engine=engine, model=model, again=again
                ),
            )
        elif name == "recorded":
            replayed = RecordedModel(load_recording(path))
            marked_case = keep_recorded_moments(case, replayed.recording)
            film = make_film(
                case,
                lambda case, work, replayed=replayed: read_from_recording(case, work, replayed),  # type: ignore[misc]
            )
            if replayed.changed or replayed.missing:
                problems.append(
                    f"{case.name}: {replayed.changed} questions have changed since the recording, and "
                    f"{replayed.missing} have no answer"
                )
        else:
            film = make_film(case, read_with_gold if name == "gold" else None)
        marked.append(mark_case(marked_case, film.story))
        problems += [f"{case.name}: {each}" for each in film.problems]
        quotes += film.quotes
    return RunResult(name, tuple(marked), tuple(problems), Count(sum(quotes), len(quotes)))


def compute_figures(result: RunResult) -> dict[str, float]:
    """Return the percentages of a run: columns, all columns, facts with a quotation of the script, place and
    time by language, precision and recall. They are rounded down, so that 94.99 is less than 95. A percentage
    of nothing is left out.
    """
    cases = result.cases
    counts = {column: _add(each.count_column(column) for each in cases) for column in COLUMNS}
    counts["all columns"] = _add(each.count_right_moments() for each in cases)
    counts["quotes"] = result.quotes
    for language in LANGUAGES:
        mine = [each for each in cases if each.case.language == language]
        counts[f"place and time, {language}"] = _add(each.count_column("place and time") for each in mine)
    for subject in ("looks", "cast"):
        counts[f"precision of {subject}"] = _add(each.precision[subject] for each in cases)
        counts[f"recall of {subject}"] = _add(each.recall[subject] for each in cases)
    return {key: math.floor(count.percentage * 10) / 10 for key, count in counts.items() if count.of}


def print_run_table(result: RunResult) -> None:
    """Print the number of right moments of each case in each column."""
    print(f"\n{result.name:<20}{'moments':>9}" + "".join(f"{name:>16}" for name in (*COLUMNS, "all")))
    for each in result.cases:
        counts = [each.count_column(column).right for column in COLUMNS]
        right = each.count_right_moments()
        print(f"  {each.case.name:<18}{right.of:>9}" + "".join(f"{n:>16}" for n in (*counts, right.right)))
    for name in ("precision", "recall"):
        shares = {
            subject: _add(getattr(each, name)[subject] for each in result.cases)
            for subject in ("looks", "cast")
        }
        print(f"  {name}: " + ", ".join(f"{key} {n.right} of {n.of}" for key, n in shares.items()))


def print_coverage(result: RunResult, cases: Sequence[GoldCase]) -> None:
    """Print how many moments of the cases were marked, and the number of problems of the run."""
    marked = sum(each.count_right_moments().of for each in result.cases)
    every = sum(len(case.moments) for case in cases)
    if marked < every:
        print(
            f"  only {marked} of {every} moments, in {len(result.cases)} of {len(cases)} scripts, are marked"
        )
    if result.problems:
        print(f"  {len(result.problems)} problems of the reading; --wrong N prints them")


def print_wrong_moments(result: RunResult, most: int, column: str) -> None:
    """Print the wrong columns of moments, at most `most`, and the wrong statements about looks and cast."""
    rows = [mark for each in result.cases for mark in each.marks if mark.why]
    rows += [
        Mark(mark.case, mark.line, f"precision of {mark.column}", mark.why)
        for each in result.cases
        for mark in each.wrong
    ]
    rows = [mark for mark in rows if not column or mark.column == column]
    for mark in rows[:most]:
        print(f"{result.name} {mark.case}, line {mark.line}, {mark.column}: {mark.why}")
    print(f"{min(most, len(rows))} of {len(rows)} errors of the run {result.name}")
    for problem in result.problems[:most]:
        print(f"{result.name} {problem}")


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit code: 1 if a bar of any run is missed or can't be measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("case", nargs="*", help="beginning of the name of a case; without it, all cases")
    parser.add_argument("--run", action="append", choices=RUNS, help="only this run; may be repeated")
    parser.add_argument("--engine", default="", help="read with this text engine")
    parser.add_argument("--model", default="", help="model of the engine")
    parser.add_argument("--record", type=Path, help="folder for the answers of the engine")
    parser.add_argument("--live", action="store_true", help="make the recordings again with their engine")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="print the first N errors of a run")
    parser.add_argument("--column", default="", help="with --wrong: only errors of this column")
    parser.add_argument("--json", action="store_true", help="print only the figures as JSON")
    args = parser.parse_args(words)
    cases = load_cases(args.case)
    if not cases:
        print("no case has such a name; bench/reading_cases has the cases", file=sys.stderr)
        return 1
    runs = args.run or [name for name in RUNS if name != "recorded" or any(RECORDINGS.glob("*.json"))]
    if args.engine or args.live:
        runs = ["recorded" if args.live else args.engine]
    exit_code = 0
    for name in runs:
        engine, model = args.engine, args.model
        if args.live:
            recorded = load_recording(next(iter(sorted(RECORDINGS.glob("*.json")))))
            engine, model = engine or recorded.engine, model or recorded.model
        with open_workspace(args.record or (None if engine and not args.live else RECORDINGS)) as folder:
            chosen = [each for each in cases if engine or name != "recorded" or has_recording(each, folder)]
            result = run_cases(name, chosen, engine=engine, model=model, folder=folder, again=args.live)
        if not args.json:
            print_run_table(result)
            print_coverage(result, cases)
        if args.wrong:
            print_wrong_moments(result, args.wrong, args.column)
        figures = compute_figures(result)
        wanted = BARS.get(name, {})
        bars = {key: bar for key, bar in wanted.items() if key in figures}
        exit_code |= print_report(f"reading, {name}", figures, {}, bars, at_least=bars)
        unmeasured = [key for key in wanted if key not in figures]
        if unmeasured and not args.case:
            print(f"reading, {name}: not measured: {', '.join(unmeasured)}", file=sys.stderr)
            exit_code = 1
    return exit_code


def _add(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())


if __name__ == "__main__":
    sys.exit(main())
