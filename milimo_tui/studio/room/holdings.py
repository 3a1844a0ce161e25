"""How much a home and its films hold, and what they may hold by their quotas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.format import bytes_text
from milimo_tui.core.host import bytes_under
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.values.quotas import Quotas, film_problem, home_problem
from milimo_tui.studio.session.studio import Studio


@dataclass(frozen=True, slots=True)
class Holding:
    """Bytes that a film (by its folder), or the home (an empty name), holds and may hold; 0: any."""

    film: str
    bytes: int
    quota: int

    @property
    def problem(self) -> str:
        """Why no more jobs of it begin; empty where they do."""
        if self.film:
            return film_problem(self.film, self.bytes, self.quota)
        return home_problem(self.bytes, self.quota)

    @property
    def line(self) -> str:
        """`two-lamps      holds 3.2 GB of its 50.0 GB`."""
        of = f" of its {bytes_text(self.quota)}" if self.quota else ""
        return f"{self.film or 'all of it':<24}holds {bytes_text(self.bytes)}{of}"

    def as_json(self) -> dict[str, Any]:
        """It as `--json` gives it; `quota` is null where there is none."""
        return {"film": self.film, "bytes": self.bytes, "quota": self.quota or None, "problem": self.problem}


def holdings(studio: Studio, films: Sequence[ProjectPaths], *, with_home: bool) -> list[Holding]:
    """Count what films hold, and the home with all that lies in it. Raises BadInput for unreadable quotas."""
    quotas = Quotas.of(studio.read_settings()[0])
    found = [
        Holding(paths.root.name, bytes_under(paths.root), quotas.of_film(paths.root.name)) for paths in films
    ]
    if with_home:
        found.append(Holding("", bytes_under(studio.home.root), quotas.home))
    return found
