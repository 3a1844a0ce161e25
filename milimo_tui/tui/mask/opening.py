"""Opening the mask screen over another one; imported when that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from milimo_tui.tui.shell.screen import StudioScreen


def open_mask(screen: StudioScreen, source: str, seconds: Fraction | float = 0) -> None:
    """Open masks over what commands call by that name, at a second of what is shown of it."""
    from milimo_tui.tui.mask.screen import MaskScreen

    if source:
        screen.app.push_screen(MaskScreen(source, seconds))
    else:
        screen.say("there is no picture here to mask", "warn")
