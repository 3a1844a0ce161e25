"""How a cell looks, in the words that a terminal takes: SGR parameters and a link, one object for equal ones.

SGR: ECMA-48 8.3.117; 256 and true colours: ISO 8613-6 as xterm writes them; links: OSC 8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakValueDictionary

from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from milimo_tui.tui.terminal.line.cell_styles import picture_of

# Attributes of a rich style by their bits: bold, dim, italic, underline, blink, …, overline.
ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
# Of those that are seen on a blank, too: underlines, blinking and reverse, struck out, framed, overlined.
SEEN_ON_BLANKS = frozenset(("4", "5", "6", "7", "9", "21", "51", "52", "53"))
CUBE = (0, 95, 135, 175, 215, 255)
# Looks, at some 2 kB with their styles, of words and of cells each. A frame of a film in 100 by 40 cells
# has about 2,000, a minute of it some 200,000: eight times as many would spare a fifth of what is made.
MOST_KEPT = 1 << 13
MOST_NEAR = 1 << 11
# Of pictures that the terminal draws, each of which has a look of its own that never comes again: a few times
# as many as stand on a screen. Among the others they took 2 kB for each picture that ever came.
MOST_PICTURES = 1 << 10


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Look:
    """Attributes, ink and ground as SGR parameters, and a link's address; `picture`: see `picture_of`.

    `bare` is the look of a blank in it, without the ink that nobody sees there; None is this one.
    """

    attributes: str = ""
    ink: str = "39"
    ground: str = "49"
    link: str = ""
    picture: int | None = None
    shade: tuple[int, ...] = ()  # of true colours: red, green, blue of ink and of ground
    bare: Look | None = None

    def after(self, before: Look | None) -> str:
        """Return the words that change one look to this; None is as after a reset."""
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
        """Return whether a blank in it shows nothing but the ground."""
        return not self.attributes or SEEN_ON_BLANKS.isdisjoint(self.attributes.split(";"))

    def on(self, ground: str) -> Look:
        """Return this look on another ground."""
        return replace(self, ground=ground)


PLAIN = Look()


class Looks:
    """Looks of styles for the colours that a terminal shows; equal ones are one object.

    So it stays for as long as a cell of the screen has the look, however long ago its style came: a picture
    that is painted again where it stands is known to stand there.
    """

    def __init__(self, colours: str) -> None:
        """`colours`: truecolor, 256, 16 or none."""
        self.colours = colours
        self._near: dict[int, tuple[Style, Look]] = {}  # of words, by the object: quicker than by its values
        self._in_use = WeakValueDictionary[tuple[str, str, str, str, int | None], Look]()
        self._of = lru_cache(MOST_KEPT)(self._made)
        self._of_cell = lru_cache(MOST_KEPT)(self._drawn)
        self._of_picture = lru_cache(MOST_PICTURES)(self._drawn)

    def of(self, style: Style | None) -> Look:
        """Return the look of a style; no style is plain."""
        if style is None:
            return PLAIN
        known = self._near.get(id(style))
        if known is not None and known[0] is style:
            return known[1]
        picture = picture_of(style)
        if picture is not None:
            return self._of_picture(style, picture) if picture else self._of_cell(style, 0)
        look = self._of(style.color, style.bgcolor, _attributes(style), style.link or "")
        if len(self._near) >= MOST_NEAR:
            self._near.clear()
        self._near[id(style)] = style, look
        return look

    def _made(self, color: Color | None, bgcolor: Color | None, attributes: str, link: str) -> Look:
        """Make the look of words. Textual's styles say where in a text each of them stands, too: nobody sees
        it, and words in one look had as many styles as there are places.
        """
        ink, ground = _colour(color, self.colours, "38"), _colour(bgcolor, self.colours, "48")
        bare = self._the("", "39", ground, link, None, None)
        return self._the(attributes, ink, ground, link, None, bare)

    def _drawn(self, style: Style, picture: int) -> Look:
        """Make the look of a picture's cells, which nothing else has."""
        ink, ground = _words(style.color, self.colours, "38"), _colour(style.bgcolor, self.colours, "48")
        return self._the(_attributes(style), ink, ground, style.link or "", picture, None)

    def _the(
        self, attributes: str, ink: str, ground: str, link: str, picture: int | None, bare: Look | None
    ) -> Look:
        """Return the one look with these parts, made where none is in use."""
        parts = (attributes, ink, ground, link, picture)
        look = self._in_use.get(parts)
        if look is None:
            look = Look(attributes, ink, ground, link, picture, _shade(ink) + _shade(ground))
            if bare is not None and look.is_bare:
                look = replace(look, bare=bare)
            self._in_use[parts] = look
        return look


def _shade(colour: str) -> tuple[int, ...]:
    parts = colour.split(";")
    return tuple(int(part) for part in parts[2:]) if len(parts) == 5 else ()


def _attributes(style: Style) -> str:
    bits = style._attributes & style._set_attributes
    return ";".join(number for bit, number in enumerate(ATTRIBUTES) if bits >> bit & 1) if bits else ""


def _words(colour: Color | None, colours: str, way: str) -> str:
    """Write a colour's parameters; a true one as its nearest where the terminal has fewer."""
    if colour is None or colour.type is ColorType.DEFAULT or colours == "none":
        return "39" if way == "38" else "49"
    if colour.type is ColorType.TRUECOLOR and colours == "256":
        assert colour.triplet is not None
        return f"{way};5;{nearest(*colour.triplet)}"
    if colours == "16":
        colour = colour.downgrade(ColorSystem.STANDARD)
    return ";".join(colour.get_ansi_codes(foreground=way == "38"))


_colour = lru_cache(1 << 14)(_words)


@lru_cache(1 << 14)
def nearest(red: int, green: int, blue: int) -> int:
    """Return the nearest number of 256 colours, 16 to 255: the 6×6×6 cube and the ramp of greys."""
    levels = [min(range(6), key=lambda step: abs(CUBE[step] - value)) for value in (red, green, blue)]
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    off_cube = sum(
        (CUBE[level] - value) ** 2 for level, value in zip(levels, (red, green, blue), strict=True)
    )
    off_grey = sum((8 + 10 * grey - value) ** 2 for value in (red, green, blue))
    return 232 + grey if off_grey < off_cube else 16 + 36 * levels[0] + 6 * levels[1] + levels[2]
