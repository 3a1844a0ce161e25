"""PictureComparison of two pictures of equal size: their difference, a wipe, or one of them in turn."""

from __future__ import annotations

import numpy as np

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.viewing import PictureComparison, Viewing


def draw_difference(one: Rgb, other: Rgb) -> Rgb:
    """Return |one − other| of every level; equal pictures are black."""
    return np.maximum(one, other) - np.minimum(one, other)


def draw_picture_wipe(one: Rgb, other: Rgb, at: float) -> Rgb:
    """Return one picture left of a line, the other right of it; `at` is the line's share of the width."""
    out = one.copy()
    column = round(at * one.shape[1])
    out[:, column:] = other[:, column:]
    if 0 < column < one.shape[1]:
        out[:, column] = 255
    return out


def compare_pictures(one: Rgb, other: Rgb, viewing: Viewing) -> Rgb:
    """Return two pictures compared as a viewing specifies; a flicker shows one of the two."""
    if viewing.compare is PictureComparison.DIFFERENCE:
        return draw_difference(one, other)
    if viewing.compare is PictureComparison.WIPE:
        return draw_picture_wipe(one, other, viewing.wipe)
    return other if viewing.other_side else one
