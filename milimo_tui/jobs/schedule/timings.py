"""The speed of this machine: seconds per unit of each kind of work, only from measurements on it, never
guessed.

Pure but for `read_measured_paces`, which reads the newest rows of `timing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

from milimo_tui.engines.contract.workload import WHOLE, family, parse_workload_pixels
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Timing

NEWEST = 20  # rows of each workload; only new ones, since a machine and its programs change
JUDGED = 50  # the number of past estimates from which the error of the next one is predicted


@dataclass(frozen=True, slots=True)
class WorkPace:
    """The seconds per unit of a workload. `coarse`: only other work of the same kind and engine was
    measured.
    """

    seconds: float
    samples: int
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class EstimateTrust:
    """The error of past estimates: the median of |seconds taken / seconds estimated - 1|."""

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredPaces:
    """The measured speed of this machine: by workload, and by kind of work and engine for the rest.

    The latter is in seconds per unit and pixel if the workload names a raster, else (0 pixels) in seconds per
    unit.
    """

    exact: Mapping[str, WorkPace] = field(default_factory=dict)
    coarse: Mapping[tuple[str, bool], WorkPace] = field(default_factory=dict)
    trust: EstimateTrust = EstimateTrust()

    def find_pace(self, workload: str) -> WorkPace | None:
        """Return the measured pace of a workload, else a coarse one; None if nothing similar was measured."""
        found = self.exact.get(workload)
        if found or _counts_whole_films(workload):
            return found
        size = parse_workload_pixels(workload)
        like = self.coarse.get((family(workload), size > 0))
        return like and WorkPace(like.seconds * (size or 1), like.samples, coarse=True)

    def predict_seconds(self, workload: str, units: float) -> float | None:
        """Return how many seconds `units` of a workload take; None if nothing similar was measured."""
        pace = self.find_pace(workload)
        return None if pace is None else pace.seconds * units


def summarize_timings(timings: Iterable[Timing], judged: Iterable[Timing] | None = None) -> MeasuredPaces:
    """Compute the paces from rows, newest first of each workload, and the error of past estimates from
    `judged` rows (default: all rows).
    """
    rows = list(timings)
    by_workload: dict[str, list[float]] = {}
    by_family: dict[tuple[str, bool], list[float]] = {}
    for row in rows:
        mine = by_workload.setdefault(row.workload, [])
        if row.units <= 0 or row.seconds <= 0 or len(mine) >= NEWEST:
            continue
        mine.append(row.seconds / row.units)
        if not _counts_whole_films(row.workload):
            size = parse_workload_pixels(row.workload)
            like = by_family.setdefault((family(row.workload), size > 0), [])
            like.append(row.seconds / row.units / (size or 1))
    judged_rows = (row for row in (rows if judged is None else judged) if row.estimate)
    errors = [abs(row.seconds / (row.estimate or 1.0) - 1) for row in islice(judged_rows, JUDGED)]
    return MeasuredPaces(
        {kind: WorkPace(median(values), len(values)) for kind, values in by_workload.items() if values},
        {kind: WorkPace(median(values), len(values)) for kind, values in by_family.items()},
        EstimateTrust(median(errors) if errors else None, len(errors)),
    )


def read_measured_paces(file: StudioFile) -> MeasuredPaces:
    """Read the paces that this home's jobs have measured so far."""
    return summarize_timings(file.select_newest_timings(NEWEST), file.select_timings(limit=4 * JUDGED))


def _counts_whole_films(workload: str) -> bool:
    return workload.endswith(f"/{WHOLE}")
