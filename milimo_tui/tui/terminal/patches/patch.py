"""Describes a patch for a fault of Textual, with the versions of Textual to which it applies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


def parse_release(version: str) -> tuple[int, ...]:
    """Parse the numbers of a version: `8.2.8` is (8, 2, 8)."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch for a fault of Textual: a sentence that describes the fault, and the function that installs the
    replacement.

    The patch applies from version `first` to just before version `below`. In these versions the fault was
    seen, and the replacement was compared with Textual's code.
    """

    fault: str
    put_in: Callable[[], None]
    first: str = "8.2"
    below: str = "8.3"

    def fits_version(self, version: str) -> bool:
        """Return True if the patch was written for this version of Textual."""
        return parse_release(self.first) <= parse_release(version) < parse_release(self.below)
