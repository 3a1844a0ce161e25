"""Test `Z s` on Script: a story is analysed, its items are reviewed, and a screenplay is written. An existing
screenplay is preserved.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.story.scenario.stories import ENGLISH, JAPANESE
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def mode(stage: Stage) -> str:
    return str(stage.screen.MODE)


@pytest.mark.long("screens")
async def test_story_is_requested_reviewed_and_accepted(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "the-coin.txt"
    path.write_text(ENGLISH.text)
    before = studio.take_snapshot().story.project.script
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("Z", "s")
        await stage.press("enter")
        await stage.type(str(path))
        await stage.press("enter", "ctrl+s")
        await stage.until(lambda: mode(stage) == "scenario" and "Mara" in stage.text)
        assert "4 people" in stage.text
        await stage.press("G", "space")
        assert "○" in stage.text
        await stage.press("enter")
        assert "has a screenplay" in stage.text
        assert studio.take_snapshot().story.project.script == before
        await stage.press("enter")
        await stage.until(lambda: mode(stage) == "script")
        after = studio.take_snapshot().story.project.script
        assert after.startswith(before.rstrip())
        assert "INT. NOODLE BAR" in after
        assert "RIVER" not in after.removeprefix(before)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_items_are_switched_and_edited_by_keys(
    studio: Studio, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "story.txt"
    path.write_text(JAPANESE.text)
    registry.run_by_id(studio, "script.transform", {"story": str(path)})
    async with on(studio, "script", size) as stage:
        await stage.press("Z", "s")
        await stage.until(lambda: "メイ" in stage.text)
        assert "Japanese" not in stage.text  # The item under the cursor is shown in its original language.
        await stage.press("f", "f")
        await stage.press("e", "ctrl+u")
        await stage.type("May")
        await stage.press("enter")
        await stage.until(lambda: "May" in stage.text)
        items = registry.run_by_id(studio, "scenario.show").data["items"]
        assert any(item["text"] == "May" for item in items)
