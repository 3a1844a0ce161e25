"""Find the playhead of the timeline for a list of the cut, which may be opened over the timeline or over
another screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.timeline.base.timeline_view import TimelineView

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen


def find_timeline_playhead(screen: StudioScreen) -> int:
    """Return the frame of the playhead on the Timeline, if that is the next screen under `screen` in the
    stack
    of screens. Otherwise return the playhead that is stored with the cut.
    """
    stack, cut = screen.app.screen_stack, screen.film.cut if screen.film else None
    below = stack[-2] if len(stack) > 1 else None
    if isinstance(below, TimelineView):
        return below.playhead
    return cut.playhead if cut is not None else 0
