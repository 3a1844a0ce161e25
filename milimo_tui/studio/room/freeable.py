"""Values that describe files which can be deleted to free disk space: their kind, film, size, and the cost of
making them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from milimo_tui.core.format import format_bytes, format_duration


class FreeableKind(StrEnum):
    """Kinds of files and data that can be deleted to free space, in order of the cost of making them
    again.
    """

    PREVIEWS = "previews"
    CACHES = "caches"
    WORKSPACES = "workspaces"
    JOBS = "jobs"
    REJECTED = "rejected"
    UNPICKED = "unpicked"
    OLD_RENDERS = "old-renders"
    RENDERS = "renders"
    WEIGHTS = "weights"
    BIN = "bin"
    DELETED_FILMS = "deleted-films"


KIND_DESCRIPTIONS = {
    FreeableKind.PREVIEWS: "thumbnails, waveforms, proxies and boards",
    FreeableKind.CACHES: "cached results of engines",
    FreeableKind.WORKSPACES: "files of ended jobs",
    FreeableKind.JOBS: "past jobs and their logs",
    FreeableKind.REJECTED: "takes that were rejected",
    FreeableKind.UNPICKED: "takes that are not shown and not marked",
    FreeableKind.OLD_RENDERS: "films that were rendered again later",
    FreeableKind.RENDERS: "films that were rendered",
    FreeableKind.WEIGHTS: "weights that no film uses",
    FreeableKind.BIN: "deleted things in the bin",
    FreeableKind.DELETED_FILMS: "complete films in the bin",
}
# Milimo makes files of these kinds again automatically when it needs them.
MADE_ON_DEMAND = {FreeableKind.PREVIEWS, FreeableKind.CACHES}
NOT_RESTORABLE = {
    FreeableKind.BIN,
    FreeableKind.DELETED_FILMS,
    FreeableKind.JOBS,
    FreeableKind.WORKSPACES,
}  # Data of these kinds can't be made again after deletion.
KINDS_OF_HOME = {FreeableKind.CACHES, FreeableKind.DELETED_FILMS, FreeableKind.JOBS, FreeableKind.WEIGHTS}


@dataclass(frozen=True, slots=True)
class Freeable:
    """Files or other data of one kind that can be deleted, in one film or in the home.

    `film` is the name of the film's folder, or empty for data of the home. `things` is the number of files or
    other items. `seconds` is the time to make them again, or None if unknown. `names` has the names of some
    or all of them, for display.
    """

    kind: FreeableKind
    film: str
    things: int
    bytes: int
    seconds: float | None = None
    names: tuple[str, ...] = ()

    @property
    def again(self) -> str:
        """The cost of making the items again, as a phrase for the user: a time, a download size, or a
        remark.
        """
        if self.kind in MADE_ON_DEMAND:
            return "made again when needed"
        if self.kind in NOT_RESTORABLE:
            return "gone for good"
        if self.kind is FreeableKind.WEIGHTS:
            return f"{format_bytes(self.bytes)} to fetch"
        if self.seconds is None:
            return "not measured here"
        return f"about {format_duration(max(1.0, self.seconds))}"

    @property
    def row(self) -> dict[str, Any]:
        """The values of this object by column name, for the table of `milimo room list`."""
        return {
            "film": self.film or "-",
            "kind": self.kind.value,
            "things": self.things,
            "size": format_bytes(self.bytes),
            "again": self.again,
            "what": KIND_DESCRIPTIONS[self.kind],
        }

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "kind": self.kind.value,
            "film": self.film,
            "things": self.things,
            "bytes": self.bytes,
            "seconds": self.seconds,
            "again": self.again,
            "names": list(self.names),
        }
