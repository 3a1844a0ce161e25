"""Status, tags and format of a film on Home: set by a key, told on its card, found by the filter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.tui.house import make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home")
    registry.run(studio, "project.new", {"name": "Festival", "tags": "wet", "status": "completed"})
    yield studio
    studio.close()


async def test_a_film_is_found_by_its_status_and_set_by_a_key(studio: Studio) -> None:
    async with on(studio, "home", (120, 40)) as stage:
        await stage.until(lambda: "Festival" in stage.text and "Rain Market" in stage.text)
        assert "completed" in stage.text
        await stage.press("/")
        await stage.type("completed wet")
        await stage.press("enter")
        await stage.until(lambda: "Rain Market" not in stage.text)
        await stage.press("t")
        await stage.until(lambda: stage.screen.MODE == "form")
        rows = stage.screen.list
        rows.move_to(next(at for at, row in enumerate(rows.rows) if row.key == "tags"))
        await stage.press("enter")
        await stage.press("ctrl+u")
        await stage.type("dry, shown")
        await stage.press("enter")
        await stage.press("w")
        await stage.until(lambda: studio.project().story().project.tags == ("dry", "shown"))
