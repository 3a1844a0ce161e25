"""Test `docs/data.md`: its example lines run on a film as a reader would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from tests.store.samples import asset, take

ROOT = Path(milimo_tui.__file__).parents[1]


@pytest.mark.long("recovery")
def test_film_is_read_in_ten_lines(film: ProjectFile, paths: ProjectPaths) -> None:
    film.facts.add_take(take("a", "shot_1"), asset("a"))
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "data.md").read_text(), re.DOTALL)
    assert len([line for line in script.splitlines() if line.strip()]) <= 10
    before = {path: path.read_bytes() for path in paths.root.glob("project.db")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=paths.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    story = film.load_story()
    headings = {scene.id: scene.heading for scene in story.scenes}
    assert done.stdout.splitlines() == [
        f"{headings[shot.scene]}: {shot.size.value}, {shot.frames} frames, {int(shot.id == 'shot_1')} takes"
        for shot in story.shots
    ]
    assert {path: path.read_bytes() for path in before} == before
