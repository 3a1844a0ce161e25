"""Measure the disk space that a home and its films use, and compare it with their quotas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import count_folder_bytes
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.values.quotas import Quotas, describe_full_film, describe_full_home
from milimo_tui.studio.session.studio import Studio


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """The disk space used by a film or by the home, in bytes, and the quota for it.

    `film` is the name of the film's folder, or empty for the home. A `quota` of 0 means no limit.
    """

    film: str
    bytes: int
    quota: int

    @property
    def problem(self) -> str:
        """The reason why no further jobs start: the quota is used up. Empty if jobs can start."""
        if self.film:
            return describe_full_film(self.film, self.bytes, self.quota)
        return describe_full_home(self.bytes, self.quota)

    @property
    def line(self) -> str:
        """The usage as one line of text: `two-lamps holds 3.2 GB of its 50.0 GB`."""
        of = f" of its {format_bytes(self.quota)}" if self.quota else ""
        return f"{self.film or 'all of it':<24}holds {format_bytes(self.bytes)}{of}"

    def as_json(self) -> dict[str, Any]:
        """Return the usage in the form of `--json`; `quota` is null without a quota."""
        return {"film": self.film, "bytes": self.bytes, "quota": self.quota or None, "problem": self.problem}


def measure_disk_usage(studio: Studio, films: Sequence[ProjectPaths], *, with_home: bool) -> list[DiskUsage]:
    """Measure the disk space of each film, and with `with_home` also of the entire home. Raises BadInput if
    the quotas in the settings can't be read.
    """
    quotas = Quotas.from_settings(studio.read_home_settings()[0])
    found = [
        DiskUsage(paths.root.name, count_folder_bytes(paths.root), quotas.limit_for_film(paths.root.name))
        for paths in films
    ]
    if with_home:
        found.append(DiskUsage("", count_folder_bytes(studio.home.root), quotas.home))
    return found
