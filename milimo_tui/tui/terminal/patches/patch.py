"""A fault of Textual that is mended from outside, and for which versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


def release(version: str) -> tuple[int, ...]:
    """Parse the numbers of a version: `8.2.8` is (8, 2, 8)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


@dataclass(frozen=True, slots=True)
class Patch:
    """What Textual does wrong, in a sentence, and the function that puts ours in the place of its own.

    The fault was seen, and our code read against Textual's, from version `first` to just before `below`.
    """

    fault: str
    put_in: Callable[[], None]
    first: str = "8.2"
    below: str = "8.3"

    def fits(self, version: str) -> bool:
        """Return whether this version of Textual is one it was written for."""
        return release(self.first) <= release(version) < release(self.below)
