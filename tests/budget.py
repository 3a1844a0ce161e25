"""The time that each long suite may take. A long test names its suite: `@pytest.mark.long("tour")`.

At CI length a suite runs one in `part` of its files. The files rotate by day, so that each file runs every
`part` days.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

CI_SECONDS = 15 * 60
ROTATION = "MILIMO_TEST_DAY"  # a day number; set it to run the files of that day again


@dataclass(frozen=True, slots=True)
class Budget:
    """The amount of work of a long suite and the time that it may take.

    `ci` and `full` are counted in the suite's own unit (rounds, examples). `seconds` is the time of all tests
    of the suite on two cores, where three files run in parallel: a third of the sum of their times. At CI
    length one in `part` of the suite's files runs. `make test-all LENGTH=whole` and `LENGTH=full` run all.
    """

    ci: int
    full: int
    seconds: int
    part: int = 1

    @property
    def rounds(self) -> int:
        return self.full if os.environ.get("MILIMO_LENGTH") == "full" else self.ci


BUDGETS = {
    "kill_rounds": Budget(ci=10, full=20, seconds=10),
    "film_kills": Budget(ci=3, full=20, seconds=20),
    "publishing_kills": Budget(ci=1, full=1, seconds=19),
    "whole_kills": Budget(ci=8, full=400, seconds=18),  # number of points at which each command is killed
    "cut_machine": Budget(ci=80, full=2_000, seconds=11),
    # Seconds with faults; the remaining time is the recovery afterwards
    "chaos": Budget(ci=20, full=840, seconds=18),
    "two_terminals": Budget(ci=30, full=300, seconds=12),
    "two_hands": Budget(ci=20, full=300, seconds=7),  # seconds in which two processes edit one cut
    "fuzz": Budget(ci=10_000, full=20_000, seconds=9),
    "script files": Budget(ci=2_500, full=20_000, seconds=22),  # damaged files of each format
    "idle_minute": Budget(ci=20, full=60, seconds=8),  # seconds of observation
    "endurance": Budget(ci=500, full=2_000, seconds=10),  # number of jobs
    "cancels": Budget(ci=30, full=30, seconds=39, part=3),
    "sync": Budget(ci=40, full=600, seconds=11),  # seconds of film at each of four frame rates
    "preview_equals_export": Budget(ci=120, full=500, seconds=11),  # number of random cuts
    "tour": Budget(ci=1, full=1, seconds=124, part=9),
    "remake": Budget(ci=1, full=1, seconds=30),
    "forms": Budget(ci=8, full=1_000, seconds=16, part=2),  # number of tried formats of weights
    "short_storm": Budget(ci=1, full=1, seconds=10),
    "power": Budget(ci=5, full=200, seconds=17),  # number of sessions
    "arguments": Budget(ci=1, full=40, seconds=20),  # number of values tried for each argument
    # From here on: suites of which `make test` runs only a part, with parameters chosen by `thorough` and
    # with slow tests.
    "queue": Budget(ci=1, full=1, seconds=130, part=9),
    # Number of shots; the tests start cluster nodes as processes
    "ray": Budget(ci=40, full=300, seconds=80, part=3),
    "ray chaos": Budget(ci=12, full=180, seconds=30),  # seconds with faults
    "travel": Budget(ci=20, full=100, seconds=90, part=12),  # number of pushes that are killed
    # Number of film pairs that are edited separately
    "travel storm": Budget(ci=20, full=300, seconds=15, part=8),
    "light": Budget(ci=1, full=1, seconds=27),  # The test installs the wheel without the packages for models.
    # Number of Python versions and systems looked up in a package index
    "wheels": Budget(ci=1, full=6, seconds=20),
    "pages": Budget(ci=1, full=1, seconds=21),
    "command_line": Budget(ci=1, full=1, seconds=589, part=14),
    # The tests damage files, move homes and kill processes.
    "recovery": Budget(ci=1, full=1, seconds=66, part=6),
    "files": Budget(ci=1, full=1, seconds=69, part=6),  # The tests read many formats of films and sounds.
    "drawings": Budget(ci=1, full=1, seconds=6),
    "hostile": Budget(ci=1, full=1, seconds=29, part=3),
    # Number of sequences sent to a studio that draws; the parser alone gets 100,000 at each length
    "unreadable input": Budget(ci=20_000, full=100_000, seconds=12),
    "models": Budget(ci=1, full=1, seconds=522, part=15),
    "screens": Budget(ci=1, full=1, seconds=898, part=20),
    "sound": Budget(ci=1, full=1, seconds=22),  # The tests use a real sound server and meters in real time.
    "mpv": Budget(ci=30, full=400, seconds=15),  # number of edits of a cut
    "screenshots": Budget(ci=1, full=9, seconds=17),  # number of terminals, of nine kinds and sizes
    "painted screens": Budget(
        ci=18, full=1_000, seconds=0
    ),  # number of screens of each terminal, evenly chosen from all
    "properties": Budget(ci=1, full=1, seconds=23),
    "slow line": Budget(ci=1, full=3, seconds=56),  # number of terminal sizes; 500 random moves for each
    "next step": Budget(ci=25, full=2_000, seconds=40),  # number of random actions
    "palette": Budget(ci=6, full=1, seconds=14),  # only every nth command is tried; this is n
    "ten tasks": Budget(ci=1, full=1, seconds=50, part=3),
    "card script": Budget(ci=1, full=1, seconds=14),  # The tests run bench/gpu.py twice on a CPU.
    "ten minutes": Budget(ci=10, full=600, seconds=14),  # seconds of each test
}


def rounds(name: str) -> int:
    """Return the number of rounds or examples of a long suite at the current test length."""
    return BUDGETS[name].rounds


def set_rotation() -> None:
    """Choose the day whose files run at CI length. Test processes inherit it, so that all of them agree."""
    os.environ.setdefault(ROTATION, str(date.today().toordinal()))


def find_files_left_out(files: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the (suite, file) pairs that a run at CI length leaves out today."""
    if os.environ.get("MILIMO_LENGTH") != "ci":
        return set()
    day = int(os.environ[ROTATION])
    left_out = set[tuple[str, str]]()
    for suite in {suite for suite, _ in files}:
        part = BUDGETS[suite].part
        of_suite = sorted({file for each, file in files if each == suite})
        left_out |= {(suite, file) for place, file in enumerate(of_suite) if (place + day) % part}
    return left_out


def thorough(suite: str, values: Sequence[Any], quick: int = 1, *, one: bool = False) -> list[Any]:
    """Return parametrised values: the first `quick` values run in `make test`, the others only in `make
    test-all`.

    The values that represent the others should come first. With `one`, a tuple is the value of a single
    parameter and not a tuple of several parameters' values.
    """
    rest = [value if type(value) is tuple and not one else (value,) for value in values[quick:]]
    return [*values[:quick], *(pytest.param(*value, marks=pytest.mark.long(suite)) for value in rest)]
