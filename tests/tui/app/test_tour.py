"""Test the interactive tour: every step is done with its keys on a separate film; the tour can be left,
resumed and finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.tour_steps import FILM, STEPS
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

NAMED = {"Enter": "enter", "Esc": "escape", "space": "space"}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    client = made.client_or_none()
    if client is not None:
        client.stop(now=True)
    made.close()


async def type_step(stage: Stage, at: int) -> None:
    """Type the keys of tour step `at` as the tour shows them, once the tour has reached it.

    A step without keys may be over as soon as it begins, if the event it waits for happened before.
    """
    tour = stage.app.tour
    reached = STEPS[at : at + 1] if STEPS[at].keys else STEPS[at : at + 2]
    await stage.until(lambda: tour.step in reached, f"the tour is not at {STEPS[at].words}")
    await stage.until(lambda: STEPS[at].words[:20] in stage.text or tour.step is not STEPS[at])
    keymap = stage.app.keyboard.keymap
    for words in STEPS[at].keys:
        typed = keymap.with_keys(words, (*stage.screen.CONTEXTS, "global"))
        if typed != words:
            chords = typed.removeprefix("20").split() if typed.startswith("20") else typed.split()
            await stage.press(
                *("20" if typed.startswith("20") else ""), *[NAMED.get(key, key) for key in chords]
            )
        elif words in NAMED:
            await stage.press(NAMED[words])
        else:
            await stage.type(words)
    if STEPS[at].words.startswith("commit") and stage.screen.MODE == "commit":
        await stage.press("enter")


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_tour_advances_with_each_key_and_changes_no_other_film(
    studio: Studio, size: tuple[int, int]
) -> None:
    revision = studio.take_snapshot().revision
    async with on(studio, "home", size) as stage:
        await stage.until(lambda: stage.screen._known)
        await stage.press("T")
        for at in range(len(STEPS)):
            await type_step(stage, at)
        await stage.until(lambda: not stage.app.tour.is_running)
        assert "tour is finished" in stage.said
    assert studio.take_snapshot().story.project.name == FILM
    reopened = Studio.open(home=str(studio.home.root), project="rain-market", actor="test")
    assert reopened.take_snapshot().revision == revision
    reopened.close()


async def test_two_keys_start_one_tour(studio: Studio) -> None:
    async with on(studio, "home") as stage:
        task = asyncio.create_task(stage.app.tour.begin_or_resume())
        await asyncio.sleep(0)
        await stage.app.tour.begin_or_resume()
        await stage.app.tour.open_tour_menu()
        await task
        assert stage.app.tour.is_running


@pytest.mark.long("screens")
async def test_tour_is_left_and_continued(studio: Studio) -> None:
    async with on(studio, "home", (80, 24)) as stage:
        await stage.until(lambda: stage.screen._known)
        await stage.press("T")
        await type_step(stage, 0)
        await stage.until(lambda: "tour 2 of" in stage.text)
        await stage.press("g", "T")
        await stage.press("G", "enter")
        await stage.until(lambda: not stage.app.tour.is_running)
        await stage.until(lambda: stage.screen.MODE == "home" and "tour 2 of" not in stage.text)
        assert studio.read_current()["project"] == "rain-market", "the film of before is open again"
    async with on(studio, "home", (80, 24)) as stage:
        await stage.until(lambda: stage.screen._known)
        await stage.press("T")
        await stage.until(lambda: "tour 2 of" in stage.text)
        assert studio.take_snapshot().story.project.name == FILM
        await stage.press("g", "T")
        await stage.press("j", "enter")
        await stage.until(lambda: "tour 3 of" in stage.text, "a step is skipped")
