"""A picture that is ready to be shown: strips of cells, and the pixel data for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.strip import Strip

from milimo_tui.tui.terminal.line import direct, kitty


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn picture. `strips` are the cells that show it. `pixels` is the picture data to send, which the
    terminal stores under `id`; the cells refer to that id.

    `id` is 0 if the picture consists of cells only. `facts` are measurements of the picture, such as a
    pixel's colour, if the viewing mode requested them.
    """

    strips: list[Strip]
    pixels: kitty.Pixels | direct.DirectPicture | None = None
    id: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_once(self) -> bool:
        """True if the picture can be sent only once. If the terminal then loses the picture, a new drawing is
        needed.
        """
        return isinstance(self.pixels, kitty.Pixels) and self.pixels.is_once
