"""Texts that command no terminal: what an engine or a stranger's film wrote, made fit to be shown. Pure."""

from __future__ import annotations

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)  # turn the direction of writing
_TABLE: dict[int, str | None] = {
    **{code: " " for code in _CONTROLS if code not in (0x0A, 0x09)},
    **dict.fromkeys(_TURNS),
}


def harmless(text: str) -> str:
    """The text without control characters but for line ends and tabs; nothing turns it around."""
    return text.translate(_TABLE)


def one_line(text: str, longest: int) -> str:
    """The text harmless and on one line, with single blanks, cut to that many characters."""
    clean = " ".join(harmless(text).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
