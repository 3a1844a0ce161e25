"""Simulate a user of the mouse: clicks on words on the screen, which are counted. Only text is typed."""

from __future__ import annotations

from textual import events

from milimo_tui.tui.widgets.rows import Rows
from tests.tui.stage import Stage

TURNS = 60  # most steps of the mouse wheel
LEFT, RIGHT = 1, 3


class Mouse:
    """A mouse that clicks on words on the screen and counts its clicks."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clicks = 0

    async def on(self, words: str, *, button: int = LEFT, at: str = "", last: bool = False) -> None:
        """Click on the first occurrence of `words` on the screen, or the last one if `last` is True. `at` is
        the part of `words` to click on.
        """
        stage = self.stage
        await stage.until(lambda: words in stage.text, f"“{words}” is not on the screen:\n{stage.text}")
        await stage.settle()
        lines = [(y, line) for y, line in enumerate(stage.lines()) if words in line]
        y, line = lines[-1 if last else 0]
        x = line.rindex(words) if last else line.index(words)
        await self.cell(x + (words.index(at) if at else 0) + 1, y, button=button)

    async def cell(self, x: int, y: int, *, button: int = LEFT) -> None:
        """Click on the cell in column `x` of row `y`."""
        self.clicks += 1
        await self.stage.pilot.click(offset=(x, y), button=button)
        await self.stage.settle()

    async def wheel_to(self, words: str) -> None:
        """Turn the wheel over the list in front until `words` are on the screen."""
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
