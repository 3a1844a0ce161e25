"""Every sign of the screen in ASCII, for terminals that have no others: block by block, cell for cell.

The last thing that is done to a row before it is written, so that nothing else has to know. Letters of any
script stay: what a person wrote is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

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


class PlainSigns(LineFilter):
    """Puts ASCII in the place of signs; styles and widths stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(segment.text.translate(TABLE), *segment[1:])
            for segment in segments
        ]
