"""How fast this machine is: seconds a unit of each kind of work, from what was measured on it. Never a guess.

Pure but for `read`, which takes the newest rows of `timing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

from milimo_tui.engines.contract.workload import WHOLE, family, pixels
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Timing

NEWEST = 20  # of each workload: a machine changes, and so do the programs on it
JUDGED = 50  # past estimates that tell how good the next one is


@dataclass(frozen=True, slots=True)
class Throughput:
    """Seconds a unit. `coarse`: this very workload was never measured, only others of its kind and engine."""

    seconds: float
    samples: int
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """How far past estimates were off: the median of |seconds taken / seconds foretold - 1|."""

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of this machine's speed: by workload, and by kind of work and engine for the rest.

    The latter is seconds a unit and pixel where the workload tells a raster, else (0 pixels) seconds a unit.
    """

    exact: Mapping[str, Throughput] = field(default_factory=dict)
    coarse: Mapping[tuple[str, bool], Throughput] = field(default_factory=dict)
    trust: Trust = Trust()

    def throughput(self, workload: str) -> Throughput | None:
        """The measured pace of a workload, else a coarse one; None where nothing like it was measured."""
        found = self.exact.get(workload)
        if found or _counts_films(workload):
            return found
        size = pixels(workload)
        like = self.coarse.get((family(workload), size > 0))
        return like and Throughput(like.seconds * (size or 1), like.samples, coarse=True)

    def seconds(self, workload: str, units: float) -> float | None:
        """How long that much work takes; None where nothing like it was measured."""
        pace = self.throughput(workload)
        return None if pace is None else pace.seconds * units


def measured(timings: Iterable[Timing], judged: Iterable[Timing] | None = None) -> Measured:
    """What these rows tell, newest first of each workload; `judged` (all of them) of past estimates."""
    rows = list(timings)
    by_workload: dict[str, list[float]] = {}
    by_family: dict[tuple[str, bool], list[float]] = {}
    for row in rows:
        mine = by_workload.setdefault(row.workload, [])
        if row.units <= 0 or row.seconds <= 0 or len(mine) >= NEWEST:
            continue
        mine.append(row.seconds / row.units)
        if not _counts_films(row.workload):
            size = pixels(row.workload)
            like = by_family.setdefault((family(row.workload), size > 0), [])
            like.append(row.seconds / row.units / (size or 1))
    judged_rows = (row for row in (rows if judged is None else judged) if row.estimate)
    errors = [abs(row.seconds / (row.estimate or 1.0) - 1) for row in islice(judged_rows, JUDGED)]
    return Measured(
        {kind: Throughput(median(values), len(values)) for kind, values in by_workload.items() if values},
        {kind: Throughput(median(values), len(values)) for kind, values in by_family.items()},
        Trust(median(errors) if errors else None, len(errors)),
    )


def read(file: StudioFile) -> Measured:
    """What this home's jobs have measured so far."""
    return measured(file.newest_timings(NEWEST), file.timings(limit=4 * JUDGED))


def _counts_films(workload: str) -> bool:
    return workload.endswith(f"/{WHOLE}")
