"""What is done with what the person's player tells while it plays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayerListener:
    """`on_time` is told the position in seconds; `on_mark` a mark (`marker`, `in`, `out`) and its second.

    `on_mark` returns the words that the player shows for it.
    """

    on_time: Callable[[float], None] | None = None
    on_mark: Callable[[str, float], Awaitable[str]] | None = None


NO_LISTENER = PlayerListener()
