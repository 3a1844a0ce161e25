"""The callbacks for events of the external media player."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayerListener:
    """Callbacks for a player: `on_time` takes the position in seconds.

    `on_mark` takes a mark (`marker`, `in`, `out`) and its second, and returns the words that the player shows
    for it.
    """

    on_time: Callable[[float], None] | None = None
    on_mark: Callable[[str, float], Awaitable[str]] | None = None


NO_LISTENER = PlayerListener()
