"""Every row of the screen on its way out, cell for cell: no text commands the terminal, whoever drew it.
For terminals that have no other signs it is ASCII, but for letters: what a person wrote is theirs.

The last thing that is done to a row before it is written, so that nothing else has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from milimo_tui.core.safe_text import in_cells
from milimo_tui.tui.terminal.by_index import rgb_of
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle
from milimo_tui.tui.terminal.theme import numbers

# States keep shapes of their own: picked, stale, waiting, working, failed, empty, offline.
SIGNS: Mapping[str, str] = {
    "●": "*", "◐": "%", "…": "~", "▒": "#", "✕": "x", "○": "o", "⊘": "!", "★": "*",
    # Edges, waves and pictures.
    **dict.fromkeys("▏▎▍▌▋▊▉▐█▕", "|"), **dict(zip("▁▂▃▄▅▆▇", "__..::|", strict=True)),
    "▓": "#", "░": ".", "▀": "'", "°": "'",
    # Lines and corners.
    **dict.fromkeys("─━╌┈═╴–—―−", "-"), "╍": "~", **dict.fromkeys("│┃║╷╵╿╽┊", "|"),
    **dict.fromkeys("┌┐└┘╭╮╰╯├┤┬┴┼╞╡", "+"),
    # Playhead, cursor, marks and signs.
    "▼": "v", "▲": "^", "▸": ">", "▶": ">", "◀": "<", "▾": "v", "◆": "#", "◇": "o", "■": "=", "□": "o",
    "◤": "\\", "◥": "/",
    "‹": "<", "›": ">", "╲": "\\", "╱": "/", "∞": "&", "≡": "=", "ƒ": "f", "×": "x", "·": ".", "•": "*",
    "▪": "+", "↳": ">", "≠": "!", "±": "~", **dict.fromkeys(map(chr, range(0x2400, 0x2421)), "?"), "¬": "?",
    **dict.fromkeys("“”„«»「」", '"'), **dict.fromkeys("‘’′", "'"),
    "→": ">", "←": "<", "↑": "^", "↓": "v", "✓": "v",
}  # fmt: skip
_QUIET = ("background", "surface", "raised", "line", "muted", "text")  # where a theme has no grey
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


class NoLinks(LineFilter):
    """Takes links (OSC 8) from each row, for a terminal that may print what it does not know."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.style is None or not segment.style.link
            else Segment(segment.text, segment.style.update_link(None), segment.control)
            for segment in segments
        ]  # fmt: skip


class ByNumber(LineFilter):
    """Writes the colours of a theme of 256 by their numbers; what the toolkit mixed becomes a grey.

    Left to itself the toolkit rounds each colour to another of the 256 (249 to 248). A picture's colours come
    by number already, and stay.
    """

    def __init__(self, theme: Callable[[], str]) -> None:
        """`theme` gives the name of the theme that is shown now: it may change."""
        super().__init__()
        self._theme = theme

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The row in the theme's numbers; the very same for a theme of other colours."""
        theme = self._theme()
        if numbers(theme) is None:
            return segments
        return [
            segment if (style := segment.style) is None or _is_by_number(style)
            else Segment(segment.text, _by_number(style, theme), segment.control)
            for segment in segments
        ]  # fmt: skip


def _is_by_number(style: Style) -> bool:
    """Return whether neither colour is to be turned into another: so it is with each cell of a picture."""
    if isinstance(style, PictureStyle):
        return True
    ink, ground = style.color, style.bgcolor
    return (ink is None or ink.type is not ColorType.TRUECOLOR) and (
        ground is None or ground.type is not ColorType.TRUECOLOR
    )


@lru_cache(maxsize=2048)
def _by_number(style: Style, theme: str) -> Style:
    ink, ground = (
        _nearest(colour, theme) if colour is not None and colour.type is ColorType.TRUECOLOR else None
        for colour in (style.color, style.bgcolor)
    )
    return style + Style.from_color(ink, ground)


@lru_cache(maxsize=512)
def _nearest(colour: RichColor, theme: str) -> RichColor:
    """Return the theme's own number for a colour, else that of the grey which looks most alike.

    What is mixed lies behind a panel, pictures too: a hue of the theme's would say something there.
    """
    wanted, roles = colour.get_truecolor(), numbers(theme) or {}
    greys = [number for number in roles.values() if len(set(rgb_of(number))) == 1]
    greys = greys or [roles[role] for role in _QUIET]

    def distance(number: int) -> int:
        return sum(
            weight * (one - other) ** 2
            for weight, one, other in zip((3, 4, 2), wanted, rgb_of(number), strict=True)
        )

    own = next((number for number in roles.values() if rgb_of(number) == wanted), None)
    return RichColor.from_ansi(min(greys, key=distance) if own is None else own)
