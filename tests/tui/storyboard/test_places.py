"""Test places by keys: the tree of places, their attributes, and the times at which a scene and a shot
play.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.values.film import Element, Scene
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.cli.element.test_places import SCRIPT
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "script.save", {"text": SCRIPT})
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


def place(studio: Studio, name: str) -> Element:
    return next(each for each in studio.take_snapshot().story.elements if each.name == name)


def scene(studio: Studio) -> Scene:
    return studio.take_snapshot().story.live_scenes()[1]


async def clear(stage: Stage) -> None:
    await stage.press("ctrl+u")


async def to_field(stage: Stage, key: str) -> None:
    """Move to the field `key` of the open form and open it."""
    await stage.until(lambda: stage.screen.MODE == "form")
    rows = stage.screen.list
    rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == key))
    await stage.press("enter")


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_place_is_moved_out_of_its_house_and_given_a_layer(
    studio: Studio, size: tuple[int, int]
) -> None:
    async with on(studio, "elements", size) as stage:
        keys = [row.key for row in stage.screen.list.rows]
        kitchen, house = place(studio, "Kitchen"), place(studio, "House")
        assert keys.index(kitchen.id) > keys.index(house.id)
        assert "  @Kitchen" in stage.text
        stage.screen.list.move_to(keys.index(kitchen.id))
        await stage.press("i")
        await clear(stage)
        await stage.press("enter")
        assert place(studio, "Kitchen").parent == ""
        await stage.press("u")
        assert place(studio, "Kitchen").parent == house.id
        await stage.press("y")
        await stage.until(lambda: stage.screen.MODE == "form" and stage.screen.prompt.is_open)
        await stage.type("culture")
        await stage.press("enter")
        await stage.until(lambda: stage.screen.prompt.is_open)
        await clear(stage)
        await stage.type("blue nets")
        await stage.press("enter")
        assert dict(place(studio, "Kitchen").layers)["culture"] == "blue nets"
        stage.screen.list.move_to(0)
        stage.screen.list.move_to(1)
        await stage.press("i")
        assert "not a place" in stage.said


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_weather_and_time_of_scene_and_shot_are_set_by_keys(
    studio: Studio, size: tuple[int, int]
) -> None:
    story = studio.take_snapshot().story
    shot = next(shot for shot in story.live_shots() if shot.scene == scene(studio).id)
    async with on(studio, "storyboard", size) as stage:
        stage.screen.go_to_shot(shot.id)
        await stage.settle()
        await stage.press("p", "w")
        await stage.until(lambda: stage.screen.MODE == "form")
        await stage.press("j", "j", "enter")
        await clear(stage)
        await stage.type("DAWN")
        await stage.press("enter", "j", "enter")
        await clear(stage)
        await stage.type("fog")
        await stage.press("enter")
        assert "changes 2 fields" in stage.text
        await stage.press("enter")
        assert (scene(studio).time_of_day, scene(studio).weather) == ("DAWN", "fog")
        assert "dawn  fog" in stage.text
        await stage.press("y")
        await stage.until(lambda: stage.screen.MODE == "form" and stage.screen.prompt.is_open)
        await stage.type("function")
        await stage.press("enter")
        await stage.until(lambda: stage.screen.prompt.is_open)
        await stage.type("a last stand")
        await stage.press("enter")
        assert dict(scene(studio).layers)["function"] == "a last stand"
        await stage.press("escape", "enter")
        assert f"scene 2, {BY_USER}" in stage.text
        await stage.press("w", "tab")
        await to_field(stage, "weather")
        await stage.type("snow")
        await stage.press("enter", "enter")
        now = next(each for each in studio.take_snapshot().story.live_shots() if each.id == shot.id)
        assert now.weather == "snow"
        await stage.press("u")
        now = next(each for each in studio.take_snapshot().story.live_shots() if each.id == shot.id)
        assert now.weather == ""
