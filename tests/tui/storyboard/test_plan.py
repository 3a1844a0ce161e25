"""Test `p` on Storyboard: the shots planned for a scene and planning it again, in the smallest terminal and
in a wide one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.plan.floor_plan import find_line_crossings
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_words import Size
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.plan import PlanScreen
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

# A scene whose composition has several faults, so that the rows below its floor plan do not fit.
LONG_FINDINGS = """INT. KITCHEN - NIGHT

MARTA, 60, in a yellow raincoat, fills a kettle. Rain on the window.

MARTA
You came back by the ferry.

JONAS (30), soaked, stands at the door with a red suitcase.

JONAS
It was the last one.

He puts the suitcase on the table. Water drips.
"""
SCENE_TWO = 2  # number of the scene under test; the film has three scenes


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def mode(stage: Stage) -> str:
    return str(stage.screen.MODE)


def sizes(studio: Studio) -> list[Size]:
    story = studio.take_snapshot().story
    return [shot.size for shot in story.live_shots() if shot.scene == story.live_scenes()[SCENE_TWO - 1].id]


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_scene_is_shown_from_above_with_the_reason_of_each_shot(
    studio: Studio, size: tuple[int, int]
) -> None:
    async with on(studio, "storyboard", size) as stage:
        await stage.press(")", "p")
        assert isinstance(stage.screen, PlanScreen)
        assert "INT. NOODLE BAR - NIGHT" in stage.text
        assert "classical" in stage.text
        assert "JUN" in stage.text
        assert re.search("[▲◤◥]2A", stage.text)
        assert re.search(r"[A-Z]+ →─+← [A-Z]+", stage.text)  # the line of action between the two speakers
        assert re.search("[◤◥]2", stage.text)  # a camera that points sideways
        shot = next(shot for shot in studio.take_snapshot().story.live_shots() if shot.reason)
        assert shot.reason
        await stage.press("(")
        assert "EXT. MARKET STREET - NIGHT" in stage.text
        await stage.press(")", "enter")
        assert mode(stage) == "shot"
        await stage.press("escape")
        assert mode(stage) == "plan"


@pytest.mark.long("screens")
async def test_floor_plan_keeps_its_walls_next_to_a_scroll_bar(studio: Studio) -> None:
    registry.run_by_id(studio, "script.save", {"text": LONG_FINDINGS})
    registry.run_by_id(studio, "storyboard.commit", place="script")
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("p")
        await stage.settle()
        assert stage.screen.query_one("#floor").max_scroll_y > 0
        walls = [line.rstrip() for line in stage.text.splitlines() if re.match(" *[┌│└]", line)]
        assert len(walls) > 5
        assert all(re.match(" *(┌─+┐|│[^│…]+│|└─+┘)", line) for line in walls)


@pytest.mark.long("screens")
async def test_values_set_by_user_survive_a_new_plan(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(")", "p", "e", "ctrl+u")
        await stage.type("ECU")
        await stage.press("enter")
        assert BY_USER in stage.text
        before = sizes(studio)
        assert before[0] is Size.ECU
        await stage.press("S", "ctrl+u")
        await stage.type("static")
        await stage.press("enter")
        await stage.press("y")
        assert sizes(studio)[0] is Size.ECU
        assert "static" in stage.text
        await stage.press("r")
        assert "0 of" in stage.said


@pytest.mark.long("screens")
async def test_shots_are_ordered_and_split_by_keys(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(")", "p")
        first = stage.screen.shots.key
        await stage.press("J")
        story = studio.take_snapshot().story
        assert story.numbers[first] == "2B"


def test_swapped_positions_cross_the_line_of_action() -> None:
    one = Shot(id="a", scene="s", order="a", stands=(("Mara", "left"), ("Jun", "right")))
    other = Shot(id="b", scene="s", order="b", stands=(("Jun", "left"), ("Mara", "right")))
    alone = Shot(id="c", scene="s", order="c", stands=(("Jun", "left"),))
    assert find_line_crossings([one, other, alone]) == {"b"}


@pytest.mark.long("screens")
@pytest.mark.parametrize("key", ["p", "r"])
async def test_screen_of_a_removed_scene_says_so_and_closes(studio: Studio, key: str) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(")", key)
        assert mode(stage) != "storyboard"
        registry.run_by_id(studio, "scene.delete", {"id": str(SCENE_TWO)})
        await stage.until(lambda: mode(stage) == "storyboard")
        assert stage.said.count("scene was deleted") == 1
