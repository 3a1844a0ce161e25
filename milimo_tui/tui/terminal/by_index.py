"""Convert the colours of a theme to numbers of the 256-colour palette: the nearest colours that are still
readable and distinct. Pure functions.

The numbers 0 to 15 are never used, because users change these colours in their terminals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from milimo_tui.media.viewer.terminal_facts import palette_index_to_rgb
from milimo_tui.tui.terminal.palettes import ThemeColours

Numbers = Mapping[str, int]
# Minimum contrast ratio of a clip to the background, and of a selected clip to an unselected one. Also used
# for lines on the background.
RAISED = SELECTED = 1.5
SELECTED_TO_BACKGROUND = 1.8  # Minimum contrast ratio of a selected item to the background.
# Minimum contrast ratios: of text to the background or a panel, of text to a clip, and of clip edges and
# waveforms to a clip.
READ, ON_CLIP, SIGN = 4.5, 4.4, 3.5
# Weight of a difference in hue, relative to one in lightness, when a palette number for selections is chosen.
# A selection is recognised by its hue. For other roles the weight is 1.
SELECTED_HUE = 3.0
STATES = ("accent", "working", "picked", "stale", "failed")


def palette_index_to_hex(number: int) -> str:
    """Return a 256-colour number as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*palette_index_to_rgb(number))


def parse_hex_colour(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0 to 255) of a colour written as `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linearise_channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def compute_luminance(rgb: Sequence[int]) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2). `rgb` has red, green and blue from 0
    to 255.
    """
    red, green, blue = map(_linearise_channel, rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def compute_contrast(one: float, other: float) -> float:
    """Return the contrast ratio of two luminances, 1 to 21 (WCAG 2.2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _rgb_to_oklab(rgb: Sequence[int]) -> tuple[float, float, float]:
    """Convert a colour to the colour space Oklab, in which equal distances between colours look equally
    different.
    """
    red, green, blue = map(_linearise_channel, rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@cache
def _index_palette() -> tuple[dict[int, float], dict[int, tuple[float, float, float]]]:
    """Return two mappings for the palette numbers 16 to 255: number to relative luminance, and number to the
    colour in Oklab.
    """
    colours = {number: palette_index_to_rgb(number) for number in range(16, 256)}
    return (
        {number: compute_luminance(rgb) for number, rgb in colours.items()},
        {number: _rgb_to_oklab(rgb) for number, rgb in colours.items()},
    )


@cache
def choose_palette_indexes(tokens: ThemeColours) -> Numbers:
    """Choose a palette number for the colour of each role of a theme. The required contrasts between the
    roles are in the document SCREENS, section “Colours”.

    If no number has enough contrast for a role, the number with the highest contrast is used.
    """
    lights, looks = _index_palette()
    found: dict[str, int] = {}

    def choose(
        name: str, least: Iterable[tuple[str, float]], taken: Iterable[str] = (), hue: float = 1.0
    ) -> None:
        wanted = _rgb_to_oklab(parse_hex_colour(getattr(tokens, name)))
        grounds = [(lights[found[ground]], ratio) for ground, ratio in least]
        used = {found[other] for other in taken}
        able = [
            number
            for number, light in lights.items()
            if number not in used
            and all(compute_contrast(light, ground) >= ratio for ground, ratio in grounds)
        ]
        if able:
            found[name] = min(able, key=lambda number: _oklab_distance(looks[number], wanted, hue))
        else:
            found[name] = max(
                lights, key=lambda n: min(compute_contrast(lights[n], ground) for ground, _ in grounds)
            )

    choose("background", ())
    choose("surface", (), ["background"])
    choose("raised", [("background", RAISED)], ["surface"])
    choose("line", [("background", RAISED)])
    words = [("background", READ), ("surface", READ), ("raised", ON_CLIP)]
    # Text must have a higher contrast to a clip than READ, so that a colour for selections that contrasts
    # with both fits between them.
    choose("text", [*words, ("raised", SELECTED * READ * 1.03)])
    choose(
        "selected",
        [("raised", SELECTED), ("background", SELECTED_TO_BACKGROUND), ("text", READ)],
        hue=SELECTED_HUE,
    )
    choose("muted", words, ["text"])
    for place, name in enumerate(STATES):
        choose(name, words, ["text", "muted", *STATES[:place]])
    choose("edge", [("raised", SIGN)])
    choose("wave", [("raised", SIGN)])
    return found


def _oklab_distance(one: Sequence[float], other: Sequence[float], hue: float) -> float:
    return sum((w * (a - b)) ** 2 for w, a, b in zip((1.0, hue, hue), one, other, strict=True))
