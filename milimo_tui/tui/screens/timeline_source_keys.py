"""The keys of the source side: moving in it, in and out, playing it, and putting it into the film.

Three-point edits: in and out here and on the film, any three; a fourth that disagrees asks for a speed.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import nominal
from milimo_tui.cut.values import SourceKind, TrackKind
from milimo_tui.tui.playback import Player, Shuttle, Stretch
from milimo_tui.tui.screens.timeline_play import REMOTE_REST
from milimo_tui.tui.screens.timeline_source import TimelineSource
from milimo_tui.tui.timeline import registers, source_side
from milimo_tui.tui.timeline.source_side import SourceSide
from milimo_tui.tui.widgets.viewer import Viewer

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

MOVES = {"frame_back": -1, "frame_on": 1, "second_back": -1, "second_on": 1}


class TimelineSourceKeys(TimelineSource):
    """The source side with the keys in it."""

    # -- moving and marking ------------------------------------------------------------------------------

    def go_in_source(self, frame: int) -> None:
        if self.source is not None:
            self.source = self.source.seek(frame)
            self._draw_captions()
            self.ask_source()

    def go_to_frame(self, frame: int) -> bool:
        if not self.sourcing:
            return super().go_to_frame(frame)
        self.halt()
        self.go_in_source(frame)
        return True

    def act_move(self, stroke: Stroke) -> None:
        side, to = self.in_hand, str(stroke.binding.args["to"])
        if side is None:
            super().act_move(stroke)
            return
        self.halt()
        if to in MOVES:
            unit = nominal(side.rate) if to.startswith("second") else 1
            self.go_in_source(side.playhead + MOVES[to] * unit * stroke.times)
        else:
            self.go_in_source(0 if to == "start" else side.frames - 1)

    async def act_mark_in(self, stroke: Stroke) -> None:
        side = self.in_hand
        if side is None:
            await super().act_mark_in(stroke)
        else:
            await self._mark(side.marked_in())

    async def act_mark_out(self, stroke: Stroke) -> None:
        side = self.in_hand
        if side is None:
            await super().act_mark_out(stroke)
        else:
            await self._mark(side.marked_out())

    async def act_clear_marks(self, stroke: Stroke) -> None:
        side = self.in_hand
        if side is None:
            await super().act_clear_marks(stroke)
        else:
            await self._mark(side.unmarked())

    async def _mark(self, side: SourceSide) -> None:
        """Mark the source; what is marked is what `p` puts in, on this side and on the film's."""
        self.source = side
        await self._yank_marked("")
        self.say(f"{side.name}  {source_side.told(side)}", hint="p inserts it, P overwrites")
        self.redraw()

    async def _yank_marked(self, register: str) -> None:
        """The marked part as what was yanked."""
        studio, side = self.studio_app.studio, self.source
        if side is not None:
            piece = self._loaded = side.piece()
            await self.in_thread(lambda: registers.keep(studio, register, piece))

    async def act_yank_source(self, stroke: Stroke) -> None:
        """`y`: the marked part into a register."""
        side = self.in_hand
        if side is not None:
            await self._yank_marked(stroke.register)
            self.say(f"yanked {side.name}  {source_side.told(side)}", "good", "p inserts, P overwrites")

    def act_to_in(self, stroke: Stroke) -> None:
        side = self.in_hand
        if side is None:
            super().act_to_in(stroke)
        else:
            self.go_in_source(side.part[0])

    def act_to_out(self, stroke: Stroke) -> None:
        side = self.in_hand
        if side is None:
            super().act_to_out(stroke)
        else:
            self.go_in_source(side.part[1] - 1)

    # -- into the film -----------------------------------------------------------------------------------

    async def act_insert(self, stroke: Stroke) -> None:
        if self.in_hand is None:
            await super().act_insert(stroke)
        else:
            await self._put(self.in_hand, "insert")

    async def act_overwrite(self, stroke: Stroke) -> None:
        if self.in_hand is None:
            await super().act_overwrite(stroke)
        else:
            await self._put(self.in_hand, "overwrite")

    async def _put(self, side: SourceSide, how: str) -> None:
        """What is marked of the source onto the track in hand, by three points."""
        lane, film = self.cutting.lane(self.view.lane), self.cutting
        if lane is None:
            return
        fit, marks = False, (film.mark_in, film.mark_out)
        if source_side.disagree(side, *marks):
            start, end = side.part
            speed = 100 * (end - start) / ((film.mark_out or 0) - (film.mark_in or 0))
            fit = await self.confirm(f"Four points do not agree. Play it at {speed:.4g} % to fill the range?")
        points = source_side.three_points(side, self.playhead, *marks, fit=fit)
        done = await self.command(
            "cut.three_point",
            **points.arguments(side),
            track=lane.track.id,
            how=how,
            connected=not lane.track.magnetic and lane.track.kind is TrackKind.VIDEO,
        )
        if done is not None:
            self.go_to(points.behind(film.rate))

    async def act_replace(self, stroke: Stroke) -> None:
        """`r`: the clip under the film's playhead shows this source; its trims stay."""
        side, span = self.in_hand, self.span
        if side is None:
            await super().act_replace(stroke)
        elif span is None:
            self.say("there is no clip to replace", "warn")
        else:
            kind = "shot" if side.source.kind is SourceKind.SHOT else "asset"
            await self.command("cut.replace", clip=span.clip.id, **{kind: side.source.ref})

    # -- playing it --------------------------------------------------------------------------------------

    def act_play(self, stroke: Stroke) -> None:
        if self.in_hand is None:
            super().act_play(stroke)
        elif self.playing:
            self.halt()
            self.redraw()
        else:
            self._play_source(Shuttle().forward())

    def act_shuttle_on(self, stroke: Stroke) -> None:
        if self.in_hand is None:
            super().act_shuttle_on(stroke)
        else:
            self._play_source(self.shuttle.forward())

    def act_shuttle_back(self, stroke: Stroke) -> None:
        if self.in_hand is None:
            super().act_shuttle_back(stroke)
        else:
            self._play_source(self.shuttle.backward())

    def _play_source(self, shuttle: Shuttle) -> None:
        side = self.in_hand
        if side is None or self._source_plan is None:
            self.say("there is nothing to play yet", "warn")
            return
        start = 0 if shuttle.speed > 0 and side.playhead >= side.frames - 1 else side.playhead
        self.halt()
        self.shuttle = shuttle
        self.background(partial(self._run_source, shuttle, start), "play")

    async def _run_source(self, shuttle: Shuttle, start: int) -> None:
        plan = self._source_plan
        if plan is None:
            return
        out = await self._device()
        rest = REMOTE_REST if self.studio_app.terminal.remote else 0.0
        player = self.player = Player(
            plan.rate, plan.sample_rate, self._show_source_playing, time.monotonic, rest=rest
        )

        async def fetch(first: int, count: int) -> bytes:
            return await self.source_monitor.sound(plan, first, count)

        try:
            await player.play(Stretch(0, plan.frames), start, shuttle.speed, out=out, fetch=fetch)
        except MilimoError as error:
            self.studio_app.say_error(error)
        if self.player is player:
            self.shuttle = Shuttle()
            if self.is_attached:
                self.redraw()

    async def _show_source_playing(self, frame: int) -> None:
        """Draw one frame of the source, and wait until it is on the screen."""
        if not self.is_current or self.source is None or not self.sourcing:
            self.halt()
            return
        self.source = self.source.seek(frame)
        wide, high = self.query_one("#source", Viewer).picture.wanted_pixels
        self._source_wanted = (self.source.source.ref, frame, wide, high)
        await self._show_source()
        self._draw_captions()
        self.refresh_lines()
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        await drawn.wait()

    # -- out of it ---------------------------------------------------------------------------------------

    def act_out(self, stroke: Stroke) -> None:
        if self.sourcing:
            self.leave_source()
        else:
            super().act_out(stroke)

    def act_close(self, stroke: Stroke) -> None:
        if self.sourcing:
            self.leave_source()
        else:
            super().act_close(stroke)

    def act_next_pane(self, stroke: Stroke) -> None:
        """Tab: film, inspector, and where both are seen the source."""
        if self.sourcing:
            self.leave_source()
        elif self.inspecting and self.is_wide and self.source is not None:
            self.leave_inspector()
            self.background(partial(self.act_swap_viewer, stroke))
        else:
            super().act_next_pane(stroke)
