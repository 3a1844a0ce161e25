"""Colours as RGB triples, and arithmetic with them."""

from __future__ import annotations

Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Return the colour that a hexadecimal text describes: `"#5fd3c6"` is (95, 211, 198)."""
    value = int(text.lstrip("#"), 16)
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mix_colours(one: Colour, other: Colour, share: float) -> Colour:
    """Return a mixture of two colours. `share` 0 gives `one`, 1 gives `other`."""
    share = min(1.0, max(0.0, share))
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def measure_luma(colour: Colour) -> float:
    """Return the luma of a colour, from 0 (black) to 1 (white): the Rec. 709 weights applied to the
    gamma-coded values.
    """
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def multiply_light(colour: Colour, light: Colour) -> Colour:
    """Return the colour of a surface under a coloured light; white light does not change it."""
    return (
        min(255, colour[0] * light[0] // 255),
        min(255, colour[1] * light[1] // 255),
        min(255, colour[2] * light[2] // 255),
    )


def pick_from_ramp(stops: tuple[Colour, ...], value: float) -> Colour:
    """Return the colour at `value` (0 to 1) on a gradient through evenly spaced colours."""
    place = min(1.0, max(0.0, value)) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    return mix_colours(stops[index], stops[index + 1], place - index)
