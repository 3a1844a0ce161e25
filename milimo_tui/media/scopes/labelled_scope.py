"""A scope with a labelled scale. A small scope has fewer labels, so that they do not touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.histogram import draw_histogram
from milimo_tui.media.scopes.labels import Label
from milimo_tui.media.scopes.levels import ScopePlanes, percent_to_luma
from milimo_tui.media.scopes.loudness_graph import MARKS, draw_loudness_graph, loudness_to_row
from milimo_tui.media.scopes.placing import ViewArea
from milimo_tui.media.scopes.trace import level_to_row, make_empty_scope
from milimo_tui.media.scopes.vectorscope import draw_vectorscope, list_bar_targets, locate_vectorscope
from milimo_tui.media.scopes.viewing import Scope
from milimo_tui.media.scopes.waveforms import QUARTERS, draw_luma_waveform, draw_rgb_parade

_HALVES = (0, 50, 100)  # The levels in per cent at which the scale of a small scope has lines and labels.
_GUTTER = 4  # The number of terminal columns for the labels at the left.
# A scope with fewer terminal columns or rows than these is drawn without labels.
_LEAST_COLUMNS, _LEAST_ROWS = 16, 4
# A scope with at least this many terminal rows also has lines and labels at 25 % and 75 %.
_ROWS_OF_QUARTERS = 14


@dataclass(frozen=True, slots=True)
class ScopeSources:
    """The data of a picture that scopes are drawn from. Each item is a function, so that the data is computed
    only if a scope needs it.
    """

    planes: Callable[[], ScopePlanes]
    picture: Callable[[], Rgb]
    # An array (steps, 2) of momentary and short-term loudness in LUFS.
    loudness: Callable[[], NDArray[np.float32]]


def draw_labelled_scope(
    scope: Scope, measured: ScopeSources, width: int, height: int, area: ViewArea
) -> tuple[Rgb, list[Label]]:
    """Draw a scope of width × height pixels, (height, width, 3). Return it with its labels; a scope that is
    too small has none.

    If the picture will be shown as terminal cells, the lines of the scale are half a cell high, because
    thinner lines would be lost.
    """
    wide, high = area.cell
    is_labelled = width >= _LEAST_COLUMNS * wide and height >= _LEAST_ROWS * high
    thick = max(1, high // 2) if area.in_cells else 1
    if scope is Scope.VECTORSCOPE:
        # A dot smaller than a quarter of a cell would be invisible.
        dot_wide, dot_high = (wide // 2, high // 2) if area.in_cells else (1, 1)
        aspect = area.aspect * dot_high / dot_wide
        drawn = draw_vectorscope(measured.planes(), width // dot_wide, height // dot_high, aspect)
        drawn = drawn.repeat(dot_high, axis=0).repeat(dot_wide, axis=1)
        return drawn, _make_colour_letters(width, height, area) if is_labelled else []
    if scope is Scope.HISTOGRAM:
        below = high if is_labelled else 0
        out = make_empty_scope(width, height)
        out[: height - below] = draw_histogram(
            measured.picture(), measured.planes().luma, width, height - below
        )
        return out, _make_histogram_scale(width, height, area) if is_labelled else []
    left = _GUTTER * wide if is_labelled else 0
    marks = QUARTERS if height >= _ROWS_OF_QUARTERS * high else _HALVES
    out = make_empty_scope(width, height)
    out[:, left:], rows = _draw_level_scope(scope, measured, width - left, height, marks, thick)
    labels = [Label(0, row, f"{text:>{_GUTTER - 1}}") for text, row in rows.items()]
    return out, labels if is_labelled else []


def _draw_level_scope(
    scope: Scope, measured: ScopeSources, width: int, height: int, marks: tuple[int, ...], thick: int
) -> tuple[Rgb, dict[str, int]]:
    """Draw a waveform, a parade or a loudness graph. Return it with the pixel row of each label of its scale.

    `marks` are the labelled levels in per cent, and `thick` is the height of a scale line in pixels.
    """
    if scope is Scope.LOUDNESS:
        graph = draw_loudness_graph(measured.loudness(), width, height, thick)
        return graph, {f"{lufs}".replace("-", "−"): loudness_to_row(lufs, height) for lufs in MARKS}
    if scope is Scope.PARADE:
        rows = {f"{mark}": level_to_row(round(255 * mark / 100), height) for mark in marks}
        return draw_rgb_parade(measured.picture(), width, height, marks, thick), rows
    rows = {f"{mark}": level_to_row(percent_to_luma(mark), height) for mark in marks}
    return draw_luma_waveform(measured.planes().luma, width, height, marks, thick), rows


def _make_histogram_scale(width: int, height: int, area: ViewArea) -> list[Label]:
    """Return the scale below a histogram: per cent from black to white."""
    wide, high = area.cell
    row = height - high // 2
    return [
        Label(max(0, min(width - len(text) * wide, round(width * share - len(text) * wide / 2))), row, text)
        for share, text in ((0.0, "0"), (0.5, "50"), (1.0, "100"))
    ]


def _make_colour_letters(width: int, height: int, area: ViewArea) -> list[Label]:
    """Return the letters of the six colours of a vectorscope (R, Yl, G, Cy, B, Mg), each outside the box of
    its colour.
    """
    wide, high = area.cell
    left, top, across, down = locate_vectorscope(width, height, area.aspect)
    out = []
    for name, (cb, cr) in list_bar_targets().items():
        x = left + round(cb * across / 256) + (wide if cb >= 128 else -(len(name) + 1) * wide)
        row = top + int((255 - cr) * down / 256)
        out.append(
            Label(min(max(0, x), width - len(name) * wide), min(max(0, row), height - high // 2), name)
        )
    return out
