"""How the screen is shared out by hand: tracks taller or lower, the inspector wider, narrower or closed.

Kept with the film for each size of the terminal.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.timeline.widgets.shares import AS_SHARED, Panes
from milimo_tui.tui.widgets.divider import Divider

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore

STEP_COLUMNS, STEP_ROWS = 4, 1


class PaneSizes:
    """Changes the shares by keys and by the mouse."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._size = (0, 0)  # of the terminal, of which the shares are

    @property
    def _key(self) -> str:
        return f"panes.{self._size[0]}x{self._size[1]}"

    def act_pane(self, key_command: KeyCommand) -> None:
        """z < > J K x r: narrower, wider, tracks lower, taller, the inspector closed, all as it came."""
        panes, times = self._core.panes, key_command.times
        match str(key_command.binding.args["to"]):
            case "narrower":
                self._use(replace(panes, columns=panes.columns - STEP_COLUMNS * times, closed=False))
            case "wider":
                self._use(replace(panes, columns=panes.columns + STEP_COLUMNS * times, closed=False))
            case "lower":
                self._use(replace(panes, rows=panes.rows + STEP_ROWS * times))
            case "taller":
                self._use(replace(panes, rows=panes.rows - STEP_ROWS * times))
            case "closed":
                self._use(replace(panes, closed=not panes.closed))
                if self._core.panes.closed:
                    self._core.say("the inspector is closed", hint="{ui.pane closed} opens it")
            case _:
                self._use(AS_SHARED)
                self._core.say("the panes are as they came")
        self.keep()

    def dragged(self, event: Divider.Moved) -> None:
        """Follow a divider: the one under the pictures, or the one left of the inspector."""
        panes = self._core.panes
        if event.divider.upright:
            self._use(replace(panes, columns=panes.columns - event.by))
        else:
            self._use(replace(panes, rows=panes.rows + event.by))

    def _use(self, panes: Panes) -> None:
        """Share out so, as far as there is room."""
        self._core.panes = panes
        self._core.panes = self._core.share_rows() or panes

    def keep(self) -> None:
        """Keep the shares of this size with the film."""
        self._core.studio_app.remember(self._key, asdict(self._core.panes))

    def resized(self) -> None:
        """Take the shares that were kept for the size that the terminal has now."""
        size = (self._core.size.width, self._core.size.height)
        if size != self._size and self._core.film is not None:
            self._size = size
            self._core.background(partial(self._read, size), "panes", exclusive=True)

    async def _read(self, size: tuple[int, int]) -> None:
        studio, key = self._core.studio_app.studio, self._key

        def read() -> Any:
            return studio.project().ui.get(key)

        try:
            kept = await self._core.in_thread(read)
        except MilimoError:
            return  # what a film lacks is told by who reads it
        if size != self._size:
            return
        if isinstance(kept, dict) and all(isinstance(kept.get(name), int) for name in asdict(AS_SHARED)):
            panes = Panes(kept["rows"], kept["columns"], bool(kept["closed"]))
        else:
            panes = AS_SHARED
        if panes != self._core.panes:
            self._use(panes)
