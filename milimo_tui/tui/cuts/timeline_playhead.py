"""Find and move the playhead for a list of the cut, which may be opened over the Timeline or over another
screen. Also find the selection of the Timeline.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.words.spoken_clips import CutPlace
from milimo_tui.tui.timeline.base.core import TimelineCore
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


def move_film_playhead(screen: StudioScreen, cut_id: str, frame: int) -> None:
    """Move the playhead of a cut to `frame` on the open Timeline, and store it with the cut for commands."""
    film, studio = screen.film, screen.studio_app.studio
    if film is None or film.cut is None or film.cut.id != cut_id:
        return  # Another cut was opened meanwhile.
    for each in screen.studio_app.open_screens():
        if isinstance(each, TimelineCore) and each.cut is not None and each.cut.id == cut_id:
            each.seek_silently(frame)

    def store_playhead() -> None:
        project = studio.project_or_none()
        if project is None or project.read_only:
            return
        # The screen may be closing, or the cut was deleted meanwhile: then nothing is left to store.
        with suppress(MilimoError):
            project.facts.set_cut_state(cut_id, playhead=frame)

    screen.studio_app.editing.run(store_playhead)
