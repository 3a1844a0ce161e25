"""The look of a cell (its colours, attributes and link) in the form that a terminal needs: SGR parameters and
a link. Equal looks are the same object, so they can be compared by identity.

SGR: ECMA-48 8.3.117. 256 colours and true colours: ISO 8613-6 in the notation of xterm. Links: OSC 8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakValueDictionary

from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from milimo_tui.media.viewer.terminal_facts import CUBE_STEPS
from milimo_tui.tui.terminal.line.cell_styles import get_picture_id

# SGR numbers for the attribute bits of a Rich style, in the order of the bits: bold, dim, italic, underline,
# blink and so on to overline.
ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
# SGR numbers of attributes that are visible even on a blank: underline, blink, reverse, strike, frame,
# overline.
SEEN_ON_BLANKS = frozenset(("4", "5", "6", "7", "9", "21", "51", "52", "53"))
# Maximum number of cached looks of text, and the same number for the cells of pictures. A look takes about 2
# kB with its style. A film frame of 100 by 40 cells has about 2,000 looks, a minute of film about 200,000. A
# cache eight times as large would save only a fifth of the work.
MAX_CACHED_LOOKS = 1 << 13
MAX_RECENT_LOOKS = 1 << 11
# Maximum number of cached looks of pictures in real pixels, a few times as many as fit on a screen. The look
# of such a picture is never used for another picture, so in the larger cache it would occupy 2 kB for a long
# time.
MAX_PICTURE_LOOKS = 1 << 10


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Look:
    """The look of a cell: attributes, foreground (`ink`) and background (`ground`) as SGR parameters, and a
    link. `picture` has the values of `get_picture_id`.

    `bare` is the look to use for blanks: the same look without the foreground, which is invisible there. If
    `bare` is None, blanks use this look itself.
    """

    attributes: str = ""
    ink: str = "39"
    ground: str = "49"
    link: str = ""
    picture: int | None = None
    # Red, green and blue of the foreground, then of the background. Empty unless both are true colours.
    shade: tuple[int, ...] = ()
    bare: Look | None = None

    def make_sgr_change(self, before: Look | None) -> str:
        """Return the escape sequence that changes the look `before` to this look. If `before` is None, the
        terminal's look was reset.
        """
        if before is self:
            return ""
        before = before or PLAIN
        changed: list[str] = []
        if before.attributes != self.attributes:
            changed.append("0" if not self.attributes else f"0;{self.attributes}")
            before = PLAIN
        if before.ink != self.ink:
            changed.append(self.ink)
        if before.ground != self.ground:
            changed.append(self.ground)
        return f"\x1b[{';'.join(changed)}m" if changed else ""

    @property
    def is_bare(self) -> bool:
        """True if only the background of a blank with this look is visible, because no attribute such as
        underline shows on a blank.
        """
        return not self.attributes or SEEN_ON_BLANKS.isdisjoint(self.attributes.split(";"))

    def with_background(self, ground: str) -> Look:
        """Return a copy of this look with the background `ground` (SGR parameters)."""
        return replace(self, ground=ground)


PLAIN = Look()


class Looks:
    """A cache that converts Rich's styles to looks (see `Look`), for the number of colours that the terminal
    shows. Equal looks are one object.

    A look exists as long as any cell of the screen uses it, even if its style was dropped from the cache. A
    picture that is painted again at the same position is therefore recognised as unchanged.
    """

    def __init__(self, colours: str) -> None:
        """Create the cache. `colours`: truecolor, 256, 16 or none."""
        self.colours = colours
        # Looks of text by the id of the style object, which is faster than a lookup by the style's values.
        self._near: dict[int, tuple[Style, Look]] = {}
        self._in_use = WeakValueDictionary[tuple[str, str, str, str, int | None], Look]()
        self._of = lru_cache(MAX_CACHED_LOOKS)(self._make_text_look)
        self._of_cell = lru_cache(MAX_CACHED_LOOKS)(self._make_picture_look)
        self._of_picture = lru_cache(MAX_PICTURE_LOOKS)(self._make_picture_look)

    def get_look(self, style: Style | None) -> Look:
        """Return the look of a style; None is plain."""
        if style is None:
            return PLAIN
        known = self._near.get(id(style))
        if known is not None and known[0] is style:
            return known[1]
        picture = get_picture_id(style)
        if picture is not None:
            return self._of_picture(style, picture) if picture else self._of_cell(style, 0)
        look = self._of(style.color, style.bgcolor, _format_attributes(style), style.link or "")
        if len(self._near) >= MAX_RECENT_LOOKS:
            self._near.clear()
        self._near[id(style)] = style, look
        return look

    def _make_text_look(self, color: Color | None, bgcolor: Color | None, attributes: str, link: str) -> Look:
        """Return the look of text with these values.

        A style of Textual also contains the position of the text. The position is invisible and is no
        parameter here, so styles that differ only in the position share one look.
        """
        ink, ground = _colour(color, self.colours, "38"), _colour(bgcolor, self.colours, "48")
        bare = self._intern_look("", "39", ground, link, None, None)
        return self._intern_look(attributes, ink, ground, link, None, bare)

    def _make_picture_look(self, style: Style, picture: int) -> Look:
        """Return the look for the cells of a picture. Text never uses this look."""
        ink, ground = (
            _format_colour(style.color, self.colours, "38"),
            _colour(style.bgcolor, self.colours, "48"),
        )
        return self._intern_look(_format_attributes(style), ink, ground, style.link or "", picture, None)

    def _intern_look(
        self, attributes: str, ink: str, ground: str, link: str, picture: int | None, bare: Look | None
    ) -> Look:
        """Return the existing look with these values; create it if no cell uses one."""
        parts = (attributes, ink, ground, link, picture)
        look = self._in_use.get(parts)
        if look is None:
            look = Look(attributes, ink, ground, link, picture, _parse_shade(ink) + _parse_shade(ground))
            if bare is not None and look.is_bare:
                look = replace(look, bare=bare)
            self._in_use[parts] = look
        return look


def _parse_shade(colour: str) -> tuple[int, ...]:
    parts = colour.split(";")
    return tuple(int(part) for part in parts[2:]) if len(parts) == 5 else ()


def _format_attributes(style: Style) -> str:
    bits = style._attributes & style._set_attributes
    return ";".join(number for bit, number in enumerate(ATTRIBUTES) if bits >> bit & 1) if bits else ""


def _format_colour(colour: Color | None, colours: str, sgr_code: str) -> str:
    """Return the SGR parameters of a colour; `sgr_code` is 38 for the foreground and 48 for the background.
    If the terminal has fewer colours, a true colour is replaced by the nearest one.
    """
    if colour is None or colour.type is ColorType.DEFAULT or colours == "none":
        return "39" if sgr_code == "38" else "49"
    if colour.type is ColorType.TRUECOLOR and colours == "256":
        assert colour.triplet is not None
        return f"{sgr_code};5;{find_palette_index(*colour.triplet)}"
    if colours == "16":
        colour = colour.downgrade(ColorSystem.STANDARD)
    return ";".join(colour.get_ansi_codes(foreground=sgr_code == "38"))


_colour = lru_cache(1 << 14)(_format_colour)


@lru_cache(1 << 14)
def find_palette_index(red: int, green: int, blue: int) -> int:
    """Return the number (16 to 255) of the palette colour that is nearest to a true colour: in the 6×6×6 cube
    or in the grey ramp.
    """
    levels = [min(range(6), key=lambda step: abs(CUBE_STEPS[step] - value)) for value in (red, green, blue)]
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    off_cube = sum(
        (CUBE_STEPS[level] - value) ** 2 for level, value in zip(levels, (red, green, blue), strict=True)
    )
    off_grey = sum((8 + 10 * grey - value) ** 2 for value in (red, green, blue))
    return 232 + grey if off_grey < off_cube else 16 + 36 * levels[0] + 6 * levels[1] + levels[2]
