"""One row of cells being drawn: characters with a colour for ink and ground, turned into a Strip once whole.

Knows nothing of films; colours are names of a palette, so that one drawing serves every theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from milimo_tui.tui.theme import Tokens

Ink = str  # a name of the palette; "" is the widget's own colour
Palette = Mapping[str, Color]

LEFT_EIGHTHS = " ▏▎▍▌▋▊▉█"
UP_EIGHTHS = " ▁▂▃▄▅▆▇█"


def palette_of(tokens: Tokens, *, plain: bool = False) -> Palette:
    """The names the drawing uses, in a theme's colours. `plain`: no colour at all, only what shapes tell."""
    names = {
        "text": tokens.text,
        "muted": tokens.muted,
        "quiet": tokens.text if tokens.ansi else tokens.muted,  # on a clip's ground
        "rule": tokens.line,
        "accent": tokens.accent,
        "working": tokens.working,
        "picked": tokens.picked,
        "stale": tokens.stale,
        "failed": tokens.failed,
        "wave": tokens.muted if tokens.ansi else mix(tokens.muted, tokens.raised, 0.45),
        # Grounds, and edges as ink: 16 colours have no quiet ground, so there edges alone part clips.
        "clip": "default" if tokens.ansi else tokens.raised,
        "sound": "default" if tokens.ansi else tokens.surface,
        "current": "ansi_blue" if tokens.ansi else tokens.line,
        "clip edge": tokens.muted if tokens.ansi else tokens.raised,
        "sound edge": tokens.muted if tokens.ansi else tokens.surface,
        "current edge": "ansi_blue" if tokens.ansi else tokens.line,
    }
    return {
        name: Color.parse("default" if plain else value.removeprefix("ansi_"))
        for name, value in names.items()
    }


def mix(one: str, other: str, share: float) -> str:
    """A colour between two of `#rrggbb`; `share` 1 is the first."""
    parts = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


class Row:
    """`width` cells, blank at first. A wide character takes two cells, the second of them empty."""

    __slots__ = ("_bold", "_chars", "_ground", "_ink", "width")

    def __init__(self, width: int, ink: Ink = "text", ground: Ink = "") -> None:
        self.width = width
        self._chars = [" "] * width
        self._ink = [ink] * width
        self._ground = [ground] * width
        self._bold = [False] * width

    def put(
        self,
        start: int,
        text: str,
        ink: Ink | None = None,
        ground: Ink | None = None,
        *,
        bold: bool = False,
        limit: int | None = None,
    ) -> int:
        """Write text from a cell on, cut at `limit` (exclusive) and the row's ends. Returns the next cell."""
        stop = self.width if limit is None else min(limit, self.width)
        at = start
        for char in text:
            size = 1 if char.isascii() else cell_len(char)
            if at + size > stop:
                break
            if at >= 0 and size:
                self._chars[at] = char
                if size == 2:
                    self._chars[at + 1] = ""
                for cell in range(at, at + size):
                    if ink is not None:
                        self._ink[cell] = ink
                    if ground is not None:
                        self._ground[cell] = ground
                    self._bold[cell] = bold
            at += size
        return at

    def fill(
        self, start: int, end: int, char: str | None = None, ink: Ink | None = None, ground: Ink | None = None
    ) -> None:
        """Set cells [start, end), cut at the row's ends; None leaves what is there."""
        for cell in range(max(0, start), min(end, self.width)):
            if char is not None:
                self._chars[cell] = char
                self._bold[cell] = False
            if ink is not None:
                self._ink[cell] = ink
            if ground is not None:
                self._ground[cell] = ground

    def char(self, cell: int) -> str:
        return self._chars[cell]

    @property
    def text(self) -> str:
        return "".join(self._chars)

    def strip(self, palette: Palette) -> Strip:
        """The finished row: as few segments as its colours need."""
        segments: list[Segment] = []
        start = 0
        look = (self._ink[0], self._ground[0], self._bold[0]) if self.width else ("", "", False)
        for cell in range(1, self.width + 1):
            here = (self._ink[cell], self._ground[cell], self._bold[cell]) if cell < self.width else None
            if here != look:
                text = "".join(self._chars[start:cell])
                segments.append(Segment(text, style(palette.get(look[0]), palette.get(look[1]), look[2])))
                if here is not None:
                    start, look = cell, here
        return Strip(segments, self.width)


@lru_cache(maxsize=512)
def style(ink: Color | None, ground: Color | None, bold: bool) -> Style:
    return Style.from_color(ink, ground) + Style(bold=bold) if bold else Style.from_color(ink, ground)


def overlay(strip: Strip, cell: int, char: str, ink: Color | None) -> Strip:
    """The strip with one cell's character and ink changed, its ground kept."""
    if not 0 <= cell < strip.cell_length:
        return strip
    left, here, right = strip.divide([cell, cell + 1, strip.cell_length])
    ground = next((segment.style.bgcolor for segment in here if segment.style), None)
    return Strip.join([left, Strip([Segment(char, style(ink, ground, True))], 1), right])


def bar(share: float, cells: int, full: str = "▓", empty: str = "░") -> str:
    """A progress bar of that many cells, told by shape."""
    done = max(0, min(cells, int(share * cells + 0.5)))
    return full * done + empty * (cells - done)
