"""A setup of a family of models: the rows to download, the row that runs, and the benefit for the user."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FamilySetup:
    """A setup of a family of models.

    - `rows` are downloaded together. `runs` is the row that then runs, by default the first.
    - `brings` is a clause with the reason to choose this setup.
    - `schedule` is the schedule whose cost is estimated, if it is not the usual one.
    - `chosen` setups are selected automatically when the setups before them need too much memory. Others are
      used only if the user names them.
    """

    rows: tuple[str, ...]
    brings: str
    runs: str = ""
    schedule: str = ""
    chosen: bool = True

    @property
    def model(self) -> str:
        """The id of the row that runs in this setup."""
        return self.runs or self.rows[0]
