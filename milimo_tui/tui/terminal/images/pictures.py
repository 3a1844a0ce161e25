"""Pictures for screens, drawn by the viewer process: one client for the entire studio, started when first
needed.

Caches drawings by content and size. Imports no decoder; the viewer does all decoding.
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
from milimo_tui.tui.terminal.images.draw import (
    CELL,
    Drawing,
    build_viewer_parameters,
    cells_to_pixels,
    make_drawing,
)
from milimo_tui.tui.terminal.images.line_budget import (
    CELLS_SECONDS,
    REST_BYTES,
    SIXELS_SECONDS,
    STEP_BYTES,
    LineBudget,
)

if TYPE_CHECKING:
    from milimo_tui.media.compose.film_crop import FilmCrop
    from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient

# Smaller changes of a colour channel are not sent while pictures are light; the eye notices ten or more.
STEADY = 8
REST_STEADY = 4  # The same limit over an idle connection: one step of the six bits per channel of cells.
SOON_SECONDS = 0.01  # Delay after the end of key activity, because timers may fire early.
MAX_CACHED_DRAWINGS = 240  # A half-block drawing of 24 × 8 cells takes about 50 kB.


class Pictures:
    """Draws picture files and film frames through the viewer. Newer requests in the same `slot` replace older
    ones.
    """

    def __init__(
        self,
        terminal: Terminal,
        send: Callable[[Drawing], None],
        forget: Callable[[Drawing], None],
        keys_rest_in: Callable[[], float],
        rate: Callable[[], float | None],
    ) -> None:
        """Create the picture source. `keys_rest_in` returns the seconds for which pictures must be light
        because keys arrive; `rate` returns the bytes per second of the connection, None before it is
        measured.
        """
        self.terminal = terminal
        self._send = send
        self._forget = forget
        self._keys_rest_in = keys_rest_in
        self._budget = LineBudget(rate)
        self._client: ViewerClient | None = None
        self._kept: OrderedDict[tuple[object, ...], Drawing] = OrderedDict()
        self._turn = asyncio.Lock()
        self.ground = (0, 0, 0)  # Background colour for a last cell that is only half filled.
        self.proxies = ""  # The film's cache folder, whose proxies are used for large clips.

    @property
    def has_light_mode(self) -> bool:
        """True if a file's picture can be drawn light first; not with protocols where the terminal stores the
        picture.
        """
        return self.terminal.pictures in ("blocks", "sixel")

    def _make_light_request(self, width: int, height: int) -> dict[str, Any]:
        return build_viewer_parameters(replace(self.terminal, pictures="blocks"), width, height) | {
            "budget": STEP_BYTES
        }

    def _make_cached_request(self, width: int, height: int) -> dict[str, Any]:
        """Return the request for a picture that is cached, and so must be sent through the connection, not
        shared memory.
        """
        budget = REST_BYTES if self.terminal.remote else 0
        return build_viewer_parameters(replace(self.terminal, medium="direct"), width, height, budget)

    @property
    def is_light(self) -> bool:
        """True if pictures are drawn light now: over SSH, while keys arrive."""
        return self.terminal.remote and self._keys_rest_in() > 0

    @property
    def seconds_until_better(self) -> float:
        """Seconds until a picture that was drawn light can be drawn at the full quality for the
        connection.
        """
        return max(SOON_SECONDS, self._keys_rest_in())

    def make_viewer_request(self, width: int, height: int) -> dict[str, Any]:
        """Return the viewer's parameters for a picture of width × height pixels (`cells_to_pixels`) at this
        moment.

        Over SSH a picture in cells has fewer cells, and a picture in real pixels has fewer bytes.
        """
        if not self.terminal.remote:
            return build_viewer_parameters(self.terminal, width, height)
        light, terminal = self.is_light, self.terminal
        sixels = terminal.pictures == "sixel"
        if terminal.pictures not in ("kitty", "iterm2"):
            seconds = SIXELS_SECONDS if sixels else CELLS_SECONDS
            columns, rows = max(1, width // CELL[0]), max(1, height // CELL[1])
            width, height = cells_to_pixels(*self._budget.shrink_to_rate(columns, rows, seconds))
        if light and sixels:  # Sixels have many bytes and take long to encode.
            terminal = replace(terminal, pictures="blocks")
        asked = build_viewer_parameters(
            terminal, width, height, self._budget.max_picture_bytes(light=light, sixels=sixels)
        )
        return asked | {"steady": STEADY if light else REST_STEADY} if asked["kind"] == "cells" else asked

    async def get_viewer_client(self) -> ViewerClient:
        """Return the viewer's client, started. Raises Unavailable if the process can't be started."""
        if self._client is None:
            from milimo_tui.media.viewer.client import ViewerClient

            self._client = ViewerClient()
            await self._client.start()
        return self._client

    async def request_picture(
        self, request: Callable[[], Awaitable[ViewerAnswer | None]]
    ) -> ViewerAnswer | None:
        """Request a picture from the viewer; repeat the request if the terminal's capabilities changed
        meanwhile.

        `request` builds its parameters when called. Raises the errors of `request`.
        """
        while True:
            terminal = self.terminal
            answer = await request()
            if self.terminal == terminal:
                return answer

    async def draw_file(
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

        `bars` is the colour next to or above a picture of another shape, `crop` the part of the picture that
        the film shows. A `light` drawing has few bytes: cells instead of sixels. Returns None if there is no
        picture: offline media, a broken file, pictures turned off.
        """
        if self.terminal.pictures == "off" or columns < 1 or rows < 1:
            return None
        light = light and self.has_light_mode
        kept = (str(path), seconds, columns, rows, bars, crop, light)
        cropped = {"crop": asdict(crop)} if crop is not None else {}
        if kept in self._kept:
            self._kept.move_to_end(kept)
            return self._kept[kept]
        width, height = cells_to_pixels(columns, rows)
        # The viewer drops older requests of a slot, so only one request is sent at a time.
        async with self._turn:
            if kept in self._kept:  # The same picture was requested twice at the same time.
                return self._kept[kept]
            try:
                viewer = await self.get_viewer_client()
                answer = await self.request_picture(
                    lambda: viewer.request(
                        "file",
                        slot="pictures",
                        path=str(path),
                        seconds=seconds,
                        way=self._make_light_request(width, height)
                        if light
                        else self._make_cached_request(width, height),
                        letterbox=True,
                        bars=list(bars),
                        **cropped,
                    )
                )
            except (MilimoError, OSError):
                # A missing picture is not an error; the frame in its place shows that there is none.
                return None
            if answer is None:
                return None
            drawing = make_drawing(self.terminal, answer)
            self._send(drawing)
            self._kept[kept] = drawing
        while len(self._kept) > MAX_CACHED_DRAWINGS:
            self._forget(self._kept.popitem(last=False)[1])
        return drawing

    def drop_cached_drawings(self) -> None:
        """Drop every drawing, because the terminal's picture protocol has changed."""
        for drawing in self._kept.values():
            self._forget(drawing)
        self._kept.clear()

    async def close(self) -> None:
        """Drop all drawings and end the viewer; later requests return no picture."""
        self.drop_cached_drawings()
        if self._client is not None:
            await self._client.close()
