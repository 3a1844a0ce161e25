"""A picture as the user views it: zoomed or complete, compared, with guides and a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.masks.drawn import Drawn
from milimo_tui.media.masks.overlay import Boxes, Labelled, laid
from milimo_tui.media.masks.overlay_values import Overlay
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha
from milimo_tui.media.scopes import guides
from milimo_tui.media.scopes.comparison import compared
from milimo_tui.media.scopes.labelled_scope import Measured, labelled_scope
from milimo_tui.media.scopes.labels import Label, in_cells
from milimo_tui.media.scopes.labels import drawn as drawn_labels
from milimo_tui.media.scopes.levels import percent, planes_of, thinned
from milimo_tui.media.scopes.placing import Room, places_of
from milimo_tui.media.scopes.viewing import Viewing
from milimo_tui.media.scopes.window import Window, pixel_at, seen_through, window_of

_ALL_BUT_SPECKS = (1, 99)  # percentiles of a picture's pixels between which its levels are reported
_EDGE = (120, 124, 130)

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of a view: a composed frame, and further data that is computed on demand.

    `other` is the picture to compare with, or None. `alpha` is the coverage of the topmost picture in the
    raster's size. `loudness` is the loudness up to now, (steps, 2) of LUFS. `over` is a mask overlay with its
    renderer.
    """

    frame: av.VideoFrame
    other: Callable[[], av.VideoFrame] | None
    alpha: Callable[[], Alpha]
    loudness: Callable[[], NDArray[np.float32]]
    over: tuple[Overlay, Drawn] | None = None


def viewed(viewing: Viewing, subject: Subject, width: int, height: int, room: Room) -> tuple[Rgb, Facts]:
    """Return a picture as the user views it, (height, width, 3), and its facts in numbers.

    With a scope next to it the picture is larger than width × height, but never larger than its area.

    Facts: `labels` of a scope as column, row and text in cells, if they are not drawn into the picture;
    `levels`, the range of its luma in per cent of white; `loudness` in LUFS. `pixel` [x, y] of the raster
    with `rgb`, `luma` (16…235) and `percent`. For a difference: `differs`, the share of pixels that are
    unequal, and `most`, the largest difference of 255.
    """
    frame, facts = subject.frame, Facts()
    window = window_of((frame.width, frame.height), (width, height), viewing.zoom, viewing.centre)
    whole = colour.to_rgb(frame) if viewing.zoom > 1 or viewing.pixel is not None else None
    if viewing.alpha:
        levels = subject.alpha()
        picture = seen_through(np.repeat(levels[..., None], 3, axis=2), window)
    else:
        picture = _seen(frame, window, whole)
    if subject.other is not None and viewing.compare and not viewing.alpha:
        other = subject.other()
        their_window = window_of((other.width, other.height), (width, height), viewing.zoom, viewing.centre)
        picture = compared(picture, _seen(other, their_window), viewing)
        if viewing.compare == "difference":
            unequal = picture.any(axis=2)
            facts |= {"differs": round(float(unequal.mean()), 4), "most": int(picture.max())}
    if subject.over is not None and not viewing.alpha:
        picture, marks, boxes = _masked(picture, *subject.over, window, room)
        facts |= {"window": [window.left, window.top, window.width, window.height], "boxes": boxes}
        if room.in_cells and not viewing.scope:
            facts["labels"] = in_cells(marks, room.cell)
    picture = np.array(picture)  # a copy, because guides are drawn into it
    if viewing.ratio is not None:
        guides.mask_ratio(picture, window, viewing.ratio)
    if viewing.thirds:
        guides.draw_thirds(picture, window)
    if viewing.safe:
        guides.draw_safe(picture, window)
    if viewing.pixel is not None and whole is not None:
        x, y = pixel_at(window.whole, viewing.pixel)
        luma = int(planes_of(frame).luma[y, x])
        facts |= {"pixel": [x, y], "rgb": whole[y, x].tolist()}
        facts |= {"luma": luma, "percent": round(percent(luma), 1)}
        guides.draw_cross(picture, window, x, y)
    if viewing.scope:
        measured = Measured(
            partial(planes_of, frame),
            lambda: colour.to_rgb(frame) if whole is None else whole,
            subject.loudness,
        )
        picture, labels = _with_scope(viewing, picture, measured, room)
        facts |= _levels(viewing.scope, measured)
        if labels and room.in_cells:
            facts["labels"] = in_cells(labels, room.cell)
        elif labels:
            picture = drawn_labels(picture, labels, room.cell)
    return picture, facts


def _masked(
    picture: Rgb, over: Overlay, drawn: Drawn, window: Window, room: Room
) -> tuple[Rgb, list[Label], Boxes]:
    """Return a picture with a mask overlay, its labels, and the boxes around its objects.

    Labels are returned for display in cells, or drawn into a picture that is not made of cells.
    """

    def at(spot: tuple[float, float]) -> tuple[int, int]:
        return window.across(spot[0]), window.down(spot[1])

    def through(raster: Rgb) -> Rgb:
        return seen_through(raster[: window.whole[1], : window.whole[0]], window)

    picture, marks, boxes = laid(picture, over, drawn, through, at, 4 if room.in_cells else 2)
    labels = [_label(mark, room) for mark in marks if _is_inside(mark, picture)]
    if not room.in_cells:
        picture = drawn_labels(picture, labels, room.cell)
    return picture, labels, boxes


def _label(mark: Labelled, room: Room) -> Label:
    x, y, text = mark
    return Label(x, y, text) if room.in_cells else Label(max(0, x - room.cell[0] // 2), y, text)


def _is_inside(mark: Labelled, picture: Rgb) -> bool:
    return mark[0] in range(picture.shape[1]) and mark[1] in range(picture.shape[0])


def _with_scope(viewing: Viewing, picture: Rgb, measured: Measured, room: Room) -> tuple[Rgb, list[Label]]:
    """Return a picture with its scope, and the scope's labels."""
    places = places_of(room, (picture.shape[1], picture.shape[0]), large=viewing.large)
    box = places.scope
    scope, labels = labelled_scope(viewing.scope, measured, box.width, box.height, room)
    out = np.empty((places.height, places.width, 3), np.uint8)
    out[:] = room.bars
    if not viewing.large:
        at = places.picture
        out[at.top : at.top + at.height, at.left : at.left + at.width] = picture
        over = (places.width, places.height) == (at.width, at.height)
        if over and not room.in_cells:  # with cells, half a cell would be edge
            scope[0, :], scope[:, 0] = _EDGE, _EDGE
    out[box.top : box.top + box.height, box.left : box.left + box.width] = scope
    return out, [Label(box.left + label.left, box.top + label.row, label.text) for label in labels]


def _levels(scope: str, measured: Measured) -> Facts:
    """Return the values of a scope in numbers."""
    if scope == "loudness":
        course = measured.loudness()
        heard = len(course) > 0 and bool(np.isfinite(course[-1, 0]))
        return {"loudness": round(float(course[-1, 0]), 1)} if heard else {}
    if scope not in ("waveform", "histogram"):
        return {}
    low, high = np.percentile(thinned(measured.planes().luma), _ALL_BUT_SPECKS)
    return {"levels": [round(percent(int(low))), round(percent(int(high)))]}


def _seen(frame: av.VideoFrame, window: Window, whole: Rgb | None = None) -> Rgb:
    """Return the part of a frame inside a window."""
    if (window.width, window.height) == window.whole:
        return colour.to_rgb(frame, *window.shown)
    return seen_through(colour.to_rgb(frame) if whole is None else whole, window)
