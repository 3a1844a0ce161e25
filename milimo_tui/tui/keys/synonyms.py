"""What people call an act that has another name here: words of one's own lead to it. Pure.

A row is an act (the id of a command, or `ui.` and the act of a screen) and what it may be looked for by, most
used first. The first words are shown where one is found by them.
"""

from __future__ import annotations

from collections.abc import Mapping

MEANT: Mapping[str, tuple[str, ...]] = {
    "cut.set": ("louder", "softer", "quieter", "volume", "level", "fade in", "fade out", "transparent"),
    "cut.split": ("cut in half", "razor", "blade", "divide"),
    "cut.speed": ("slow motion", "slower", "faster", "reverse"),
    "ui.dissolve": ("crossfade", "blend", "transition"),
    "ui.trim": ("longer", "shorter", "ripple", "roll", "slip", "slide"),
}


def meant_by(run: str) -> tuple[str, ...]:
    """Return the words that an act may be looked for by, those that are used most first."""
    return MEANT.get(run, ())
