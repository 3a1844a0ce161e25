"""Test panes with keys and mouse: they work the same on every screen, and their sizes are saved for each
terminal size.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widget import Widget

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.panes.split import LEAST_COLUMNS, LEAST_ROWS, Split
from milimo_tui.tui.shell.screen import SETTLED_SECONDS
from tests.budget import thorough
from tests.tui import rain_market
from tests.tui.shell.test_mouse import moved
from tests.tui.stage import Stage, on

WIDE = (200, 50)
# Keys that open a screen, and the pane that is made wider on it.
SCREENS = (
    ("media", "gm", "#asset"),
    ("film", "gf", "#film-detail"),
    ("elements", "ge", "#about"),
    ("models", "gw", "#detail"),
    ("cuts", "gtgc", "#differences"),
    ("notes", "gtgn", "#side"),
    ("lines", "gtgr", "#side"),
    ("history", "gtgu", "#state"),
    ("script", "gs", "#outline"),
    ("storyboard", "gb", "#beside"),
    ("shot", "gb\r", "#side"),
    ("plan", "gbp", "#shots"),
    ("review", "gv", "#facts"),
    ("timeline", "gt", "#inspector"),
    ("home", "gh", "#outline"),
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = rain_market.make_studio(tmp_path / "home")
    picture = Path(__file__).parents[3] / "docs" / "pictures" / "boards.jpg"
    registry.run_by_id(made, "asset.add", {"file": str(picture), "prepare": False})
    registry.run_by_id(made, "element.add", {"name": "Mara", "kind": "character"})
    registry.run_by_id(made, "cut.marker", {"at": "0:01", "text": "hold the sign two frames longer"})
    yield made
    made.close()


async def to(stage: Stage, keys: str) -> None:
    await stage.press(*[{"\r": "enter"}.get(key, key) for key in keys])


@pytest.mark.long("screens")
@pytest.mark.parametrize(("mode", "keys", "pane"), thorough("screens", SCREENS, 3))
async def test_pane_is_widened_closed_and_remembered(studio: Studio, mode: str, keys: str, pane: str) -> None:
    def width(stage: Stage) -> int:
        shown = stage.screen.query_one(pane)
        return shown.region.width if shown.display else 0

    async with on(studio, "timeline", WIDE) as stage:
        await to(stage, keys)
        await stage.until(lambda: mode == stage.screen.MODE and width(stage), f"{mode}: {stage.text}")
        # The saved pane size for this terminal size is applied after the first layout.
        await asyncio.sleep(SETTLED_SECONDS[0])
        first = width(stage)
        await stage.press("z", "greater_than_sign")
        await stage.until(lambda: width(stage) > first, f"{mode}: not wider than {first}")
        more = width(stage)
        await stage.press("2", "z", "greater_than_sign")
        await stage.until(lambda: width(stage) == more + 8)
    async with on(studio, "timeline", WIDE) as stage:
        await to(stage, keys)
        await stage.until(lambda: width(stage) == more + 8, f"{mode}: not kept, {width(stage)}")
        await stage.press("z", "x")
        await stage.until(lambda: not width(stage))
        assert "is closed" in stage.said
        await stage.press("z", "x")
        await stage.until(lambda: width(stage) == more + 8)
        await stage.press("z", "r")
        await stage.until(lambda: width(stage) == first)


@pytest.mark.long("screens")
async def test_lower_pane_is_resized_down_to_its_minimum(studio: Studio) -> None:
    async with on(studio, "models", (80, 24)) as stage:
        detail = stage.screen.query_one("#detail")
        await stage.until(lambda: detail.region.height > 0)
        await asyncio.sleep(SETTLED_SECONDS[0])
        high = detail.region.height
        await stage.press("z", "K")
        await stage.until(lambda: detail.region.height == high + 1)
        await stage.press("z", "less_than_sign")
        assert "no pane" in stage.said
        await stage.press("9", "z", "J")
        await stage.until(lambda: detail.region.height == LEAST_ROWS)
        await stage.press("z", "r")
        await stage.until(lambda: detail.region.height == high)


async def drag(stage: Stage, divider: Widget, start: tuple[int, int], to: tuple[int, int]) -> None:
    """Drag a divider with the mouse and release it where the mouse is then, because the divider has followed
    the mouse.
    """
    left, top = divider.region.offset
    await stage.pilot.mouse_down(divider, offset=start)
    await moved(stage, divider, start, to)
    await stage.pilot.mouse_up(offset=(left + to[0], top + to[1]))
    await stage.settle()


@pytest.mark.long("screens")
async def test_divider_is_dragged_and_each_size_has_its_own_layout(studio: Studio) -> None:
    async with on(studio, "elements", WIDE) as stage:
        split = stage.screen.query_one(Split)
        await stage.until(lambda: split.pane.region.width > 0)
        await asyncio.sleep(SETTLED_SECONDS[0])
        first = split.pane.region.width
        await drag(stage, split.divider, (0, 5), (-20, 5))
        await stage.until(lambda: split.pane.region.width == first + 20)
        await stage.pilot.resize_terminal(120, 36)
        await stage.until(lambda: split.size.width == 120 and not split.cells)
        await stage.press("z", "x")
        await stage.until(lambda: not split.pane.display)
        await stage.pilot.resize_terminal(*WIDE)
        await stage.until(lambda: split.pane.display and split.pane.region.width == first + 20)
        await stage.pilot.click(split.divider, offset=(0, 5), times=2)
        await stage.until(lambda: not split.pane.display)
        await drag(stage, split.divider, (0, 5), (-40, 5))
        await stage.until(lambda: split.pane.display and split.pane.region.width == 40)
        await drag(stage, split.divider, (0, 5), (39, 5))
        await stage.until(lambda: split.pane.region.width == LEAST_COLUMNS)


@pytest.mark.long("screens")
async def test_closing_the_focused_pane_focuses_the_list(studio: Studio) -> None:
    async with on(studio, "elements", WIDE) as stage:
        await stage.press("tab")
        assert stage.app.focused is stage.screen.query_one("#fields")
        await stage.press("z", "x")
        await stage.until(lambda: stage.app.focused is stage.screen.query_one("#list"))
