"""The keys of the Timeline for in and out marks, markers and tracks.

Each action finds the frame, marker or track that it changes, and runs a command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.time import format_timecode
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelineMarks:
    """The actions for in and out marks, markers, and the flags of tracks."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    async def _write_marks(self, mark_in: int | None, mark_out: int | None) -> None:
        await self._core.studio_app.run_and_wait(
            "cut.marks", {"mark_in": mark_in, "mark_out": mark_out}, quiet=True
        )

    @action
    async def act_mark_in(self, key_command: KeyCommand) -> None:
        """Set the in mark at the playhead. If the out mark is not after the new in mark, remove the out
        mark.
        """
        self._core.show_message(await self._mark_in(self._core.playhead))

    @action
    async def act_mark_out(self, key_command: KeyCommand) -> None:
        """Set the out mark, so that the marked range ends with the frame at the playhead. If the in mark is
        not before the new out mark, remove the in mark.
        """
        self._core.show_message(await self._mark_out(self._core.playhead))

    async def _mark_in(self, frame: int) -> str:
        out = self._core.cutting.mark_out
        await self._write_marks(frame, out if out is not None and out > frame else None)
        return f"in at {format_timecode(frame, self._core.cutting.rate)}"

    async def _mark_out(self, frame: int) -> str:
        frames, mark_in = self._core.cutting.frames, self._core.cutting.mark_in
        out = min(frame + 1, frames) if frames else frame + 1
        await self._write_marks(mark_in if mark_in is not None and mark_in < out else None, out)
        return f"out after {format_timecode(out - 1, self._core.cutting.rate)}"

    async def set_player_mark(self, cut: str, what: str, frame: int) -> str:
        """Set a mark that the user requested in mpv, which was playing the cut with the id `cut`. `what` is
        `in`, `out` or `marker`, and `frame` is its frame in the cut. Return the message about the result.
        """
        here = self._core.film.cut if self._core.film else None
        if here is None or here.id != cut:
            return "another cut is open now: no mark was set"
        if what == "marker":
            made = await self._core.studio_app.run_and_wait("cut.marker", {"at": str(frame)}, quiet=True)
            words = f"marker at {format_timecode(frame, here.rate)}" if made else "no marker was set"
        else:
            words = await (self._mark_in(frame) if what == "in" else self._mark_out(frame))
        self._core.show_message(words)
        return words

    @action
    def act_to_in(self, key_command: KeyCommand) -> None:
        self._go_to_mark(self._core.cutting.mark_in, "there is no in point", "{ui.mark_in} marks it")

    @action
    def act_to_out(self, key_command: KeyCommand) -> None:
        out = self._core.cutting.mark_out
        self._go_to_mark(
            out - 1 if out is not None else None, "there is no out point", "{ui.mark_out} marks it"
        )

    def _go_to_mark(self, frame: int | None, why_not: str, hint: str) -> None:
        self._core.halt_playback()
        if frame is None:
            self._core.show_message(why_not, "warn", hint)
        else:
            self._core.go_to(frame)

    @action
    async def act_clear_marks(self, key_command: KeyCommand) -> None:
        await self._write_marks(None, None)
        self._core.show_message("in and out are cleared")

    @action
    async def act_marker(self, key_command: KeyCommand) -> None:
        """Add a marker with a note at the playhead. If there is a marker already, edit its note; an empty
        note removes the marker.
        """
        at = self._core.playhead
        here = next((marker for marker in self._core.cutting.markers if marker.frame == at), None)
        text = await self._core.ask_text("text of the marker", here.text if here else "", name="MARKER")
        if text is None:
            return
        if here is None:
            await self._core.run_and_wait("cut.marker", at=str(at), text=text)
        elif text:
            await self._core.run_and_wait("cut.note_set", note=here.id, text=text)
        else:
            await self._core.run_and_wait("cut.unmark", marker=here.id)

    @action
    async def act_mark_set(self, key_command: KeyCommand) -> None:
        await self._core.run_and_wait("cut.marker", at=str(self._core.playhead), name=key_command.argument)

    @action
    async def act_track_flag(self, key_command: KeyCommand) -> None:
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None:
            await self._core.run_and_wait(
                "cut.track_set", track=lane.track.id, toggle=str(key_command.binding.args["flag"])
            )

    @action
    async def act_track_new(self, key_command: KeyCommand) -> None:
        lane = self._core.cutting.get_lane(self._core.view.lane)
        kind = lane.track.kind if lane else TrackKind.VIDEO
        before = {lane.track.id for lane in self._core.cutting.lanes}
        if await self._core.run_and_wait("cut.track_add", kind=kind.value) is None:
            return
        for index, each in enumerate(self._core.cutting.lanes):
            if each.track.id not in before:
                self._core.view = replace(self._core.view, lane=index)
                self._core.redraw()
                self._core.show_message(f"added {each.track.name}", "good")
