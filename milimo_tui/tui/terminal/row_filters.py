"""Filters that are applied to every row of the screen before it is written, so that no text can send commands
to the terminal.

For terminals that lack other glyphs, filters replace glyphs by ASCII characters. Letters are not replaced,
because they belong to the user's text. The filters are applied last, so that no other code needs to know
about them.
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

from milimo_tui.core.safe_text import clean_cell_text
from milimo_tui.media.viewer.terminal_facts import palette_index_to_rgb
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle
from milimo_tui.tui.terminal.theme import get_palette_indexes

# Glyphs and their ASCII replacements. The first row has the glyphs for states, whose replacements stay
# distinct: picked, stale, waiting, working, failed, empty, offline.
ASCII_REPLACEMENTS: Mapping[str, str] = {
    "●": "*", "◐": "%", "…": "~", "▒": "#", "✕": "x", "○": "o", "⊘": "!", "★": "*",
    # Blocks of clip edges, waveforms and pictures.
    **dict.fromkeys("▏▎▍▌▋▊▉▐█▕", "|"), **dict(zip("▁▂▃▄▅▆▇", "__..::|", strict=True)),
    "▓": "#", "░": ".", "▀": "'", "°": "'",
    # Line drawing characters and corners.
    **dict.fromkeys("─━╌┈═╴–—―−‐‑", "-"), "╍": "~", **dict.fromkeys("│┃║╷╵╿╽┊", "|"),
    **dict.fromkeys("┌┐└┘╭╮╰╯├┤┬┴┼╞╡", "+"),
    # Playhead, cursor, marks and other glyphs.
    "▼": "v", "▲": "^", "▸": ">", "▶": ">", "◀": "<", "▾": "v", "◆": "#", "◇": "o", "■": "=", "□": "o",
    "◤": "\\", "◥": "/",
    "‹": "<", "›": ">", "╲": "\\", "╱": "/", "∞": "&", "≡": "=", "ƒ": "f", "×": "x", "·": ".", "•": "*",
    "▮": "#", "▯": "-",
    "▪": "+", "↳": ">", "≠": "!", "±": "~", **dict.fromkeys(map(chr, range(0x2400, 0x2421)), "?"), "¬": "?",
    **dict.fromkeys("“”„‟«»「」", '"'), **dict.fromkeys("‘’‚‛′´", "'"),
    "◌": "-", "❴": "{", "❵": "}", "→": ">", "←": "<", "↑": "^", "↓": "v", "✓": "v",
}  # fmt: skip
_QUIET_ROLES = (
    "background",
    "surface",
    "raised",
    "line",
    "muted",
    "text",
)  # If a theme has no grey, the nearest of these roles replaces a mixed colour.
TABLE = str.maketrans(dict(ASCII_REPLACEMENTS))


def wants_ascii(setting: str, environ: Mapping[str, str]) -> bool:
    """Return True if output must be ASCII: because the user set it, or because console and locale can show
    nothing else.
    """
    if setting != "auto":
        return setting == "ascii"
    if environ.get("TERM") in ("linux", "vt100", "vt220"):
        return True
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    charset = locale.partition(".")[2].partition("@")[0].casefold().replace("-", "")
    return bool(charset) and charset != "utf8"


class SafeCellFilter(LineFilter):
    """A filter that removes characters which a terminal may take for a command. Styles and widths stay the
    same.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the row without control characters; unchanged segments are the same objects."""
        texts = [clean_cell_text(segment.text) for segment in segments]
        return [
            segment if segment.text is text else Segment(text, *segment[1:])
            for segment, text in zip(segments, texts, strict=True)
        ]


class AsciiFilter(LineFilter):
    """A filter that replaces glyphs by ASCII characters. Styles and widths stay the same."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(segment.text.translate(TABLE), *segment[1:])
            for segment in segments
        ]


class LinkRemovalFilter(LineFilter):
    """A filter that removes links (OSC 8), for a terminal that may print sequences which it does not know."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.style is None or not segment.style.link
            else Segment(segment.text, segment.style.update_link(None), segment.control)
            for segment in segments
        ]  # fmt: skip


class IndexedColourFilter(LineFilter):
    """A filter that writes the colours of a 256-colour theme as palette numbers. Colours that Textual has
    mixed become a grey.

    Without the filter Textual would round a colour to a different palette number, for example 249 to 248. The
    colours of pictures are palette numbers already and are not changed.
    """

    def __init__(self, theme: Callable[[], str]) -> None:
        """Create the filter. `theme` returns the name of the current theme, which may change."""
        super().__init__()
        self._theme = theme

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the row with colours as palette numbers; unchanged if the theme is not a 256-colour
        theme.
        """
        theme = self._theme()
        if get_palette_indexes(theme) is None:
            return segments
        return [
            segment if (style := segment.style) is None or _is_indexed_style(style)
            else Segment(segment.text, _to_indexed_style(style, theme), segment.control)
            for segment in segments
        ]  # fmt: skip


def _is_indexed_style(style: Style) -> bool:
    """Return True if no colour of a style needs to be converted to a palette number. This is so for the cells
    of pictures and for styles without true colours.
    """
    if isinstance(style, PictureStyle):
        return True
    ink, ground = style.color, style.bgcolor
    return (ink is None or ink.type is not ColorType.TRUECOLOR) and (
        ground is None or ground.type is not ColorType.TRUECOLOR
    )


@lru_cache(maxsize=2048)
def _to_indexed_style(style: Style, theme: str) -> Style:
    ink, ground = (
        _find_theme_index(colour, theme)
        if colour is not None and colour.type is ColorType.TRUECOLOR
        else None
        for colour in (style.color, style.bgcolor)
    )
    return style + Style.from_color(ink, ground)


@lru_cache(maxsize=512)
def _find_theme_index(colour: RichColor, theme: str) -> RichColor:
    """Return the palette number for a true colour. For a colour of the theme, this is the number that the
    theme uses. For any other colour, this is the number of the most similar grey.

    Colours outside the theme are mixed backgrounds under a panel. A hue of the theme would suggest a meaning
    there, so a grey is used.
    """
    wanted, roles = colour.get_truecolor(), get_palette_indexes(theme) or {}
    greys = [number for number in roles.values() if len(set(palette_index_to_rgb(number))) == 1]
    greys = greys or [roles[role] for role in _QUIET_ROLES]

    def weighted_distance(number: int) -> int:
        return sum(
            weight * (one - other) ** 2
            for weight, one, other in zip((3, 4, 2), wanted, palette_index_to_rgb(number), strict=True)
        )

    own = next((number for number in roles.values() if palette_index_to_rgb(number) == wanted), None)
    return RichColor.from_ansi(min(greys, key=weighted_distance) if own is None else own)
