"""Test keys on Storyboard that add, remove, split and join shots and scenes, and lock their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def numbers(studio: Studio) -> list[str]:
    story = studio.take_snapshot().story
    return [story.numbers[shot.id] for shot in story.live_shots()]


async def to(stage: Stage, number: str) -> None:
    """Put the cursor on the card of the shot `number`."""
    await stage.press("/")
    await stage.type(f"{number} ")
    await stage.press("enter")


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (120, 40)], one=True))
async def test_shots_are_split_joined_duplicated_and_restored(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "storyboard", size) as stage:
        before = numbers(studio)
        await stage.press("Z", "y")
        assert "1B is 1A" in stage.said
        assert len(numbers(studio)) == len(before) + 1
        await stage.press("Z", "j")
        assert "joined 1B" in stage.said
        await stage.press("u")
        await stage.press("u")
        assert numbers(studio) == before
        await stage.press("s")
        assert "the second begins" in stage.text
        await stage.press("enter")
        assert "1A and 1B" in stage.said
        await stage.press("u")
        assert numbers(studio) == before


@pytest.mark.long("screens")
async def test_locked_numbers_show_omitted_shots_and_restore_them(studio: Studio) -> None:
    async with on(studio, "storyboard", (120, 40)) as stage:
        before = numbers(studio)
        await stage.press("L")
        assert "numbers are locked" in stage.said
        assert "numbers locked" in stage.text
        await to(stage, "1B")
        await stage.press("x")
        if "to the bin?" in stage.text:
            await stage.press("y")
        assert "1B OMITTED" in stage.text
        assert "1B" not in numbers(studio)
        await to(stage, "1B")
        await stage.press("c", "c")
        assert "1B is omitted" in stage.said
        await stage.press("x")
        assert numbers(studio) == before
        await stage.press("X")
        assert "from the film?" in stage.text
        await stage.press("y")
        assert "OMITTED" in stage.text
        assert not [number for number in numbers(studio) if number.startswith("1")]
        await stage.press("g", "g", "enter")
        assert "is omitted" in stage.said
        await stage.press("X")
        assert numbers(studio) == before
        await stage.press("L")
        assert "Unlock the numbers?" in stage.text
        await stage.press("y")
        assert not studio.take_snapshot().story.project.numbers_locked


@pytest.mark.long("screens")
async def test_scene_is_added_by_user(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("A")
        assert "after scene 1:" in stage.text
        await stage.type("EXT. ROOF - DAWN")
        await stage.press("enter")
        assert "first shot" in stage.text
        await stage.type("Wind.")
        await stage.press("enter")
        assert "added scene 1A" in stage.said
        assert "1AA" in numbers(studio)
        assert "EXT. ROOF - DAWN" in stage.text
        await stage.press("X")
        await stage.press("y")
        assert "1AA" not in numbers(studio)
        await stage.press("u")
        assert "1AA" in numbers(studio)


@pytest.mark.long("screens")
async def test_row_23_scenes_are_reordered_by_keys(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        before = [scene.heading for scene in studio.take_snapshot().story.live_scenes()]
        await stage.press(">")
        assert [scene.heading for scene in studio.take_snapshot().story.live_scenes()][:2] == before[1::-1]
        await stage.press("<")
        assert [scene.heading for scene in studio.take_snapshot().story.live_scenes()] == before
        await stage.press("<")
        assert "can't be moved" in stage.said


async def test_outline_next_to_the_script_has_the_locked_numbers(studio: Studio) -> None:
    text = studio.take_snapshot().story.project.script
    first = text.index("EXT.")
    studio_command(studio, "script.numbers", lock=True)
    train = "INT. TRAIN - DAY\n\nFields go by.\n\n"
    studio_command(studio, "script.save", text=f"{text[:first]}{train}{text[first:]}")
    studio_command(studio, "storyboard.commit")
    async with on(studio, "script", (120, 40)) as stage:
        await stage.until(lambda: "A1" in stage.text)
        assert "A1A" in stage.text
        assert "1A" in stage.text


def studio_command(studio: Studio, id: str, **args: object) -> None:
    run_by_id(studio, id, args)
