"""The backup engine: it makes backups of a studio home and checks the home and its backups, as low-priority
jobs.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.backup_specs import CheckBackups, CheckHome, MakeBackup
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.store.backup import home_check, making, retention_rule
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.home_check import HomeCheckResult

NICE = 10  # niceness of the process, from 0 to 19; processes with a lower value get the CPU first
# The result of a check lists at most this number of problems and counts the others. The log has all of them.
MOST_FOUND = 500


class Backup:
    """The engine that makes and checks backups. It has no state between jobs."""

    name = "backup"

    def load(self) -> None:
        """Lower the priority of this process, so that all other processes get the CPU first."""
        os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))

    def unload(self) -> None:
        """Do nothing. The engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `make_backup`, `check_home` or `check_backups` job. Raises Refused, BadInput, DiskFull."""
        home = Home(Path(os.environ["MILIMO_HOME"]))
        if isinstance(spec, MakeBackup):
            return self._make_home_backup(spec, home, context)
        if isinstance(spec, CheckHome):
            folder = _choose_backup_folder(home, spec.folder)
            return self._report_checked_home(
                home_check.check_home(home, folder, context.progress, mend=spec.mend), context
            )
        if isinstance(spec, CheckBackups):
            return self._report_checked_home(
                home_check.check_backups(_choose_backup_folder(home, spec.folder), context.progress), context
            )
        raise BadInput(f"the backup engine can't do {spec.kind}")

    def _make_home_backup(self, spec: MakeBackup, home: Home, context: Context) -> Result:
        folder = _choose_backup_folder(home, spec.folder)
        made = making.make_backup(home, folder, share=spec.share, report_progress=context.progress)
        backup = made.manifest
        mine = [one for one in folder.list_backups()[0] if one.home == backup.home]
        stay = retention_rule.select_backups_to_keep(mine, spec.daily, spec.weekly)
        deleted_ids = [one.id for one in mine if one.id not in stay]
        context.progress("forgetting", 0, 1)
        try:
            with folder.lock_for_writing():
                freed = folder.delete_backups(deleted_ids)
        except Refused:
            # Another process is using the backup folder. Delete no old backups now; the next backup deletes
            # them.
            deleted_ids, freed = [], 0
        facts = {
            "backup": backup.id,
            "films": len(backup.films),
            "files": made.files,
            "bytes": backup.bytes,
            "copied": made.copied,
            "problems": list(backup.problems),
            "forgotten": deleted_ids,
            "freed": freed,
        }
        for sentence in backup.problems:
            context.log(f"left out: {sentence}")
        return Result(facts=facts, notes=backup.problems)

    def _report_checked_home(self, checked: HomeCheckResult, context: Context) -> Result:
        for one in checked.found:
            context.log(f"{one.place}: {one.problem}{f'; mended from {one.mended}' if one.mended else ''}")
        facts: dict[str, Any] = {
            "databases": checked.databases,
            "files": checked.files,
            "bytes": checked.bytes,
            "found": [asdict(one) for one in checked.found[:MOST_FOUND]],
            "more": max(0, len(checked.found) - MOST_FOUND),
        }
        return Result(facts=facts)


def _choose_backup_folder(home: Home, given: str) -> BackupFolder:
    return BackupFolder(Path(given) if given else home.backups)
