"""Functions that fit a requested frame count, picture size and rate to the limits of an engine. All are pure.

The result always contains the complete request. Sides are rounded up, and the excess is cropped from the
finished picture. Frame counts are rounded up, and the excess frames become handles of the take. Every change
is reported before the work begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The sizes that an engine accepts. Sides are in pixels and are multiples of `multiple`. Frame counts are
    `step * k + 1` for a whole number k.
    """

    title: str
    multiple: int
    step: int = 1
    least_side: int = 64
    most_side: int = 4096
    most_pixels: int = 4096 * 2304
    most_frames: int = 1
    least_rate: Fraction = Fraction(1)
    most_rate: Fraction = Fraction(60)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The size that the engine generates (`frames`, `width`, `height`). The finished file is cropped to the
    requested sides.

    `changes` describes each difference from the request in a sentence; it is empty if there is none.
    """

    frames: int
    width: int
    height: int
    changes: tuple[str, ...] = ()


# Picture sizes (width, height) that a user can name by one word.
RASTERS: Mapping[str, tuple[int, int]] = {
    "landscape": (768, 512),
    "portrait": (512, 768),
    "wide": (1024, 576),
    "cinema": (1280, 704),
}

# The size of a new film if the user gives none: 16:9, with sides that LTX-2 makes in one stage or in two.
NEW_FILM_RASTER = RASTERS["wide"]

# Picture sizes of about equal area in the usual aspect ratios. Each side is a multiple of 64.
ASPECTS: Mapping[str, tuple[int, int]] = {
    "16:9": (1280, 704),
    "9:16": (704, 1280),
    "4:3": (1088, 832),
    "3:4": (832, 1088),
    "1:1": (960, 960),
    "3:2": (1152, 768),
    "2:3": (768, 1152),
    "21:9": (1472, 640),
    "2.39:1": (1536, 640),
    "1.85:1": (1280, 704),
}


def fit(limits: Limits, *, frames: int, width: int, height: int, rate: Fraction) -> Fitted:
    """Return the nearest size that the engine can make and that contains the complete request. Raises
    BadInput if the engine cannot make that size (`require_within_limits`).
    """
    require_within_limits(limits, frames=frames, width=width, height=height, rate=rate)
    made = round_frames_up(frames, limits.step)
    across, down = round_side_up(width, limits.multiple), round_side_up(height, limits.multiple)
    changes = []
    if made != frames:
        changes.append(
            f"{made} frames are made for {frames}: {limits.title} makes {limits.step} for each step, and one"
        )
    if (across, down) != (width, height):
        changes.append(
            f"made at {across}×{down} and cut to {width}×{height}: sides come in steps of {limits.multiple}"
        )
    return Fitted(made, across, down, tuple(changes))


def require_within_limits(limits: Limits, *, frames: int, width: int, height: int, rate: Fraction) -> None:
    """Raise BadInput if the engine can't make this size; the hint names the nearest size that it can make."""
    most = round_frames_down(limits.most_frames, limits.step)
    if frames < 1:
        raise BadInput("a take needs at least one frame", f"{limits.title} makes 1 to {most:,} frames")
    if frames > most:
        many = f"at most {most:,} frames of a shot" if most > 1 else "shots of one frame"
        raise BadInput(
            f"{limits.title} can make {many}, not {frames:,}",
            f"split the shot: milimo shot split, or milimo shot set --length {most}f",
        )
    small = min(width, height) < limits.least_side
    if small or max(width, height) > limits.most_side or width * height > limits.most_pixels:
        near = find_nearest_raster(limits, width, height)
        raise BadInput(
            f"{width}×{height} is too {'small' if small else 'large'} for {limits.title}",
            f"the nearest possible size is {near[0]}×{near[1]}",
        )
    if not limits.least_rate <= rate <= limits.most_rate:
        nearest_rate = max(limits.least_rate, min(rate, limits.most_rate))
        raise BadInput(
            f"{limits.title} makes {float(limits.least_rate):g} to {float(limits.most_rate):g} "
            f"frames a second, not {float(rate):g}",
            f"milimo project set --rate {float(nearest_rate):g}: the nearest possible rate",
        )


def require_even_sides(width: int, height: int) -> None:
    """Raise BadInput if a side of the picture is odd. Video stores chroma at half the resolution in both
    directions, so sides must be even.
    """
    if width % 2 or height % 2:
        raise BadInput(
            f"{width}×{height} can't be written as video: its sides are odd",
            f"use {width + width % 2}×{height + height % 2}",
        )


def round_frames_up(frames: int, step: int) -> int:
    """Return the smallest `step * k + 1` that is at least `frames`."""
    return frames if step == 1 else -(-(frames - 1) // step) * step + 1


def round_frames_down(frames: int, step: int) -> int:
    """Return the largest `step * k + 1` that is at most `frames`."""
    return frames if step == 1 else (frames - 1) // step * step + 1


def round_side_up(side: int, multiple: int) -> int:
    """Round a side up to a multiple of `multiple`."""
    return -(-side // multiple) * multiple


def round_side_down(side: int, multiple: int) -> int:
    """Round a side down to a multiple of `multiple`, but not to 0."""
    return max(multiple, side // multiple * multiple)


def find_nearest_raster(limits: Limits, width: int, height: int) -> tuple[int, int]:
    """Return the width and height within the limits that are nearest to a requested size. The aspect ratio is
    preserved approximately if the limits allow it.
    """
    larger = max(1.0, limits.least_side / min(width, height))
    width, height = round(width * larger), round(height * larger)
    scale = min(1.0, limits.most_side / max(width, height), (limits.most_pixels / (width * height)) ** 0.5)
    least = round_side_up(limits.least_side, limits.multiple)
    across, down = (round_side_down(int(side * scale), limits.multiple) for side in (width, height))
    return max(least, across), max(least, down)
