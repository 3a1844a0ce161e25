"""Texts that command no terminal: of engines, strangers' films and file names, made fit to be shown.

Pure. The command line writes through `cli.output` and nowhere else, the studio's cells pass
`tui.terminal.row_filters`: what those two let out has come through here.
"""

from __future__ import annotations

import re

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
# They turn the direction of writing, or hide what they stand between.
_TURNS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC))
_HALVES = range(0xD800, 0xE000)  # of characters: no text by themselves, and no encoding takes them
_KEPT = (0x0A, 0x09)  # a line's end and a tab are text, but for in a cell


def _class(codes: tuple[int, ...]) -> str:
    return "".join(map(re.escape, map(chr, codes)))


_LOOSE = re.compile(f"[{_class(tuple(code for code in _CONTROLS if code not in _KEPT))}]")
_SILENT = re.compile(f"[{_class(_TURNS)}]")
_NO_CELL = re.compile(f"[{_class((*_CONTROLS, *_TURNS))}]")
_HALF = re.compile(f"[{chr(_HALVES[0])}-{chr(_HALVES[-1])}]")
_ANY = re.compile(f"[{_class((*_CONTROLS, *_TURNS))}{chr(_HALVES[0])}-{chr(_HALVES[-1])}]")
_ESCAPES = {
    code: f"\\u{code:04x}"
    for code in (*_CONTROLS, *_TURNS, *_HALVES)
    if code >= 0x7F  # what is below, JSON escapes by itself
}


def harmless(text: str) -> str:
    """The text without control characters but for line ends and tabs; nothing turns it around."""
    if not _ANY.search(text):
        return text
    return _HALF.sub("\ufffd", _SILENT.sub("", _LOOSE.sub(" ", text)))


def in_cells(text: str) -> str:
    """The text of a row of cells, as wide as it was counted: controls have no width, and go."""
    return _HALF.sub("\ufffd", _NO_CELL.sub("", text)) if _ANY.search(text) else text


def in_json(document: str) -> str:
    """A JSON document with an escape for each character that a terminal may take for a command."""
    return document.translate(_ESCAPES) if _ANY.search(document) else document


def one_line(text: str, longest: int) -> str:
    """The text harmless and on one line, with single blanks, cut to that many characters."""
    clean = " ".join(harmless(text).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
