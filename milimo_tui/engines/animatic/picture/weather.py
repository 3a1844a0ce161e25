"""Draw weather and atmosphere over the picture: rain, snow, fog, smoke, fire and neon.

Tiles are drawn once and then moved from frame to frame.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from milimo_tui.engines.animatic.draw.colour import Colour, mix_colours
from milimo_tui.engines.animatic.picture.planes import PlaneFrame, PlaneKind, reduce_masks
from milimo_tui.engines.animatic.stage.staging import StagedShot

_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Veil:
    """A sheet of weather, such as rain or fog, over the picture. With `behind`, the sheet is drawn behind the
    people.

    The sheet consists of tiles. `kind` is the movement of the tiles: `fall` moves by whole pixels and wraps
    around, `drift` moves smoothly, and `flicker` changes brightness.
    """

    kind: str
    colour: Colour
    tiles: tuple[Image.Image, ...]
    speed: tuple[float, float] = (0.0, 0.0)  # pixels per second, to the right and down
    behind: bool = False
    phase: float = 0.0

    def prepare_planes(self, kind: PlaneKind) -> PlaneVeil:
        """Return the sheet of weather converted to colour planes in the pixel format `kind` of the frames."""
        values = kind.values(self.colour)
        if self.kind == "fall":
            # Streaks are too thin to show a colour, so they are drawn on the brightness plane only.
            return PlaneVeil(self, values[:1], tuple((tile,) for tile in self.tiles))
        return PlaneVeil(self, values, tuple(reduce_masks(kind, tile) for tile in self.tiles))


@dataclass(frozen=True, slots=True)
class PlaneVeil:
    """A sheet of weather as colour planes, in the pixel format of the frames over which it is laid."""

    veil: Veil
    values: tuple[Colour | int, ...]
    tiles: tuple[tuple[Image.Image, ...], ...]

    @property
    def behind(self) -> bool:
        """True if the sheet is behind the people."""
        return self.veil.behind

    def lay_over(self, frame: PlaneFrame, time: float) -> None:
        """Draw the sheet over a frame. `time` is in seconds."""
        veil = self.veil
        width, height = frame.planes[0].size
        if veil.kind == "fall":
            x, y = round(veil.speed[0] * time / 2) * 2, round(veil.speed[1] * time / 2) * 2
            masks = tuple(
                ImageChops.offset(tile, x >> index, y >> index) for index, tile in enumerate(self.tiles[0])
            )
        elif veil.kind == "drift":
            masks = tuple(
                self._slide_tile(tile, time, width, height, index) for index, tile in enumerate(self.tiles[0])
            )
        else:
            fast, slow = math.sin(time * 9.1 + veil.phase), math.sin(time * 3.3)
            wave = fast + 0.6 * math.sin(time * 23.7 + veil.phase * 2) + 0.4 * slow
            masks = self.tiles[min(_LEVELS - 1, max(0, int((wave + 2) / 4 * _LEVELS)))]
        frame.tint_area(self.values, masks, (0, 0, width, height))

    def _slide_tile(self, tile: Image.Image, time: float, width: int, height: int, index: int) -> Image.Image:
        """Return the part of a moving tile that is visible at `time` seconds, resized to the plane with the
        given index. The tile's content repeats after half its width and height.
        """
        span_x, span_y = tile.width / 2, tile.height / 2
        x = (-self.veil.speed[0] * time * span_x / width) % span_x
        y = (-self.veil.speed[1] * time * span_y / height) % span_y
        size = (width >> index, height >> index)
        return tile.resize(size, Image.Resampling.BILINEAR, box=(x, y, x + span_x, y + span_y))


def make_veils(staging: StagedShot, width: int, height: int) -> tuple[Veil, ...]:
    """Return the sheets of a shot's weather, the farthest first. Rain and snow are left out indoors."""
    out: list[Veil] = []
    rng = random.Random(staging.shot_seed ^ 0xA1)
    palette, air = staging.palette, staging.air
    outside = not staging.inside
    near = 1.0 if staging.span > 1.5 else 1.5
    if "rain" in air and outside and not staging.overhead:
        pale = mix_colours(palette.tone(0.8), (214, 226, 236), 0.5)
        out.append(
            Veil(
                "fall",
                pale,
                (_draw_streaks(width, height, 420, 0.035 * near, 0.5, 0.34, rng),),
                (-0.12 * height, 2.3 * height),
                behind=True,
            )
        )
        out.append(
            Veil(
                "fall",
                pale,
                (_draw_streaks(width, height, 90, 0.12 * near, 1.1, 0.4, rng),),
                (-0.2 * height, 3.4 * height),
            )
        )
    if "snow" in air and outside:
        out.append(
            Veil(
                "drift",
                (246, 248, 252),
                (_draw_flakes(width, height, 260, 0.0022, 0.75, rng),),
                (0.02 * height, 0.16 * height),
                behind=True,
            )
        )
        out.append(
            Veil(
                "drift",
                (250, 251, 253),
                (_draw_flakes(width, height, 70, 0.0058 * near, 0.9, rng),),
                (0.05 * height, 0.3 * height),
            )
        )
    if "fog" in air:
        out.append(
            Veil(
                "drift",
                mix_colours(palette.haze, palette.tone(0.7), 0.25),
                (_draw_cloud(staging.shot_seed, 0.62, low=0.35),),
                (0.03 * width, 0.0),
                behind=True,
            )
        )
        out.append(
            Veil(
                "drift",
                mix_colours(palette.haze, palette.tone(0.8), 0.3),
                (_draw_cloud(staging.shot_seed + 1, 0.4, low=0.5),),
                (0.06 * width, 0.0),
            )
        )
    if "smoke" in air:
        out.append(
            Veil(
                "drift",
                mix_colours(palette.tone(0.75), (220, 216, 210), 0.3),
                (_draw_cloud(staging.shot_seed + 2, 0.3, low=0.0),),
                (0.02 * width, -0.07 * height),
            )
        )
    if "fire" in air:
        out.append(
            Veil(
                "flicker",
                (255, 150, 60),
                _draw_lights(width, height, (0.5, 1.05), 0.5, rng),
                phase=rng.random() * 6,
            )
        )
    if "neon" in air:
        neon = (255, 74, 140) if staging.shot_seed % 2 else (70, 220, 214)
        out.append(
            Veil(
                "flicker",
                neon,
                _draw_lights(
                    width, height, (0.02 if staging.light_left else 0.98, 0.25), 0.36, rng, steady=True
                ),
                phase=rng.random() * 6,
            )
        )
    return tuple(out)


