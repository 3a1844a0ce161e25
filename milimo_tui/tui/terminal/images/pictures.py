"""The source of pictures for all screens. Pictures are drawn by the viewer process, which one client starts
on the first request.

Drawings are cached by content and size. This module imports no decoder, because the viewer does all decoding.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.draw import (
    CELL,
    MAKE_DRAWING,
    build_viewer_parameters,
    cells_to_pixels,
)
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.images.line_budget import (
    CELLS_SECONDS,
    REST_BYTES,
    SIXELS_SECONDS,
    STEP_BYTES,
    LineBudget,
)

if TYPE_CHECKING:
    from milimo_tui.media.compose.film_crop import FilmCrop
    from milimo_tui.media.viewer.client import ViewerClient

# While keys arrive, a cell of a picture is sent again only if a colour channel (0 to 255) has changed by at
# least this much. The eye notices a change of ten or more.
STEADY = 8
# The smallest change of a colour channel that is sent while no keys arrive. It is one step, because the
# colour channels of cells have only six bits.
REST_STEADY = 4
# Extra seconds to wait after a series of keys has ended, because timers may fire a little early.
SOON_SECONDS = 0.01
OFF = "pictures are off: see the settings images and signs"
MAX_CACHED_DRAWINGS = 240  # A half-block drawing of 24 × 8 cells takes about 50 kB.


class Pictures:
    """The source of drawings for all screens. The viewer process draws picture files and film frames.

    Each request names a `slot`, such as one pane. The viewer drops a request when a newer request for the
    same slot arrives.
    """

    def __init__(
        self,
        terminal: Terminal,
        send: Callable[[Drawing], None],
        forget: Callable[[Drawing], None],
        keys_rest_in: Callable[[], float],
        rate: Callable[[], float | None],
    ) -> None:
        """Create the picture source. `send` gives a drawing to the terminal, and `forget` withdraws a
        drawing.

        `keys_rest_in` returns the seconds until a series of keys counts as ended; until then pictures must
        have few bytes. `rate` returns the measured bytes per second of the connection, None before the first
        measurement.
        """
        self.terminal = terminal
        self._send = send
        self._forget = forget
        self._keys_rest_in = keys_rest_in
        self._budget = LineBudget(rate)
        self._client: ViewerClient | None = None
        self._kept: OrderedDict[tuple[object, ...], Drawing] = OrderedDict()
        self._turn = asyncio.Lock()
        # Background colour (red, green, blue) for the lower half of a picture's last row of cells, if the
        # picture covers only the upper half.
        self.ground = (0, 0, 0)
        self.proxies = ""  # The film's cache folder. Proxies in it are decoded instead of large clips.

    @property
    def has_light_mode(self) -> bool:
        """True if a picture can be drawn with few bytes first. With kitty and iTerm2 this is not possible."""
        return self.terminal.pictures in ("blocks", "sixel")

    def _make_light_request(self, width: int, height: int) -> dict[str, Any]:
        return build_viewer_parameters(replace(self.terminal, pictures="blocks"), width, height) | {
            "budget": STEP_BYTES
        }

    def _make_cached_request(self, width: int, height: int) -> dict[str, Any]:
        """Return the parameters of a viewer request for a picture that will be cached. Its pixels are always
        sent through the connection, because a cached picture may be sent again and shared memory can be read
        only once.
        """
        budget = REST_BYTES if self.terminal.remote else 0
        return build_viewer_parameters(replace(self.terminal, medium="direct"), width, height, budget)

    @property
    def is_light(self) -> bool:
        """True if pictures are drawn with few bytes now, because the studio is used over SSH and keys are
        arriving.
        """
        return self.terminal.remote and self._keys_rest_in() > 0

    @property
    def seconds_until_better(self) -> float:
        """Seconds until a picture that was drawn with few bytes can be drawn in full quality."""
        return max(SOON_SECONDS, self._keys_rest_in())

    def make_viewer_request(self, width: int, height: int) -> dict[str, Any]:
        """Return the parameters of a viewer request for a picture that the connection can carry quickly
        enough now. `width` and `height` are in the pixels of `cells_to_pixels`.

        Over SSH, the picture gets fewer cells than requested, or fewer bytes if it consists of real pixels.
        """
        if not self.terminal.remote:
            return build_viewer_parameters(self.terminal, width, height)
        light, terminal = self.is_light, self.terminal
        sixels = terminal.pictures == "sixel"
        if terminal.pictures not in ("kitty", "iterm2"):
            seconds = SIXELS_SECONDS if sixels else CELLS_SECONDS
            columns, rows = max(1, width // CELL[0]), max(1, height // CELL[1])
            width, height = cells_to_pixels(*self._budget.shrink_to_rate(columns, rows, seconds))
        # Sixels take many bytes and much time to encode, so cells are used while keys arrive.
        if light and sixels:
            terminal = replace(terminal, pictures="blocks")
        parameters = build_viewer_parameters(
            terminal, width, height, self._budget.max_picture_bytes(light=light, sixels=sixels)
        )
        return (
            parameters | {"steady": STEADY if light else REST_STEADY}
            if parameters["kind"] == "cells"
            else parameters
        )

    async def get_viewer_client(self) -> ViewerClient:
        """Return the viewer's client; start the viewer process on the first call. Raises Unavailable if the
        process can't be started.
        """
        if self._client is None:
            from milimo_tui.media.viewer.client import ViewerClient

            self._client = ViewerClient()
            await self._client.start()
        return self._client

    async def request_drawing(
        self, kind: str, slot: str, make_fields: Callable[[ViewerClient], dict[str, Any]]
    ) -> Drawing | None:
        """Request a picture of `kind` from the viewer, and return it as a drawing. Return None if a newer
        request of the same slot replaced this one.

        `make_fields` returns the fields of the request. If the terminal's capabilities change before the
        answer, the picture is requested again with new fields. Raises MilimoError or OSError if there is no
        picture.
        """
        if self.terminal.pictures == "off":
            raise Unavailable(OFF)
        viewer = await self.get_viewer_client()
        while True:
            terminal = self.terminal
            answer = await viewer.request(kind, slot=slot, **make_fields(viewer))
            if self.terminal == terminal:
                return MAKE_DRAWING[answer.way](terminal, answer) if answer is not None else None

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
        """Draw a picture file, or the frame of a film at `seconds`, for an area of `columns` × `rows` cells.
        Return None if there is no picture: the media is offline, the file is broken, or pictures are turned
        off.

        `bars` is the colour of the bars around a picture whose shape differs from the area. `crop` is the
        part of the picture that the film uses. If `light` is True, the drawing has few bytes.
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
        # The viewer drops an older request of the same slot, so requests are sent one after the other.
        async with self._turn:
            if kept in self._kept:  # Another task requested the same picture and has stored it meanwhile.
                return self._kept[kept]
            make_way = self._make_light_request if light else self._make_cached_request
            try:
                drawing = await self.request_drawing(
                    "file",
                    "pictures",
                    lambda viewer: {
                        "path": str(path),
                        "seconds": seconds,
                        "way": make_way(width, height),
                        "letterbox": True,
                        "bars": list(bars),
                        **cropped,
                    },
                )
            except (MilimoError, OSError):
                # A missing picture is not an error: the widget shows a text in its place.
                return None
            if drawing is None:
                return None
            self._send(drawing)
            self._kept[kept] = drawing
        while len(self._kept) > MAX_CACHED_DRAWINGS:
            self._forget(self._kept.popitem(last=False)[1])
        return drawing

    def drop_cached_drawings(self) -> None:
        """Forget all cached drawings, because the terminal now uses another picture protocol."""
        for drawing in self._kept.values():
            self._forget(drawing)
        self._kept.clear()

    async def close(self) -> None:
        """Drop all drawings and end the viewer; later requests return no picture."""
        self.drop_cached_drawings()
        if self._client is not None:
            await self._client.close()
