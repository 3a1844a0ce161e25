"""A theme by numbers of the 256 colours: the nearest that can still be read and told apart. Pure.

Never 0 to 15, which people's own themes move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from milimo_tui.tui.terminal.palettes import Tokens

Numbers = Mapping[str, int]
RAISED = SELECTED = 1.5  # a clip to its ground, what is selected to a clip
FAR = 1.8  # what is selected to the ground
READ, ON_CLIP, SIGN = 4.5, 4.4, 3.5  # words on ground and panel, on a clip; an edge, a wave
SELECTED_HUE = 3.0  # what is selected is known by its hue: a grey is no match for it
STATES = ("accent", "working", "picked", "stale", "failed")


def rgb_of(number: int) -> tuple[int, int, int]:
    """Return red, green and blue of a colour of 256 by its number, 16 to 255: the cube, then the greys."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    red, rest = divmod(number - 16, 36)
    steps = (0, 95, 135, 175, 215, 255)
    return steps[red], steps[rest // 6], steps[rest % 6]


def hex_of(number: int) -> str:
    """Return a colour of 256 as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*rgb_of(number))


def parts_of(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def luminance(rgb: Sequence[int]) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = map(_linear, rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Return the contrast of two luminances, 1 to 21 (WCAG 2.2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _seen(rgb: Sequence[int]) -> tuple[float, float, float]:
    """Return a colour as it is seen, where equal steps look equal (Oklab)."""
    red, green, blue = map(_linear, rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@cache
def _table() -> tuple[dict[int, float], dict[int, tuple[float, float, float]]]:
    """Return luminance and look of each number."""
    colours = {number: rgb_of(number) for number in range(16, 256)}
    return (
        {number: luminance(rgb) for number, rgb in colours.items()},
        {number: _seen(rgb) for number, rgb in colours.items()},
    )


@cache
def numbers_of(tokens: Tokens) -> Numbers:
    """Return a number for each role, with the contrasts of SCREENS, "Colours".

    A role that no number can serve has the one of the best contrast.
    """
    lights, looks = _table()
    found: dict[str, int] = {}

    def choose(
        name: str, least: Iterable[tuple[str, float]], taken: Iterable[str] = (), hue: float = 1.0
    ) -> None:
        wanted = _seen(parts_of(getattr(tokens, name)))
        grounds = [(lights[found[ground]], ratio) for ground, ratio in least]
        used = {found[other] for other in taken}
        able = [
            number
            for number, light in lights.items()
            if number not in used and all(contrast(light, ground) >= ratio for ground, ratio in grounds)
        ]
        if able:
            found[name] = min(able, key=lambda number: _distance(looks[number], wanted, hue))
        else:
            found[name] = max(lights, key=lambda n: min(contrast(lights[n], ground) for ground, _ in grounds))

    choose("background", ())
    choose("surface", (), ["background"])
    choose("raised", [("background", RAISED)], ["surface"])
    choose("line", [("background", RAISED)])
    words = [("background", READ), ("surface", READ), ("raised", ON_CLIP)]
    choose("text", [*words, ("raised", SELECTED * READ * 1.03)])  # so that what is selected has room between
    choose("selected", [("raised", SELECTED), ("background", FAR), ("text", READ)], hue=SELECTED_HUE)
    choose("muted", words, ["text"])
    for place, name in enumerate(STATES):
        choose(name, words, ["text", "muted", *STATES[:place]])
    choose("edge", [("raised", SIGN)])
    choose("wave", [("raised", SIGN)])
    return found


def _distance(one: Sequence[float], other: Sequence[float], hue: float) -> float:
    return sum((w * (a - b)) ** 2 for w, a, b in zip((1.0, hue, hue), one, other, strict=True))
