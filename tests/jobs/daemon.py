"""The supervisor of tests: the real one, with an intake that moves files into a folder and counts.

`python -m tests.jobs.daemon HOME`. A project folder with a file `refuse` in it takes nothing in; with `spoil`
the next result is lost before it is taken in. TEST_PROTOCOLS="0,0" makes it one of long ago;
TEST_MACHINE=none one whose own machine has no workers.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from milimo_tui.core.errors import Damaged, NotFound, ReadOnly
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import load
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.client.protocol import OLDEST, PROTOCOL
from milimo_tui.jobs.cluster.machines import ClusterMachines
from milimo_tui.jobs.supervisor.supervisor import Supervisor
from milimo_tui.jobs.values.intake import IntakeResult
from milimo_tui.jobs.values.views import WholeJob


class FolderIntake:
    """Takes a file in by rename under its job's name; `takes.log` has a line for each new one."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def take_in(self, job: WholeJob, result: Result) -> IntakeResult:
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
    )
    return supervisor.serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
