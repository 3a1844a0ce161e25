"""The supervisor process. It runs the job queue and the intake of finished work into films.

The process is started by `jobs.client.launch` as `python -P -m milimo_tui.studio.intake.daemon HOME`, or by
`milimo supervisor start`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.core.settings import HOME
from milimo_tui.jobs.cluster.machines import ClusterMachines
from milimo_tui.jobs.supervisor.supervisor import Supervisor
from milimo_tui.jobs.worker.redaction import LOG_LEVEL
from milimo_tui.studio.backups.schedule import BackupSchedule
from milimo_tui.studio.intake.intake import FilmIntake
from milimo_tui.studio.intake.watched_files import WatchedFiles
from milimo_tui.studio.session.studio import read_settings


def main(root: str) -> int:
    """Run the supervisor of the home at `root` until it is stopped or idle. Return the exit code."""
    environ = dict(os.environ)  # Copied first, because the lines below change the environment.
    settings, origin = read_settings(home=Path(root))
    # Workers read settings from the environment. It therefore gets the values of the user's and the home's
    # `config.toml`.
    os.environ["MILIMO_SPEECH"] = settings.speech
    for name in (name for name, where in origin.items() if where == HOME):
        os.environ[f"MILIMO_{name.upper()}"] = str(getattr(settings, name))
    os.environ[LOG_LEVEL] = settings.log_level
    home = Home(Path(root))
    supervisor = Supervisor(
        home,
        FilmIntake(),
        settings,
        machines=ClusterMachines(home),
        chores=BackupSchedule(),
        read=lambda root: read_settings(environ, root)[0],
        files=WatchedFiles(),
    )
    return supervisor.serve_home()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
