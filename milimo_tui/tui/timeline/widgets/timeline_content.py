"""The values from which the timeline's rows are drawn: a film, its view, and the available pictures and
sound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from textual.strip import Strip

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.fields.curve_edit import CurveLane
from milimo_tui.tui.timeline.values.clip_style import ClipStyles
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.timeline.widgets.row_layout import RowKind, TimelineRow
from milimo_tui.tui.widgets.waveform import Peaks


def no_peaks(clip: Clip) -> Peaks | None:
    """Return no peaks: the default for a timeline without sound."""
    return None


def no_pictures(clip: Clip, end: str, rows: int) -> Sequence[Strip]:
    """Return no pictures: the default for a timeline without pictures."""
    return ()


@dataclass(frozen=True, slots=True)
class TrimEdge:
    """The edge being trimmed: its lane and frame, and the glyph that marks the kind of trim."""

    lane: int
    frame: int
    sign: str = "◀▶"


@dataclass(frozen=True)
class TimelineContent:
    """All values from which the rows are drawn.

    `picked` is a range under an operator or a visual selection, on `picked_lanes` (empty: on the current
    lane). `pictures` returns the terminal rows of the picture at a clip's `head` or `tail`, for a height in
    rows; empty if it is not loaded yet. `lines` is the layout of the rows. If `ends` is True, clips are drawn
    with end marks, because the theme has no background colours. If `cuts_pictures` is True, a narrow clip
    shows the left part of its picture. `curve` is drawn under the lane of its clip.
    """

    film: TimelineFilm = field(default_factory=TimelineFilm)
    view: TimelineViewport = field(default_factory=TimelineViewport)
    clip_styles: ClipStyles = field(default_factory=ClipStyles)
    peaks: Callable[[Clip], Peaks | None] = no_peaks
    picked: tuple[int, int] | None = None
    trim: TrimEdge | None = None
    pictures: Callable[[Clip, str, int], Sequence[Strip]] = no_pictures
    picked_lanes: tuple[int, ...] = ()
    lines: tuple[TimelineRow, ...] = ()
    ends: bool = False
    cuts_pictures: bool = False
    curve: CurveLane | None = None

    def is_picked(self, lane: int) -> bool:
        """Return True if a selection covers a lane."""
        return lane in (self.picked_lanes or (self.view.lane,))

    def count_lane_rows(self, lane: int) -> int:
        """Return how many rows a lane has."""
        return sum(1 for line in self.lines if line.lane == lane and line.kind is RowKind.LANE) or 1
