"""How long the long suites may take: one table. A long test names its suite: `@pytest.mark.long("tour")`."""

from __future__ import annotations

import os
from dataclasses import dataclass

CI_SECONDS = 20 * 60


@dataclass(frozen=True, slots=True)
class Budget:
    """`ci` and `full` are the suite's own unit (rounds, examples); `seconds` its share of CI's 20 minutes."""

    ci: int
    full: int
    seconds: int

    @property
    def rounds(self) -> int:
        return self.full if os.environ.get("MILIMO_LENGTH") == "full" else self.ci


BUDGETS = {
    "kill_rounds": Budget(ci=20, full=20, seconds=60),
    "film_kills": Budget(ci=20, full=20, seconds=120),
    "publishing_kills": Budget(ci=1, full=1, seconds=70),
    "whole_kills": Budget(ci=20, full=400, seconds=30),  # points of each verb
    "cut_machine": Budget(ci=700, full=2_000, seconds=110),
    "chaos": Budget(ci=120, full=840, seconds=170),  # seconds of storm; the rest is the calm after it
    "two_terminals": Budget(ci=30, full=300, seconds=34),
    "two_hands": Budget(ci=20, full=300, seconds=22),  # seconds of two processes in one cut
    "fuzz": Budget(ci=20_000, full=20_000, seconds=18),
    "idle_minute": Budget(ci=20, full=60, seconds=30),  # seconds looked at
    "endurance": Budget(ci=1_000, full=2_000, seconds=40),  # jobs
    "cancels": Budget(ci=30, full=30, seconds=30),
    "sync": Budget(ci=60, full=600, seconds=14),  # seconds of film at each of four rates
    "preview_equals_export": Budget(ci=250, full=500, seconds=12),  # random cuts
    "tour": Budget(ci=1, full=1, seconds=155),
    "remake": Budget(ci=1, full=1, seconds=30),
    "forms": Budget(ci=20, full=400, seconds=20),  # forms of weights, of all there are
    "short_storm": Budget(ci=1, full=1, seconds=20),
    "power": Budget(ci=20, full=200, seconds=80),  # sessions
    "arguments": Budget(ci=2, full=40, seconds=70),  # values tried at each argument
}


def rounds(name: str) -> int:
    """How many rounds or examples a long suite runs at this length."""
    return BUDGETS[name].rounds
