"""Draw the minimap: the entire film on one row, with brackets around the visible part and the states of shots
that need attention.

Pure. The widget draws the playhead over the minimap, so that a step of the playhead does not redraw the
minimap.
"""

from __future__ import annotations

from functools import lru_cache

from milimo_tui.tui.timeline.values.clip_style import ClipState, ClipStyles
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport, scale_to_cells
from milimo_tui.tui.timeline.widgets.row_layout import find_head_width
from milimo_tui.tui.widgets.canvas import CanvasRow

CAPTION = "  whole film"


def count_map_cells(width: int) -> int:
    """Return the number of cells for the film in a minimap of `width` columns, without header and caption."""
    return max(1, width - find_head_width(width) - len(_choose_map_caption(width)) - 1)


def _choose_map_caption(width: int) -> str:
    return CAPTION if width >= 60 else ""


def draw_minimap(
    film: TimelineFilm, view: TimelineViewport, clip_styles: ClipStyles, width: int
) -> CanvasRow:
    """Draw the minimap as a row of `width` cells."""
    row, cells, head = CanvasRow(width, "rule"), count_map_cells(width), find_head_width(width)
    left, right = (
        scale_to_cells(frame, film.frames, cells) for frame in (view.origin, min(view.end, film.frames))
    )
    row.fill_cells(head, head + cells, "─", "rule")
    row.fill_cells(head + left, head + right + 1, "━", "muted")
    for cell, state in _list_map_states(_MapKey(film, clip_styles), cells):
        inside = left <= cell <= right
        if state is ClipState.EMPTY:
            row.put(head + cell, "╍" if inside else "╌", "muted" if inside else "rule")
        elif state in (ClipState.FAILED, ClipState.OFFLINE):
            row.put(head + cell, state.glyph, state.colour)
        else:
            row.put(head + cell, "━" if inside else "─", state.colour)
    if film.frames:
        row.put(head + left, "[", "text", bold=True)
        row.put(head + right, "]", "text", bold=True)
    row.put(head + cells, _choose_map_caption(width), "muted")
    return row


def find_map_playhead(film: TimelineFilm, view: TimelineViewport, width: int) -> int:
    """Return the cell of the playhead in the minimap, or −1 if the film is empty."""
    return (
        find_head_width(width) + scale_to_cells(view.playhead, film.frames, count_map_cells(width))
        if film.frames
        else -1
    )


class _MapKey:
    """A cache key made of a film and its clip styles. Two keys are equal if they hold the same objects. The
    contents are not compared, because that would be slow.
    """

    def __init__(self, film: TimelineFilm, clip_styles: ClipStyles) -> None:
        self.film, self.clip_styles = film, clip_styles

    def __hash__(self) -> int:
        return hash((id(self.film), id(self.clip_styles)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _MapKey) and self.film is other.film and self.clip_styles is other.clip_styles
        )


@lru_cache(maxsize=1)
def _list_map_states(key: _MapKey, cells: int) -> tuple[tuple[int, ClipState], ...]:
    """List the cells of the minimap in which a state must be shown, such as failed or stale, each with its
    state. The state is that of the V1 clip at the cell. Clips with a picked, fresh take are left out. The
    result is cached for the last film only.
    """
    film = key.film
    main = film.get_lane(film.main_lane_index())
    if main is None or not film.frames:
        return ()
    found = []
    for cell in range(cells):
        span = main.clip_at(film.frames * cell // cells)
        state = key.clip_styles.find_clip_style(span.clip).state if span is not None else ClipState.PLAIN
        if state not in (ClipState.PICKED, ClipState.PLAIN):
            found.append((cell, state))
    return tuple(found)
