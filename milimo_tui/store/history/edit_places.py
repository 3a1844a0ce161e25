"""Record on which screen each edit is made, so that undo on a screen reverts the edits that belong to that
screen.

The script, timeline and review screens have edits of their own. Edits made on all other screens share one
history.
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
    """Assign the edits that this thread makes inside the `with` block to the screen `place`. An empty string
    means the command line.
    """
    token = _PLACE.set(place)
    try:
        yield
    finally:
        _PLACE.reset(token)


def get_edit_screen() -> str:
    """Return the screen to which this thread's edits are assigned, or an empty string for the command
    line.
    """
    return _PLACE.get()


def find_edit_place(screen: str) -> str:
    """Return the name of the history that undo on `screen` uses: the screen's own history, or the history
    that all other screens and the command line share.
    """
    return screen if screen in (TIMELINE, SCRIPT, REVIEW) else FILM
