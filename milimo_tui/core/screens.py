"""The screens of the studio by the names that keymaps, stored edits and proposed next steps use."""

from __future__ import annotations

from enum import StrEnum


class ScreenName(StrEnum):
    """A screen of the studio."""

    HOME = "home"
    SCRIPT = "script"
    STORYBOARD = "storyboard"
    TIMELINE = "timeline"
    ELEMENTS = "elements"
    MEDIA = "media"
    REVIEW = "review"
    JOBS = "jobs"
    MODELS = "models"
    FILM = "film"
