"""The Weights screen."""

from __future__ import annotations

from milimo_tui.tui.screen import StudioScreen


class ModelsScreen(StudioScreen):
    MODE = "models"
    TITLE = "Weights"
    CONTEXTS = ("models", "list", "global")
