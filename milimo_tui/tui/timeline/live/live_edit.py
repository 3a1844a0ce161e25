"""The change in progress in one of the live modes, which edit a title, an effect or a curve while the picture
shows the result. The module holds the cut before and after the change.

A mode computes the changed cut after each key. This module draws and plans that cut, at reduced picture size
while keys are being pressed and at full size afterwards. If the user cancels, it restores the unchanged film.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength
from milimo_tui.tui.timeline.values.film import make_timeline_film

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.timeline.base.core import TimelineCore


class LiveEdit:
    """The change in progress in a live mode. `base` is the cut before the change, or None outside these
    modes. All modes share one instance, because only one mode can be active.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        # The name of the active mode in capitals, such as TITLE, EFFECTS or SPEED; empty if none is active.
        self.mode = ""
        self.base: Layout | None = None
        self.after: Layout | None = None
        # The playhead and the index of the current lane before the mode began.
        self._place: tuple[int, int] = (0, 0)

    @property
    def is_on(self) -> bool:
        return self.base is not None

    def begin_mode(self, mode: str) -> bool:
        """Begin a mode, given by its name, on the current cut. If the cut cannot be changed, show a message
        and return False.
        """
        core, cut = self._core, self._core.cut
        core.halt_playback()
        if cut is None:
            core.show_message(
                "there is no cut to change", "warn", "{ui.mode script}, then {script:ui.commit} makes one"
            )
            return False
        if cut.frozen:
            core.show_message(f"“{cut.name}” is frozen", "warn", "{ui.cuts} makes a copy to change")
            return False
        self.mode = mode
        self.base = self.after = layout(cut)
        self._place = core.playhead, core.view.lane
        core.divide_screen()
        return True

    def get_live_lengths(self) -> MediaLength:
        """Return the function that returns the length of a clip's media, for the present film."""
        from milimo_tui.cut.values.cut import return_no_media_limit
        from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup

        film = self._core.snapshot
        return make_media_length_lookup(film.story, film.cuts) if film is not None else return_no_media_limit

    def show_changed_cut(self, after: Cut, frame: int | None = None) -> None:
        """Show the changed cut, with the playhead on `frame` if it is given."""
        film = self._core.snapshot
        if film is None or self.base is None:
            return
        self._core.halt_playback()
        self.after = layout(after)
        lane = self._core.cutting.get_lane(self._core.view.lane)
        self._core.cutting = make_timeline_film(self.after, film.story)
        # The change may have added a track above the current one, so the lane's index is looked up again.
        if lane is not None:
            rows = [each.track.id for each in self._core.cutting.lanes]
            if lane.track.id in rows:
                self._core.view = replace(self._core.view, lane=rows.index(lane.track.id))
        self._core.use_half_size()
        self._core.go_to(self._core.playhead if frame is None else frame)
        self._core.request_plan(film, after)

    def get_changed_clip(self, clip_id: str) -> Clip:
        """Return a clip as it is in the changed cut."""
        assert self.after is not None
        return self.after.get_placed(clip_id).clip

    def leave_mode(self) -> None:
        """Leave the mode, but do not draw the film yet. The change was written, so the film will be read
        again and drawn then.
        """
        self.base = self.after = None
        self.mode = ""
        self._core.divide_screen()

    async def restore_unchanged_film(self) -> None:
        """Leave the mode, and show the unchanged film with its earlier playhead."""
        playhead, lane = self._place
        self.leave_mode()
        film = self._core.snapshot
        if film is not None and film.cut is not None:
            self._core.draw_film(film)
            self._core.view = replace(self._core.view, lane=lane)
            self._core.go_to(playhead)
            await self._core.plan_cut(film, film.cut)

    def continues_live(self, film: FilmSnapshot | None) -> bool:
        """Return True if the change can continue with the new snapshot `film`. If the cut was changed
        elsewhere, end the mode and return False.
        """
        if self.base is None or film is None or film.cut is None:
            return False
        if _is_unedited_cut(film.cut, self.base.cut):
            self._core.snapshot = film
            return True
        mode = self.mode
        self.leave_mode()
        self._core.show_message(f"the cut was changed elsewhere; {mode} ended", "warn")
        return False


def _is_unedited_cut(one: Cut, other: Cut) -> bool:
    """Return True if two cuts are equal except for playhead and in and out marks, which the user may move
    during the change.
    """
    return replace(one, playhead=0, mark_in=None, mark_out=None) == replace(
        other, playhead=0, mark_in=None, mark_out=None
    )
