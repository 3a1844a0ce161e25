"""The Jobs screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class JobsScreen(StudioScreen):
    MODE = "jobs"
    TITLE = "Jobs"
    CONTEXTS = ("jobs", "list", "global")
