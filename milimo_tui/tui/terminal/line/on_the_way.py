"""What is on its way to a terminal: a picture with its parts, and bytes as they went out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.tui.terminal.line.kitty import Pixels


@dataclass
class Offer:
    """A picture for the terminal: its parts, how many of them went, and what comes in its place."""

    pixels: Pixels
    parts: Sequence[str]
    gone: int = 0
    there: bool = False  # the terminal has it, or what it had before
    next: Pixels | None = None  # newer pixels, which wait until all parts went
    withdrawn: str | None = None  # the words that free it
    heir: int = 0  # the picture that its cells show then

    @property
    def is_under_way(self) -> bool:
        return 0 < self.gone < len(self.parts)

    @property
    def is_due(self) -> bool:
        """Return whether there is something to send for it, should it be seen."""
        return self.gone < len(self.parts)


@dataclass
class Counts:
    """Bytes that went out lately, as (when, how many)."""

    lately: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=512))

    def add(self, count: int, now: float) -> None:
        self.lately.append((now, count))

    def per_second(self, now: float) -> float:
        """Return bytes a second over the last two seconds."""
        return sum(count for at, count in self.lately if now - at < 2.0) / 2.0
