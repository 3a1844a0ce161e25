"""How long the long suites may take: one table, seconds at CI length and rounds at full length."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """`ci` and `full` are the suite's own unit (rounds, examples); `seconds` its share of CI's 15 minutes."""

    ci: int
    full: int
    seconds: int

    @property
    def rounds(self) -> int:
        return self.full if os.environ.get("MILIMO_LENGTH") == "full" else self.ci


BUDGETS = {
    "kill_rounds": Budget(ci=20, full=20, seconds=180),
    "film_kills": Budget(ci=20, full=20, seconds=150),
    "publishing_kills": Budget(ci=1, full=3, seconds=120),
    "cut_machine": Budget(ci=300, full=2000, seconds=180),
    "store_two_processes": Budget(ci=1, full=5, seconds=60),
    "story_properties": Budget(ci=300, full=2000, seconds=60),
    "tour": Budget(ci=1, full=1, seconds=180),
}
assert sum(budget.seconds for budget in BUDGETS.values()) <= 15 * 60


def rounds(name: str) -> int:
    """How many rounds or examples a long suite runs at this length."""
    return BUDGETS[name].rounds
