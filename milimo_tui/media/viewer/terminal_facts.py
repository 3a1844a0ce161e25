"""Define the facts about terminals that the viewer and the studio share: families of glyphs, and the 256
colours.

The module does not use NumPy, because the studio's process does not load it.
"""

from __future__ import annotations

from collections.abc import Mapping

SHADES, BARS, QUADRANTS = "shades", "bars", "quadrants"
SEXTANTS, OCTANTS, BRAILLE = "sextants", "octants", "braille"
FAMILIES = (SHADES, BARS, QUADRANTS, SEXTANTS, OCTANTS, BRAILLE)
# Shades, bars and quadrants are in every font that has half-blocks (Block Elements, U+2580 to U+259F).
USUAL_GLYPHS = (SHADES, BARS, QUADRANTS)
# The glyph families that a font has in addition to the usual families, by its finest kind of block glyphs.
# Fonts with sextants or octants also have braille, which can show pictures without colour.
FINER_GLYPHS: Mapping[str, tuple[str, ...]] = {
    "half": (),
    "sextants": (BRAILLE, SEXTANTS),
    "octants": (BRAILLE, SEXTANTS, OCTANTS),
}
# The user can state in the setting `cells` which glyphs the font has, instead of detection. This gives the
# glyph families for each value of the setting.
GLYPHS_BY_SETTING: Mapping[str, tuple[str, ...]] = {
    "half": (),
    "quadrants": USUAL_GLYPHS,
    "braille": (*USUAL_GLYPHS, BRAILLE),
    "sextants": (*USUAL_GLYPHS, *FINER_GLYPHS["sextants"]),
    "octants": (*USUAL_GLYPHS, *FINER_GLYPHS["octants"]),
}
# The longest side in pixels of a sixel picture in xterm (its resource `maxGraphicSize`). xterm shows nothing
# of a larger picture.
LONGEST_SIXEL_SIDE = 1000
# Brightness levels of red, green and blue in the colour cube (colours 16 to 231)
CUBE_STEPS = (0, 95, 135, 175, 215, 255)


def palette_index_to_rgb(number: int) -> tuple[int, int, int]:
    """Return red, green and blue of palette colour `number` (16 to 255): the colour cube up to 231, then the
    greys.
    """
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    red, rest = divmod(number - 16, 36)
    return CUBE_STEPS[red], CUBE_STEPS[rest // 6], CUBE_STEPS[rest % 6]
