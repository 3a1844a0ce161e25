"""The supervisor for tests: the real supervisor with an intake that moves files into a folder and counts
them.

Usage: `python -m tests.jobs.daemon HOME`. A file `refuse` in a project folder makes the intake refuse every
result; a file `spoil` makes it lose the next result. TEST_PROTOCOLS="0,0" simulates an old supervisor.
TEST_MACHINE=none simulates a machine without workers.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from milimo_tui.core.errors import Damaged, NotFound, ReadOnly
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import HOME, load
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.client.protocol import OLDEST, PROTOCOL
from milimo_tui.jobs.cluster.machines import ClusterMachines
from milimo_tui.jobs.supervisor.supervisor import Supervisor
from milimo_tui.jobs.values.intake import FileImportOutcome, IntakeResult
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.jobs.studio_values import WatchedFolder


class FolderIntake:
    """Move each result into the media folder under its job's name. `takes.log` has a line for each new
    file.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def file_result(self, job: DetailedJob, result: Result) -> IntakeResult:
        folder = Path(job.project) if job.project else self._home
        if (folder / "refuse").exists():
            raise ReadOnly("the film is read-only", "make it writable")
        if (folder / "spoil").exists():
            (folder / "spoil").unlink()
            Path(result.outputs[0].path).unlink()
        media = folder / "media"
        try:
            media.mkdir(exist_ok=True)
        except FileNotFoundError:
            raise NotFound(f"there is no film at {folder}", "put it back") from None
        outputs = {}
        for output in result.outputs:
            source, target = Path(output.path), media / f"{job.id}.{output.role}"
            if source.exists():
                os.replace(source, target)
                with (folder / "takes.log").open("a") as file:
                    file.write(f"{job.id}\n")
            elif not target.exists():
                raise Damaged(f"the {output.role} of job {job.id} is gone", "it is made again")
            outputs[output.role] = str(target)
        return IntakeResult(outputs)


class CopiedFiles:
    """Copy files of a watched folder into the film's folder. Files named `bad…` are refused, files named
    `busy…` are refused until later.
    """

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        project = Path(folder.project)
        if path.name.startswith("bad"):
            return FileImportOutcome(f"{path.name} is no film")
        if path.name.startswith("busy") and not (project / "free").exists():
            return FileImportOutcome("the film is busy", passes=True)
        with (project / "taken.log").open("a") as file:
            file.write(f"{path.name}\n")
        return FileImportOutcome()

    def stop(self) -> None:
        return


def read_values(root: Path) -> dict[str, object]:
    """Return the settings in the home's own configuration file."""
    path = root / "config.toml"
    return tomllib.loads(path.read_text()) if path.is_file() else {}


def main(root: str) -> int:
    settings, _ = load({}, os.environ)
    oldest, newest = map(int, os.environ.get("TEST_PROTOCOLS", f"{OLDEST},{PROTOCOL}").split(","))
    home = Home(Path(root))
    machine = () if os.environ.get("TEST_MACHINE") == "none" else None
    supervisor = Supervisor(
        home,
        FolderIntake(home.root),
        settings,
        machine=machine,
        protocols=(oldest, newest),
        machines=ClusterMachines(home),
        read=lambda folder: load({HOME: read_values(folder)}, os.environ)[0],
        files=CopiedFiles(),
    )
    return supervisor.serve_home()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
