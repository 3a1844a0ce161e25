"""The time that each long suite may take. A long test names its suite: `@pytest.mark.long("tour")`.

At CI length, a suite of more than 30 s is divided into four parts, and one part runs. The number of commits
chooses the part, so that each file runs about every fourth submission.
"""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

CI_SECONDS = 25 * 60
PARTS = 4
SHORT_SUITE_SECONDS = 30  # shorter suites are not divided
PART = "MILIMO_TEST_PART"  # 0 to 3; set it to run the files of that part again


@dataclass(frozen=True, slots=True)
class Budget:
    """The amount of work of a long suite and the time that it may take.

    `ci` and `full` are counted in the suite's own unit (rounds, examples). `seconds` is the time of all tests
    of the suite on two cores, where three files run in parallel: a third of the sum of their times. `make
    test-all LENGTH=whole` and `LENGTH=full` run all files of a suite that is divided at CI length.
    """

    ci: int
    full: int
    seconds: int

    @property
    def rounds(self) -> int:
        return self.full if os.environ.get("MILIMO_LENGTH") == "full" else self.ci

    @property
    def is_divided(self) -> bool:
        return self.seconds > SHORT_SUITE_SECONDS

    @property
    def ci_seconds(self) -> float:
        """Return the average time of this suite in a run at CI length."""
        return self.seconds / PARTS if self.is_divided else self.seconds


BUDGETS = {
    "kill_rounds": Budget(ci=10, full=20, seconds=10),
    "film_kills": Budget(ci=3, full=20, seconds=20),
    "publishing_kills": Budget(ci=1, full=1, seconds=19),
    "whole_kills": Budget(ci=8, full=400, seconds=18),  # number of points at which each command is killed
    "feature_reading": Budget(ci=1, full=1, seconds=30),
    "cut_machine": Budget(ci=80, full=2_000, seconds=11),
    # Seconds with faults; the remaining time is the recovery afterwards
    "chaos": Budget(ci=20, full=840, seconds=18),
    "two_terminals": Budget(ci=30, full=300, seconds=12),
    "two_hands": Budget(ci=20, full=300, seconds=7),  # seconds in which two processes edit one cut
    "fuzz": Budget(ci=10_000, full=20_000, seconds=9),
    "script files": Budget(ci=2_500, full=20_000, seconds=22),  # damaged files of each format
    "idle_minute": Budget(ci=20, full=60, seconds=8),  # seconds of observation
    "endurance": Budget(ci=500, full=2_000, seconds=10),  # number of jobs
    "cancels": Budget(ci=30, full=30, seconds=39),
    "sync": Budget(ci=40, full=600, seconds=11),  # seconds of film at each of four frame rates
    "preview_equals_export": Budget(ci=120, full=500, seconds=11),  # number of random cuts
    "sound_effects": Budget(ci=12, full=500, seconds=20),  # random start points for each chain of effects
    "true_peak": Budget(ci=200, full=10_000, seconds=10),  # number of random mixes of one second
    "tour": Budget(ci=1, full=1, seconds=124),
    "remake": Budget(ci=1, full=1, seconds=30),
    "forms": Budget(ci=8, full=1_000, seconds=16),  # number of tried formats of weights
    "short_storm": Budget(ci=1, full=1, seconds=10),
    "power": Budget(ci=5, full=200, seconds=17),  # number of sessions
    "arguments": Budget(ci=1, full=40, seconds=20),  # number of values tried for each argument
    # From here on: suites of which `make test` runs only a part, with parameters chosen by `thorough` and
    # with slow tests.
    "queue": Budget(ci=1, full=1, seconds=130),
    # Number of shots; the tests start cluster nodes as processes
    "ray": Budget(ci=40, full=300, seconds=80),
    "ray chaos": Budget(ci=12, full=180, seconds=30),  # seconds with faults
    "travel": Budget(ci=20, full=100, seconds=90),  # number of pushes that are killed
    # Number of film pairs that are edited separately
    "travel storm": Budget(ci=20, full=300, seconds=15),
    "light": Budget(ci=1, full=1, seconds=27),  # The test installs the wheel without the packages for models.
    # Number of Python versions and systems looked up in a package index
    "wheels": Budget(ci=1, full=6, seconds=20),
    "pages": Budget(ci=1, full=1, seconds=21),
    "command_line": Budget(ci=1, full=1, seconds=589),
    # The tests damage files, move homes and kill processes.
    "recovery": Budget(ci=1, full=1, seconds=66),
    "files": Budget(ci=1, full=1, seconds=69),  # The tests read many formats of films and sounds.
    "drawings": Budget(ci=1, full=1, seconds=6),
    "hostile": Budget(ci=1, full=1, seconds=29),
    # Number of sequences sent to a studio that draws; the parser alone gets 100,000 at each length
    "unreadable input": Budget(ci=20_000, full=100_000, seconds=12),
    # Screenshots of a real xterm, and pictures next to panels as the readers of the protocols see them
    "terminal pictures": Budget(ci=1, full=1, seconds=45),
    "models": Budget(ci=1, full=1, seconds=522),
    "screens": Budget(ci=1, full=1, seconds=898),
    "sound": Budget(ci=1, full=1, seconds=22),  # The tests use a real sound server and meters in real time.
    "real speech": Budget(ci=1, full=1, seconds=60),  # Kokoro and espeak-ng speak, Whisper hears
    "mpv": Budget(ci=30, full=400, seconds=15),  # number of edits of a cut
    "screenshots": Budget(ci=1, full=9, seconds=17),  # number of terminals, of nine kinds and sizes
    "painted screens": Budget(
        ci=18, full=1_000, seconds=0
    ),  # number of screens of each terminal, evenly chosen from all
    "properties": Budget(ci=1, full=1, seconds=23),
    "slow line": Budget(ci=1, full=3, seconds=56),  # number of terminal sizes; 500 random moves for each
    "next step": Budget(ci=25, full=2_000, seconds=40),  # number of random actions
    "palette": Budget(ci=6, full=1, seconds=14),  # only every nth command is tried; this is n
    "reading bars": Budget(ci=1, full=1, seconds=7),
    "ten tasks": Budget(ci=1, full=1, seconds=50),
    "card script": Budget(ci=1, full=1, seconds=14),  # The tests run bench/gpu.py twice on a CPU.
    "ten minutes": Budget(ci=10, full=600, seconds=14),  # seconds of each test
}


