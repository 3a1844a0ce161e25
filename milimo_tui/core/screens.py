"""The names of the studio's screens and lists, as used in keymaps, stored edits and proposed next steps."""

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


class ListName(StrEnum):
    """A list that opens over a screen."""

    NOTES = "notes"
    CUTS = "cuts"
    ARRIVALS = "arrivals"
    UNSURE = "unsure"
