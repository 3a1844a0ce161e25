"""Pictures for screens, through the viewer process: one client for the whole studio, started when needed.

Remembers drawings by what they show and how large. Imports no decoder; the viewer does all of that.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.draw import CELL, Drawing, draw, pixels_for, way
from milimo_tui.tui.terminal.images.line_budget import (
    CELLS_SECONDS,
    REST_BYTES,
    SIXELS_SECONDS,
    STEP_BYTES,
    LineBudget,
)

if TYPE_CHECKING:
    from milimo_tui.media.compose.film_crop import FilmCrop
    from milimo_tui.media.viewer.client import Answer, ViewerClient

STEADY = 8  # steps of a channel that are not sent while pictures are light: an eye sees ten and more
REST_STEADY = 4  # the same over a line at rest: one step of the six bits that cells have
SOON_SECONDS = 0.01  # behind the moment in which keys rest: timers may be early
MOST_KEPT = 240  # drawings; a half-block one of 24 × 8 cells is about 50 kB


class Pictures:
    """`of_file` gives a drawing of a picture or of a film's frame; the newest ask of a `slot` wins."""

    def __init__(
        self,
        terminal: Terminal,
        send: Callable[[Drawing], None],
        forget: Callable[[Drawing], None],
        keys_rest_in: Callable[[], float],
        rate: Callable[[], float | None],
    ) -> None:
        """`keys_rest_in` tells for how many seconds pictures must be light, for keys come; `rate` what the
        line carries (bytes a second), None before it is known.
        """
        self.terminal = terminal
        self._send = send
        self._forget = forget
        self._keys_rest_in = keys_rest_in
        self._budget = LineBudget(rate)
        self._client: ViewerClient | None = None
        self._kept: OrderedDict[tuple[object, ...], Drawing] = OrderedDict()
        self._turn = asyncio.Lock()
        self.ground = (0, 0, 0)  # what is behind pictures, where their last cell is only half full
        self.proxies = ""  # the film's cache folder: large clips are shown by what lies in it

    @property
    def can_be_lighter(self) -> bool:
        """Return whether a file's picture can be had light, too: not where the terminal keeps it."""
        return self.terminal.pictures in ("blocks", "sixel")

    def _light_way(self, width: int, height: int) -> dict[str, Any]:
        return way(replace(self.terminal, pictures="blocks"), width, height) | {"budget": STEP_BYTES}

    def _kept_way(self, width: int, height: int) -> dict[str, Any]:
        """Return the way of a picture that is kept for longer than this machine's memory is: by the line."""
        budget = REST_BYTES if self.terminal.remote else 0
        return way(replace(self.terminal, medium="direct"), width, height, budget)

    @property
    def is_light(self) -> bool:
        """Return whether pictures are drawn light now: over a slow line, while keys come."""
        return self.terminal.remote and self._keys_rest_in() > 0

    @property
    def better_in(self) -> float:
        """Return in how many seconds a picture that was drawn light can be had as good as the line allows."""
        return max(SOON_SECONDS, self._keys_rest_in())

    def way(self, width: int, height: int) -> dict[str, Any]:
        """Return how a picture of so many pixels (`pixels_for`) is asked of the viewer now.

        Over a slow line one that goes by its cells has fewer of them, and one in full fewer bytes.
        """
        if not self.terminal.remote:
            return way(self.terminal, width, height)
        light, terminal = self.is_light, self.terminal
        sixels = terminal.pictures == "sixel"
        if terminal.pictures not in ("kitty", "iterm2"):
            seconds = SIXELS_SECONDS if sixels else CELLS_SECONDS
            columns, rows = max(1, width // CELL[0]), max(1, height // CELL[1])
            width, height = pixels_for(*self._budget.fitted(columns, rows, seconds))
        if light and sixels:  # many bytes, and long to encode
            terminal = replace(terminal, pictures="blocks")
        asked = way(terminal, width, height, self._budget.most_bytes(light=light, sixels=sixels))
        return asked | {"steady": STEADY if light else REST_STEADY} if asked["kind"] == "cells" else asked

    async def client(self) -> ViewerClient:
        """Return the viewer's client, started. Raises Unavailable when its process can't be started."""
        if self._client is None:
            from milimo_tui.media.viewer.client import ViewerClient

            self._client = ViewerClient()
            await self._client.start()
        return self._client

    async def ask(self, request: Callable[[], Awaitable[Answer | None]]) -> Answer | None:
        """Request a picture of the viewer; once more where the terminal turned into another meanwhile.

        `request` names the `way` as it is when called. Raises what it raises.
        """
        while True:
            terminal = self.terminal
            answer = await request()
            if self.terminal == terminal:
                return answer

    async def of_file(
        self,
        path: Path,
        columns: int,
        rows: int,
        *,
        seconds: float = 0.0,
        bars: tuple[int, int, int] = (0, 0, 0),
        crop: FilmCrop | None = None,
        light: bool = False,
    ) -> Drawing | None:
        """Draw a picture file, or the frame of a film at `seconds`, for columns × rows cells.

        `bars` is the colour beside or above a picture of another shape, `crop` the part of it that the film
        shows; a `light` one has few bytes, in cells in the place of sixels. Returns None where there is no
        picture: offline media, a broken file, pictures turned off.
        """
        if self.terminal.pictures == "off" or columns < 1 or rows < 1:
            return None
        light = light and self.can_be_lighter
        kept = (str(path), seconds, columns, rows, bars, crop, light)
        cropped = {"crop": asdict(crop)} if crop is not None else {}
        if kept in self._kept:
            self._kept.move_to_end(kept)
            return self._kept[kept]
        width, height = pixels_for(columns, rows)
        async with self._turn:  # the viewer drops older asks: one at a time, so that none of ours is dropped
            if kept in self._kept:  # asked for twice at once
                return self._kept[kept]
            try:
                viewer = await self.client()
                answer = await self.ask(
                    lambda: viewer.request(
                        "file",
                        slot="pictures",
                        path=str(path),
                        seconds=seconds,
                        way=self._light_way(width, height) if light else self._kept_way(width, height),
                        letterbox=True,
                        bars=list(bars),
                        **cropped,
                    )
                )
            except (MilimoError, OSError):
                # A picture is never worth stopping for: the frame around it says that there is none.
                return None
            if answer is None:
                return None
            drawing = draw(self.terminal, answer)
            self._send(drawing)
            self._kept[kept] = drawing
        while len(self._kept) > MOST_KEPT:
            self._forget(self._kept.popitem(last=False)[1])
        return drawing

    def forget(self) -> None:
        """Drop every drawing (the terminal can draw in another way now)."""
        for drawing in self._kept.values():
            self._forget(drawing)
        self._kept.clear()

    async def close(self) -> None:
        """Let go of all drawings, and end the viewer: who asks it from now on gets no picture."""
        self.forget()
        if self._client is not None:
            await self._client.close()
