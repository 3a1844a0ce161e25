"""The screen on which an edit is made. Each edit stores its screen, so that undo on a screen finds the right
edits.

Script, timeline and review have edits of their own. Edits made on the other screens belong to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from milimo_tui.core.screens import ScreenName

TIMELINE, SCRIPT, REVIEW, FILM = PLACES = (
    ScreenName.TIMELINE, ScreenName.SCRIPT, ScreenName.REVIEW, ScreenName.FILM,
)  # fmt: skip
_PLACE: ContextVar[str] = ContextVar("place", default="")


@contextmanager
def edit_from_screen(place: str) -> Iterator[None]:
    """Assign the edits made in this block and thread to a screen. An empty string means the command line."""
    token = _PLACE.set(place)
    try:
        yield
    finally:
        _PLACE.reset(token)


def get_edit_screen() -> str:
    """Return the screen on which edits are being made."""
    return _PLACE.get()


def find_edit_place(screen: str) -> str:
    """Return the place whose edits a screen undoes: its own, or the place that all other screens and the CLI
    share.
    """
    return screen if screen in (TIMELINE, SCRIPT, REVIEW) else FILM
