"""Convert a screenplay's text for the editor and back without losing a byte: odd characters, mixed line ends.

The editor splits like `str.splitlines` and joins with one line end; the project stores the text exactly as
imported. So characters that would be split at or dropped are shown as symbols, and line ends are restored
line by line. Pure.
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
# Private-use characters replace them while editing; a text that already contains some gets another set.
_FIRST, _SETS = 0x10F000, 16


@dataclass(frozen=True, slots=True)
class EditorText:
    """A text as an editor holds it: lines without odd characters, and the data that restores them."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]  # The line end after each line but the last.
    usual: str  # The line end for new lines.
    base: int  # The first private-use character of this text's set.

    @property
    def text(self) -> str:
        """The text for the editor, with a uniform line end."""
        return "\n".join(self.lines)


def _make_stand_in_table(base: int) -> dict[int, int]:
    return {code: base + index for index, code in enumerate(_ODD)}


def open_text(text: str) -> EditorText:
    """Split a text into lines for an editor."""
    bases = [_FIRST + 0x100 * number for number in range(_SETS)]
    base = next((base for base in bases if not any(base <= ord(c) < base + 0x100 for c in text)), _FIRST)
    ends = tuple(_ENDS.findall(text))
    lines = tuple(_ENDS.split(text.translate(_make_stand_in_table(base))))
    counted = Counter(ends).most_common(1)
    return EditorText(lines, ends, counted[0][0] if counted else "\n", base)


def close_text(opened: EditorText, lines: Sequence[str]) -> str:
    """Join edited lines to a text: unchanged lines keep their line end, new lines get the usual one."""
    if len(set(opened.ends)) <= 1:
        return restore_odd_characters(opened.usual.join(lines), opened.base)
    ends = [opened.usual] * (len(lines) - 1)
    for old, new, size in _match_line_runs(opened.lines, lines):
        for step in range(size):
            if old + step < len(opened.ends) and new + step < len(ends):
                ends[new + step] = opened.ends[old + step]
    return restore_odd_characters(
        "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)), opened.base
    )


def restore_odd_characters(text: str, base: int) -> str:
    """Replace stand-in characters by the odd characters that they represent."""
    if text.isascii():
        return text
    return text.translate({stand_in: code for code, stand_in in _make_stand_in_table(base).items()})


def _match_line_runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return (old, new, count) runs of lines that are equal or were edited; equal beginnings and ends cost
    nothing.
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    runs = [(head + a, head + c, min(b - a, d - c)) for _, a, b, c, d in middle.get_opcodes()]
    return [(0, 0, head), *runs, (len(old) - tail, len(new) - tail, tail)]


def show_odd_as_symbols(line: str) -> str:
    """Return a line for drawing: stand-in characters as visible symbols, one for one."""
    if line.isprintable():
        return line
    return "".join(_get_visible_symbol(character) for character in line)


def _get_visible_symbol(character: str) -> str:
    place = ord(character) - _FIRST
    if not 0 <= place < 0x100 * _SETS or place & 0xFF >= len(_ODD):
        return character
    code = _ODD[place & 0xFF]
    return chr(0x2400 + code) if code < 0x20 else "¬"
