"""Specs that maintain a studio home: make a backup, and check that the home and its backups are intact.

The home is always the worker's own, so a queue that is restored elsewhere refers to the home it was restored
to.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import SpecValue


class MakeBackup(SpecValue):
    """Back up the home as it is now, then delete older backups by the retention rule."""

    kind: Literal["make_backup"] = "make_backup"
    engine: str = "backup"
    folder: str = ""  # absolute; empty: the home's default
    share: bool = True  # share file blocks with the home, if the file system supports it
    daily: int = Field(default=7, ge=0, le=3650)  # number of days whose newest backup is retained
    weekly: int = Field(default=4, ge=0, le=520)


class CheckHome(SpecValue):
    """Check both kinds of databases and all media; `mend` restores damaged files from intact copies in
    backups.
    """

    kind: Literal["check_home"] = "check_home"
    engine: str = "backup"
    folder: str = ""
    mend: bool = True


class CheckBackups(SpecValue):
    """Read every byte of the backups."""

    kind: Literal["check_backups"] = "check_backups"
    engine: str = "backup"
    folder: str = ""
