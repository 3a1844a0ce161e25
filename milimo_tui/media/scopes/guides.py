"""Guides drawn over a picture: safe areas, thirds, an aspect ratio mask, and a cross at a pixel. The picture
is changed in place.

Safe areas follow SMPTE ST 2046-1 and EBU R 95 for 16:9: action within 93 % of width and height, titles within
90 %. Other aspect ratios use the same shares.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.trace import Colour
from milimo_tui.media.scopes.window import ViewWindow

ACTION, TITLE = 0.93, 0.90
_LINE: Colour = (255, 255, 255)
_SHARE = 0.55  # Opacity of a guide line, 0…1.
_MASKED = 8  # The brightness outside the aspect ratio is divided by this number.


def find_ratio_area(whole: tuple[int, int], ratio: Fraction) -> tuple[int, int, int, int]:
    """Return the largest centred area of a raster that has an aspect ratio, as left, top, right and bottom in
    pixels.
    """
    width, height = whole
    wide, high = min(width, round(height * ratio)), min(height, round(width / ratio))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def darken_outside_ratio(picture: Rgb, window: ViewWindow, ratio: Fraction) -> None:
    """Darken the part of a picture that is outside an aspect ratio (width by height)."""
    left, top, right, bottom = find_ratio_area(window.whole, ratio)
    columns = max(0, window.across(left)), max(0, window.across(right))
    rows = max(0, window.down(top)), max(0, window.down(bottom))
    for part in (
        picture[: rows[0]],
        picture[rows[1] :],
        picture[rows[0] : rows[1], : columns[0]],
        picture[rows[0] : rows[1], columns[1] :],
    ):
        part //= _MASKED


def draw_thirds(picture: Rgb, window: ViewWindow) -> None:
    """Draw the lines that divide a picture into thirds, across and down."""
    width, height = window.whole
    for part in (1, 2):
        _draw_vertical_line(picture, window.across(width * part / 3), 0, picture.shape[0])
        _draw_horizontal_line(picture, window.down(height * part / 3), 0, picture.shape[1])


def draw_safe(picture: Rgb, window: ViewWindow) -> None:
    """Draw the edges of the action-safe and of the title-safe area."""
    width, height = window.whole
    for share in (ACTION, TITLE):
        margin_x, margin_y = width * (1 - share) / 2, height * (1 - share) / 2
        left, right = window.across(margin_x), window.across(width - margin_x) - 1
        top, bottom = window.down(margin_y), window.down(height - margin_y) - 1
        _draw_horizontal_line(picture, top, left, right + 1)
        _draw_horizontal_line(picture, bottom, left, right + 1)
        _draw_vertical_line(picture, left, top + 1, bottom)
        _draw_vertical_line(picture, right, top + 1, bottom)


def draw_cross(picture: Rgb, window: ViewWindow, x: int, y: int) -> None:
    """Draw a cross around the pixel (x, y) of the raster. The arms of the cross do not cover the pixel."""
    left, right = window.across(x), max(window.across(x) + 1, window.across(x + 1))
    top, bottom = window.down(y), max(window.down(y) + 1, window.down(y + 1))
    arm = max(3, picture.shape[1] // 24)
    middle_x, middle_y = (left + right - 1) // 2, (top + bottom - 1) // 2
    for first, end in ((left - arm, left), (right, right + arm)):
        _draw_horizontal_line(picture, middle_y, first, end, 1.0)
    for first, end in ((top - arm, top), (bottom, bottom + arm)):
        _draw_vertical_line(picture, middle_x, first, end, 1.0)


def _draw_horizontal_line(picture: Rgb, row: int, first: int, end: int, share: float = _SHARE) -> None:
    if 0 <= row < picture.shape[0]:
        _blend_line(picture[row, max(0, first) : max(0, end)], share)


def _draw_vertical_line(picture: Rgb, column: int, first: int, end: int, share: float = _SHARE) -> None:
    if 0 <= column < picture.shape[1]:
        _blend_line(picture[max(0, first) : max(0, end), column], share)


def _blend_line(part: Rgb, share: float) -> None:
    part[:] = part * (1 - share) + [level * share for level in _LINE]
