"""Sound effects of clips, tracks and buses, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundEffect:
    """An effect of a chain: its name, the numbers that differ from their defaults, and whether it is
    bypassed.
    """

    name: str
    numbers: tuple[tuple[str, float], ...] = ()
    bypassed: bool = False


SoundChain = tuple[SoundEffect, ...]
