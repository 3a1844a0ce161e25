"""The data being sent to a terminal: pictures with their parts, and counts of sent bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.tui.terminal.line.kitty import Pixels


@dataclass
class OutgoingPicture:
    """A picture being sent to the terminal: its parts, how many were sent, and its replacement."""

    pixels: Pixels
    parts: Sequence[str]
    gone: int = 0
    there: bool = False  # The terminal has this picture, or an earlier version of it.
    next: Pixels | None = None  # Newer pixels, which wait until all parts were sent.
    withdrawn: str | None = None  # The command that frees the picture, once it is withdrawn.
    heir: int = 0  # The picture that replaces this one in its cells.

    @property
    def is_under_way(self) -> bool:
        """True if some, but not all, parts were sent."""
        return 0 < self.gone < len(self.parts)

    @property
    def is_due(self) -> bool:
        """True if there are parts to send, once the picture is visible."""
        return self.gone < len(self.parts)


@dataclass
class ByteCounts:
    """Recently sent bytes, as (time, count)."""

    lately: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=512))

    def note_sent_bytes(self, count: int, now: float) -> None:
        """Record that `count` bytes were sent at time `now`."""
        self.lately.append((now, count))

    def per_second(self, now: float) -> float:
        """Return the bytes per second over the last two seconds."""
        return sum(count for at, count in self.lately if now - at < 2.0) / 2.0
