"""Remove characters that could control the terminal from texts of engines, other people's films and file
names, and find such characters in the texts that a user gives.

Pure functions. Every printed text passes through this module: `cli.output` calls it for the command line, and
`tui.terminal.row_filters` for the studio's cells.
"""

from __future__ import annotations

import re

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
# Characters that change the direction of text or hide the text between them.
_DIRECTION_CODES = (
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xFFF9, 0xFFFC),
)
# Halves of surrogate pairs. They are not characters by themselves, and no encoding accepts them.
_SURROGATES = range(0xD800, 0xE000)
_ALLOWED_CONTROLS = (0x0A, 0x09)  # Line feed and tab are allowed in text, but not in a cell.


def _build_character_class(codes: tuple[int, ...]) -> str:
    return "".join(map(re.escape, map(chr, codes)))


_LOOSE = re.compile(
    f"[{_build_character_class(tuple(code for code in _CONTROLS if code not in _ALLOWED_CONTROLS))}]"
)
_SILENT = re.compile(f"[{_build_character_class(_DIRECTION_CODES)}]")
_NO_CELL = re.compile(f"[{_build_character_class((*_CONTROLS, *_DIRECTION_CODES))}]")
_HALF = re.compile(f"[{chr(_SURROGATES[0])}-{chr(_SURROGATES[-1])}]")
_ANY = re.compile(
    f"[{_build_character_class((*_CONTROLS, *_DIRECTION_CODES))}{chr(_SURROGATES[0])}-{chr(_SURROGATES[-1])}]"
)
# Commands of a terminal: ESC and what follows it. A text that has no end of a command, such as the title of a
# window, loses only the beginning of the command. Of the single characters with the same meaning, only CSI
# counts, because the others are letters in a text that was decoded wrongly.
_COMMAND = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = "\t\n\r"
# Characters that no stored name may contain: controls, line separators, overrides and isolates of the
# direction of text, noncharacters, and halves of surrogate pairs. Joiners and variation selectors are
# allowed, because Persian, Hindi and emoji need them.
_FORBIDDEN = re.compile(
    f"[{_build_character_class((*_CONTROLS, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF))}"
    f"{chr(_SURROGATES[0])}-{chr(_SURROGATES[-1])}]"
)
_ESCAPES = {
    code: f"\\u{code:04x}"
    for code in (*_CONTROLS, *_DIRECTION_CODES, *_SURROGATES)
    if code >= 0x7F  # The JSON encoder escapes the lower codes itself.
}


def remove_terminal_commands(text: str) -> str:
    """Return the text without commands that control a terminal, such as those that set a colour."""
    return _COMMAND.sub("", text)


def remove_control_characters(text: str) -> str:
    """Return the text without commands and characters that control the terminal or change the direction of
    text. Line feeds and tabs stay.
    """
    if not _ANY.search(text):
        return text
    return _HALF.sub("\ufffd", _SILENT.sub("", _LOOSE.sub(" ", remove_terminal_commands(text))))


def clean_cell_text(text: str) -> str:
    """Return the text of a row of cells without control characters. The width stays the same, because control
    characters have no width.
    """
    return _HALF.sub("\ufffd", _NO_CELL.sub("", text)) if _ANY.search(text) else text


def escape_json_controls(document: str) -> str:
    """Return a JSON document with an escape for each character that a terminal may interpret as a command."""
    return document.translate(_ESCAPES) if _ANY.search(document) else document


def clean_one_line(text: str, longest: int) -> str:
    """Return the text as one line: without control characters, with single blanks between words, and at most
    `longest` characters long.
    """
    clean = " ".join(remove_control_characters(text).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def find_forbidden_character(text: str, *, allows_breaks: bool = False) -> str:
    """Return the first character that no stored text may contain, such as "U+001B"; empty if there is none.
    With `allows_breaks`, line breaks and tabs are allowed.
    """
    found = (match[0] for match in _FORBIDDEN.finditer(text))
    first = next((each for each in found if not (allows_breaks and each in _BREAKS)), "")
    return first and f"U+{ord(first):04X}"


def replace_forbidden_characters(text: str, replacement: str = " ") -> str:
    """Return the text with a replacement for each character that no stored text may contain."""
    return _FORBIDDEN.sub(replacement, text)
