"""Values that describe items that can be freed: their kind, film, size, and the cost of making them again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from milimo_tui.core.format import bytes_text, duration


class Kind(StrEnum):
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


WHAT = {
    Kind.PREVIEWS: "thumbnails, waveforms, proxies and boards",
    Kind.CACHES: "what engines computed before",
    Kind.WORKSPACES: "what ended jobs left",
    Kind.JOBS: "past jobs and their logs",
    Kind.REJECTED: "takes that were rejected",
    Kind.UNPICKED: "takes that nothing shows, without a mark",
    Kind.OLD_RENDERS: "films that were rendered anew since",
    Kind.RENDERS: "films that were rendered",
    Kind.WEIGHTS: "weights that no film uses",
    Kind.BIN: "what lies in the bin",
    Kind.DELETED_FILMS: "films that are in the bin, whole",
}
AS_NEEDED = {Kind.PREVIEWS, Kind.CACHES}  # made again automatically when needed
FOR_GOOD = {Kind.BIN, Kind.DELETED_FILMS, Kind.JOBS, Kind.WORKSPACES}  # can't be made again
OF_HOME = {Kind.CACHES, Kind.DELETED_FILMS, Kind.JOBS, Kind.WEIGHTS}


@dataclass(frozen=True, slots=True)
class Freeable:
    """Items of one kind that can be freed.

    `film` is the name of the film's folder, empty for items of the home. `seconds` is the time to make the
    items again, None if unknown. `names` lists the items.
    """

    kind: Kind
    film: str
    things: int
    bytes: int
    seconds: float | None = None
    names: tuple[str, ...] = ()

    @property
    def again(self) -> str:
        """The cost of making the items again, in words."""
        if self.kind in AS_NEEDED:
            return "made again as it is needed"
        if self.kind in FOR_GOOD:
            return "gone for good"
        if self.kind is Kind.WEIGHTS:
            return f"{bytes_text(self.bytes)} to fetch"
        if self.seconds is None:
            return "not measured here"
        return f"about {duration(max(1.0, self.seconds))}"

    @property
    def row(self) -> dict[str, Any]:
        """A row of the table."""
        return {
            "film": self.film or "-",
            "kind": self.kind.value,
            "things": self.things,
            "size": bytes_text(self.bytes),
            "again": self.again,
            "what": WHAT[self.kind],
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
