"""Test an element over the course of the film: its looks are set by keys, in the smallest terminal and in a
wide one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.element_film import ElementFilmScreen
from tests.budget import thorough
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_look_is_added_moved_and_removed_by_keys(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "elements", size) as stage:
        stage.screen.list.move_to(1)
        await stage.press("enter")
        assert isinstance(stage.screen, ElementFilmScreen)
        before = len(studio.take_snapshot().story.looks)
        await stage.press("l", "a")
        await stage.type("a red scarf")
        await stage.press("enter")
        assert "a red scarf" in stage.text
        story = studio.take_snapshot().story
        added = next(look for look in story.looks if look.text == "a red scarf")
        assert len(story.looks) == before + 1
        stage.screen.looks.move_to([row.key for row in stage.screen.looks.rows].index(added.id))
        await stage.press("h", "[")
        moved = next(look for look in studio.take_snapshot().story.looks if look.id == added.id)
        assert moved.begins == story.live_shots()[0].id
        await stage.press("x")
        assert len(studio.take_snapshot().story.looks) == before
