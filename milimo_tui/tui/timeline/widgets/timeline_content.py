"""What the timeline's rows are drawn from: a film, the view of it, its pictures and sound as far as there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from textual.strip import Strip

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.fields.curve_edit import CurveLane
from milimo_tui.tui.timeline.values.clip_style import ClipStyles
from milimo_tui.tui.timeline.values.model import Film
from milimo_tui.tui.timeline.values.view import View
from milimo_tui.tui.timeline.widgets.row_layout import Kind, Line
from milimo_tui.tui.widgets.waveform import Peaks


def no_peaks(clip: Clip) -> Peaks | None:
    return None


def no_pictures(clip: Clip, end: str, rows: int) -> Sequence[Strip]:
    return ()


@dataclass(frozen=True, slots=True)
class TrimEdge:
    """The edge being trimmed: its frame, and what the trim does, for the sign that marks it."""

    lane: int
    frame: int
    sign: str = "◀▶"


@dataclass(frozen=True)
class TimelineContent:
    """Everything the rows are drawn from.

    `picked` is a range under an operator or a visual selection, on `picked_lanes` (none: on the lane in
    hand). `pictures` gives the strips of a clip's frame at its `head` or `tail`, so many rows high, as far as
    they are there. `lines` are the rows as they are shared out. `ends`: clips are told by their ends, for
    there is no ground to tell them by. `cuts_pictures`: in a narrower clip one may show its left part.
    `curve` is drawn under the lane of its clip.
    """

    film: Film = field(default_factory=Film)
    view: View = field(default_factory=View)
    clip_styles: ClipStyles = field(default_factory=ClipStyles)
    peaks: Callable[[Clip], Peaks | None] = no_peaks
    picked: tuple[int, int] | None = None
    trim: TrimEdge | None = None
    pictures: Callable[[Clip, str, int], Sequence[Strip]] = no_pictures
    picked_lanes: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    ends: bool = False
    cuts_pictures: bool = False
    curve: CurveLane | None = None

    def is_picked(self, lane: int) -> bool:
        return lane in (self.picked_lanes or (self.view.lane,))

    def rows_of(self, lane: int) -> int:
        """Return how many rows a lane has."""
        return sum(1 for line in self.lines if line.lane == lane and line.kind is Kind.LANE) or 1
