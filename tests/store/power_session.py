"""Simulate a user at work for `test_power`: make a film in a home, and report each action as soon as it is
completed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio

SCRIPT = "INT. KITCHEN - NIGHT\n\nMARA lights a lamp.\n\nMARA\nYou are late.\n"
STEPS = 3


def facts_of(file: ProjectFile) -> dict[str, Any]:
    """Return the content of the film as flat facts, such as each edit and whether it is applied, and each
    take with its rating and note.
    """
    story, cuts = file.load_film()
    digests = {asset.id: asset.digest for asset in story.assets}
    told: dict[str, Any] = {"name": story.project.name}
    for scope in ("project", *(cut.id for cut in cuts)):
        told |= {f"edit {edit.id}": edit.applied for edit in file.list_history(scope)}
    for take in story.takes:
        told[f"take {take.id}"] = [take.job, digests[take.asset], take.rating, take.rejected, take.note]
    told |= {f"shot {shot.id}": [shot.take, shot.action, shot.frames] for shot in story.shots}
    told |= {f"cut {cut.id}": [cut.name, len(cut.clips)] for cut in cuts}
    told |= {f"asset {asset.id}": [asset.digest, asset.path] for asset in story.assets}
    return told


def work(home: Path, said: int, number: int) -> None:
    chance = random.Random(number)
    studio = Studio.open(home=str(home), actor="somebody")
    script = home.parent / f"script-{number}.fountain"
    script.write_text(SCRIPT)
    files: dict[str, str] = {}

    def tell() -> None:
        jobs = studio.require_client().list_jobs()
        state = {f"job {job.id}": job.state for job in jobs}
        file = studio.require_project()
        line = {"session": number, "project": file.paths.root.name, "facts": facts_of(file)}
        line |= {"jobs": state, "files": files}
        os.write(said, json.dumps(line).encode() + b"\n")

    def do(act: str, **values: Any) -> None:
        try:
            registry.run_by_id(studio, act, values)
        except MilimoError as error:
            print(f"{act}: {error.message}", file=sys.stderr)
        tell()

    registry.run_by_id(studio, "project.new", {"name": f"Film {number}", "size": "64x64"})
    tell()
    do("script.import", script=str(script))
    do("shot.set", id="1A", length="6f")
    do("shot.make", all=True)
    for step in range(STEPS):
        shot = "1A"
        match chance.randrange(8):
            case 0:
                do("shot.make", ids=[shot], seeds=str(100 + step))
            case 1:
                do("shot.rate", id=shot, rating=chance.randint(0, 5))
            case 2:
                do("shot.set", id=shot, action=f"Words {step}.")
            case 3:
                do("cut.undo")
            case 4:
                do("shot.pick", id=shot, step=1)
            case 5:
                do("cut.marker", at="2", text=f"mark {step}")
            case 6:
                target = home.parent / f"export-{number}-{step}.zip"
                registry.run_by_id(studio, "project.export", {"file": str(target)})
                files[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
                tell()
            case 7:
                do("cut.split", at=str(chance.randint(1, 10)))
    if number % 4 == 0:
        registry.run_by_id(studio, "project.duplicate", {"name": f"Copy {number}"})
        folder = home / "projects" / f"copy-{number}"
        files.update(
            (str(path.relative_to(home.parent)), hashlib.sha256(path.read_bytes()).hexdigest())
            for path in folder.rglob("*.mov")
        )
        tell()
    studio.close()


def main() -> None:
    home, said, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    line = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(first, first + count):
        work(home, line, number)
    studio = Studio.open(home=str(home))
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


if __name__ == "__main__":
    main()
