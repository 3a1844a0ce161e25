"""Every row of the screen on its way out, cell for cell: no text commands the terminal, whoever drew it.
For terminals that have no other signs it is ASCII, but for letters: what a person wrote is theirs.

The last thing that is done to a row before it is written, so that nothing else has to know.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from milimo_tui.core.safe_text import in_cells

# States keep shapes of their own: picked, stale, waiting, working, failed, empty, offline.
SIGNS: Mapping[str, str] = {
    "●": "*", "◐": "%", "…": "~", "▒": "#", "✕": "x", "○": "o", "⊘": "!", "★": "*",
    # Edges, waves and pictures.
    **dict.fromkeys("▏▎▍▌▋▊▉▐█▕", "|"), **dict(zip("▁▂▃▄▅▆▇", "__..::|", strict=True)),
    "▓": "#", "░": ".", "▀": "'", "°": "'",
    # Lines and corners.
    **dict.fromkeys("─━╌┈═╴–—−", "-"), "╍": "~", **dict.fromkeys("│┃║╷╵╿╽", "|"),
    **dict.fromkeys("┌┐└┘╭╮╰╯├┤┬┴┼╞╡", "+"),
    # Playhead, cursor, marks and signs.
    "▼": "v", "▲": "^", "▸": ">", "▶": ">", "◀": "<", "▾": "v", "◆": "#", "◇": "o", "■": "=", "□": "o",
    "‹": "<", "›": ">", "╲": "\\", "╱": "/", "∞": "&", "≡": "=", "ƒ": "f", "×": "x", "·": ".", "•": "*",
    "▪": "+", "↳": ">", "≠": "!", "±": "~", **dict.fromkeys(map(chr, range(0x2400, 0x2421)), "?"), "¬": "?",
    **dict.fromkeys("“”„«»「」", '"'), **dict.fromkeys("‘’′", "'"),
    "→": ">", "←": "<", "↑": "^", "↓": "v", "✓": "v",
}  # fmt: skip
TABLE = str.maketrans(dict(SIGNS))


def wants_ascii(setting: str, environ: Mapping[str, str]) -> bool:
    """Return whether to write ASCII: asked for, or where console and locale can show nothing else."""
    if setting != "auto":
        return setting == "ascii"
    if environ.get("TERM") in ("linux", "vt100", "vt220"):
        return True
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    charset = locale.partition(".")[2].partition("@")[0].casefold().replace("-", "")
    return bool(charset) and charset != "utf8"


class HarmlessCells(LineFilter):
    """Takes from each row what a terminal may take for a command; styles and widths stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The row, harmless; the very same where it was so."""
        texts = [in_cells(segment.text) for segment in segments]
        return [
            segment if segment.text is text else Segment(text, *segment[1:])
            for segment, text in zip(segments, texts, strict=True)
        ]


class PlainSigns(LineFilter):
    """Puts ASCII in the place of signs; styles and widths stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(segment.text.translate(TABLE), *segment[1:])
            for segment in segments
        ]
