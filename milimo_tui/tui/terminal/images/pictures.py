"""Pictures for screens, through the viewer process: one client for the whole studio, started when needed.

Remembers drawings by what they show and how large. Imports no decoder; the viewer does all of that.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images import kitty
from milimo_tui.tui.terminal.images.draw import Drawing, draw, pixels_for

if TYPE_CHECKING:
    from milimo_tui.media.viewer.client import ViewerClient

MOST_KEPT = 240  # drawings; a half-block one of 24 × 8 cells is about 50 kB


class Pictures:
    """`of_file` gives a drawing of a picture or of a film's frame; the newest ask of a `slot` wins."""

    def __init__(self, terminal: Terminal, to_terminal: Callable[[str], None]) -> None:
        self.terminal = terminal
        self._to_terminal = to_terminal
        self._client: ViewerClient | None = None
        self._kept: OrderedDict[tuple[object, ...], Drawing] = OrderedDict()
        self._turn = asyncio.Lock()
        self.proxies = ""  # the film's cache folder: large clips are shown by what lies in it

    async def client(self) -> ViewerClient:
        """Return the viewer's client, started. Raises Unavailable when its process can't be started."""
        if self._client is None:
            from milimo_tui.media.viewer.client import ViewerClient

            self._client = ViewerClient()
            await self._client.start()
        return self._client

    async def of_file(
        self,
        path: Path,
        columns: int,
        rows: int,
        *,
        seconds: float = 0.0,
        bars: tuple[int, int, int] = (0, 0, 0),
    ) -> Drawing | None:
        """Draw a picture file, or the frame of a film at `seconds`, for columns × rows cells.

        `bars` is the colour beside or above a picture of another shape. Returns None where there is no
        picture: offline media, a broken file, pictures turned off.
        """
        if self.terminal.pictures == "off" or columns < 1 or rows < 1:
            return None
        kept = (str(path), seconds, columns, rows, bars)
        if kept in self._kept:
            self._kept.move_to_end(kept)
            return self._kept[kept]
        width, height = pixels_for(self.terminal, columns, rows)
        async with self._turn:  # the viewer drops older asks: one at a time, so that none of ours is dropped
            try:
                viewer = await self.client()
                pixels = await viewer.request(
                    "file",
                    slot="pictures",
                    path=str(path),
                    seconds=seconds,
                    width=width,
                    height=height,
                    letterbox=True,
                    bars=list(bars),
                )
            except (MilimoError, OSError):
                # A picture is never worth stopping for: the frame around it says that there is none.
                return None
        if pixels is None:
            return None
        drawing = draw(self.terminal, pixels, columns, rows)
        if drawing.words:
            self._to_terminal(drawing.words)
        self._kept[kept] = drawing
        while len(self._kept) > MOST_KEPT:
            self._free(self._kept.popitem(last=False)[1])
        return drawing

    def _free(self, drawing: Drawing) -> None:
        if drawing.id:
            self._to_terminal(kitty.forget(drawing.id, wrap=self.terminal.wrap))

    def send_again(self) -> None:
        """Give the terminal every drawing once more: it forgets pictures with the screen they were on."""
        self._to_terminal("".join(drawing.words for drawing in self._kept.values()))

    def forget(self) -> None:
        """Drop every drawing (the terminal can draw in another way now)."""
        for drawing in self._kept.values():
            self._free(drawing)
        self._kept.clear()

    async def close(self) -> None:
        self.forget()
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()
