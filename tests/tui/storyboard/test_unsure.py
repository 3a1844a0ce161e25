"""`g q`: the guesses of a film, one after the other, in the smallest terminal and in a wide one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.unsure import UnsureScreen
from tests.budget import thorough
from tests.cli.shot.test_unsure import SCRIPT
from tests.tui.house import make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    script = tmp_path / "late.fountain"
    script.write_text(SCRIPT)
    registry.run(studio, "script.import", {"script": str(script)})
    registry.run(studio, "storyboard.commit")
    yield studio
    studio.close()


def guesses(studio: Studio) -> int:
    return sum(len(shot.doubts) for shot in studio.snapshot().story.live_shots())


@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_guesses_are_accepted_and_corrected_by_a_key_each(
    studio: Studio, size: tuple[int, int]
) -> None:
    count = guesses(studio)
    assert count >= 2
    async with on(studio, "storyboard", size) as stage:
        await stage.press("g", "q")
        assert isinstance(stage.screen, UnsureScreen)
        assert f"1 of {count}" in stage.text
        assert "who is “She”?" in stage.text
        assert "Anna" in stage.text
        await stage.press(";")
        assert f"2 of {count}" in stage.text
        await stage.press(",", "enter")
        assert guesses(studio) == count - 1
        first = stage.screen.doubt
        assert first is not None
        await stage.press("c")
        await stage.type("Mara")
        await stage.press("enter")
        shot = next(one for one in studio.snapshot().story.shots if one.id == first["id"])
        assert "Mara" in shot.characters
        assert guesses(studio) == count - 2
        await stage.press("u")
        assert guesses(studio) == count - 1
        await stage.press("2", "enter")
        assert guesses(studio) == count - 2
        await stage.press("escape")
        assert not isinstance(stage.screen, UnsureScreen)
