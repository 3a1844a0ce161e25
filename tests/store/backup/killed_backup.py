"""Run a backup that is ended with SIGKILL at a chosen step, as `tests.cli.film.killed` ends commands.

Usage: `python -m tests.store.backup.killed_backup HOME FOLDER LAST`. The process kills itself at call number
LAST to the file system or a database. With 0 or -1 the backup runs to its end. Then it prints the number of
calls. With an odd LAST every file is copied. With an even LAST the backup may share disk space with the
home's files.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from milimo_tui.core.paths import Home
from milimo_tui.store.backup import making
from milimo_tui.store.backup.backup_folder import BackupFolder
from tests.cli.film.killed import STEPS

HERE = STEPS | {"link", "ioctl"}


def main(home: Path, folder: Path, last: int) -> None:
    """Make the backup and count its calls to the file system and to databases."""
    seen = 0

    def step(frame: FrameType, event: str, called: Any) -> None:
        nonlocal seen
        if event == "c_call" and called.__name__ in HERE and "importlib" not in frame.f_code.co_filename:
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(step)
    making.make_backup(
        Home(home), BackupFolder(folder), share=last % 2 == 0, report_progress=lambda stage, done, total: None
    )
    sys.setprofile(None)
    print(seen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
