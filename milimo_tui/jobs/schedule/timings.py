"""The speed of this machine: the seconds per unit of each kind of work. All values are measured on this
machine, none is guessed.

Pure, except `read_measured_paces`, which reads the newest rows of the table `timing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

from milimo_tui.engines.contract.workload import WHOLE, family, parse_workload_pixels
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Timing

# The number of newest measurements of each workload that are used. Older ones are ignored, because the
# machine and its programs change.
NEWEST = 20
JUDGED = 50  # The number of newest estimates that are compared with the real durations.


@dataclass(frozen=True, slots=True)
class WorkPace:
    """The speed of a workload in seconds per unit. `samples` is the number of measurements. `coarse` is True
    if only other workloads of the same kind and engine were measured.
    """

    seconds: float
    samples: int
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class EstimateTrust:
    """The typical error of earlier estimates: the median of |real seconds / estimated seconds - 1| over
    `samples` jobs.
    """

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredPaces:
    """The measured speeds of this machine.

    `exact` holds the speed of each measured workload. `coarse` holds averages by kind of work and engine, for
    workloads that were never measured. A coarse speed is in seconds per unit and pixel if the workloads name
    a raster, otherwise in seconds per unit.
    """

    exact: Mapping[str, WorkPace] = field(default_factory=dict)
    coarse: Mapping[tuple[str, bool], WorkPace] = field(default_factory=dict)
    trust: EstimateTrust = EstimateTrust()

    def find_pace(self, workload: str) -> WorkPace | None:
        """Return the measured speed of a workload (kind of work). If the workload was never measured, return
        the average speed of similar workloads. Return None if no similar workload was measured either.
        """
        found = self.exact.get(workload)
        if found or _counts_whole_films(workload):
            return found
        size = parse_workload_pixels(workload)
        like = self.coarse.get((family(workload), size > 0))
        return like and WorkPace(like.seconds * (size or 1), like.samples, coarse=True)

    def predict_seconds(self, workload: str, units: float) -> float | None:
        """Return the seconds that `units` units of a workload take; None if nothing similar was measured."""
        pace = self.find_pace(workload)
        return None if pace is None else pace.seconds * units


def summarize_timings(timings: Iterable[Timing], judged: Iterable[Timing] | None = None) -> MeasuredPaces:
    """Compute the speeds of all workloads, and the typical error of the estimates.

    `timings` are rows with the newest first for each workload. `judged` are the rows whose estimates are
    compared with the real durations (default: all rows).
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
    """Read the speeds that the jobs of this home have measured so far."""
    return summarize_timings(file.select_newest_timings(NEWEST), file.select_timings(limit=4 * JUDGED))


def _counts_whole_films(workload: str) -> bool:
    return workload.endswith(f"/{WHOLE}")
