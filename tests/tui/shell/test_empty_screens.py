"""Test films without shots, and homes without films: every screen names the next step, and each unavailable
key gives its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.settings import Settings
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import on


def _studio(home: Path) -> Studio:
    found = ChosenHome(Home(home), "a test's own")
    home.mkdir()
    (home / HOME_MARK).write_text("test\n")
    found.home.projects.mkdir()
    return Studio(found, Settings(images="blocks"), actor="terminal-a")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Studio]:
    """Yield a studio with an empty film open."""
    made = _studio(tmp_path / "home")
    paths = made.home.get_project_paths("empty")
    with ProjectFile.create(paths, Project(id=new_id("prj"), name="Empty", created=1.0)):
        pass
    made.use_project(paths)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("mode", "keys", "says", "next_step"),
    [
        ("storyboard", ("c", "c"), "make a take:", "g s"),
        ("elements", ("e",), "edit:", "g s"),
        ("timeline", ("s",), "split:", "g s"),
        ("media", ("y",), "copy:", "a opens a folder"),
        ("review", ("enter",), "pick:", "g b"),
    ],
)
async def test_key_without_a_target_is_explained(
    empty: Studio, mode: str, keys: tuple[str, ...], says: str, next_step: str
) -> None:
    async with on(empty, mode) as stage:
        assert next_step.split()[0] in stage.text
        await stage.press(*keys)
        message = stage.app.messages[-1]
        assert message.text.startswith(says)
        assert message.hint.startswith(next_step)
        assert len(f"! {message.text}  {message.hint}") <= 80


async def test_empty_screenplay_explains_how_to_start(empty: Studio) -> None:
    async with on(empty, "script") as stage:
        for words in ("Nothing is written yet.", "writes or pastes", "makes its shots"):
            assert words in stage.text
        await stage.press("i")
        await stage.type("INT. BAR - NIGHT")
        await stage.until(lambda: "Nothing is written" not in stage.text)


async def test_lists_of_a_missing_cut_say_so(empty: Studio) -> None:
    async with on(empty, "timeline") as stage:
        await stage.press("g", "n")
        assert "no cut" in stage.app.messages[-1].text
        assert stage.screen.MODE == "timeline"


async def test_lists_of_a_missing_film_say_so(tmp_path: Path) -> None:
    studio = _studio(tmp_path / "home")
    async with on(studio, "timeline") as stage:
        for keys in ("u", "c", "n", "p"):
            await stage.press("g", keys)
            assert "no film" in stage.app.messages[-1].text
            assert stage.app.messages[-1].hint.startswith("g h")
            assert stage.screen.MODE == "timeline"
    studio.close()
