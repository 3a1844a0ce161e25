"""Test several processes and threads that use one film: no edit is lost, and every read sees a consistent
state.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.errors import Conflict
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from tests.store.samples import asset, cut, take

SECONDS = 2.0
ROOT = str(Path(milimo_tui.__file__).parents[1])

# A program for a child process: it adds one frame to the length of random shots and sometimes undoes its own
# last edit.
EDITOR = """
import json, random, sys, time
from dataclasses import replace
from pathlib import Path
from milimo_tui.core.errors import Conflict, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile

root, actor, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
rng = random.Random(actor)
film = ProjectFile.open(ProjectPaths(Path(root)))
added, conflicts, undone = 0, 0, 0
end = time.monotonic() + seconds
while time.monotonic() < end or added <= 10:
    seen = film.load_story().shots
    chosen = rng.sample(seen, 3)
    longer = [replace(shot, frames=shot.frames + 1) for shot in chosen]
    try:
        if rng.random() < 0.2:
            film.undo("project", actor)
            undone += 1
        else:
            film.write_edit("longer", scope="project", actor=actor, before=chosen, after=longer)
            added += 1
    except (Conflict, Refused):
        conflicts += 1
film.close()
print(json.dumps({"added": added, "undone": undone, "conflicts": conflicts}))
"""


@pytest.mark.long("recovery")
def test_two_processes_editing_at_once_lose_no_update(film: ProjectFile, paths: ProjectPaths) -> None:
    editors = [
        subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(paths.root), actor, str(SECONDS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": ROOT},
        )
        for actor in ("left", "right")
    ]
    outputs = [editor.communicate(timeout=300) for editor in editors]
    assert [errors for _, errors in outputs] == ["", ""]
    left, right = (json.loads(output) for output, _ in outputs)
    assert left["added"] > 10
    assert right["added"] > 10
    grown = sum(shot.frames - 100 for shot in film.load_story().shots)
    kept = left["added"] + right["added"] - left["undone"] - right["undone"]
    assert grown == 3 * kept
    history = film.list_history()
    assert sum(edit.applied for edit in history) == kept + 1
    # Replaying all edits of the history from the start must give the current film.
    lengths = dict.fromkeys((shot.id for shot in film.load_story().shots), 100)
    for edit in history[1:]:
        for change in film.list_edit_changes(edit.id) if edit.applied else ():
            assert change.before is not None
            assert change.after is not None
            lengths[change.id] += int(change.after["frames"] or 0) - int(change.before["frames"] or 0)
    assert lengths == {shot.id: shot.frames for shot in film.load_story().shots}
    assert film.read_revision() == 1 + left["added"] + right["added"] + left["undone"] + right["undone"]


def test_threads_share_one_open_film(film: ProjectFile) -> None:
    problems: list[BaseException] = []

    def edit(actor: str) -> None:
        done = 0
        while done < 25:
            shot = film.load_story().shots[0]
            try:
                film.write_edit(
                    "x",
                    scope="project",
                    actor=actor,
                    before=[shot],
                    after=[replace(shot, frames=shot.frames + 1)],
                )
                done += 1
            except Conflict:
                continue

    def read() -> None:
        for number in range(60):
            story = film.load_story()
            assert story.revision >= 1
            film.load_cuts()
            film.ui.set("number", number)

    def guarded(work: object, *arguments: str) -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - shown by the test
            problems.append(error)

    threads = [threading.Thread(target=guarded, args=(edit, name)) for name in ("a", "b")]
    threads.append(threading.Thread(target=guarded, args=(read,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert problems == []
    assert film.load_story().shots[0].frames == 150


@pytest.mark.long("recovery")
def test_story_is_read_at_one_moment(film: ProjectFile, paths: ProjectPaths) -> None:
    """While another process writes the shot lengths and the film's style in one edit, no read sees a mixture
    of two edits.
    """
    code = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from milimo_tui.core.paths import ProjectPaths\n"
        "from milimo_tui.store.project.project_file import ProjectFile\n"
        "film = ProjectFile.open(ProjectPaths(Path(sys.argv[1])))\n"
        "for frames in range(200, 500):\n"
        "    story = film.load_story()\n"
        "    after = [replace(shot, frames=frames) for shot in story.shots]\n"
        "    film.write_edit('set', scope='project', actor='w', before=[*story.shots, story.project],\n"
        "              after=[*after, replace(story.project, style=str(frames))])\n"
        "film.close()\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(paths.root)], env={"PYTHONPATH": ROOT})
    versions = {film.read_data_version()}
    try:
        while writer.poll() is None:
            story = film.load_story()
            (frames,) = {shot.frames for shot in story.shots}
            assert story.project.style == (str(frames) if frames != 100 else "")
            versions.add(film.read_data_version())
    finally:
        writer.wait(300)
    assert writer.returncode == 0
    assert {shot.frames for shot in film.load_story().shots} == {499}
    assert len(versions) > 2


def test_edit_interrupted_by_a_kill_is_absent(film: ProjectFile, paths: ProjectPaths) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from milimo_tui.core.paths import ProjectPaths\n"
        "from milimo_tui.store.history import row_edits as edits\n"
        "from milimo_tui.store.project.project_file import ProjectFile\n"
        "from dataclasses import replace\n"
        "film = ProjectFile.open(ProjectPaths(Path(sys.argv[1])))\n"
        "seen = film.load_story().shots\n"
        "with film._db.write_transaction('edit') as connection:\n"
        "    edits.apply_changes(connection, edits.compute_changes("
        "seen, [replace(s, frames=1) for s in seen]))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(paths.root)], env={"PYTHONPATH": ROOT}, check=False
    )
    assert done.returncode == -9
    assert {shot.frames for shot in film.load_story().shots} == {100}
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.write_edit("cut", scope="project", actor="a", before=[], after=[cut("c", ["shot_0"])])
