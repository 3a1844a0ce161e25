"""A notice in the header of the Timeline: the number of shots and clips that need attention after changes of
the storyboard, and the key that lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.cut.follow.reconcile import LENGTHS, list_waiting_shots
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.terminal.theme import WAITING
from milimo_tui.tui.timeline.base.displayed_film import LAID_AT_ONCE
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.timeline.base.core import TimelineCore


class ArrivalNotice:
    """The notice for the Timeline's header. It counts the shots that wait to be placed in the cut, the clips
    whose length differs from their shot, and the clips whose shot no longer exists.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._counted: tuple[FilmSnapshot | None, int] = None, 0

    @property
    def arrivals(self) -> int:
        """The number of shots and clips that need attention. It is counted once for each snapshot of the
        film.
        """
        film = self._core.snapshot
        if film is not self._counted[0]:
            self._counted = film, _count_arrivals(film) if film is not None else 0
        return self._counted[1]

    def add_arrival_count(self, heading: Text) -> Text:
        """Return the header text `heading` with the number of shots and clips that need attention, and the
        key that lists them. Unchanged if there are none.
        """
        if not self.arrivals:
            return heading
        core, wait = self._core, "waits" if self.arrivals == 1 else "wait"
        keys = core.studio_app.keyboard.keymap.find_chord("ui.arrivals", core.CONTEXTS)
        return join_line(
            heading, (f"   {WAITING} {self.arrivals} {wait}  ", core.ink.stale), (keys, core.ink.key)
        )


def _count_arrivals(film: FilmSnapshot) -> int:
    """Count shots that wait to be placed, clips whose length differs from their shot, and clips whose shot no
    longer exists.

    The last kind is not counted in a cut of thousands of clips, because the delay would be noticeable.
    """
    cut = film.cut
    if cut is None:
        return 0
    clips = {each.clip for each in cut.markers if each.kind in LENGTHS and not each.done}
    if len(cut.clips) <= LAID_AT_ONCE:
        live = {shot.id for shot in film.story.live_shots()}
        shown = (clip for clip in cut.clips if clip.source.kind is SourceKind.SHOT)
        clips |= {clip.id for clip in shown if clip.source.ref not in live}
    return len(clips) + (len(list_waiting_shots(cut)) if cut.waiting else 0)
