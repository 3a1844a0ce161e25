"""Test screens at every size: a wide terminal shows more next to each other, and no heading is without its
content.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.storyboard.shot_preview import ShotBeside
from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.picture import Picture
from tests.budget import thorough
from tests.tui import rain_market
from tests.tui.cells import cut_beside_air, cut_off
from tests.tui.stage import on

WIDE = (200, 50)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = rain_market.make_studio(tmp_path / "home")
    yield made
    made.close()


@pytest.mark.long("screens")
async def test_shot_under_the_cursor_is_large_with_all_its_words(studio: Studio) -> None:
    async with on(studio, "storyboard", WIDE) as stage:
        picture = stage.screen.query_one(ShotBeside).query_one(Picture)
        await stage.until(lambda: picture.drawing is not None)
        first = picture.drawing
        assert "Rain on tin roofs. Neon shivers in the puddles." in stage.text
        await stage.press("l")
        await stage.until(lambda: picture.drawing is not first)
        assert "Mara walks against the crowd, collar up." in stage.text
        assert picture.size.width > 2 * stage.screen.query_one(Cards).picture_cells[0]


@pytest.mark.long("screens")
async def test_narrow_board_uses_the_full_width(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        assert not stage.screen.query_one(ShotBeside).display
        assert stage.screen.query_one(Cards).size.width == 80


async def test_home_shows_scenes_and_a_single_film_as_a_large_poster(studio: Studio) -> None:
    async with on(studio, "home", WIDE) as stage:
        await stage.until(lambda: "EXT. ROOFTOP - DAWN" in stage.text)
        assert stage.screen.wall.picture_cells[0] > 80


@pytest.mark.long("screens")
async def test_list_of_cuts_shows_the_contents_of_the_cut_on_the_timeline(studio: Studio) -> None:
    for size in ((80, 24), WIDE):
        async with on(studio, "timeline", size) as stage:
            await stage.press("g", "c")
            await stage.until(lambda: "on the timeline" in stage.text and "11 clips" in stage.text)
            assert "a copies" in stage.text or size[0] == 80


@pytest.mark.long("screens")
async def test_no_scene_heading_is_last_on_the_board(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        cards, headings = stage.screen.query_one(Cards), 0
        for rows in range(24, 40):
            await stage.pilot.resize_terminal(80, rows)
            await stage.until(lambda rows=rows: cards.size.height == rows - 4)  # type: ignore[misc]
            drawn = [cards.render_line(line).text for line in range(cards.size.height)]
            headings += sum("shots" in line for line in drawn)
            assert "shots" not in drawn[-1], "a heading with nothing under it"
        assert headings > 16


@pytest.mark.long("screens")
async def test_no_heading_of_takes_or_fields_is_last_in_the_inspector(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        inspector, headings = stage.screen.query_one(Inspector), 0
        for rows in range(24, 44):
            before = inspector.size.height
            await stage.pilot.resize_terminal(80, rows)
            await stage.pilot.pause()
            drawn = [inspector.render_line(line).text for line in range(inspector.size.height)]
            headings += sum("───" in line for line in drawn)
            assert "───" not in drawn[-1], (before, inspector.size.height, drawn)
        assert headings > 0


# Keys that open each screen with lists. Esc leaves the screen afterwards.
PLACES = (
    "gh",
    "gs",
    "gb",
    "gbp",
    "gb\r",
    "ge",
    "ge\r",
    "gt",
    "gm",
    "gv",
    "gj",
    "gw",
    "gf",
    "gtgc",
    "gtgn",
    "gtgu",
)


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [WIDE, (120, 40), (80, 24)], one=True))
async def test_no_words_are_cut_off_next_to_free_space(studio: Studio, size: tuple[int, int]) -> None:
    text = "the sign over the stall is held two frames longer than the light that comes in behind it"
    registry.run_by_id(studio, "element.add", {"name": "Mara", "kind": "character", "description": text})
    registry.run_by_id(studio, "cut.marker", {"at": "0:01", "text": text})
    async with on(studio, "timeline", size) as stage:
        for keys in PLACES:
            await stage.press(*[{"\r": "enter"}.get(key, key) for key in keys])
            await stage.until(lambda: stage.app.screen.is_current)
            await stage.settle()
            found = [*cut_off(stage.app.screen), *cut_beside_air(stage.app.screen)]
            assert found == [], f"{keys}: {found}"
            await stage.press("escape")
        if size == WIDE:  # In a wide terminal, a long fact is shown with all its rows.
            await stage.press("g", "t")
            inspector = stage.screen.query_one(Inspector)
            drawn = [inspector.render_line(line).text for line in range(inspector.size.height)]
            assert not [row for row in drawn if row.rstrip().endswith("…")], drawn
