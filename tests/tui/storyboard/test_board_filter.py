"""Test `f` on Storyboard: the filter selects the displayed shots, counts them during typing, and uses the
words of `shot list --where`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def numbers(studio: Studio, where: str = "") -> list[str]:
    return [row["number"] for row in registry.run_by_id(studio, "shot.list", {"where": where}).data]


def shown(stage: Stage, studio: Studio) -> list[str]:
    story = studio.take_snapshot().story
    return [story.numbers[key] for key in stage.screen.cards.keys]


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_matching_shots_are_counted_while_typing(studio: Studio, size: tuple[int, int]) -> None:
    every, mine = numbers(studio), numbers(studio, "@Mara time:night")
    assert 0 < len(mine) < len(every)
    async with on(studio, "storyboard", size) as stage:
        await stage.press("f")
        assert "filter:" in stage.text
        await stage.type("@mar")
        await stage.press("tab")
        assert stage.screen.prompt.typed == "@Mara"
        await stage.type(" time:night")
        assert f"{len(mine)} of {len(every)} shots" in stage.lines()[0]
        await stage.press("enter")
        assert shown(stage, studio) == mine
        head = stage.lines()[0]
        assert f"{len(mine)} of {len(every)} shots" in head
        assert "@Mara" in head
        assert "Esc shows all" in head
        await stage.press("escape")
        assert shown(stage, studio) == every
        assert "Esc shows all" not in stage.text


@pytest.mark.long("screens")
async def test_leaving_the_line_clears_the_typed_filter(studio: Studio) -> None:
    every = numbers(studio)
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("l", "l")
        key = stage.screen.cards.key
        await stage.press("f")
        await stage.type("time:dawn")
        await stage.until(lambda: shown(stage, studio) == numbers(studio, "time:dawn"))
        await stage.press("escape")
        assert shown(stage, studio) == every
        assert stage.screen.cards.key == key


@pytest.mark.long("screens")
async def test_unknown_word_of_a_filter_stays_with_the_reason(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("f")
        await stage.type("kitchen")
        await stage.press("enter")
        assert stage.screen.prompt.typed == "kitchen"
        assert "“kitchen”" in stage.text
        assert "@who #tag place:" in stage.text
        await stage.press("ctrl+u")
        await stage.type("@Nobody")
        await stage.press("enter")
        assert "called @Nobody" in stage.text
        await stage.press("escape")
        assert shown(stage, studio) == numbers(studio)


@pytest.mark.long("screens")
async def test_empty_result_is_explained_with_next_steps(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("f")
        await stage.type("stale")
        await stage.press("enter")
        assert "matches stale" in stage.text
        await stage.press("c", "p")
        assert "no shot" in stage.said
        await stage.press("escape")
        assert shown(stage, studio) == numbers(studio)


@pytest.mark.long("screens")
async def test_opening_a_hidden_shot_shows_all(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("f")
        await stage.type("time:dawn")
        await stage.press("enter")
        first = studio.take_snapshot().story.live_shots()[0].id
        stage.screen.go_to_shot(first)
        await stage.settle()
        assert stage.screen.cards.key == first
        assert shown(stage, studio) == numbers(studio)


@pytest.mark.long("screens")
async def test_shown_shots_are_printed(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("f")
        await stage.type("time:dawn")
        await stage.press("enter", "c", "p")
        assert "of 1 shot" in stage.text
        await stage.press("ctrl+u")
        await stage.type(str(tmp_path / "shots.csv"))
        await stage.press("enter")
    with (tmp_path / "shots.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["Shot"] for row in csv.DictReader(file)] == numbers(studio, "time:dawn")


@pytest.mark.long("screens")
async def test_making_missing_takes_makes_those_shown(studio: Studio) -> None:
    every, mine = numbers(studio), numbers(studio, "@Mara time:night")
    async with on(studio, "storyboard", (120, 40)) as stage:
        await stage.press("f")
        await stage.type("@Mara time:night")
        await stage.press("enter", "c", "m")
        assert f"queued {len(mine)} takes" in stage.said
        await stage.press("escape", "c", "m")
        assert f"queued {len(every) - len(mine)} takes, " in stage.said
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
