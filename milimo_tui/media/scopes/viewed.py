"""A picture as it is looked at: near or whole, compared, with guides and a scope over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha
from milimo_tui.media.scopes import guides
from milimo_tui.media.scopes.comparison import compared
from milimo_tui.media.scopes.histogram import histogram
from milimo_tui.media.scopes.levels import percent, planes_of
from milimo_tui.media.scopes.loudness_graph import loudness_graph
from milimo_tui.media.scopes.vectorscope import vectorscope
from milimo_tui.media.scopes.viewing import Viewing
from milimo_tui.media.scopes.waveforms import parade, waveform
from milimo_tui.media.scopes.window import Window, pixel_at, seen_through, window_of

_SMALL = 200  # pixels: in a narrower picture the scope has half of it, else two fifths
_EDGE = (120, 124, 130)

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to look at: a composed frame, and on demand what else a viewing may ask for.

    `other` is the picture to compare with, None for none; `alpha` how much the uppermost picture covers, at
    the raster's size, `loudness` the course of loudness up to now, (steps, 2) of LUFS.
    """

    frame: av.VideoFrame
    other: Callable[[], av.VideoFrame] | None
    alpha: Callable[[], Alpha]
    loudness: Callable[[], NDArray[np.float32]]


def viewed(viewing: Viewing, subject: Subject, width: int, height: int) -> tuple[Rgb, Facts]:
    """Return a picture as it is looked at, (height, width, 3), and the facts of it in numbers.

    Facts: `pixel` [x, y] of the raster with `rgb`, `luma` (16…235) and `percent`; of a difference `differs`,
    the share of what is shown that is not equal, and `most`, by how many levels of 255.
    """
    frame, facts = subject.frame, Facts()
    window = window_of((frame.width, frame.height), (width, height), viewing.zoom, viewing.centre)
    whole = (
        colour.to_rgb(frame) if viewing.zoom > 1 or viewing.pixel is not None or _needs_rgb(viewing) else None
    )
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
    picture = np.array(picture)  # one's own: guides are drawn into it
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
        _put(picture, _scope(viewing, subject, whole, *scope_size(viewing, width, height)))
    return picture, facts


def scope_size(viewing: Viewing, width: int, height: int) -> tuple[int, int]:
    """Return the pixels that a scope has in a picture: all of them, or a corner."""
    if viewing.large:
        return width, height
    share = 0.5 if width < _SMALL else 0.4
    return max(1, round(width * share)), max(1, round(height * share))


def _needs_rgb(viewing: Viewing) -> bool:
    return viewing.scope in ("parade", "histogram")


def _seen(frame: av.VideoFrame, window: Window, whole: Rgb | None = None) -> Rgb:
    """Return what a window shows of a frame."""
    if (window.width, window.height) == window.whole:
        return colour.to_rgb(frame, *window.shown)
    return seen_through(colour.to_rgb(frame) if whole is None else whole, window)


def _scope(viewing: Viewing, subject: Subject, whole: Rgb | None, width: int, height: int) -> Rgb:
    if viewing.scope == "loudness":
        return loudness_graph(subject.loudness(), width, height)
    planes = planes_of(subject.frame)
    if viewing.scope == "waveform":
        return waveform(planes.luma, width, height)
    if viewing.scope == "vectorscope":
        return vectorscope(planes, width, height)
    picture = colour.to_rgb(subject.frame) if whole is None else whole
    if viewing.scope == "parade":
        return parade(picture, width, height)
    return histogram(picture, planes.luma, width, height)


def _put(picture: Rgb, scope: Rgb) -> None:
    """Put a scope into the lower right corner, with an edge where it does not fill the picture."""
    height, width = scope.shape[:2]
    if scope.shape != picture.shape:
        scope[0, :], scope[:, 0] = _EDGE, _EDGE
    picture[-height:, -width:] = scope
