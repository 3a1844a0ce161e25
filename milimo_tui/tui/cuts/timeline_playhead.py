"""Find the playhead and the selection of the timeline for a list of the cut, which may be opened over the
timeline or over another screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.cut.words.spoken_clips import CutPlace
from milimo_tui.tui.timeline.base.timeline_view import TimelineView
from milimo_tui.tui.timeline.values.targets import find_cut_place

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen


def find_timeline_playhead(screen: StudioScreen) -> int:
    """Return the frame of the playhead on the Timeline, if that is the next screen under `screen` in the
    stack of screens. Otherwise return the playhead that is stored with the cut.
    """
    return find_timeline_place(screen).frame


def find_timeline_place(screen: StudioScreen) -> CutPlace:
    """Return the playhead, the current track and the selected clips of the Timeline, if that is the next
    screen under `screen`. Otherwise return the playhead that is stored with the cut.
    """
    stack, cut = screen.app.screen_stack, screen.film.cut if screen.film else None
    below = stack[-2] if len(stack) > 1 else None
    if isinstance(below, TimelineView):
        return find_cut_place(below.cutting, below.view, below.visual)
    return CutPlace(cut.playhead if cut is not None else 0)
