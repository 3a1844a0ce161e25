"""The Script screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class ScriptScreen(StudioScreen):
    MODE = "script"
    TITLE = "Script"
    CONTEXTS = ("script", "list", "global")
