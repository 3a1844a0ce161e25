"""The keys of the source viewer: motions, in and out marks, playback, and putting the source into the film.

A three-point edit uses any three of the four in and out marks of source and film. If all four are set and the
two ranges differ in length, the clip can be played faster or slower to fit.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import get_timecode_base
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.playback import PlayRange, Shuttle
from milimo_tui.tui.play.player_screen import PlayerOpening, PlayerScreen
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.values import registers, source_side
from milimo_tui.tui.timeline.values.source_side import SourceSide

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.transport.shuttle import Transport
    from milimo_tui.tui.timeline.transport.source_viewer import SourceViewer

MOVES = {"frame_back": -1, "frame_on": 1, "second_back": -1, "second_on": 1}


class SourceKeys(Mode):
    """The mode SOURCE, in which keys act on the source viewer instead of the film."""

    NAME = "SOURCE"
    CONTEXTS = ("source", "global")
    HIDES_KEYS = True
    IS_QUIET = True

    def __init__(self, core: TimelineCore, source: SourceViewer, transport: Transport) -> None:
        self._core, self._source, self._transport = core, source, transport

    @property
    def is_on(self) -> bool:
        return self._source.sourcing

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self,) if self._source.side is not None else ()

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self._source.leave_source()
        return True

    def leave_by_close(self) -> bool:
        self._source.close_source()
        return True

    def change_pane(self) -> bool:
        self._source.leave_source()
        return True

    def seek_frame(self, frame: int) -> bool:
        self._core.halt_playback()
        self._source.seek_source(frame)
        return True

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        side, to = self._source.active_side, str(key_command.binding.args["to"])
        if side is None:
            return
        self._core.halt_playback()
        if to in MOVES:
            unit = get_timecode_base(side.rate) if to.startswith("second") else 1
            self._source.seek_source(side.playhead + MOVES[to] * unit * key_command.times)
        else:
            self._source.seek_source(0 if to == "start" else side.frames - 1)

    @action
    async def act_mark_in(self, key_command: KeyCommand) -> None:
        side = self._source.active_side
        if side is not None:
            await self._set_source_marks(side.with_mark_in())

    @action
    async def act_mark_out(self, key_command: KeyCommand) -> None:
        side = self._source.active_side
        if side is not None:
            await self._set_source_marks(side.with_mark_out())

    @action
    async def act_clear_marks(self, key_command: KeyCommand) -> None:
        side = self._source.active_side
        if side is not None:
            await self._set_source_marks(side.without_marks())

    async def _set_source_marks(self, side: SourceSide) -> None:
        """Replace the in and out marks of the source by those of `side`, and copy the marked range into the
        unnamed register. The key `p` then inserts that range, even while keys act on the film.
        """
        self._source.side = side
        await self._source.yank_marked("")
        self._core.show_message(
            f"{side.name}  {source_side.describe_marked_part(side)}",
            hint="{ui.insert} inserts it, {ui.overwrite} overwrites",
        )
        self._core.redraw()

    @action
    async def act_yank_source(self, key_command: KeyCommand) -> None:
        """Copy the marked range of the source into a register (`y`)."""
        side = self._source.active_side
        if side is not None:
            await self._source.yank_marked(key_command.register)
            self._core.show_message(
                f"copied {side.name}  {source_side.describe_marked_part(side)}",
                "good",
                "{ui.insert} inserts, {ui.overwrite} overwrites",
            )

    @action
    def act_to_in(self, key_command: KeyCommand) -> None:
        side = self._source.active_side
        if side is not None:
            self._source.seek_source(side.part[0])

    @action
    def act_to_out(self, key_command: KeyCommand) -> None:
        side = self._source.active_side
        if side is not None:
            self._source.seek_source(side.part[1] - 1)

    @action
    async def act_insert(self, key_command: KeyCommand) -> None:
        await self._put_into_film("insert")

    @action
    async def act_overwrite(self, key_command: KeyCommand) -> None:
        await self._put_into_film("overwrite")

    async def _put_into_film(self, how: str) -> None:
        """Put the marked range of the source onto the film's current track by a three-point edit. `how` is
        `insert` or `overwrite`.
        """
        side, lane, film = (
            self._source.active_side,
            self._core.cutting.get_lane(self._core.view.lane),
            self._core.cutting,
        )
        if side is None or lane is None:
            return
        fit, marks = False, (film.mark_in, film.mark_out)
        if source_side.has_length_conflict(side, *marks):
            start, end = side.part
            speed = 100 * (end - start) / ((film.mark_out or 0) - (film.mark_in or 0))
            fit = await self._core.confirm(f"The lengths differ. Play the source at {speed:.4g} %?")
        points = source_side.choose_edit_points(side, self._core.playhead, *marks, fit=fit)
        done = await self._core.run_and_wait(
            "cut.three_point",
            **points.to_three_point_arguments(side),
            track=lane.track.id,
            how=how,
            connected=not lane.track.magnetic and lane.track.kind is TrackKind.VIDEO,
        )
        if done is not None:
            self._core.go_to(points.frame_after_edit(film.rate))

    @action
    async def act_replace(self, key_command: KeyCommand) -> None:
        """Replace the source of the clip under the film's playhead with this source (`r`). The clip keeps its
        trims.
        """
        side, span = self._source.active_side, self._core.span
        if side is None:
            return
        if span is None:
            self._core.show_message(
                "there is no clip to replace", "warn", "{ui.move next_edit} goes to the next clip"
            )
        else:
            await self._core.run_and_wait(
                "cut.replace", clip=span.clip.id, **registers.to_source_argument(side.source)
            )

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        if self._transport.playing:
            self._core.halt_playback()
            self._core.redraw()
        else:
            self._play_source(Shuttle().speed_up_forward())

    @action
    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        self._play_source(self._transport.shuttle.speed_up_forward())

    @action
    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        self._play_source(self._transport.shuttle.speed_up_backward())

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Show the source in full screen (`F`)."""
        side = self._source.active_side
        if side is None:
            return
        marked = PlaySource((), side.name, side.mark_in, side.mark_out)

        async def load() -> PlaySource:
            if self._source.plan is None:
                raise Unavailable(
                    "there is nothing to play yet", "{ui.match_frame} shows the source of a frame"
                )
            return replace(marked, plans=(self._source.plan,))

        transport = self._transport
        opening = PlayerOpening(
            side.playhead, transport.shuttle, self._source.seek_source, sound=transport.screen_player.sound
        )
        self._core.halt_playback()
        self._core.app.push_screen(PlayerScreen(load, opening))

    def _play_source(self, shuttle: Shuttle) -> None:
        side = self._source.active_side
        if side is None or self._source.plan is None:
            self._core.show_message(
                "there is nothing to play yet", "warn", "{ui.match_frame} shows the source of a frame"
            )
            return
        start = 0 if shuttle.speed > 0 and side.playhead >= side.frames - 1 else side.playhead
        self._core.halt_playback()
        self._transport.shuttle = shuttle
        self._core.run_in_background(partial(self._play_source_from, shuttle, start), "play")

    async def _play_source_from(self, shuttle: Shuttle, start: int) -> None:
        plan = self._source.plan
        if plan is None:
            return
        player = self._transport.screen_player
        turn = player.turn
        out = await player.find_device(plan.sample_rate)
        if player.turn != turn:
            return
        try:
            await player.play(
                lambda: plan,
                (self._source.monitor,),
                self._show_source_frame,
                PlayRange(0, plan.frames),
                start,
                shuttle.speed,
                out=out,
            )
        except MilimoError as error:
            self._core.studio_app.show_error(error)
        if player.turn == turn:
            self._transport.shuttle = Shuttle()
            if self._core.is_attached:
                self._core.redraw()

    async def _show_source_frame(self, frame: int) -> None:
        """Move the source's playhead to a frame during playback, and draw that frame."""
        if not self._core.is_current or self._source.side is None or not self._source.sourcing:
            self._core.halt_playback()
            return
        await self._source.show_playing_source(frame)
        self._core.refresh_lines()
