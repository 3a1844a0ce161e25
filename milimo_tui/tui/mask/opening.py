"""Open the mask screen over another screen. The mask screen's module is imported only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from milimo_tui.tui.shell.screen import StudioScreen


def open_mask_screen(screen: StudioScreen, source: str, seconds: Fraction | float = 0) -> None:
    """Open the mask screen for the asset, take or shot named `source`. `seconds` is the position of the frame
    to show, counted from the start of the range that the film shows of the source.
    """
    from milimo_tui.tui.mask.screen import MaskScreen

    if source:
        screen.app.push_screen(MaskScreen(source, seconds))
    else:
        screen.show_message("there is no picture here to mask", "warn")
