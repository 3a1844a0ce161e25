"""A minimal text editor as a reference for tests. It uses one string, an offset and regular expressions, and
no columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable

WORD = re.compile(r"[\w'’]+|[^\w\s'’]+|(?<=\n)(?=\n)|\A(?=\n)")
BIG = re.compile(r"\S+|(?<=\n)(?=\n)|\A(?=\n)")


class Reference:
    """A text and its cursor, which is an offset from the start of the text."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at = text, at

    @property
    def place(self) -> tuple[int, int]:
        head = self.text[: self.at]
        return head.count("\n"), self.at - (head.rfind("\n") + 1)

    def offset(self, place: tuple[int, int]) -> int:
        """Return the offset of a row and column."""
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: place[0]]) + place[1]

    def word_on(self, pattern: re.Pattern[str] = WORD) -> int:
        starts = [found.start() for found in pattern.finditer(self.text) if found.start() > self.at]
        return min(starts, default=len(self.text))

    def word_back(self, pattern: re.Pattern[str] = WORD) -> int:
        starts = [found.start() for found in pattern.finditer(self.text) if found.start() < self.at]
        return max(starts, default=0)

    def word_end(self, pattern: re.Pattern[str] = WORD) -> int | None:
        ends = [
            found.end() - 1
            for found in pattern.finditer(self.text)
            if found.end() > found.start() and found.end() - 1 > self.at
        ]
        return min(ends, default=None)

    def lines_out(self, top: int, bottom: int) -> str:
        """Remove the lines `top` to `bottom` (both included) and return them as text."""
        lines = self.text.split("\n")
        taken = lines[top : bottom + 1]
        left = lines[:top] + lines[bottom + 1 :]
        self.text = "\n".join(left)
        return "\n".join([*taken, ""])

    def lines_in(self, row: int, held: str) -> None:
        """Insert the lines `held` above a row."""
        lines = self.text.split("\n")
        self.text = "\n".join([*lines[:row], *held[:-1].split("\n"), *lines[row:]])

    def in_line(self, act: Callable[[str, int], str]) -> None:
        """Replace the line at the cursor by the result of `act`, which is called with the line and the
        column.
        """
        row, column = self.place
        lines = self.text.split("\n")
        lines[row] = act(lines[row], column)
        self.text = "\n".join(lines)
