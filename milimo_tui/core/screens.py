"""The names of the studio's screens and lists, as used in keymaps, stored edits and proposed next steps."""

from __future__ import annotations

from enum import StrEnum


class ScreenName(StrEnum):
    """The names of the studio's screens."""

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
    """The names of the lists that open as an overlay on a screen, such as the list of notes."""

    NOTES = "notes"
    CUTS = "cuts"
    ARRIVALS = "arrivals"
    UNSURE = "unsure"
    MIXER = "mixer"
    LINES = "lines"
    SOUNDS = "sounds"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
