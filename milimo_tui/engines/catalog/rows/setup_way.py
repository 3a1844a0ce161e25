"""A way to set a family up: which rows are fetched for it, which of them runs, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetupWay:
    """`rows` are fetched together; `runs` is the one of them that runs then, the first where it is empty.

    `brings` says in a clause why one would take it. `schedule` is asked of a take where it is not the usual
    one, to tell what it costs. `chosen` ways are taken by themselves where those before have no room; others
    only where a person names them.
    """

    rows: tuple[str, ...]
    brings: str
    runs: str = ""
    schedule: str = ""
    chosen: bool = True

    @property
    def model(self) -> str:
        """The row that runs."""
        return self.runs or self.rows[0]
