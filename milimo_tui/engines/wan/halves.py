"""Which of two transformers a LoRA of Wan 2.2 A14B is worn by. Pure.

Trainers make two files, one for each, and tell them apart by name alone: “high noise” and “low noise”, as the
makers call the transformers. A file that says neither (a LoRA of Wan 2.1 14B) is worn by both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PARTS = {"high": "transformer", "low": "transformer_2"}
NOISE = {"high": "much", "low": "little"}
OTHER = {"high": "low", "low": "high"}
_SAID = re.compile(r"(?<![a-z])(high|low)(?:(?![a-z])|(?=[ _.-]?noise))", re.IGNORECASE)


def half_of(name: str) -> str:
    """`high` or `low`, as a file's name says; empty where it says neither, or both."""
    said = {match.lower() for match in _SAID.findall(name)}
    return said.pop() if len(said) == 1 else ""


def parts_of(name: str) -> tuple[str, ...]:
    """The transformers that a LoRA of that name is worn by."""
    half = half_of(name)
    return (PARTS[half],) if half else tuple(PARTS.values())


def alone(names: Iterable[str]) -> tuple[str, ...]:
    """Sentences on LoRAs of which one half is asked for, and the other is not."""
    halves = {half_of(name): name for name in names}
    if not ("high" in halves) ^ ("low" in halves):
        return ()
    half = "high" if "high" in halves else "low"
    return (
        f"{halves[half]} is worn in steps of {NOISE[half]} noise alone: its other half "
        f"(“{OTHER[half]} noise”) is not asked for",
    )
