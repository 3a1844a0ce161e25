"""Blend modes: the formulas that combine a picture with the picture below it.

The formulas are those of W3C Compositing and Blending Level 1, applied to the film's own R′G′B′ levels (not
linear light). `add` is plus-lighter without its alpha. Only numpy is used for the computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.values.effects import Blend
from milimo_tui.media.compose.grade import DEEP, WHITE
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import PlanarFormat, get_plane_views

Levels = NDArray[np.float32]  # Colour levels from 0 to 1.


def _blend_overlay(below: Levels, above: Levels) -> Levels:
    low, high = 2 * below * above, 1 - 2 * (1 - below) * (1 - above)
    return np.where(below <= 0.5, low, high).astype(np.float32)


_FORMULAS: Mapping[Blend, Callable[[Levels, Levels], Levels]] = {
    Blend.MULTIPLY: lambda below, above: below * above,
    Blend.SCREEN: lambda below, above: below + above - below * above,
    Blend.OVERLAY: _blend_overlay,
    Blend.DARKEN: np.minimum,
    Blend.LIGHTEN: np.maximum,
    Blend.ADD: lambda below, above: np.minimum(below + above, np.float32(1)),
    Blend.DIFFERENCE: lambda below, above: np.abs(below - above),
}


def blend_frames(
    below: av.VideoFrame, above: av.VideoFrame, kind: PlanarFormat, mode: Blend
) -> av.VideoFrame:
    """Blend the frame `above` with the frame `below`, which has the same size. `mode` is any blend mode
    except normal.
    """
    low, high = colour.convert_to_deep_rgb(below, DEEP), colour.convert_to_deep_rgb(above, DEEP)
    formula = _FORMULAS[mode]
    for target, source in zip(get_plane_views(high), get_plane_views(low), strict=True):
        mixed = formula(_scale_to_unit(source), _scale_to_unit(target))
        target[:] = np.rint(mixed * np.float32(WHITE)).astype(np.uint16)
    return colour.from_rgb(high, kind.name)


def _scale_to_unit(plane: NDArray[np.uint16]) -> Levels:
    return plane.astype(np.float32) / np.float32(WHITE)
