"""A backup ended with SIGKILL at one of its own steps, as `tests.cli.film.killed` ends verbs.

`python -m tests.store.backup.killed_backup HOME FOLDER LAST`: the backup until it has come past so many calls
to the file system and to databases; 0 and -1: to its end. It prints how many there were. Odd ones copy all.
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
    """Make it, and count."""
    seen = 0

    def step(frame: FrameType, event: str, called: Any) -> None:
        nonlocal seen
        if event == "c_call" and called.__name__ in HERE and "importlib" not in frame.f_code.co_filename:
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(step)
    making.make_backup(
        Home(home), BackupFolder(folder), share=last % 2 == 0, tell=lambda stage, done, total: None
    )
    sys.setprofile(None)
    print(seen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
