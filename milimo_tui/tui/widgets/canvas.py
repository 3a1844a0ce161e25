"""A row of terminal cells that is drawn character by character, with a foreground and a background colour for
each cell, and then converted to a Textual `Strip`.

The module knows nothing about films. Colours are names in a palette, so the same drawing code works with
every theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import groupby

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from milimo_tui.tui.terminal.palettes import ThemeColours

ColourName = str  # The name of a colour in a palette. The empty name is the widget's own background colour.
# A palette: colours by name. The value is a Style where a colour is not enough, such as reverse video for the
# selection in a terminal without colours.
Palette = Mapping[str, Color | Style]

LEFT_EIGHTHS = " ▏▎▍▌▋▊▉█"
UP_EIGHTHS = " ▁▂▃▄▅▆▇█"
TEXT_COLOURS = frozenset({"muted", "quiet", "rule", "accent", "working", "picked", "stale", "failed"})
BOX_DRAWING_RANGE = "\u2500", "\u25a0"  # Box-drawing lines and blocks: characters in this range are not text.
FAINT, REVERSED = Style(dim=True), Style(reverse=True)


@cache
def get_drawing_palette(tokens: ThemeColours, *, plain: bool = False) -> Palette:
    """Return the colours of a theme by the names that drawing code uses. If `plain` is True, no colours are
    used and only shapes are visible.

    The same object is returned for the same theme, because the timeline's cache of rows compares it by
    identity.
    """
    if tokens.ansi:
        return _get_16_colour_palette(tokens, plain=plain)
    names = {
        "text": tokens.text,
        "muted": tokens.muted,
        "quiet": tokens.muted,  # Text on the background of a clip.
        "rule": tokens.line,
        "accent": tokens.accent,
        "working": tokens.working,
        "picked": tokens.picked,
        "stale": tokens.stale,
        "failed": tokens.failed,
        "wave": tokens.wave,
        "edge": tokens.edge,
        # These are background colours. A partly filled cell uses them as its foreground.
        "": tokens.background,
        "clip": tokens.raised,
        "current": tokens.selected,
        "chosen": tokens.selected,
        "join": tokens.surface,
    }
    return {name: Color.parse(value) for name, value in names.items()}


def _get_16_colour_palette(tokens: ThemeColours, *, plain: bool) -> Palette:
    """Return the palette for a terminal with 16 colours. Such a terminal has no subdued background colour.
    Clips are therefore drawn with marks at their ends, and the current clip and the selection in reverse
    video.
    """
    signs = ("text", "accent", "working", "picked", "stale", "failed")
    colours: dict[str, Color | Style] = {
        name: Color.parse("default" if plain else getattr(tokens, name).removeprefix("ansi_"))
        for name in signs
    }
    colours |= dict.fromkeys(("edge", "", "clip", "join"), Color.parse("default"))
    return {
        **colours,
        **dict.fromkeys(("muted", "quiet", "rule", "wave"), FAINT),
        **dict.fromkeys(("current", "chosen"), REVERSED),
    }


class CanvasRow:
    """A row of `width` cells, blank at first. A wide character takes two cells, the second of which is
    empty.
    """

    __slots__ = ("_bold", "_chars", "_ground", "_ink", "_laid", "width")

    def __init__(self, width: int, ink: ColourName = "text", ground: ColourName = "") -> None:
        self.width = width
        self._chars = [" "] * width
        self._ink = [ink] * width
        self._ground = [ground] * width
        self._bold = [False] * width
        self._laid: list[tuple[int, Strip]] = []

    def put(
        self,
        start: int,
        text: str,
        ink: ColourName | None = None,
        ground: ColourName | None = None,
        *,
        bold: bool = False,
        limit: int | None = None,
    ) -> int:
        """Write text from cell `start` on. The text is cut at cell `limit` (exclusive) and at the ends of the
        row. Return the cell after the text. `ink` is the foreground and `ground` the background; None keeps
        the present colour.
        """
        stop = self.width if limit is None else min(limit, self.width)
        if start >= 0 and (text.isascii() or cell_len(text) == len(text)):
            end = min(start + len(text), max(stop, start))
            self._chars[start:end] = text[: end - start]
        else:
            end = self._put_wide_text(start, text, stop)
            start = max(0, start)
        if end > start:
            if ink is not None:
                self._ink[start:end] = [ink] * (end - start)
            if ground is not None:
                self._ground[start:end] = [ground] * (end - start)
            self._bold[start:end] = [bold] * (end - start)
        return end

    def _put_wide_text(self, at: int, text: str, stop: int) -> int:
        """Write text that has wide characters, from cell `at` to before cell `stop`. `at` may be negative, if
        the text begins to the left of the row. Return the cell after the text.
        """
        for char in text:
            size = 1 if char.isascii() else cell_len(char)
            if at + size > stop:
                break
            if at >= 0 and size:
                self._chars[at] = char
                if size == 2:
                    self._chars[at + 1] = ""
            at += size
        return at

    def fill_cells(
        self,
        start: int,
        end: int,
        char: str | None = None,
        ink: ColourName | None = None,
        ground: ColourName | None = None,
    ) -> None:
        """Set the character, foreground (`ink`) and background (`ground`) of cells [start, end), as far as
        they are in the row. None keeps the present value.
        """
        start, end = max(0, start), min(end, self.width)
        count = end - start
        if count <= 0:
            return
        if char is not None:
            self._chars[start:end] = [char] * count
            self._bold[start:end] = [False] * count
        if ink is not None:
            self._ink[start:end] = [ink] * count
        if ground is not None:
            self._ground[start:end] = [ground] * count

    def recolour_text(self, start: int, end: int, ink: ColourName) -> None:
        """Set the foreground of words and glyphs in cells [start, end); waveforms, edges and backgrounds keep
        their colours.
        """
        for cell in range(max(0, start), min(end, self.width)):
            if self._ink[cell] in TEXT_COLOURS:
                self._ink[cell] = ink

    def place_strip(self, start: int, strip: Strip) -> None:
        """Put a finished strip of cells, such as a row of a picture, over the row from cell `start` on. The
        strip must fit in the row.
        """
        self._laid.append((start, strip))

    def is_free(self, cell: int) -> bool:
        """Return True if a cell is in the row and nothing was drawn in it."""
        return 0 <= cell < self.width and self._chars[cell] == " " and not self._ground[cell]

    def get_char(self, cell: int) -> str:
        """Return the character in a cell."""
        return self._chars[cell]

    @property
    def text(self) -> str:
        """The characters of the row as one string."""
        return "".join(self._chars)

    def to_strip(self, palette: Palette) -> Strip:
        """Convert the finished row to a Strip. Neighbouring cells with the same colours share a segment."""
        segments: list[Segment] = []
        start, chars = 0, self._chars
        for look, cells in groupby(zip(self._ink, self._ground, self._bold, strict=True)):
            end = start + len([*cells])
            ink, ground, bold = look
            segments.append(
                Segment(
                    "".join(chars[start:end]), make_cell_style(palette.get(ink), palette.get(ground), bold)
                )
            )
            start = end
        strip = Strip(segments, self.width)
        for start, overlay in self._laid:
            left, _, right = strip.divide([start, start + overlay.cell_length, self.width])
            strip = Strip.join([left, overlay, right])
        return strip


CellColour = Color | Style | None


@lru_cache(maxsize=512)
def make_cell_style(ink: CellColour, ground: CellColour, bold: bool) -> Style:
    """Return the style of a cell from its foreground (`ink`) and background (`ground`). Each may be a colour,
    or a Style such as reverse video.
    """
    colours = Style.from_color(
        ink if isinstance(ink, Color) else None, ground if isinstance(ground, Color) else None
    )
    for look in (ink, ground):
        if isinstance(look, Style):
            colours += look
    return colours + Style(bold=True) if bold else colours


def overlay_character(
    strip: Strip, cell: int, char: str, ink: CellColour, beneath: CellColour = None
) -> Strip:
    """Return a copy of the strip with another character in one cell, in the foreground colour `ink`. The
    background of the cell stays.

    If the cell belongs to a picture that the terminal draws itself, it has no background colour. In this
    case, `beneath` is used as its background.
    """
    if not 0 <= cell < strip.cell_length:
        return strip
    left, here, right = strip.divide([cell, cell + 1, strip.cell_length])
    ground = next((segment.style.bgcolor for segment in here if segment.style), None)
    return Strip.join([left, Strip([Segment(char, make_cell_style(ink, ground or beneath, True))], 1), right])


def draw_line_through(strip: Strip, cell: int, char: str, ink: CellColour, ground: CellColour) -> Strip:
    """Return a copy of the strip with a vertical line through a cell. If the cell contains a letter, the
    letter is highlighted and the line is not drawn.

    `ink` is the colour of the line, and `ground` the colour of a highlighted letter.
    """
    begin, end = cell, cell + 1
    # The cell looks empty. It may be half of a wide character next to it; then highlight the entire
    # character.
    if not strip.crop(begin, end).text.strip():
        for at in (cell - 1, cell):
            if at >= 0 and cell_len(strip.crop(at, at + 2).text.strip()) == 2:
                begin, end = at, at + 2
    word = strip.crop(begin, end)
    if not word.text.strip() or BOX_DRAWING_RANGE[0] <= word.text <= BOX_DRAWING_RANGE[1]:
        return overlay_character(strip, cell, char, ink)
    left, here, right = strip.divide([begin, end, strip.cell_length])
    below = next((segment.style for segment in here if segment.style), Style())
    if isinstance(ink, Color) and isinstance(ground, Color) and not ground.is_default:
        marked = make_cell_style(ground, ink, True)
    else:  # Mark the letter by reverse video, or by normal video where the text is reversed already.
        marked = make_cell_style(ink, None, True) + Style(reverse=not below.reverse)
    return Strip.join([left, Strip([Segment(word.text, marked)], end - begin), right])


def draw_progress_bar(share: float, cells: int, full: str = "▓", empty: str = "░") -> str:
    """Draw a progress bar of `cells` cells. `share` is the finished part, 0 to 1. Two different characters
    make the bar readable without colour.
    """
    done = max(0, min(cells, int(share * cells + 0.5)))
    return full * done + empty * (cells - done)
