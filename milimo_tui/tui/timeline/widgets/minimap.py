"""Draws the minimap: the entire film on one row, with the visible part and the missing shots.

Pure. The widget draws the playhead over the minimap, so that a step of the playhead redraws nothing here.
"""

from __future__ import annotations

from functools import lru_cache

from milimo_tui.tui.timeline.values.clip_style import ClipStyles, State
from milimo_tui.tui.timeline.values.model import Film
from milimo_tui.tui.timeline.values.view import View, share
from milimo_tui.tui.timeline.widgets.row_layout import head_of
from milimo_tui.tui.widgets.canvas import Row

CAPTION = "  whole film"


def map_cells(width: int) -> int:
    """Return how many cells of a row represent the film."""
    return max(1, width - head_of(width) - len(_caption(width)) - 1)


def _caption(width: int) -> str:
    return CAPTION if width >= 60 else ""


def draw_map(film: Film, view: View, clip_styles: ClipStyles, width: int) -> Row:
    """Draw the row of the minimap."""
    row, cells, head = Row(width, "rule"), map_cells(width), head_of(width)
    left, right = (share(frame, film.frames, cells) for frame in (view.origin, min(view.end, film.frames)))
    row.fill(head, head + cells, "─", "rule")
    row.fill(head + left, head + right + 1, "━", "muted")
    for cell, state in _states(_Key(film, clip_styles), cells):
        inside = left <= cell <= right
        if state is State.EMPTY:
            row.put(head + cell, "╍" if inside else "╌", "muted" if inside else "rule")
        elif state in (State.FAILED, State.OFFLINE):
            row.put(head + cell, state.glyph, state.colour)
        else:
            row.put(head + cell, "━" if inside else "─", state.colour)
    if film.frames:
        row.put(head + left, "[", "text", bold=True)
        row.put(head + right, "]", "text", bold=True)
    row.put(head + cells, _caption(width), "muted")
    return row


def map_playhead(film: Film, view: View, width: int) -> int:
    """Return the cell of the playhead in the row; −1 in an empty film."""
    return head_of(width) + share(view.playhead, film.frames, map_cells(width)) if film.frames else -1


class _Key:
    """A cache key of film and clip styles, compared by identity, because both are values that never
    change.
    """

    def __init__(self, film: Film, clip_styles: ClipStyles) -> None:
        self.film, self.clip_styles = film, clip_styles

    def __hash__(self) -> int:
        return hash((id(self.film), id(self.clip_styles)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.film is other.film and self.clip_styles is other.clip_styles


@lru_cache(maxsize=1)
def _states(key: _Key, cells: int) -> tuple[tuple[int, State], ...]:
    """Return the cells whose clip has a state to show, with that state; computed once for each film."""
    film = key.film
    main = film.lane(film.main_lane())
    if main is None or not film.frames:
        return ()
    found = []
    for cell in range(cells):
        span = main.at(film.frames * cell // cells)
        state = key.clip_styles.of(span.clip).state if span is not None else State.PLAIN
        if state not in (State.PICKED, State.PLAIN):
            found.append((cell, state))
    return tuple(found)
