"""Colours as plain RGB triples, and the few sums a painter does with them. Pure; no pictures here."""

from __future__ import annotations

Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    """`"#5fd3c6"` as a triple."""
    value = int(text.lstrip("#"), 16)
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """From one (share 0) to the other (share 1)."""
    share = min(1.0, max(0.0, share))
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def luma(colour: Colour) -> float:
    """How light it looks, 0 to 1 (Rec. 709 weights on the coded values)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def lit(colour: Colour, light: Colour) -> Colour:
    """The colour of a surface under a coloured light; white light leaves it as it is."""
    return (
        min(255, colour[0] * light[0] // 255),
        min(255, colour[1] * light[1] // 255),
        min(255, colour[2] * light[2] // 255),
    )


def ramp(stops: tuple[Colour, ...], value: float) -> Colour:
    """The colour at `value` (0…1) along evenly spaced stops."""
    place = min(1.0, max(0.0, value)) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    return mix(stops[index], stops[index + 1], place - index)
