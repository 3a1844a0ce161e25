"""Marks, markers, takes and tracks on the timeline: what stands around the clips of the cut.

Every act is a command of the registry; this module finds out what it is meant for.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from milimo_tui.core.time import half_up, timecode
from milimo_tui.cut.timing import source_at
from milimo_tui.cut.values import SourceKind, TrackKind
from milimo_tui.tui.screens.timeline_shift import TimelineShift
from milimo_tui.tui.timeline import registers
from milimo_tui.tui.timeline.registers import SourceClip

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

# What has no source to look at: what is said, how, and the way on.
_NO_SOURCE = {
    SourceKind.GAP: ("there is no source under the playhead", "warn", "w goes to the next clip"),
    SourceKind.TITLE: ("a title has no source", "warn", "its words are in the inspector: Enter"),
    SourceKind.CUT: ("a compound clip has clips of its own", "warn", "Z i goes in, to their sources"),
}


class TimelineMarks(TimelineShift):
    """What stands around the clips."""

    # -- marks and markers -----------------------------------------------------------------------------

    async def _marks(self, mark_in: int | None, mark_out: int | None) -> None:
        await self.studio_app.command("cut.marks", {"mark_in": mark_in, "mark_out": mark_out}, quiet=True)

    async def act_mark_in(self, stroke: Stroke) -> None:
        """In here; an out that would lie before it goes."""
        out = self.cutting.mark_out
        await self._marks(self.playhead, out if out is not None and out > self.playhead else None)
        self.say(f"in at {timecode(self.playhead, self.cutting.rate)}")

    async def act_mark_out(self, stroke: Stroke) -> None:
        """The range ends with the frame under the playhead."""
        out = min(self.playhead + 1, self.cutting.frames) if self.cutting.frames else self.playhead + 1
        mark_in = self.cutting.mark_in
        await self._marks(mark_in if mark_in is not None and mark_in < out else None, out)
        self.say(f"out after {timecode(out - 1, self.cutting.rate)}")

    def act_to_in(self, stroke: Stroke) -> None:
        self._to(self.cutting.mark_in, "there is no in point", "i marks it")

    def act_to_out(self, stroke: Stroke) -> None:
        out = self.cutting.mark_out
        self._to(out - 1 if out is not None else None, "there is no out point", "o marks it")

    def _to(self, frame: int | None, why_not: str, hint: str) -> None:
        self.halt()
        if frame is None:
            self.say(why_not, "warn", hint)
        else:
            self.go_to(frame)

    async def act_clear_marks(self, stroke: Stroke) -> None:
        await self._marks(None, None)
        self.say("in and out are cleared")

    async def act_marker(self, stroke: Stroke) -> None:
        """A marker with a note; on a marker, its note again."""
        at = self.playhead
        here = next((marker for marker in self.cutting.markers if marker.frame == at), None)
        text = await self.ask("marker", here.text if here else "", name="MARKER")
        if text is None:
            return
        if here is None:
            await self.command("cut.marker", at=str(at), text=text)
        elif text:
            await self.command("cut.note_set", note=here.id, text=text)
        else:
            await self.command("cut.unmark", marker=here.id)

    async def act_mark_set(self, stroke: Stroke) -> None:
        await self.command("cut.marker", at=str(self.playhead), name=stroke.argument)

    def act_notes(self, stroke: Stroke) -> None:
        """The notes and markers of the cut as a list of things to do."""
        from milimo_tui.tui.screens.notes import NotesScreen

        self.halt()
        self.app.push_screen(NotesScreen())

    def act_cuts(self, stroke: Stroke) -> None:
        """The cuts of the film: go to another, keep a version, compare."""
        from milimo_tui.tui.screens.cuts import CutsScreen

        self.halt()
        self.app.push_screen(CutsScreen())

    # -- takes -----------------------------------------------------------------------------------------

    def _shot_here(self) -> str:
        """The shot under the playhead, empty (and said) where there is none."""
        span = self.shown_span
        if span is not None and span.clip.source.kind is SourceKind.SHOT:
            return span.clip.source.ref
        self.say("there is no shot under the playhead", "warn")
        return ""

    async def act_take_previous(self, stroke: Stroke) -> None:
        await self._audition(-stroke.times)

    async def act_take_next(self, stroke: Stroke) -> None:
        await self._audition(stroke.times)

    async def _audition(self, step: int) -> None:
        shot = self._shot_here()
        if shot:
            await self.command("shot.pick", id=shot, step=step)

    async def act_rate(self, stroke: Stroke) -> None:
        shot = self._shot_here()
        if shot and stroke.argument in "012345":
            await self.command("shot.rate", id=shot, rating=int(stroke.argument))
        elif shot:
            self.say("a rating is 0 to 5", "warn", "* 4 gives four stars")

    async def act_match_frame(self, stroke: Stroke) -> None:
        """The source from this very frame on into the register, and a word where in the source that is."""
        span = self.shown_span
        if span is None or span.clip.source.kind not in (SourceKind.SHOT, SourceKind.ASSET):
            kind = span.clip.source.kind if span is not None else SourceKind.GAP
            self.say(*_NO_SOURCE.get(kind, _NO_SOURCE[SourceKind.GAP]))
            return
        rate, ref = self.cutting.rate, span.clip.source.ref
        at = source_at(span.clip, self.playhead - span.start, rate)
        source = SourceClip(
            **{span.clip.source.kind.value: ref},
            frames=max(1, span.end - self.playhead),
            source_in=max(Fraction(0), at),
            name=self.name_of(span.clip),
        )
        studio = self.studio_app.studio
        await self.in_thread(lambda: registers.keep(studio, stroke.register, source))
        where = timecode(half_up(at * rate), rate)
        self.say(f"{source.name} at {where} of its source, yanked from there", "good", "p inserts it")

    async def act_to_script(self, stroke: Stroke) -> None:
        """The script line of the shot under the playhead."""
        shot = self._shot_here()
        if not shot:
            return
        line = self.faces.shots[shot].line
        await self.studio_app.go("script")
        go_to_line = getattr(self.app.screen, "go_to_line", None)
        if callable(go_to_line) and line:
            go_to_line(line)

    def go_to_clip_of(self, shot: str) -> None:
        """The first clip of a shot, unless the playhead is in one of its clips already."""
        spans = [span for lane in self.cutting.lanes for span in lane.spans if span.clip.source.ref == shot]
        if spans and not any(span.start <= self.playhead < span.end for span in spans):
            self.go_to(min(span.start for span in spans))

    # -- tracks ------------------------------------------------------------------------------------------

    async def act_track_flag(self, stroke: Stroke) -> None:
        lane = self.cutting.lane(self.view.lane)
        if lane is not None:
            await self.command("cut.track_set", track=lane.track.id, toggle=str(stroke.binding.args["flag"]))

    async def act_track_new(self, stroke: Stroke) -> None:
        lane = self.cutting.lane(self.view.lane)
        kind = lane.track.kind if lane else TrackKind.VIDEO
        before = {lane.track.id for lane in self.cutting.lanes}
        if await self.command("cut.track_add", kind=kind.value) is None:
            return
        for index, each in enumerate(self.cutting.lanes):
            if each.track.id not in before:
                self.view = replace(self.view, lane=index)
                self.redraw()
                self.say(f"added {each.track.name}", "good")