def _draw_streaks(
    width: int, height: int, count: int, long: float, thick: float, alpha: float, rng: random.Random
) -> Image.Image:
    """Return a tile of slanted streaks that wrap around every edge."""
    fine = 2
    sheet = Image.new("L", (width * fine, height * fine))
    brush = ImageDraw.Draw(sheet)
    for _ in range(count):
        x, y = rng.random() * width, rng.random() * height
        dy = long * height * (0.6 + 0.8 * rng.random())
        dx = -dy * 0.055
        value = round(255 * alpha * (0.45 + 0.55 * rng.random()))
        for shift in ((0, 0), (0, -height), (width, 0)):
            a, b = (x + shift[0]) * fine, (y + shift[1]) * fine
            brush.line(
                (a, b, a + dx * fine, b + dy * fine),
                fill=value,
                width=max(1, round(thick * fine * height / 512)),
            )
    return sheet.reduce(fine)


def _draw_flakes(
    width: int, height: int, count: int, size: float, alpha: float, rng: random.Random
) -> Image.Image:
    """Return a tile of soft dots. The tile is twice the size of the frame and repeats after half its size."""
    once = Image.new("L", (width, height))
    brush = ImageDraw.Draw(once)
    for _ in range(count):
        x, y, radius = rng.random() * width, rng.random() * height, size * height * (0.5 + rng.random())
        value = round(255 * alpha * (0.5 + 0.5 * rng.random()))
        for shift_x in (-width, 0, width):
            for shift_y in (-height, 0, height):
                cx, cy = x + shift_x, y + shift_y
                if -9 < cx < width + 9 and -9 < cy < height + 9:
                    brush.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=value)
    return _repeat_tile(once.filter(ImageFilter.GaussianBlur(max(0.5, size * height * 0.25))))


def _draw_cloud(seed: int, alpha: float, *, low: float) -> Image.Image:
    """Return a small tile of wisps that wraps around its edges. `low` gathers the wisps near the ground."""
    wide, high = 96, 64
    generator = np.random.default_rng(seed)
    total = np.zeros((high, wide))
    y, x = np.mgrid[0:high, 0:wide]
    for octave, weight in ((1, 1.0), (2, 0.6), (3, 0.4), (5, 0.25)):
        for _ in range(3):
            phase = generator.random(2) * math.tau
            across, down = generator.integers(1, octave + 2), generator.integers(1, octave + 2)
            total += weight * np.sin(
                math.tau * across * x / wide + phase[0] + np.sin(math.tau * down * y / high + phase[1])
            )
    total = np.clip((total - total.min()) / (np.ptp(total) or 1.0) * 1.5 - 0.42, 0, 1)
    if low > 0:
        total *= np.clip((y / high - 0.12) / (1 - low), 0, 1) * 0.75 + 0.25
    return _repeat_tile(Image.fromarray((total * 255 * alpha).astype(np.uint8)))


def _repeat_tile(tile: Image.Image) -> Image.Image:
    sheet = Image.new("L", (tile.width * 2, tile.height * 2))
    for x in (0, tile.width):
        for y in (0, tile.height):
            sheet.paste(tile, (x, y))
    return sheet


def _draw_lights(
    width: int,
    height: int,
    centre: tuple[float, float],
    alpha: float,
    rng: random.Random,
    *,
    steady: bool = False,
) -> tuple[Image.Image, ...]:
    """Return pictures of one soft light at several strengths, which give a flicker when shown in turn. With
    `steady`, all but the first picture are almost equally bright.
    """
    small = np.mgrid[0:48, 0:72]
    distance = np.hypot((small[1] / 72 - centre[0]) * 1.5, small[0] / 48 - centre[1])
    fall = np.clip(1 - distance / 1.15, 0, 1) ** 2
    out = []
    for level in range(_LEVELS):
        strength = (
            (0.62 + 0.38 * level / (_LEVELS - 1))
            if not steady
            else (0.25 if level == 0 else 0.8 + 0.04 * level)
        )
        sheet = Image.fromarray(
            (fall * 255 * alpha * strength * (0.96 + 0.04 * rng.random())).astype(np.uint8)
        )
        out.append(sheet.resize((width, height), Image.Resampling.BILINEAR))
    return tuple(out)
