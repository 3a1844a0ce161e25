"""The Media screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class MediaScreen(StudioScreen):
    MODE = "media"
    TITLE = "Media"
    CONTEXTS = ("media", "list", "global")
