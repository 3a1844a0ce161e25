"""Convert a screenplay's text for the editor and back without losing a byte.

The editor splits the text like `str.splitlines` and joins the lines with one kind of line end, whereas the
film stores the text exactly as imported. Therefore special characters that the editor would drop or treat as
line ends are replaced by stand-ins while editing, and each line's own line end is restored afterwards. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_ENDS = re.compile("\r\n|\n|\r")
# Characters that an editor would treat as line ends, or that have no width: C0 except tab, DEL, C1, LS, PS
# and BOM.
_ODD = (*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)
# While the text is edited, these characters are replaced by private-use characters from `_FIRST` on. There
# are `_SETS` such sets; the text gets a set of which it contains no character.
_FIRST, _SETS = 0x10F000, 16


@dataclass(frozen=True, slots=True)
class EditorText:
    """A text in the form in which the editor holds it, with the data needed to restore the original."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]  # The original line end after each line except the last.
    usual: str  # The line end that new lines get.
    base: int  # Code of the first private-use character that stands in for a special character in this text.

    @property
    def text(self) -> str:
        """The text for the editor, in which all line ends are the same."""
        return "\n".join(self.lines)


def _make_stand_in_table(base: int) -> dict[int, int]:
    return {code: base + index for index, code in enumerate(_ODD)}


def open_text(text: str) -> EditorText:
    """Convert a stored text into the form for the editor: lines without special characters."""
    bases = [_FIRST + 0x100 * number for number in range(_SETS)]
    base = next((base for base in bases if not any(base <= ord(c) < base + 0x100 for c in text)), _FIRST)
    ends = tuple(_ENDS.findall(text))
    lines = tuple(_ENDS.split(text.translate(_make_stand_in_table(base))))
    counted = Counter(ends).most_common(1)
    return EditorText(lines, ends, counted[0][0] if counted else "\n", base)


def close_text(opened: EditorText, lines: Sequence[str]) -> str:
    """Return the text to store for the editor's lines. Unchanged lines keep the line ends of `opened`; new
    lines get the usual line end.
    """
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
    """Replace the stand-in characters of a text by the original special characters. `base` is the code of the
    first stand-in.
    """
    if text.isascii():
        return text
    return text.translate({stand_in: code for code, stand_in in _make_stand_in_table(base).items()})


def _match_line_runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Match the old lines with the new ones. Return runs (index in `old`, index in `new`, number of lines) of
    equal or edited lines.

    Equal lines at the start and the end are compared directly, because matching is slow.
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
    """Return a line for drawing, in which each stand-in character is replaced by one visible symbol."""
    if line.isprintable():
        return line
    return "".join(_get_visible_symbol(character) for character in line)


def _get_visible_symbol(character: str) -> str:
    place = ord(character) - _FIRST
    if not 0 <= place < 0x100 * _SETS or place & 0xFF >= len(_ODD):
        return character
    code = _ODD[place & 0xFF]
    return chr(0x2400 + code) if code < 0x20 else "¬"
