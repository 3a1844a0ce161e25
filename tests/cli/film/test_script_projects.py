"""Test that `milimo film SCRIPT` never renders another film: the script gets a project of its own or is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.media.read.probe import probe
from tests.front_door import TINY, Milimo, environment
from tests.media.material import make_take


@pytest.fixture
def milimo(tmp_path: Path) -> Iterator[Milimo]:
    """Yield a home whose current project “Edited” has an edited cut but no screenplay. The script for the
    tests is in the working folder.
    """
    home = Milimo(environment(tmp_path), tmp_path / "work")
    home.inside("project", "new", "Edited")
    take = make_take(tmp_path / "take.mov", 50)
    asset = home.inside("run", "asset.add", f"file={take}", "prepare=false")["id"]
    home.inside("run", "cut.new", "name=mine", "empty=true")
    home.inside("run", "cut.append", "track=V1", f"asset={asset}", "frames=37")
    (home.cwd / "two.fountain").write_text(TINY)
    try:
        yield home
    finally:
        home.inside("supervisor", "stop", "--now")


@pytest.mark.long("command_line")
def test_script_is_put_into_its_own_project_and_a_cut_is_made(milimo: Milimo) -> None:
    before = milimo.inside("cut", "show")
    data = milimo.json("film", "two.fountain", "-o", str(milimo.cwd / "x.mp4"))
    assert data["project"] == "two-lamps"
    assert probe(milimo.cwd / "x.mp4").frames == sum(shot["frames"] for shot in data["shots"])
    milimo.inside("project", "use", "edited")
    assert milimo.inside("cut", "show") == before
    assert milimo.inside("shot", "list") == []


@pytest.mark.long("command_line")
def test_project_cut_without_a_script_refuses_one_and_names_it(milimo: Milimo) -> None:
    done = milimo("film", "two.fountain", "-o", "x.mp4", "--name", "edited", code=2)
    assert b"edited" in done.stderr
    assert not (milimo.cwd / "x.mp4").exists()
    assert milimo.inside("shot", "list") == []
