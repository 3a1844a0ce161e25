"""Comparison of two pictures of equal size: their difference, a wipe, or a flicker that shows them in
turn.
"""

from __future__ import annotations

import numpy as np

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.viewing import PictureComparison, Viewing


def draw_difference(one: Rgb, other: Rgb) -> Rgb:
    """Return the absolute difference of two pictures in every channel. Equal pictures give black."""
    return np.maximum(one, other) - np.minimum(one, other)


def draw_picture_wipe(one: Rgb, other: Rgb, at: float) -> Rgb:
    """Return a picture that consists of `one` on the left and `other` on the right, with a white vertical
    line between them. `at` is the line's position as a share of the width, 0…1.
    """
    out = one.copy()
    column = round(at * one.shape[1])
    out[:, column:] = other[:, column:]
    if 0 < column < one.shape[1]:
        out[:, column] = 255
    return out


def compare_pictures(one: Rgb, other: Rgb, viewing: Viewing) -> Rgb:
    """Compare two pictures by the method that `viewing` specifies, and return the resulting picture. For a
    flicker, return `other` if `viewing.other_side` is True, else `one`.
    """
    if viewing.compare is PictureComparison.DIFFERENCE:
        return draw_difference(one, other)
    if viewing.compare is PictureComparison.WIPE:
        return draw_picture_wipe(one, other, viewing.wipe)
    return other if viewing.other_side else one
