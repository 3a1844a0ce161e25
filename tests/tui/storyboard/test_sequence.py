"""Test `Z q` on Storyboard: a brief becomes planned shots, which are changed by keys and added to the board.
A composition is tested too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.values.shot_words import Size
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

BRIEF = "eight tense shots in a rain-wet market"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def mode(stage: Stage) -> str:
    return str(stage.screen.MODE)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_brief_is_planned_changed_and_added_to_the_board(studio: Studio, size: tuple[int, int]) -> None:
    scenes = len(studio.take_snapshot().story.live_scenes())
    async with on(studio, "storyboard", size) as stage:
        await stage.press("Z", "q")
        await stage.type(BRIEF)
        await stage.press("enter")
        assert mode(stage) == "sequence"
        assert "8 shots" in stage.text
        assert "the mood tense" in stage.text
        await stage.press("-", "-")
        assert "6 shots" in stage.text
        await stage.press("m", "ctrl+u")
        await stage.type("calm")
        await stage.press("enter")
        assert "calm" in stage.text
        assert len(studio.take_snapshot().story.live_scenes()) == scenes  # The film has not changed so far.
        await stage.press("enter")
        assert mode(stage) == "storyboard"
        story = studio.take_snapshot().story
        assert len(story.live_scenes()) == scenes + 1
        scene = next(one for one in story.live_scenes() if "RAIN-WET MARKET" in one.heading)
        mine = [shot for shot in story.live_shots() if shot.scene == scene.id]
        assert len(mine) == 6
        assert all(shot.lens and shot.palette == "sand, sage, pale blue" for shot in mine)
        await stage.press("u")
        assert len(studio.take_snapshot().story.live_scenes()) == scenes


@pytest.mark.long("screens")
async def test_unknown_mood_is_refused_and_the_plan_stays(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("Z", "q")
        await stage.type(BRIEF)
        await stage.press("enter")
        await stage.press("w")
        await stage.type("Mara, Jun")
        await stage.press("enter")
        assert "Mara and Jun" in stage.text
        await stage.press("escape")
        assert mode(stage) == "storyboard"


@pytest.mark.long("screens")
async def test_composition_suggests_changes_and_a_key_applies_them(studio: Studio) -> None:
    added = registry.run_by_id(studio, "sequence.add", {"brief": "five shots in a yard"}).data
    for number in added["numbers"]:
        registry.run_by_id(studio, "shot.set", {"id": number, "size": "MS", "function": "single"})
    async with on(studio, "storyboard", (200, 50)) as stage:
        await stage.press(*[")"] * 6, "p")
        assert "open wide: WS" in stage.text
        await stage.press("o")
        await stage.press("ctrl+u")
        await stage.type("1")
        await stage.press("enter")
        first = next(
            shot for shot in studio.take_snapshot().story.live_shots() if shot.id == added["shots"][0]
        )
        assert first.size is Size.WS
