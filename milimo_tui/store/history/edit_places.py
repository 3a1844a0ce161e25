"""On which screen the hand is that edits: each edit keeps it, so that undo finds what belongs there.

Script, timeline and review have edits of their own; what is made on the others belongs to all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TIMELINE, SCRIPT, REVIEW, FILM = "timeline", "script", "review", "film"
PLACES = (TIMELINE, SCRIPT, REVIEW, FILM)
_PLACE: ContextVar[str] = ContextVar("place", default="")


@contextmanager
def made_at(place: str) -> Iterator[None]:
    """Edits made meanwhile in this thread are made on that screen; empty: on the command line."""
    token = _PLACE.set(place)
    try:
        yield
    finally:
        _PLACE.reset(token)


def here() -> str:
    """The screen that edits are made on now."""
    return _PLACE.get()


def place_of(screen: str) -> str:
    """Whose edits a screen has: its own, or those that all the others share with the command line."""
    return screen if screen in (TIMELINE, SCRIPT, REVIEW) else FILM
