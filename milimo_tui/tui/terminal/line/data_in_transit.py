"""The state of pictures that are being sent to the terminal, and counts of recently sent bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.tui.terminal.line.kitty import Pixels


@dataclass
class OutgoingPicture:
    """A picture being sent to the terminal. `parts` are the commands that transfer it, and `gone` is the
    number of these commands sent so far.
    """

    pixels: Pixels
    parts: Sequence[str]
    gone: int = 0
    there: bool = False  # True if the terminal has this picture, or an earlier version of it.
    next: Pixels | None = None  # Newer pixels, which are sent after all parts of the present pixels.
    withdrawn: str | None = None  # The command that frees the picture, if the picture is no longer wanted.
    # Id of the picture that will replace this one in the same cells of the screen; 0 if there is none.
    replacement: int = 0

    @property
    def is_under_way(self) -> bool:
        """True if some, but not all, parts were sent."""
        return 0 < self.gone < len(self.parts)

    @property
    def is_due(self) -> bool:
        """True if parts remain to be sent. They are sent only while the picture is visible."""
        return self.gone < len(self.parts)


@dataclass
class ByteCounts:
    """Counts of recently sent bytes, as pairs of time (s) and count."""

    lately: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=512))

    def note_sent_bytes(self, count: int, now: float) -> None:
        """Record that `count` bytes were sent at time `now`."""
        self.lately.append((now, count))

    def per_second(self, now: float) -> float:
        """Return the average bytes per second over the two seconds before `now`."""
        return sum(count for at, count in self.lately if now - at < 2.0) / 2.0
