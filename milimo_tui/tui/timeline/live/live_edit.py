"""The state of one change while it is made: the cut before the change, the cut with it, and its display.

A mode computes the result of each step. This module draws and plans the film with that result, at reduced
size while keys are pressed and at full size at rest, and restores the film if the user cancels.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength
from milimo_tui.tui.timeline.values.film import film_of

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.timeline.base.core import TimelineCore


class LiveEdit:
    """The change in progress; `base` is None outside these modes. All modes share one such change."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.mode = ""  # Such as TITLE, EFFECTS or SPEED.
        self.base: Layout | None = None
        self.after: Layout | None = None
        self._place: tuple[int, int] = (0, 0)  # The playhead and the lane when the mode began.

    @property
    def is_on(self) -> bool:
        return self.base is not None

    def begin(self, mode: str) -> bool:
        """Begin a mode on the present film; return False after a message if the cut cannot be changed."""
        core, cut = self._core, self._core.cut
        core.halt()
        if cut is None:
            core.say("there is no cut to change", "warn", "{ui.mode script}, {script:ui.commit} makes one")
            return False
        if cut.frozen:
            core.say(f"“{cut.name}” is frozen", "warn", "{ui.cuts} makes a copy to change")
            return False
        self.mode = core.submode = mode
        self.base = self.after = layout(cut)
        self._place = core.playhead, core.view.lane
        core.share_rows()
        return True

    def bounds(self) -> MediaLength:
        """Return the function that gives the lengths of media sources, for the present film."""
        from milimo_tui.cut.values.cut import unbounded
        from milimo_tui.studio.commands.cut.current_cut import media_lengths

        film = self._core.snapshot
        return media_lengths(film.story, film.cuts) if film is not None else unbounded

    def show(self, after: Cut, frame: int | None = None) -> None:
        """Show the changed cut, with the playhead on `frame`."""
        film = self._core.snapshot
        if film is None or self.base is None:
            return
        self._core.halt()
        self.after = layout(after)
        lane = self._core.cutting.lane(self._core.view.lane)
        self._core.cutting = film_of(self.after, film.story)
        if lane is not None:  # A track may have been added above the current one.
            rows = [each.track.id for each in self._core.cutting.lanes]
            if lane.track.id in rows:
                self._core.view = replace(self._core.view, lane=rows.index(lane.track.id))
        self._core.picture_moves()
        self._core.go_to(self._core.playhead if frame is None else frame)
        self._core.resolve(film, after)

    def clip(self, clip_id: str) -> Clip:
        """Return a clip as the change would make it."""
        assert self.after is not None
        return self.after.placed(clip_id).clip

    def leave(self) -> None:
        """Leave the mode; the film is drawn when it is read next."""
        self.base = self.after = None
        self.mode = self._core.submode = ""
        self._core.share_rows()

    async def give_up(self) -> None:
        """Leave the mode and restore the film and the playhead."""
        playhead, lane = self._place
        self.leave()
        film = self._core.snapshot
        if film is not None and film.cut is not None:
            self._core.draw_film(film)
            self._core.view = replace(self._core.view, lane=lane)
            self._core.go_to(playhead)
            await self._core.plan_cut(film, film.cut)

    def keeps(self, film: Snapshot | None) -> bool:
        """Return True if the change continues over a new snapshot; a change from elsewhere ends the mode."""
        if self.base is None or film is None or film.cut is None:
            return False
        if _same_edit(film.cut, self.base.cut):
            self._core.snapshot = film
            return True
        mode = self.mode
        self.leave()
        self._core.say(f"the cut was changed elsewhere; {mode} is left", "warn")
        return False


def _same_edit(one: Cut, other: Cut) -> bool:
    """Return True if two cuts are equal except for playhead and marks."""
    return replace(one, playhead=0, mark_in=None, mark_out=None) == replace(
        other, playhead=0, mark_in=None, mark_out=None
    )
