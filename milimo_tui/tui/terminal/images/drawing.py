"""A picture that is ready to be shown: strips of cells, and the pixel data for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.strip import Strip

from milimo_tui.tui.terminal.line import direct, kitty


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn picture. `strips` are its cells. `pixels` is the picture data for the terminal, stored there
    under `id`; the cells refer to that id.

    `id` is 0 if the picture consists of cells only. `facts` are measurements of the picture, such as a
    pixel's colour, as requested by the viewing mode.
    """

    strips: list[Strip]
    pixels: kitty.Pixels | direct.DirectPicture | None = None
    id: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_once(self) -> bool:
        """True if the picture can be sent only once: a terminal that has lost it needs a new drawing."""
        return isinstance(self.pixels, kitty.Pixels) and self.pixels.is_once
