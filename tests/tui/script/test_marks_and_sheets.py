"""Test two actions by keys: stepping through the marks of a screenplay, and filling in the sheet of a
character.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.cli.element.test_sheets import SCRIPT
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "script.save", {"text": SCRIPT})
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


async def test_key_opens_each_mark_and_another_dismisses_it(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:

        def line() -> int:
            return int(stage.screen.editor.cursor_location[0]) + 1

        await stage.press("Z", "n")
        await stage.until(lambda: "1 of 2" in stage.text)
        assert line() == 5
        await stage.press("Z", "n")
        await stage.until(lambda: "2 of 2" in stage.text)
        assert line() == 13
        assert "in scene 1" in stage.text
        await stage.press("Z", "x")
        await stage.until(lambda: len(studio.take_snapshot().story.project.passed) == 1)
        await stage.press("Z", "n")
        await stage.until(lambda: "1 of 1" in stage.text)
        assert line() == 5
        await stage.press("g", "u", "u")
        await stage.until(lambda: not studio.take_snapshot().story.project.passed)


@pytest.mark.long("screens")
async def test_sheet_is_filled_in_on_its_screen(studio: Studio) -> None:
    async with on(studio, "elements", (120, 40)) as stage:
        mara = next(each for each in studio.take_snapshot().story.elements if each.name == "Mara")
        rows = stage.screen.list
        rows.move_to(next(at for at, row in enumerate(rows.rows) if row.key == mara.id))
        await stage.settle()
        fields = stage.screen.query_one("#fields")
        await stage.press("tab")
        fields.focus()
        fields.move_to(next(at for at, row in enumerate(fields.rows) if row.key == "traits"))
        await stage.press("enter")
        await stage.type("proud, tired")
        await stage.press("enter")
        await stage.until(lambda: "proud, tired" in stage.text)
        [changed] = [each for each in studio.take_snapshot().story.elements if each.id == mara.id]
        assert changed.traits == ("proud", "tired")
