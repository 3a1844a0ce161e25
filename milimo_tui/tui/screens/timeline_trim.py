"""TRIM on the timeline: an edge, or a clip, in hand, moved by keys, seen at once, one edit when it is let go.

What it would make is worked out by `trims` and the cut's own pure functions; the command writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import nominal
from milimo_tui.cut import snapping
from milimo_tui.cut.layout import layout
from milimo_tui.tui.screens.timeline_hand import TimelineHand
from milimo_tui.tui.timeline import grammar, model, trims
from milimo_tui.tui.timeline.model import Span
from milimo_tui.tui.timeline.trims import Edge, Trim

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

ENDS_TRIM = frozenset({"out", "enter"})
THEN = frozenset({"trim", "visual", "visual_clip"})  # what is in hand is written first, then this begins
STAYS_IN_TRIM = frozenset({"undo", "head", "tail", "macro_record"})  # writing acts with a meaning there
SECONDS = {"second_back": -1, "second_on": 1}
FRAMES = {"frame_back": -1, "frame_on": 1}
THINGS = {"next_edit": 1, "previous_edit": -1}  # to the next thing that it can snap to, on any track
PLACES = frozenset({"next_marker", "previous_marker", "start", "end"})


class TimelineTrim(TimelineHand):
    """TRIM mode over the edits and marks."""

    # -- in and out of it ------------------------------------------------------------------------------

    def act_trim(self, stroke: Stroke) -> None:
        """Take the edge nearest to the playhead in hand, of the clip that the playhead is in."""
        self.halt()
        cut = self.cut
        found = self.edge_here()
        if cut is None or found is None:
            self.say("there is no edge to trim on this track", "warn")
            return
        span, edge = found
        if self.visual is not None:
            self.leave_visual()
        lane = self.cutting.lane(self.view.lane)
        if lane is not None and lane.track.locked:
            self.say(f"track {lane.track.name} is locked", "error", "T l unlocks it")
            return
        base = self.base = layout(cut)
        kind = trims.kinds_on(base.track(span.clip.track))[0]
        at = span.start if edge == "head" else span.end
        playhead = self.playhead if self.playhead not in (at - 1, at) else None  # there by the edge
        self.points = snapping.points(base, playhead=playhead, without={span.clip.id})
        self.hold(Trim(kind, edge, span.clip.id))

    def writes(self, stroke: Stroke) -> bool:
        return super().writes(stroke) or (self.trim is not None and stroke.binding.act in ENDS_TRIM | THEN)

    async def do(self, stroke: Stroke) -> None:
        """What writes ends TRIM first: the trim, then that."""
        act = stroke.binding.act
        if self.trim is not None and self.writes(stroke) and act not in STAYS_IN_TRIM:
            await self.end_trim()
            if act in ENDS_TRIM:
                return
        await super().do(stroke)

    async def end_trim(self) -> None:
        """Write what was trimmed as one edit, and leave TRIM."""
        trim = self.trim
        self.leave()
        if trim is not None and trim.by:
            self.last_edit = partial(self._trim_again, trim)
            command, given = trim.arguments()
            await self.command(command, **given)
        elif self._snapshot is not None and self.cut is not None:
            super().show_film(self._snapshot)
            await self.look_at(self._snapshot, self.cut)
            if trim is not None:
                self.say("nothing was trimmed")

    async def _trim_again(self, trim: Trim, stroke: Stroke) -> None:
        """`.`: the same trim at the edge that is nearest now; a count is so many frames."""
        found, here = self.edge_here(), self.span
        if found is None or here is None:
            self.say("there is no edge to trim on this track", "warn")
            return
        by = trim.by if stroke.count is None else stroke.count * (1 if trim.by > 0 else -1)
        span: Span | None = here
        if trim.kind.is_of_edge:
            span = found[0] if found[1] == trim.edge else self.beyond(*found)
        if span is None:
            self.say(f"no clip has its {trim.edge} there", "warn")
            return
        command, given = replace(trim, clip=span.clip.id, by=by).arguments()
        if await self.command(command, **given) is not None and trim.kind.is_of_edge:
            self._to_edge(span.clip.id, trim.edge)

    def _to_edge(self, clip: str, edge: Edge) -> None:
        """The playhead onto the first or the last frame of a clip, where it lies now."""
        lane = self.cutting.lane(self.view.lane)
        for span in lane.spans if lane else ():
            if span.clip.id == clip:
                self.go_to(span.start if edge == "head" else span.end - 1)

    async def act_extend(self, stroke: Stroke) -> None:
        """`|`: the nearest edit comes to the playhead; where no clip meets, the clip's own edge."""
        self.halt()
        found = self.edge_here()
        if found is None:
            self.say("there is no edge to extend on this track", "warn")
            return
        self.remember(stroke)
        span, edge = found
        await self.command("cut.extend", clip=span.clip.id, edge=edge, to=str(self.playhead))

    async def act_undo(self, stroke: Stroke) -> None:
        """u in TRIM: back to how the edge was; outside of it the last edit."""
        if self.trim is not None:
            self.move_to(0)
        else:
            await self.studio_app.act_undo(stroke)

    async def act_cancel(self, stroke: Stroke) -> None:
        """ctrl+c lets go of what is in hand: nothing is written."""
        if self.trim is None:
            await super().act_cancel(stroke)
        else:
            self.trim = replace(self.trim, by=0)
            await self.end_trim()

    def on_screen_suspend(self) -> None:
        if self.trim is not None:
            self.background(self.end_trim)
        super().on_screen_suspend()

    def on_unmount(self) -> None:
        """Leaving: nothing runs after this, so the trim is written at once."""
        super().on_unmount()
        trim, self.trim = self.trim, None
        if trim is not None and trim.by:
            from milimo_tui.studio.registry import run

            with suppress(MilimoError):  # a trim that can't be kept is no reason to stay
                run(self.studio_app.studio, *trim.arguments())

    # -- what is in hand -------------------------------------------------------------------------------

    def act_trim_kind(self, stroke: Stroke) -> None:
        """Tab: ripple, roll, slip, slide, with the frames that it was moved by so far."""
        trim, base = self.trim, self.base
        if trim is None or base is None:
            return
        kinds = trims.kinds_on(base.track(base.placed(trim.clip).clip.track))
        kind = kinds[(kinds.index(trim.kind) + 1) % len(kinds)]
        by = trim.by
        self.hold(replace(trim, kind=kind, by=0))
        if by and self.trim is not None:
            self.move_to(by)

    async def act_head(self, stroke: Stroke) -> None:
        """`[`: in TRIM the head of the clip behind the edge; else the head of this clip to the playhead."""
        await self._bracket("head", stroke)

    async def act_tail(self, stroke: Stroke) -> None:
        """`]`: in TRIM the tail of the clip before the edge; else the tail of this clip to the playhead."""
        await self._bracket("tail", stroke)

    async def _bracket(self, edge: Edge, stroke: Stroke) -> None:
        trim, base = self.trim, self.base
        if trim is None or base is None:
            span = self.span
            if span is None:
                self.say("there is no clip to trim", "warn")
            else:
                self.halt()
                self.remember(stroke)
                at = str(self.playhead)
                done = await self.command("cut.trim_to", clip=span.clip.id, edge=edge, to=at)
                if done is not None and edge == "head":
                    self._to_edge(span.clip.id, edge)
            return
        if trim.edge == edge:
            return
        beyond = self.beyond(base.placed(trim.clip), trim.edge)
        if beyond is None:
            self.say("there is no clip on the other side", "warn")
            return
        self.points = snapping.points(base, playhead=None, without={beyond.clip.id})
        self.hold(Trim(trim.kind, edge, beyond.clip.id))

    # -- moving it -------------------------------------------------------------------------------------

    def act_lane_down(self, stroke: Stroke) -> None:
        self._other_lane(super().act_lane_down, stroke)

    def act_lane_up(self, stroke: Stroke) -> None:
        self._other_lane(super().act_lane_up, stroke)

    def _other_lane(self, go: Callable[[Stroke], None], stroke: Stroke) -> None:
        """To another track, but not with a clip of this one in hand."""
        placed = self.held()
        if placed is None:
            go(stroke)
        else:
            self.say(
                f"{self.name_of(placed.clip)} is in hand",
                hint="Enter lets it go, then j k",
            )

    def act_move(self, stroke: Stroke) -> None:
        trim, to = self.trim, str(stroke.binding.args["to"])
        if trim is None:
            super().act_move(stroke)
        elif to in FRAMES:
            self.move_to(trim.by + FRAMES[to] * stroke.times)
        elif to in SECONDS:
            second = nominal(self.cutting.rate)
            self._snap_to(trim.by + SECONDS[to] * second * stroke.times)
        elif to in THINGS:
            self._to_thing(THINGS[to] * stroke.times)
        elif to in PLACES:
            self._bring_to(grammar.MOTIONS[to](self.cutting, self.view, stroke.times).frame)
        else:
            self.say("TRIM moves by h l, S-← S-→, w b, ; , and ' marks", hint="Esc leaves TRIM")

    def act_mark_jump(self, stroke: Stroke) -> None:
        mark = model.named_mark(self.cutting, self.playhead, stroke.argument)
        if self.trim is None or not mark.found:
            super().act_mark_jump(stroke)
        else:
            self._bring_to(mark.frame)

    def _bring_to(self, frame: int) -> None:
        """Move what is in hand so that its edge lies at a frame."""
        placed = self.held()
        if placed is not None and self.trim is not None:
            self.move_to(frame - trims.frame_of(placed, self.trim))

    def _to_thing(self, count: int) -> None:
        """To the next thing on any track that its edge could lie on."""
        placed, trim = self.held(), self.trim
        if placed is None or trim is None or self.points is None:
            return
        point = self.points.beyond(trims.frame_of(placed, trim) + trim.by, count)
        if point is None:
            self.say("there is nothing more to snap to on that side")
        else:
            self._bring_to(point.frame)

    def _snap_to(self, by: int) -> None:
        """Move by some frames, or onto what lies within a cell of there."""
        placed, trim = self.held(), self.trim
        if placed is None or trim is None or self.points is None:
            return
        reach = self.view.zoom if self.view.zoom > 1 else 0
        found = snapping.snap(self.points, trims.snapping_edges(placed, replace(trim, by=by)), reach)
        self.move_to(by + (found.by if found is not None else 0))

    async def act_trim_type(self, stroke: Stroke) -> None:
        """`+12` Enter: a number of frames."""
        sign = "-" if stroke.binding.chord[0] == "-" else "+"
        typed = await self.ask("trim by", sign, name="TRIM")
        if typed is None or self.trim is None:
            return
        try:
            by = int(typed.replace(" ", ""))
        except ValueError:
            self.say(f"“{typed}” is not a number of frames", "warn", "for example +12 or -6")
            return
        self.move_to(self.trim.by + by)
