"""The drawing of a picture as the user views it: complete or zoomed, compared, with guides and a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.masks.drawn import MaskRenderer
from milimo_tui.media.masks.overlay import Boxes, Labelled, draw_mask_overlay
from milimo_tui.media.masks.overlay_values import MaskOverlay
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha
from milimo_tui.media.scopes import guides
from milimo_tui.media.scopes.comparison import compare_pictures
from milimo_tui.media.scopes.labelled_scope import ScopeSources, draw_labelled_scope
from milimo_tui.media.scopes.labels import Label, labels_to_cells
from milimo_tui.media.scopes.labels import draw_labels as drawn_labels
from milimo_tui.media.scopes.levels import extract_planes, luma_to_percent, thin_plane
from milimo_tui.media.scopes.placing import ViewArea, lay_out_scope
from milimo_tui.media.scopes.viewing import PictureComparison, Scope, Viewing
from milimo_tui.media.scopes.window import ViewWindow, crop_to_window, find_pixel, make_view_window

# Percentiles of the luma that count as its lowest and highest level, so that a few stray pixels do not count.
_ALL_BUT_SPECKS = (1, 99)
_EDGE = (120, 124, 130)

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ViewSubject:
    """The input from which a view is drawn: a composed frame, and functions for further data that only some
    views need.

    - `other` returns the frame to compare with; the field is None if there is none.
    - `alpha` returns how much the topmost picture covers at each pixel of the raster.
    - `loudness` returns the loudness up to the playhead, an array (steps, 2) in LUFS.
    - `over` is a mask overlay and the renderer for its masks.
    """

    frame: av.VideoFrame
    other: Callable[[], av.VideoFrame] | None
    alpha: Callable[[], Alpha]
    loudness: Callable[[], NDArray[np.float32]]
    over: tuple[MaskOverlay, MaskRenderer] | None = None


def draw_view(
    viewing: Viewing, subject: ViewSubject, width: int, height: int, area: ViewArea
) -> tuple[Rgb, Facts]:
    """Return a picture as the user views it, (height, width, 3), and facts about it in numbers.

    If a scope is shown next to the picture, the result is larger than `width` × `height`, but never larger
    than `area`. The facts depend on the view:

    - `labels`: the labels as column, row and text in cells, if they are not drawn into the picture.
    - `levels`: the lowest and highest luma in per cent of white.
    - `loudness`: momentary loudness in LUFS.
    - `pixel`: [x, y] on the raster, with its `rgb`, `luma` (16…235) and `percent` of white.
    - `differs`, `most`: for a difference, the share of unequal pixels and the largest difference, of 255.
    - `window`, `boxes`: for a mask overlay, the visible part of the raster and the boxes around the objects.
    """
    frame, facts = subject.frame, Facts()
    window = make_view_window((frame.width, frame.height), (width, height), viewing.zoom, viewing.centre)
    whole = colour.to_rgb(frame) if viewing.zoom > 1 or viewing.pixel is not None else None
    if viewing.alpha:
        levels = subject.alpha()
        picture = crop_to_window(np.repeat(levels[..., None], 3, axis=2), window)
    else:
        picture = _draw_window(frame, window, whole)
    if subject.other is not None and viewing.compare and not viewing.alpha:
        other = subject.other()
        their_window = make_view_window(
            (other.width, other.height), (width, height), viewing.zoom, viewing.centre
        )
        picture = compare_pictures(picture, _draw_window(other, their_window), viewing)
        if viewing.compare is PictureComparison.DIFFERENCE:
            unequal = picture.any(axis=2)
            facts |= {"differs": round(float(unequal.mean()), 4), "most": int(picture.max())}
    if subject.over is not None and not viewing.alpha:
        picture, marks, boxes = _overlay_mask(picture, *subject.over, window, area)
        facts |= {"window": [window.left, window.top, window.width, window.height], "boxes": boxes}
        if area.in_cells and not viewing.scope:
            facts["labels"] = labels_to_cells(marks, area.cell)
    picture = np.array(picture)  # Guides are drawn in place, so the picture is copied first.
    if viewing.ratio is not None:
        guides.darken_outside_ratio(picture, window, viewing.ratio)
    if viewing.thirds:
        guides.draw_thirds(picture, window)
    if viewing.safe:
        guides.draw_safe(picture, window)
    if viewing.pixel is not None and whole is not None:
        x, y = find_pixel(window.whole, viewing.pixel)
        luma = int(extract_planes(frame).luma[y, x])
        facts |= {"pixel": [x, y], "rgb": whole[y, x].tolist()}
        facts |= {"luma": luma, "percent": round(luma_to_percent(luma), 1)}
        guides.draw_cross(picture, window, x, y)
    if viewing.scope is not None:
        measured = ScopeSources(
            partial(extract_planes, frame),
            lambda: colour.to_rgb(frame) if whole is None else whole,
            subject.loudness,
        )
        picture, labels = _add_scope(viewing.scope, viewing.large, picture, measured, area)
        facts |= _measure_scope_levels(viewing.scope, measured)
        if labels and area.in_cells:
            facts["labels"] = labels_to_cells(labels, area.cell)
        elif labels:
            picture = drawn_labels(picture, labels, area.cell)
    return picture, facts


def _overlay_mask(
    picture: Rgb, over: MaskOverlay, drawn: MaskRenderer, window: ViewWindow, area: ViewArea
) -> tuple[Rgb, list[Label], Boxes]:
    """Return a picture with a mask overlay, the labels of the overlay, and the boxes around its objects.

    The labels are also drawn into the picture, unless the picture is shown as text cells.
    """

    def at(spot: tuple[float, float]) -> tuple[int, int]:
        return window.across(spot[0]), window.down(spot[1])

    def through(raster: Rgb) -> Rgb:
        return crop_to_window(raster[: window.whole[1], : window.whole[0]], window)

    picture, marks, boxes = draw_mask_overlay(picture, over, drawn, through, at, 4 if area.in_cells else 2)
    labels = [_make_mark_label(mark, area) for mark in marks if _is_mark_inside(mark, picture)]
    if not area.in_cells:
        picture = drawn_labels(picture, labels, area.cell)
    return picture, labels, boxes


def _make_mark_label(mark: Labelled, area: ViewArea) -> Label:
    x, y, text = mark
    return Label(x, y, text) if area.in_cells else Label(max(0, x - area.cell[0] // 2), y, text)


def _is_mark_inside(mark: Labelled, picture: Rgb) -> bool:
    return mark[0] in range(picture.shape[1]) and mark[1] in range(picture.shape[0])


def _add_scope(
    scope_name: Scope, large: bool, picture: Rgb, measured: ScopeSources, area: ViewArea
) -> tuple[Rgb, list[Label]]:
    """Return a picture together with its scope, and the scope's labels at their positions in the result."""
    places = lay_out_scope(area, (picture.shape[1], picture.shape[0]), large=large)
    box = places.scope
    scope, labels = draw_labelled_scope(scope_name, measured, box.width, box.height, area)
    out = np.empty((places.height, places.width, 3), np.uint8)
    out[:] = area.bars
    if not large:
        at = places.picture
        out[at.top : at.top + at.height, at.left : at.left + at.width] = picture
        over = (places.width, places.height) == (at.width, at.height)
        if over and not area.in_cells:  # Shown as text cells, a line of one pixel would colour half a cell.
            scope[0, :], scope[:, 0] = _EDGE, _EDGE
    out[box.top : box.top + box.height, box.left : box.left + box.width] = scope
    return out, [Label(box.left + label.left, box.top + label.row, label.text) for label in labels]


def _measure_scope_levels(scope: Scope, measured: ScopeSources) -> Facts:
    """Return facts about the data that a scope shows: `loudness`, or `levels` for waveform and histogram."""
    if scope is Scope.LOUDNESS:
        course = measured.loudness()
        heard = len(course) > 0 and bool(np.isfinite(course[-1, 0]))
        return {"loudness": round(float(course[-1, 0]), 1)} if heard else {}
    if scope not in (Scope.WAVEFORM, Scope.HISTOGRAM):
        return {}
    low, high = np.percentile(thin_plane(measured.planes().luma), _ALL_BUT_SPECKS)
    return {"levels": [round(luma_to_percent(int(low))), round(luma_to_percent(int(high)))]}


def _draw_window(frame: av.VideoFrame, window: ViewWindow, whole: Rgb | None = None) -> Rgb:
    """Return the part of a frame inside a window as RGB. `whole` is the complete frame as RGB, if it was
    converted already.
    """
    if (window.width, window.height) == window.whole:
        return colour.to_rgb(frame, *window.shown)
    return crop_to_window(colour.to_rgb(frame) if whole is None else whole, window)
