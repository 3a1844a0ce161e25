"""The colours of light by time of day, outdoors and indoors: gradients of a few tones, skies, haze and
lamps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from milimo_tui.engines.animatic.draw.colour import (
    Colour,
    measure_luma,
    mix_colours,
    multiply_light,
    parse_colour,
    pick_from_ramp,
)


class Hour(StrEnum):
    DAWN = "dawn"
    MORNING = "morning"
    DAY = "day"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class LightPalette:
    """The colours of a scene's light. `ramp` goes from dark to light, `sky` from the zenith to the
    horizon.
    """

    hour: Hour
    sky: tuple[Colour, ...]
    ramp: tuple[Colour, ...]
    haze: Colour  # the colour that distant objects fade into
    light: Colour  # the colour that object colours are multiplied by
    key: Colour  # the colour of the key light itself, for bright edges and light shafts
    # The colour of the light on people, who are lit more brightly than the place, as on a film set
    face: Colour
    window: Colour  # the colour of lit windows seen from outside
    lamp: Colour
    accent: Colour
    lit_share: float = 0.0  # the share of a building's windows that are lit
    # Height of the sun or moon, from 0 at the horizon to 1 at the zenith; None if hidden
    sun: float | None = None
    moon: bool = False
    stars: bool = False
    shafts: float = 0.0  # strength of light shafts through windows, from 0
    lamps: bool = False  # True if the lamps in the picture are switched on

    def tone(self, value: float) -> Colour:
        """Return a colour of the scene's gradient from dark (`value` 0) to light (1)."""
        return pick_from_ramp(self.ramp, value)

    def light_colour(self, colour: Colour, keep: float = 0.62, light: Colour | None = None) -> Colour:
        """Return an object's colour as it looks in this light.

        `keep` is the share of the object's own colour. The rest is the scene's tone with the same luma.
        """
        seen = multiply_light(colour, light or self.light)
        return mix_colours(self.tone(min(1.0, measure_luma(seen) * 1.12)), seen, keep)


def _read_ramp(text: str) -> tuple[Colour, ...]:
    return tuple(parse_colour(part) for part in text.split())


_OUTDOORS = {
    Hour.DAY: LightPalette(
        hour=Hour.DAY,
        face=parse_colour("#fffcf2"),
        sky=_read_ramp("#4f9cc6 #93c8dc #e3efe6"),
        ramp=_read_ramp("#1b2f3d #38606f #6d96a0 #a9c5bf #dfe2cf #fbf6e6"),
        haze=parse_colour("#cfe0e0"),
        light=parse_colour("#fffdf4"),
        key=parse_colour("#fff6da"),
        window=parse_colour("#7fa9b8"),
        lamp=parse_colour("#fff1c4"),
        accent=parse_colour("#e4572e"),
        sun=0.72,
    ),
    Hour.MORNING: LightPalette(
        hour=Hour.MORNING,
        face=parse_colour("#fff4dc"),
        sky=_read_ramp("#77aed0 #c6dad6 #ffe6b4"),
        ramp=_read_ramp("#262c42 #535a74 #8f8894 #d2b69f #f2dcb8 #fff5de"),
        haze=parse_colour("#f4e2c6"),
        light=parse_colour("#fff3dc"),
        key=parse_colour("#ffeab4"),
        window=parse_colour("#a9c0c4"),
        lamp=parse_colour("#fff1c4"),
        accent=parse_colour("#d9542b"),
        lit_share=0.04,
        sun=0.34,
        shafts=0.5,
    ),
    Hour.DAWN: LightPalette(
        hour=Hour.DAWN,
        face=parse_colour("#ffe0d2"),
        sky=_read_ramp("#4a5a97 #a98bb6 #ffcaa4"),
        ramp=_read_ramp("#1b1e38 #3d3f66 #73658f #b4869c #e6ada2 #ffdfc0"),
        haze=parse_colour("#dcacaf"),
        light=parse_colour("#f2d6d6"),
        key=parse_colour("#ffd2ad"),
        window=parse_colour("#ffd08a"),
        lamp=parse_colour("#ffd9a0"),
        accent=parse_colour("#ff7f5c"),
        lit_share=0.14,
        sun=0.05,
    ),
    Hour.SUNSET: LightPalette(
        hour=Hour.SUNSET,
        face=parse_colour("#ffd9ac"),
        sky=_read_ramp("#5b2f63 #d4563c #ffbd5c"),
        ramp=_read_ramp("#1c1226 #471f3e #88344a #cb5d43 #f29a51 #ffd794"),
        haze=parse_colour("#ea8f57"),
        light=parse_colour("#ffc890"),
        key=parse_colour("#ffc26b"),
        window=parse_colour("#ffd58a"),
        lamp=parse_colour("#ffd58a"),
        accent=parse_colour("#2cb5aa"),
        lit_share=0.12,
        sun=0.1,
        shafts=0.6,
    ),
    Hour.DUSK: LightPalette(
        hour=Hour.DUSK,
        face=parse_colour("#efc4b0"),
        sky=_read_ramp("#1b2152 #5d4a8a #e79284"),
        ramp=_read_ramp("#0d0f22 #22244a #453f72 #7b5c8e #bb8ea4 #f5cfae"),
        haze=parse_colour("#6f5a8c"),
        light=parse_colour("#b5a3cf"),
        key=parse_colour("#ffb28c"),
        window=parse_colour("#ffcb74"),
        lamp=parse_colour("#ffcf85"),
        accent=parse_colour("#ff7a5a"),
        lit_share=0.42,
        lamps=True,
    ),
    Hour.NIGHT: LightPalette(
        hour=Hour.NIGHT,
        face=parse_colour("#dcbf9c"),
        sky=_read_ramp("#050921 #0c1c42 #27517c"),
        ramp=_read_ramp("#050912 #0e1a2e #1b304b #32506e #6a8aa4 #c3d8e2"),
        haze=parse_colour("#22486a"),
        light=parse_colour("#7f9cc4"),
        key=parse_colour("#a8cdf0"),
        window=parse_colour("#ffc765"),
        lamp=parse_colour("#ffce7a"),
        accent=parse_colour("#5fd3c6"),
        lit_share=0.3,
        sun=0.78,
        moon=True,
        stars=True,
        lamps=True,
    ),
}

