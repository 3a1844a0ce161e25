"""Values that describe items that can be freed: their kind, film, size, and the cost of making them again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from milimo_tui.core.format import format_bytes, format_duration


class FreeableKind(StrEnum):
    """Kinds of items that can be freed, in order of the cost of making them again."""

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
    FreeableKind.CACHES: "what engines computed before",
    FreeableKind.WORKSPACES: "what ended jobs left",
    FreeableKind.JOBS: "past jobs and their logs",
    FreeableKind.REJECTED: "takes that were rejected",
    FreeableKind.UNPICKED: "takes that nothing shows, without a mark",
    FreeableKind.OLD_RENDERS: "films that were rendered again later",
    FreeableKind.RENDERS: "films that were rendered",
    FreeableKind.WEIGHTS: "weights that no film uses",
    FreeableKind.BIN: "deleted things in the bin",
    FreeableKind.DELETED_FILMS: "complete films in the bin",
}
MADE_ON_DEMAND = {FreeableKind.PREVIEWS, FreeableKind.CACHES}  # made again automatically when needed
NOT_RESTORABLE = {
    FreeableKind.BIN,
    FreeableKind.DELETED_FILMS,
    FreeableKind.JOBS,
    FreeableKind.WORKSPACES,
}  # can't be made again
KINDS_OF_HOME = {FreeableKind.CACHES, FreeableKind.DELETED_FILMS, FreeableKind.JOBS, FreeableKind.WEIGHTS}


@dataclass(frozen=True, slots=True)
class Freeable:
    """Items of one kind that can be freed.

    `film` is the name of the film's folder, empty for items of the home. `seconds` is the time to make the
    items again, None if unknown. `names` lists the items.
    """

    kind: FreeableKind
    film: str
    things: int
    bytes: int
    seconds: float | None = None
    names: tuple[str, ...] = ()

    @property
    def again(self) -> str:
        """The cost of making the items again, in words."""
        if self.kind in MADE_ON_DEMAND:
            return "made again as it is needed"
        if self.kind in NOT_RESTORABLE:
            return "gone for good"
        if self.kind is FreeableKind.WEIGHTS:
            return f"{format_bytes(self.bytes)} to fetch"
        if self.seconds is None:
            return "not measured here"
        return f"about {format_duration(max(1.0, self.seconds))}"

    @property
    def row(self) -> dict[str, Any]:
        """A row of the table."""
        return {
            "film": self.film or "-",
            "kind": self.kind.value,
            "things": self.things,
            "size": format_bytes(self.bytes),
            "again": self.again,
            "what": KIND_DESCRIPTIONS[self.kind],
        }

    def as_json(self) -> dict[str, Any]:
        """Return the items in the form of `--json`."""
        return {
            "kind": self.kind.value,
            "film": self.film,
            "things": self.things,
            "bytes": self.bytes,
            "seconds": self.seconds,
            "again": self.again,
            "names": list(self.names),
        }