def rounds(name: str) -> int:
    """Return the number of rounds or examples of a long suite at the current test length."""
    return BUDGETS[name].rounds


def choose_part() -> None:
    """Choose the part of the divided suites that runs at CI length. Test processes inherit the choice.

    The number of commits chooses the part. In a shallow or missing history, the number of the day does.
    """
    if PART not in os.environ:
        number = _count_commits() or date.today().toordinal()
        os.environ[PART] = str(number % PARTS)


def _count_commits() -> int | None:
    """Return the number of commits of this checkout, or None if its history is incomplete."""
    if _run_git("rev-parse", "--is-shallow-repository") != "false":
        return None
    return int(_run_git("rev-list", "--count", "HEAD") or 0)


def _run_git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip()


def find_files_left_out(files: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the (suite, file) pairs that are not in the chosen part. At other lengths, no pair is left out.

    The part of a file depends only on its suite and its path, so a new file does not move the other files to
    other parts.
    """
    if os.environ.get("MILIMO_LENGTH") != "ci":
        return set()
    part = int(os.environ[PART])
    return {pair for pair in files if BUDGETS[pair[0]].is_divided and _find_part(*pair) != part}


def _find_part(suite: str, file: str) -> int:
    path = Path(file)
    if path.is_absolute():
        path = path.relative_to(Path(__file__).parent.parent)
    return zlib.crc32(f"{suite} {path.as_posix()}".encode()) % PARTS


def thorough(suite: str, values: Sequence[Any], quick: int = 1, *, one: bool = False) -> list[Any]:
    """Return parametrised values: the first `quick` values run in `make test`, the others only in `make
    test-all`.

    The values that represent the others should come first. With `one`, a tuple is the value of a single
    parameter and not a tuple of several parameters' values.
    """
    rest = [value if type(value) is tuple and not one else (value,) for value in values[quick:]]
    return [*values[:quick], *(pytest.param(*value, marks=pytest.mark.long(suite)) for value in rest)]
