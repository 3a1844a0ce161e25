"""Test the first cut of a film without a screenplay: the first clip of a file makes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.front_door import Milimo, environment


@pytest.fixture
def interview(tmp_path: Path) -> Milimo:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Interview", "--rate", "25")
    film = milimo.cwd / "interview.mkv"
    inputs = ["-f", "lavfi", "-i", "testsrc=size=321x180:rate=30:duration=2"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, "-c:v", "ffv1", str(film)], check=True)
    milimo.inside("run", "asset.add", f"file={film}", "prepare=false")
    return milimo


@pytest.mark.parametrize("verb", ["append", "insert", "overwrite"])
def test_first_clip_of_a_file_makes_a_cut_with_its_rate_and_size(interview: Milimo, verb: str) -> None:
    said = interview.act("cut", verb, "--asset", "interview.mkv")
    assert f"made the cut “main”, 320×180 at 30 fps; {verb}" in said
    (row,) = interview.inside("cut", "list")
    assert (row["name"], row["frames"], row["clips"], row["current"]) == ("main", 60, 1, True)
    interview.inside("cut", "undo")
    assert interview.inside("cut", "show")["frames"] == 0
    interview.inside("cut", "redo")
    assert interview.inside("cut", "show")["frames"] == 60


def test_refused_first_clip_makes_no_cut(interview: Milimo) -> None:
    interview.inside("cut", "append", "--asset", "interview.mkv", "--track", "Q9", code=2)
    assert interview.inside("cut", "list") == []
    refused = interview.refusal("cut", "append", "interview.mkv")
    assert "try: milimo cut append --asset interview.mkv" in refused