_INDOORS: dict[Hour, tuple[str, str, float, bool]] = {
    # The columns are the ramp; light, key and light on people; shafts; lamps.
    Hour.DAY: ("#23292f #4c5257 #837f76 #bdb3a0 #e2d8c4 #fbf6e9", "#fff9ec #fffbe8 #fffdf4", 0.34, False),
    Hour.MORNING: ("#2a262c #5e4f4c #a0846b #d8b78e #f2dbb4 #fff4da", "#fff0d2 #ffedbe #fff4de", 0.46, False),
    Hour.DAWN: ("#1b1a2b #403b56 #776680 #ad8e98 #dcbcb2 #f9e4d0", "#ead2d2 #ffd0b0 #fbe2d8", 0.3, False),
    Hour.SUNSET: ("#1f161d #4c3035 #8d5848 #c98a5c #eeb878 #ffe0a6", "#ffcf98 #ffbe63 #ffdcb0", 0.5, False),
    Hour.DUSK: ("#121122 #2c2740 #54465c #8b6a68 #c59a7c #f2cf9f", "#dfc0ac #ffc88a #f6d6b8", 0.0, True),
    Hour.NIGHT: ("#090b14 #191c2b #343346 #615350 #a67f58 #f3cc8c", "#d2b497 #ffd08a #f8d6a6", 0.16, True),
}
_MOONLIT = parse_colour("#b4cae6")


def make_outdoor_palette(hour: Hour, *, wild: bool = False) -> LightPalette:
    """Return the outdoor light at an hour. In the wild (`wild`) there are no lamps at night."""
    palette = _OUTDOORS[hour]
    return replace(palette, face=_MOONLIT) if wild and hour is Hour.NIGHT else palette


def make_indoor_palette(hour: Hour, mood: Colour | None = None, strength: float = 0.22) -> LightPalette:
    """Return the indoor light at an hour. `mood` is a colour that tints the middle tones by `strength` (0 to
    1).
    """
    outside = _OUTDOORS[hour]
    tones, lights, shafts, lamps = _INDOORS[hour]
    stops, (light, key, face) = _read_ramp(tones), _read_ramp(lights)
    if mood is not None:
        stops = tuple(
            mix_colours(
                stop,
                mix_colours(multiply_light(stop, mood), mood, 0.25),
                strength * (1.6 if 0 < index < 5 else 0.8),
            )
            for index, stop in enumerate(stops)
        )
    return replace(
        outside,
        ramp=stops,
        light=light,
        key=key,
        face=face if mood is None else mix_colours(face, mix_colours(mood, (255, 255, 255), 0.55), 0.36),
        shafts=shafts,
        lamps=lamps,
        haze=stops[3],
    )
