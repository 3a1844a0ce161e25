"""A setup of a family: the rows to fetch, the row that runs, and the benefit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FamilySetup:
    """A setup of a family of models.

    `rows` are fetched together; `runs` is the row that then runs, by default the first. `brings` is a clause
    that gives the reason to take this setup. `schedule` is the schedule whose cost is estimated, if it is not
    the usual one. A setup with `chosen` is selected automatically when those before it need too much memory;
    others only when the user names them.
    """

    rows: tuple[str, ...]
    brings: str
    runs: str = ""
    schedule: str = ""
    chosen: bool = True

    @property
    def model(self) -> str:
        """The id of the row that runs."""
        return self.runs or self.rows[0]
