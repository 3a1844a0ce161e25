"""The Elements screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class ElementsScreen(StudioScreen):
    MODE = "elements"
    TITLE = "Elements"
    CONTEXTS = ("elements", "list", "global")
