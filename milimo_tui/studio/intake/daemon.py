"""The supervisor process. It runs the job queue and the intake of finished work into films.

The process is started by `jobs.client.launch` as `python -P -m milimo_tui.studio.intake.daemon HOME`, or by
`milimo supervisor start`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.core.settings import COMMAND_SETTINGS, HOME, PROGRAM_SETTINGS, resolve_program
from milimo_tui.jobs.cluster.machines import ClusterMachines
from milimo_tui.jobs.supervisor.supervisor import Supervisor
from milimo_tui.jobs.worker.redaction import LOG_LEVEL
from milimo_tui.studio.backups.schedule import BackupSchedule
from milimo_tui.studio.intake.intake import FilmIntake
from milimo_tui.studio.intake.watched_files import WatchedFiles
from milimo_tui.studio.session.studio import read_settings

# Variables whose value is a path.
PATH_VARIABLES = (
    "MILIMO_HOME", "TMPDIR", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN_PATH",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
)  # fmt: skip


def resolve_variables(environ: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return the variables of `environ` whose value is a path relative to `folder`, with absolute paths. The
    supervisor works in the folder of its home, where relative paths would have another meaning.
    """
    paths = {name: environ[name] for name in PATH_VARIABLES if environ.get(name)}
    found = {name: os.path.join(folder, os.path.expanduser(path)) for name, path in paths.items()}
    for name in (*PROGRAM_SETTINGS, *COMMAND_SETTINGS):
        variable = f"MILIMO_{name.upper()}"
        if variable in environ:
            found[variable] = resolve_program(name, environ[variable], folder)
    return found


def main(root: str) -> int:
    """Run the supervisor of the home at `root` until it is stopped or idle. Return the exit code."""
    os.environ.update(resolve_variables(os.environ, os.getcwd()))
    environ = dict(os.environ)  # Copied first, because the lines below change the environment.
    settings, origin = read_settings(home=Path(root))
    # Workers read settings from the environment. It therefore gets the values of the user's and the home's
    # `config.toml`.
    os.environ["MILIMO_SPEECH"] = settings.speech
    for name in (name for name, where in origin.items() if where == HOME):
        os.environ[f"MILIMO_{name.upper()}"] = str(getattr(settings, name))
    os.environ[LOG_LEVEL] = settings.log_level
    home = Home(Path(root).absolute())
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
