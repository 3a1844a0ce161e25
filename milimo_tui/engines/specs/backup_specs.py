"""Define the specs that maintain a studio home: make a backup, and check the home and its backups for damage.

A spec does not name a home; the worker uses its own. If a home is restored to another folder, the jobs in its
queue therefore refer to the restored home.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import SpecValue


class MakeBackup(SpecValue):
    """Back up the home as it is now, then delete older backups by the retention rule."""

    kind: Literal["make_backup"] = "make_backup"
    engine: str = "backup"
    folder: str = ""  # Absolute path of the folder for backups; empty: the home's default folder.
    share: bool = True  # Let the backup share file blocks with the home, if the file system supports it.
    # Number of days for which the newest backup of the day is retained.
    daily: int = Field(default=7, ge=0, le=3650)
    weekly: int = Field(default=4, ge=0, le=520)


class CheckHome(SpecValue):
    """Check the home's and the films' databases, and all media. `mend` restores damaged files from intact
    copies in backups.
    """

    kind: Literal["check_home"] = "check_home"
    engine: str = "backup"
    folder: str = ""
    mend: bool = True


class CheckBackups(SpecValue):
    """Read every byte of the backups to find damaged files."""

    kind: Literal["check_backups"] = "check_backups"
    engine: str = "backup"
    folder: str = ""
