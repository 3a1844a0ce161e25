"""The Timeline screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class TimelineScreen(StudioScreen):
    MODE = "timeline"
    TITLE = "Timeline"
    CONTEXTS = ("timeline", "global")
