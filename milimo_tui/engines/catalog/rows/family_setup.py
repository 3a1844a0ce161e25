"""A setup of a family of models: a selection of weights that are downloaded together and work together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FamilySetup:
    """A setup of a family of models.

    - `rows` are downloaded together. `runs` is the row that then runs, by default the first.
    - `brings` is the reason to choose this setup, as part of a sentence.
    - `schedule` is the sampling schedule whose memory and time are estimated. Empty stands for the usual
      schedule.
    - `chosen` is True if this setup may be selected automatically, when the setups before it need too much
      memory. Otherwise it is used only if the user names it.
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
