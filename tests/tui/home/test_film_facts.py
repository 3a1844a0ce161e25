"""Test the form for a film's title and status on Home, opened for the film under the cursor, and templates,
with keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.studio.project import templates
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import on
from tests.tui.studio_setup import SCRIPT, make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    registry.run_by_id(made, "project.new", {"text": SCRIPT, "name": "Salt Road"})
    yield made
    made.close()


def film(studio: Studio) -> dict[str, Any]:
    """Return the row of the only film in the project list."""
    row: dict[str, Any]
    [row] = registry.run_by_id(studio, "project.list").data
    return row


@pytest.mark.long("screens")
async def test_status_tags_format_and_rate_are_one_form_and_one_undo(studio: Studio) -> None:
    before = film(studio)
    async with on(studio, "home", (80, 24)) as stage:
        await stage.press("t")
        await stage.until(lambda: stage.screen.MODE == "form")
        for words in ("Salt Road", "status", "tags", "about", "format", "rate"):
            assert words in stage.text
        await stage.fill(
            {"status": "in-progress", "tags": "wet, festival", "description": "a road", "format": "wide 16:9"}
        )
        await stage.press("escape") if stage.screen.prompt.is_open else None
        if stage.screen.MODE == "form":
            await stage.press("w")
        await stage.until(lambda: stage.screen.MODE == "home", stage.text)
        await stage.settle()
        now = film(studio)
        assert (now["status"], now["tags"], now["description"]) == (
            "in-progress",
            ["wet", "festival"],
            "a road",
        )
        assert (now["width"], now["height"]) == (1024, 576)
        await stage.press("slash")
        await stage.type("festival")
        await stage.press("enter")
        assert "Salt Road" in stage.text, "a tag is what it is found by"
    registry.run_by_id(studio, "cut.undo", {"whole_project": True})
    back = film(studio)
    assert (back["status"], back["width"], back["tags"]) == (
        before["status"],
        before["width"],
        before["tags"],
    )


async def test_esc_changes_nothing_in_the_film(studio: Studio) -> None:
    before = film(studio)
    async with on(studio, "home", (80, 24)) as stage:
        await stage.press("t")
        await stage.until(lambda: stage.screen.MODE == "form")
        await stage.press("j", "l", "escape")
        await stage.until(lambda: stage.screen.MODE == "home")
    assert film(studio) == before


@pytest.mark.long("screens")
async def test_film_is_saved_as_a_template_and_another_starts_from_it(studio: Studio, tmp_path: Path) -> None:
    registry.run_by_id(studio, "project.set", {"format": "scope", "style": "neon noir"})
    script = tmp_path / "ferry.fountain"
    script.write_text(SCRIPT.replace("Rain Market", "Ferry"))
    async with on(studio, "home", (80, 24)) as stage:
        await stage.press("s")
        await stage.press("ctrl+u")
        await stage.type("noir")
        await stage.press("enter")
        await stage.settle()
        assert "noir" in [each.name for each in templates.list_templates(studio.home)]
        await stage.press("a")
        await stage.until(lambda: stage.screen.MODE == "new_film" and stage.screen.typing)
        await stage.type(str(script))
        await stage.until(lambda: "✓ 3 scenes, " in stage.text)
        await stage.press("tab", "tab", "h")
        assert "noir" in stage.text
        for words in ("scope 2.39:1", "24", "neon noir"):
            assert words in stage.text, "what the template gives stands in its fields"
        await stage.press("w")
        await stage.until(lambda: stage.app.current_mode == "storyboard")
    project = studio.take_snapshot().story.project
    assert (project.name, project.rate, project.style) == ("Ferry", Fraction(24), "neon noir")
    assert project.width / project.height == pytest.approx(2.39, abs=0.05)
