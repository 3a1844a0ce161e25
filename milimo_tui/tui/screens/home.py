"""The Home screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class HomeScreen(StudioScreen):
    MODE = "home"
    TITLE = "Home"
    CONTEXTS = ("home", "list", "global")
