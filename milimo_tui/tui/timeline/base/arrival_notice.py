"""A notice in the header that counts clips waiting to be placed in the cut, with the key that opens their
list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.cut.follow.reconcile import LENGTHS, list_waiting_shots
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.terminal.theme import WAITING
from milimo_tui.tui.timeline.base.shown_film import LAID_AT_ONCE
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.timeline.base.core import TimelineCore


class ArrivalNotice:
    """Counts shots to place, clips whose length differs from their shot, and clips without a shot."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._counted: tuple[FilmSnapshot | None, int] = None, 0

    @property
    def arrivals(self) -> int:
        """The number of waiting shots and clips; counted once for each snapshot of the film."""
        film = self._core.snapshot
        if film is not self._counted[0]:
            self._counted = film, _count_arrivals(film) if film is not None else 0
        return self._counted[1]

    def add_arrival_count(self, heading: Text) -> Text:
        """Add the number of arrivals, and the key to their list, to the header; unchanged if there are
        none.
        """
        if not self.arrivals:
            return heading
        core, wait = self._core, "waits" if self.arrivals == 1 else "wait"
        keys = core.studio_app.keyboard.keymap.find_chord("ui.arrivals", core.CONTEXTS)
        return join_line(
            heading, (f"   {WAITING} {self.arrivals} {wait}  ", core.ink.stale), (keys, core.ink.key)
        )


def _count_arrivals(film: FilmSnapshot) -> int:
    """Count shots to place, clips whose length differs from their shot, and clips without a shot.

    Clips without a shot are counted only in a cut of usual length: among thousands of clips the delay would
    be noticeable.
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
