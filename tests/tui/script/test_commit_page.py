"""Test the page that shows the cost of a commit before the commit is made. A commit without cost is made at
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio

FILM, NOW = "in the film", "in the script"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def people(studio: Studio) -> set[str]:
    story = studio.take_snapshot().story
    return {one.name for one in story.elements if one.kind == "character" and not one.dismissed}


def title(stage: Stage) -> str:
    return str(stage.screen.TITLE)


async def rewritten(stage: Stage, studio: Studio, text: str) -> None:
    registry.run_by_id(studio, "script.save", {"text": text})
    await stage.settle()
    await stage.press("c", "c")


@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_new_name_is_asked_about_and_both_answers_are_stored(
    studio: Studio, size: tuple[int, int]
) -> None:
    renamed = SCRIPT.replace("MARA", "MARTA").replace("Mara", "Marta")
    registry.run_by_id(studio, "element.set", {"id": "@Mara", "description": "a courier"})
    async with on(studio, "script", size) as stage:
        await rewritten(stage, studio, renamed)
        assert title(stage) == "Commit"
        assert "Mara → Marta" in stage.text
        assert "[yes]" in stage.text
        assert "1 renamed" in stage.text
        assert people(studio) == {"Mara", "Jun"}, "nothing is done yet"
        await stage.press("space")
        assert "Mara stays" in stage.text
        await stage.press("enter")
        assert title(stage) == "Script"
        assert people(studio) >= {"Mara", "Marta"}
        await stage.press("g", "u", "u", "escape")
        assert people(studio) == {"Mara", "Jun"}
        await stage.press("c", "c", "enter")
        assert people(studio) == {"Marta", "Jun"}


async def test_removed_and_moved_scenes_are_listed_by_kind_with_their_line(studio: Studio) -> None:
    changed = SCRIPT.replace("CLOSE ON a coin on the counter. It spins, slows, falls.\n\n", "")
    async with on(studio, "script", (80, 24)) as stage:
        await rewritten(stage, studio, changed)
        assert title(stage) == "Commit"
        assert "parked" in stage.text
        assert "its takes stay" not in stage.text, "there are none"
        assert "in the script" not in stage.text, "it is not there any more"
        assert "a coin on the counter" in stage.text
        await stage.press("f")
        assert all(row.left.plain.startswith("parked") for row in stage.screen.effects.rows)
        await stage.press("escape")
        assert title(stage) == "Script"
        before = [shot.action for shot in studio.take_snapshot().story.live_shots()]
        assert any("coin" in action for action in before), "Esc did nothing"


async def test_changed_film_and_changed_script_are_both_shown_in_full(studio: Studio) -> None:
    text = SCRIPT.replace("Rain on tin roofs.", "Hail on tin roofs.")
    text = text.replace("CLOSE ON a coin on the counter. It spins, slows, falls.\n\n", "")
    async with on(studio, "script", (80, 24)) as stage:
        await rewritten(stage, studio, text)
        effects = stage.screen.effects
        effects.move_to(next(at for at, row in enumerate(effects.rows) if "Hail" in row.left.plain))
        await stage.settle()
        assert "Rain on tin … → Hail on tin …" in effects.rows[effects.cursor].left.plain
        film, script = (next(row for row in stage.lines() if word in row) for word in (FILM, NOW))
        assert "Rain on tin roofs." in film
        assert "Hail on tin roofs." in script


async def test_changed_words_alone_are_committed_at_once(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await rewritten(stage, studio, SCRIPT.replace("Rain on tin roofs.", "Hail on tin roofs."))
        assert title(stage) == "Script"
        assert "Hail" in studio.take_snapshot().story.live_shots()[0].action
