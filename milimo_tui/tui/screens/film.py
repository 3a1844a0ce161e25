"""The Film screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class FilmScreen(StudioScreen):
    MODE = "film"
    TITLE = "Film"
    CONTEXTS = ("film", "list", "global")
