"""The program that speaks scratch dialogue, and the voices that it has. Loads nothing heavy.

The program is run with an argument list and a time limit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from milimo_tui.core.settings import Settings

TIMEOUT = 15.0


def setting() -> str:
    """The program that speaks scratch dialogue; `MILIMO_SPEECH` sets it, empty turns it off."""
    return os.environ.get("MILIMO_SPEECH", Settings().speech)


def program(setting: str) -> str:
    """The path of the speaking program; empty when it is turned off or not installed."""
    return shutil.which(setting) or "" if setting.strip() else ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that the program has: what `-v` takes, and what it is called. `+f3` is put behind another."""

    id: str
    name: str


@cache
def known(executable: str) -> tuple[Voice, ...]:
    """The voices that the program lists, variants last; none where it lists none."""
    rows = [line.split() for line in _listed(executable, "--voices")]
    voices = [Voice(row[1], row[3].replace("_", " ")) for row in rows if len(row) > 4]
    variants = [row for row in map(str.split, _listed(executable, "--voices=variant")) if len(row) == 5]
    return (*voices, *(Voice(f"+{row[4].removeprefix('!v/')}", row[3]) for row in variants))


def _listed(executable: str, what: str) -> list[str]:
    try:
        done = subprocess.run([executable, what], capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode(errors="replace").splitlines()[1:]


def is_known(executable: str, voice: str) -> bool:
    """Whether the program has that voice: `en-gb`, or with a variant behind it `en-gb+f3`."""
    ids = {each.id for each in known(executable)}
    base, plus, variant = voice.partition("+")
    return base in ids and (not plus or f"+{variant}" in ids)
