"""Drawing of loudness over time: momentary loudness as bars and short-term loudness as a line, with the
present at the right.

Levels follow EBU R 128. Lines mark −14 LUFS, the playback level of most streaming services, and −23 LUFS, the
target of EBU R 128.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.trace import FAINT, LIGHT, SCALE, make_empty_scope

LOWEST, HIGHEST = -60.0, 0.0  # The range of the graph in LUFS.
MARKS = (-14, -23, -40)
_BAR = (95, 135, 95)  # A colour of the 256-colour terminal palette, so that it is not dithered.


def loudness_to_row(lufs: float, height: int) -> int:
    """Return the row of a graph that shows a loudness in LUFS. The graph has `height` rows; a value outside
    its range gets the top or bottom row.
    """
    share = (HIGHEST - lufs) / (HIGHEST - LOWEST)
    return min(height - 1, max(0, round(share * (height - 1))))


def draw_loudness_graph(course: NDArray[np.float32], width: int, height: int, thick: int = 1) -> Rgb:
    """Draw loudness over time, (height, width, 3).

    `course` is an array (steps, 2) of momentary and short-term LUFS, oldest first, where −inf is silence.
    Without data only the lines of the scale are drawn. `thick` is the height of a scale line in pixels.
    """
    out = make_empty_scope(width, height)
    if len(course):
        shown = course[np.arange(width) * len(course) // width]
        share = (HIGHEST - np.clip(shown, LOWEST, HIGHEST)) / (HIGHEST - LOWEST)
        tops = np.rint(share * (height - 1)).astype(np.int64)
        rows = np.arange(height)[:, None]
        heard = shown > LOWEST
        out[(rows > tops[:, 0]) & heard[:, 0]] = _BAR
    for lufs in MARKS:
        first = loudness_to_row(lufs, height) // thick * thick
        out[first : first + thick] = FAINT if lufs == MARKS[-1] else SCALE
    if len(course):
        line = tops[:, 1]
        before = np.concatenate([line[:1], line[:-1]])
        on_line = (rows >= np.minimum(line, before)) & (rows <= np.maximum(line, before))
        out[on_line & heard[:, 1]] = LIGHT
    return out
