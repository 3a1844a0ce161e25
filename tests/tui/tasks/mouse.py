"""A hand on the mouse: clicks on words that stand on the screen, counted; only words are typed."""

from __future__ import annotations

from textual import events

from milimo_tui.tui.widgets.rows import Rows
from tests.tui.stage import Stage

TURNS = 60  # of the wheel, at most
LEFT, RIGHT = 1, 3


class Mouse:
    """Clicks where words stand on the screen."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clicks = 0

    async def on(self, words: str, *, button: int = LEFT, at: str = "", last: bool = False) -> None:
        """Click on the first place (or the last) where words stand; `at`: these words within them."""
        stage = self.stage
        await stage.until(lambda: words in stage.text, f"“{words}” is not on the screen:\n{stage.text}")
        await stage.settle()
        lines = [(y, line) for y, line in enumerate(stage.lines()) if words in line]
        y, line = lines[-1 if last else 0]
        x = line.rindex(words) if last else line.index(words)
        await self.cell(x + (words.index(at) if at else 0) + 1, y, button=button)

    async def cell(self, x: int, y: int, *, button: int = LEFT) -> None:
        """Click on a cell of the screen."""
        self.clicks += 1
        await self.stage.pilot.click(offset=(x, y), button=button)
        await self.stage.settle()

    async def wheel_to(self, words: str) -> None:
        """Turn the wheel over the list in front until words are on the screen."""
        stage = self.stage
        for _ in range(TURNS):
            if words in stage.text:
                return
            region = stage.app.screen.query_one(Rows).region
            x, y = region.x + 3, region.y + 1
            wheel = events.MouseScrollDown(
                None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y
            )  # fmt: skip
            stage.app.screen._forward_event(wheel)
            await stage.settle()

    async def foot(self, words: str) -> None:
        """Click on a key of the status line."""
        stage = self.stage
        await stage.until(lambda: words in stage.lines()[-1], f"no “{words}” below:\n{stage.text}")
        await self.cell(stage.lines()[-1].index(words), stage.app.size.height - 1)
