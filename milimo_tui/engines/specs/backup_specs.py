"""What keeps a studio home: a backup of it, and the look whether it and its backups are whole.

The home is the worker's own, so that a queue that is restored elsewhere means the home it is in.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import SpecValue


class MakeBackup(SpecValue):
    """Keep the home as it is now, then forget older backups by the rule."""

    kind: Literal["make_backup"] = "make_backup"
    engine: str = "backup"
    folder: str = ""  # absolute; empty: the home's own
    share: bool = True  # files take no room where the disk can have it so
    daily: int = Field(default=7, ge=0, le=3650)  # how many days keep their newest
    weekly: int = Field(default=4, ge=0, le=520)


class CheckHome(SpecValue):
    """Look through both kinds of databases and all media; `mend` puts back what backups have whole."""

    kind: Literal["check_home"] = "check_home"
    engine: str = "backup"
    folder: str = ""
    mend: bool = True


class CheckBackups(SpecValue):
    """Read every byte of the backups."""

    kind: Literal["check_backups"] = "check_backups"
    engine: str = "backup"
    folder: str = ""
