"""The Storyboard screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class StoryboardScreen(StudioScreen):
    MODE = "storyboard"
    TITLE = "Storyboard"
    CONTEXTS = ("storyboard", "list", "global")
