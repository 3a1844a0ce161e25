"""What the Timeline screen's keys do to the cut: operators, registers, moving clips, visual selection.

Every edit is a command of the registry; this module finds out what it is meant for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.cut.values import Clip, SourceKind, TrackKind
from milimo_tui.tui import registers
from milimo_tui.tui import timeline_grammar as grammar
from milimo_tui.tui import timeline_model as model
from milimo_tui.tui.screens.timeline_visual import TimelineVisual
from milimo_tui.tui.timeline_grammar import Piece, Reach

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

# Acts and commands that `.` does again.
REPEATABLE = frozenset(
    {"ui.extract", "ui.lift", "ui.insert", "ui.overwrite", "ui.replace", "ui.earlier", "ui.later",
     "ui.dissolve", "ui.head", "ui.tail", "ui.extend", "cut.split", "cut.remove"}
)  # fmt: skip


class TimelineEdits(TimelineVisual):
    """Edits of the cut."""

    def __init__(self) -> None:
        super().__init__()
        self.last_edit: Callable[[Stroke], Awaitable[None]] | None = None  # done again by `.`
        self._selected: Reach | None = None  # what the last operator in visual mode was about

    # -- commands bound to keys ----------------------------------------------------------------------

    def args_for(self, command: str, stroke: Stroke) -> Mapping[str, Any] | None:
        """`cut.split` at the playhead on this track, `cut.remove` of the clip under it; None without one."""
        self.halt()
        lane, span = self.cutting.lane(self.view.lane), self.span
        if command == "cut.split" and lane is not None:
            self.remember(stroke)
            here = {} if "track" in stroke.binding.args else {"track": lane.track.id}
            return {"at": str(self.playhead), **here}
        if command in ("cut.remove", "cut.lift", "cut.duplicate", "cut.connect", "cut.disconnect", "cut.set"):
            self.remember(stroke)
            return {"clip": span.clip.id} if span else None
        if command == "cut.marker":
            return {"at": str(self.playhead)}
        return {}

    def remember(self, stroke: Stroke) -> None:
        """What `.` does again."""
        if stroke.binding.run in REPEATABLE:
            self.last_edit = partial(self._do_again, stroke)

    async def _do_again(self, before: Stroke, stroke: Stroke) -> None:
        await self.do(before if stroke.count is None else replace(before, count=stroke.count))

    async def act_again(self, stroke: Stroke) -> None:
        """The last edit once more, here; a count takes the place of its own."""
        if self.last_edit is None:
            self.say("nothing was edited yet")
        else:
            await self.last_edit(stroke)

    # -- operators -----------------------------------------------------------------------------------

    def reach_of(self, stroke: Stroke) -> Reach | None:
        """What an operator's stroke is about; None, and a word why, when that is nothing."""
        found: Reach | None
        if self.visual is not None and stroke.target is None:
            found = self._selected = grammar.selected(self.cutting, self.view, self.visual)
            self.leave_visual()
        elif stroke.doubled:
            found = grammar.clips_here(self.cutting, self.view, stroke.times)
        elif stroke.target is None:  # `.` after an operator on a selection: as much again from here
            found = grammar.again(self.view, self._selected) if self._selected is not None else None
        elif stroke.target.run == "ui.object":
            found = grammar.by_object(self.cutting, self.view, str(stroke.target.args["of"]), stroke.times)
        elif stroke.target.run == "ui.mark_jump":
            found = grammar.by_mark(self.cutting, self.view, stroke.target_argument)
        else:
            found = grammar.by_motion(self.cutting, self.view, str(stroke.target.args["to"]), stroke.times)
        if found is None:
            what = stroke.target.note if stroke.target is not None and not stroke.doubled else "this clip"
            self.say(f"there is nothing here: {what}", "warn")
        return found

    def _tracks(self, reach: Reach) -> list[str]:
        lanes = (self.cutting.lane(index) for index in reach.lanes)
        return [lane.track.id for lane in lanes if lane is not None]

    async def act_extract(self, stroke: Stroke) -> None:
        await self._take_out("cut.extract", stroke)

    async def act_lift(self, stroke: Stroke) -> None:
        await self._take_out("cut.lift_range", stroke)

    async def _take_out(self, command: str, stroke: Stroke) -> None:
        self.halt()
        reach = self.reach_of(stroke)
        if reach is None:
            return
        self.remember(stroke)
        await self._yank(reach, stroke.register)
        done = await self.command(
            command, start=str(reach.start), end=str(reach.end), tracks=self._tracks(reach)
        )
        if done is not None:
            self.go_to(reach.start)

    async def act_yank(self, stroke: Stroke) -> None:
        reach = self.reach_of(stroke)
        if reach is None:
            return
        pieces = await self._yank(reach, stroke.register)
        if pieces:
            names = ", ".join(piece.name for piece in pieces[:4])
            self.say(f"yanked {names}{' …' if len(pieces) > 4 else ''}", "good", "p inserts, P overwrites")
        else:
            self.say("there is nothing to yank", "warn")

    async def _yank(self, reach: Reach, register: str) -> tuple[Piece, ...]:
        lane = self.cutting.lane(reach.lanes[0] if reach.lanes else self.view.lane)
        spans = lane.between(reach.start, reach.end) if lane else ()
        pieces = grammar.yanked(spans, reach.start, reach.end, self.cutting.rate, self.name_of)
        if pieces:
            studio = self.studio_app.studio
            await self.in_thread(lambda: registers.keep(studio, register, pieces))
        return pieces

    async def act_remake(self, stroke: Stroke) -> None:
        """New takes of the shots in reach: the estimate first, then yes runs it."""
        reach = self.reach_of(stroke)
        if reach is None:
            return
        shots = self._shots_in(reach)
        if not shots:
            self.say("no shot lies there", "warn")
            return
        estimate = await self.studio_app.command("shot.make", {"ids": shots, "dry_run": True}, quiet=True)
        if estimate is None:
            return
        names = ", ".join(self.faces.numbers.get(shot, "?") for shot in shots[:4])
        if await self.confirm(f"Make {names}{' …' if len(shots) > 4 else ''}: {estimate.message}?"):
            await self.command("shot.make", ids=shots, detach=True)

    def _shots_in(self, reach: Reach) -> list[str]:
        lanes = [self.cutting.lane(index) for index in reach.lanes] or self.cutting.lanes
        spans = [span for lane in lanes if lane for span in lane.between(reach.start, reach.end)]
        found = [span.clip.source.ref for span in spans if span.clip.source.kind is SourceKind.SHOT]
        return list(dict.fromkeys(found))

    # -- registers -----------------------------------------------------------------------------------

    async def act_insert(self, stroke: Stroke) -> None:
        await self._paste("cut.insert", stroke)

    async def act_overwrite(self, stroke: Stroke) -> None:
        await self._paste("cut.overwrite", stroke)

    async def _recall(self, stroke: Stroke) -> tuple[Piece, ...]:
        studio = self.studio_app.studio
        pieces = await self.in_thread(lambda: registers.recall(studio, stroke.register))
        if not pieces:
            where = f"register {stroke.register}" if stroke.register else "the register"
            self.say(f"{where} is empty", "warn", "y y yanks this clip, y in Media a file")
        return pieces

    async def _paste(self, command: str, stroke: Stroke) -> None:
        """Put the register at the playhead; a whole source fills the marked range (three-point)."""
        self.halt()
        pieces, lane = await self._recall(stroke), self.cutting.lane(self.view.lane)
        if not pieces or lane is None:
            return
        self.remember(stroke)
        at, marked = self.playhead, self.cutting.marked
        if marked and len(pieces) == 1 and not pieces[0].frames:
            at = marked[0]
            pieces = (replace(pieces[0], frames=marked[1] - marked[0]),)
        connected = not lane.track.magnetic and lane.track.kind is TrackKind.VIDEO
        for piece in pieces:
            outcome = await self.command(
                command, **piece.arguments(), track=lane.track.id, at=str(at), connected=connected
            )
            if outcome is None:
                return
            at += piece.frames or self._length_of(outcome.data["added"])
        self.go_to(at)

    def _length_of(self, added: Sequence[str]) -> int:
        """Frames of the clip that was just put in."""
        for lane in self.cutting.lanes:
            for span in lane.spans:
                if added and span.clip.id == added[0]:
                    return span.end - span.start
        return 0

    async def act_replace(self, stroke: Stroke) -> None:
        """What the clip shows by what the register holds; its trims stay."""
        span, pieces = self.span, await self._recall(stroke)
        if span is None:
            self.say("there is no clip to replace", "warn")
        elif pieces:
            self.remember(stroke)
            await self.command("cut.replace", clip=span.clip.id, shot=pieces[0].shot, asset=pieces[0].asset)

    # -- transitions -----------------------------------------------------------------------------------

    async def act_dissolve(self, stroke: Stroke) -> None:
        """X: a dissolve at the nearest edit, as many frames as counted; on one, without a count, cut hard."""
        self.halt()
        lane = self.cutting.lane(self.view.lane)
        pair = model.nearest_cut(lane, self.playhead) if lane is not None else None
        if lane is None or pair is None:
            self.say("no two clips meet on this track", "warn", "at an end a fade does it")
            return
        self.remember(stroke)
        left, right = (span.clip.id for span in pair)
        if stroke.count is None and (left, right) in lane.dissolves:
            await self.command("cut.transition_remove", clip=left, edge="tail")
            return
        length = {} if stroke.count is None else {"frames": stroke.count}
        await self.command("cut.transition", clip=left, edge="tail", **length)

    # -- moving --------------------------------------------------------------------------------------

    async def act_earlier(self, stroke: Stroke) -> None:
        await self._shift(stroke, -stroke.times)

    async def act_later(self, stroke: Stroke) -> None:
        await self._shift(stroke, stroke.times)

    async def _shift(self, stroke: Stroke, by: int) -> None:
        """By slots on V1, by frames on free tracks; the playhead stays on the clip."""
        self.halt()
        span = self.span
        if span is None:
            self.say("there is no clip to move", "warn")
            return
        self.remember(stroke)
        offset = self.playhead - span.start
        if await self.command("cut.move", clip=span.clip.id, by=by) is None:
            return
        moved = self._find(span.clip)
        if moved is not None:
            self.go_to(moved + offset)

    def _find(self, clip: Clip) -> int | None:
        """Where a clip begins now."""
        for lane in self.cutting.lanes:
            for span in lane.spans:
                if span.clip.id == clip.id:
                    return span.start
        return None
