"""The values from which the timeline's rows are drawn: a film, its view, and the available pictures and
sound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from textual.strip import Strip

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.values.clip_style import ClipStyles
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.spoken_lane import SpokenLane
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.timeline.widgets.row_layout import RowKind, TimelineRow
from milimo_tui.tui.widgets.waveform import Peaks


def no_peaks(clip: Clip) -> Peaks | None:
    """Return None for every clip: the default for a timeline that has no sound loaded."""
    return None


def no_pictures(clip: Clip, end: str, rows: int) -> Sequence[Strip]:
    """Return no rows for every clip: the default for a timeline that has no pictures loaded."""
    return ()


@dataclass(frozen=True, slots=True)
class TrimEdge:
    """The edge being trimmed: its lane and frame, and the glyph that marks the kind of trim."""

    lane: int
    frame: int
    sign: str = "◀▶"


@dataclass(frozen=True)
class TimelineContent:
    """All values from which the timeline's rows are drawn.

    - `picked` is the selected range [start, end). `picked_lanes` are the indexes of the selected lanes; if it
      is empty, the selection is drawn on the current lane.
    - `pictures` is a function that returns the picture at a clip's `head` or `tail`, as rows of a given
      number. The result is empty while the picture is not loaded.
    - `peaks` is a function that returns the peaks of a clip's sound, or None.
    - `lines` is the layout of the rows.
    - `ends` is True if the ends of clips must be marked, because the theme has no background colours.
    - `cuts_pictures` is True if a clip that is too narrow for its picture shows the picture's left part.
    - `curve` is a curve that is drawn under the lane of its clip.
    - `words` are the spoken words; None if the row of words is hidden.
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
    words: SpokenLane | None = None

    def is_picked(self, lane: int) -> bool:
        """Return True if the selection includes the lane with this index."""
        return lane in (self.picked_lanes or (self.view.lane,))

    def count_lane_rows(self, lane: int) -> int:
        """Return the number of rows that the lane with this index has on the screen; at least 1."""
        return sum(1 for line in self.lines if line.lane == lane and line.kind is RowKind.LANE) or 1
