"""A screenplay's text in and out of an editor without losing a byte: odd characters and mixed line ends.

The editor splits like `str.splitlines` and joins with one line end; the project keeps the text exactly as it
came. So what would be split or dropped is shown as a symbol, and line ends are put back line by line. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_ENDS = re.compile("\r\n|\n|\r")
# Characters that an editor would take for line ends, or that have no width: C0 but tab, DEL, C1, BOM, LS, PS.
_ODD = (*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)
_PLANES = (
    0xF0000,
    0x100000,
)  # private characters that stand for them; a text that uses one plane gets the other


@dataclass(frozen=True, slots=True)
class Opened:
    """A text as an editor holds it: lines without odd characters, and what is needed to put it back."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]  # after each line but the last
    usual: str  # the line end that new lines get
    plane: int

    @property
    def text(self) -> str:
        """For the editor: one kind of line end."""
        return "\n".join(self.lines)


def _hide(plane: int) -> dict[int, int]:
    return {code: plane + code for code in _ODD}


def open_text(text: str) -> Opened:
    """Take a text apart for an editor."""
    plane = next((p for p in _PLANES if not any(p <= ord(c) <= p + 0xFFFF for c in text)), _PLANES[0])
    ends = tuple(_ENDS.findall(text))
    lines = tuple(_ENDS.split(text.translate(_hide(plane))))
    counted = Counter(ends).most_common(1)
    return Opened(lines, ends, counted[0][0] if counted else "\n", plane)


def close_text(opened: Opened, lines: Sequence[str]) -> str:
    """The whole text again after editing: kept lines have the line end they had, new ones the usual one."""
    back = {opened.plane + code: code for code in _ODD}
    if len(set(opened.ends)) <= 1:
        return opened.usual.join(lines).translate(back)
    ends = [opened.usual] * (len(lines) - 1)
    for old, new, size in _kept(opened.lines, lines):
        for step in range(size):
            if old + step < len(opened.ends) and new + step < len(ends):
                ends[new + step] = opened.ends[old + step]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)).translate(back)


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """(old, new, count) runs of equal lines; what is equal at both ends costs nothing."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    runs = [(head + a, head + b, size) for a, b, size in middle.get_matching_blocks()]
    return [(0, 0, head), *runs, (len(old) - tail, len(new) - tail, tail)]


def shown(line: str) -> str:
    """A line for drawing: private characters as visible symbols, one for one."""
    if line.isprintable():
        return line
    return "".join(_symbol(character) for character in line)


def _symbol(character: str) -> str:
    code = ord(character)
    if not any(plane <= code <= plane + 0xFFFF for plane in _PLANES):
        return character
    odd = code & 0xFFFF
    return chr(0x2400 + odd) if odd < 0x20 else "¬"
