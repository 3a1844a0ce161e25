"""How fast this machine is: seconds a unit of each kind of work, from what was measured on it. Never a guess.

Pure but for `read`, which takes the newest rows of `timing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from milimo_tui.engines.workload import WHOLE, family, pixels
from milimo_tui.store.studio_file import StudioFile
from milimo_tui.store.studio_values import Timing

NEWEST = 20  # of each workload: a machine changes, and so do the programs on it
JUDGED = 50  # past estimates that tell how good the next one is
READ = 4000  # rows, at most

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Pace:
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

    exact: Mapping[str, Pace] = field(default_factory=dict)
    coarse: Mapping[tuple[str, bool], Pace] = field(default_factory=dict)
    trust: Trust = Trust()

    def pace(self, workload: str) -> Pace | None:
        """The measured pace of a workload, else a coarse one; None where nothing like it was measured."""
        found = self.exact.get(workload)
        if found or _counts_films(workload):
            return found
        size = pixels(workload)
        like = self.coarse.get((family(workload), size > 0))
        return like and Pace(like.seconds * (size or 1), like.samples, coarse=True)

    def seconds(self, workload: str, units: float) -> float | None:
        """How long that much work takes; None where nothing like it was measured."""
        pace = self.pace(workload)
        return None if pace is None else pace.seconds * units


def measured(timings: Iterable[Timing]) -> Measured:
    """What these rows (newest first) tell."""
    by_workload: dict[str, list[float]] = {}
    by_family: dict[tuple[str, bool], list[float]] = {}
    errors: list[float] = []
    for row in timings:
        if row.units > 0 and row.seconds > 0:
            _note(by_workload, row.workload, row.seconds / row.units)
            if not _counts_films(row.workload):
                size = pixels(row.workload)
                _note(by_family, (family(row.workload), size > 0), row.seconds / row.units / (size or 1))
        if row.estimate and len(errors) < JUDGED:
            errors.append(abs(row.seconds / row.estimate - 1))
    return Measured(
        {kind: Pace(median(values), len(values)) for kind, values in by_workload.items()},
        {kind: Pace(median(values), len(values)) for kind, values in by_family.items()},
        Trust(median(errors) if errors else None, len(errors)),
    )


def read(file: StudioFile) -> Measured:
    """What this home's jobs have measured so far."""
    return measured(file.timings(limit=READ))


def _note(found: dict[Key, list[float]], key: Key, value: float) -> None:
    values = found.setdefault(key, [])
    if len(values) < NEWEST:
        values.append(value)


def _counts_films(workload: str) -> bool:
    return workload.endswith(f"/{WHOLE}")
