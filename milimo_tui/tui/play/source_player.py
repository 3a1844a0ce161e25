"""Plays a source in one or two pictures of a screen, with playhead, speed, loop, marks and sound.

`SourcePlayer` is a part of a screen and has the key actions for playback. The full-screen player, Review and
Film use it, and each loads its source in its own way. Frames and sound come from the viewer process.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import get_timecode_base
from milimo_tui.media.scopes.viewing import Viewing
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.monitor import Monitor, PlanFrame
from milimo_tui.tui.play.playback import PlayRange, Shuttle
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.play_source import PlaySource
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.sound.sound_finder import SoundFinder

Sizes = tuple[tuple[int, int], ...]
# A request has the number of the source, the frame, the sizes of the pictures in pixels, the viewing mode,
# and the frame to compare with.
FrameRequest = tuple[int, int, Sizes, Viewing, PlanFrame | None]
# Called with the in and out marks as frames; None if a mark is not set.
Marked = Callable[[int | None, int | None], None]


class SourcePlayer:
    """A player for one source at a time. The first plan of the source is shown in the first picture. A second
    plan is shown next to it, at the same frame.
    """

    def __init__(
        self,
        screen: StudioScreen,
        pictures: Sequence[str],
        viewing_keys: ViewingKeys[PlanFrame],
        *,
        on_moved: Callable[[], None],
        on_marked: Marked = lambda mark_in, mark_out: None,
        sound: SoundFinder | None = None,
        hint: str = "",
    ) -> None:
        """Create a player that draws into the pictures with the given widget ids.

        - `viewing_keys` has the scopes, guides, zoom and comparison with which the pictures are drawn.
        - `on_moved` is called when the playhead, the speed or a mark has changed.
        - `on_marked` is called with new in and out marks.
        - `sound` is the sound finder of the screen directly under `screen` in the stack of screens, if that
          screen plays too; both screens then share one sound device.
        - `hint` is the advice shown if there is nothing to play.
        """
        self._screen, self._ids, self._viewing_keys = screen, tuple(pictures), viewing_keys
        self._on_moved, self._on_marked, self.hint = on_moved, on_marked, hint
        self.source: PlaySource | None = None
        self.frame = 0
        self.shuttle = Shuttle()
        self.loop = False
        self.screen_player = ScreenPlayer(screen, sound)
        self._monitors: tuple[Monitor, ...] = ()
        self._lock = asyncio.Lock()
        # Number of the current source. It grows with each source, so that a request for an earlier source is
        # recognised.
        self._loads = 0
        self._requested: FrameRequest | None = None
        self._drawn: FrameRequest | None = None
        # Timer after which a picture of reduced quality is requested again in full quality.
        self._better: Timer | None = None

    def start(self) -> None:
        """Create the monitors. Called when the screen has its widgets."""
        pictures = self._screen.studio_app.pictures
        self._monitors = tuple(Monitor(pictures, f"{self._screen.MODE}-{id}") for id in self._ids)

    def close(self) -> None:
        """Stop playback and close the sound device."""
        self.halt_playback()
        self.screen_player.close()

    @property
    def playing(self) -> bool:
        return self.screen_player.playing

    @property
    def sign(self) -> str:
        """The speed as text, followed by `loop` if playback loops: `▶ 1× loop`."""
        return f"{self.shuttle.sign} loop" if self.loop else self.shuttle.sign

    def set_source(self, source: PlaySource) -> None:
        """Replace the source. The playhead stays at its frame, and playback continues."""
        self.source = source
        self._loads += 1
        self.frame = max(0, min(self.frame, source.frames - 1))
        self.refresh_frame()

    def clear_source(self) -> None:
        """Remove the source and go to the first frame."""
        self.halt_playback()
        self.source = self._requested = self._drawn = None
        self._loads += 1
        self.frame = 0

    def run_with_source(self, act: Callable[[PlaySource], None]) -> None:
        """Call `act` with the source; without a source, show a message. A subclass that loads its source on
        demand loads it first.
        """
        if self.source is not None:
            act(self.source)
        else:
            self.report_no_source()

    def report_no_source(self) -> None:
        """Show the message that there is nothing to play."""
        self._screen.show_message("there is nothing to play here", "warn", self.hint)

    def refresh_frame(self) -> None:
        """Request the current frame again, because the pictures changed their size or another source is
        shown.
        """
        self._drawn = None
        self.request_frame()

    def request_frame(self) -> None:
        """Request the frame under the playhead. If requests follow each other quickly, only the last is
        answered.
        """
        if self.source is None:
            return
        self._requested = self._make_frame_request()
        if self._requested != self._drawn:
            self._screen.run_in_background(self._show_newest_request, "frames")
        else:
            # The last frame of a playback may have reduced quality, so request it again.
            self._schedule_better_picture()
        self._on_moved()

    def _make_frame_request(self) -> FrameRequest:
        sizes = tuple(self._screen.query_one(f"#{id}", Picture).wanted_pixels for id in self._ids)
        return self._loads, self.frame, sizes, self._viewing_keys.viewing, self._viewing_keys.beside

    async def _show_newest_request(self) -> None:
        """Show requests one at a time. After each, continue with the newest request and drop those before
        it.
        """
        if self._lock.locked():
            return
        async with self._lock:
            while self._requested is not None and self._requested != self._drawn:
                await self._show_request(self._requested)
        self._schedule_better_picture()

    def _schedule_better_picture(self) -> None:
        if any(monitor.is_light for monitor in self._monitors) and self._screen.is_attached:
            if self._better is not None:
                self._better.stop()
            seconds = self._screen.studio_app.pictures.seconds_until_better
            self._better = self._screen.set_timer(seconds, self._request_better_picture)

    def _request_better_picture(self) -> None:
        """Request the picture again in full quality, if it was drawn in reduced quality because the user was
        typing, and the user has stopped typing.
        """
        if self.playing or not any(monitor.is_light for monitor in self._monitors):
            return
        if self._screen.studio_app.pictures.is_light:
            self._schedule_better_picture()
        else:
            self.refresh_frame()

    async def _show_request(self, request: FrameRequest) -> None:
        """Fetch the frame of each plan, and draw the frames together after all have arrived."""
        load, frame, sizes, viewing, beside = request
        source = self.source
        if source is not None and load == self._loads and self._screen.is_attached:
            # A comparison draws both plans into the first picture, so only that picture is requested.
            plans = source.plans[:1] if viewing.compare else source.plans
            shown = list(zip(self._monitors, self._ids, plans, sizes, strict=False))
            drawings = await asyncio.gather(
                *[
                    monitor.draw_plan_frame(
                        plan, min(frame, plan.frames - 1), *size, viewing=viewing, beside=beside
                    )
                    for monitor, _, plan, size in shown
                ]
            )
            if load == self._loads and self._screen.is_attached:
                self._viewing_keys.show_facts(self._monitors[0].facts)
                for (monitor, id, _, _), drawing in zip(shown, drawings, strict=True):
                    picture = self._screen.query_one(f"#{id}", Picture)
                    picture.show_own_drawing(drawing, monitor.problem or "no picture here")
        self._drawn = request

    def get_plan_frame(self, index: int = 0) -> PlanFrame | None:
        """Return the frame of plan `index` at the playhead. A plan that is shorter gives its last frame.
        Return None if there is no such plan.
        """
        if self.source is None or index >= len(self.source.plans):
            return None
        plan = self.source.plans[index]
        return PlanFrame(plan, f"{self._screen.MODE}-{self._loads}-{index}", min(self.frame, plan.frames - 1))

    @property
    def raster(self) -> tuple[int, int] | None:
        """Width and height of the source in pixels; None without a source."""
        return (self.source.plan.width, self.source.plan.height) if self.source is not None else None

    def halt_playback(self) -> None:
        """Stop playing at the current frame."""
        self.screen_player.stop_playback()
        self.shuttle = self.shuttle.stop()

    def _halt_and_redraw(self) -> None:
        self.halt_playback()
        self.request_frame()
        self._on_moved()

    def play(self, shuttle: Shuttle) -> None:
        """Play from the playhead at the speed of `shuttle`. At the end of the source, play from its start."""
        self.run_with_source(partial(self._start_playback, shuttle))

    def _start_playback(self, shuttle: Shuttle, source: PlaySource) -> None:
        stretch = PlayRange(*(source.range if self.loop else (0, source.frames)), self.loop)
        start = self.frame
        if shuttle.speed > 0 and start >= stretch.end - 1:
            start = stretch.start
        self.screen_player.stop_playback()
        self.shuttle = shuttle
        self._screen.run_in_background(partial(self._play_range, source, shuttle, stretch, start), "play")
        self._on_moved()

    async def _play_range(self, source: PlaySource, shuttle: Shuttle, stretch: PlayRange, start: int) -> None:
        player = self.screen_player
        turn = player.turn
        out = await player.find_device(source.plan.sample_rate) if source.plan.sounds else None
        if player.turn != turn:
            return
        try:
            await player.play(
                lambda: (self.source or source).plan,
                self._monitors[: len(source.plans)],
                self._show_playing_frame,
                stretch,
                start,
                shuttle.speed,
                out=out,
            )
        except MilimoError as error:
            self._screen.studio_app.show_error(error)
        if player.turn == turn:
            self.shuttle = self.shuttle.stop()
            if self._screen.is_attached:
                self.request_frame()

    async def _show_playing_frame(self, frame: int) -> None:
        """Draw one frame of playback, even if another frame was requested meanwhile."""
        if not self._screen.is_current or self.source is None:
            self.halt_playback()
            return
        self.frame = frame
        async with self._lock:
            self._requested = request = self._make_frame_request()
            await self._show_request(request)
        self._on_moved()

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        """Play from the playhead, or stop if playing (space). At the end of the source, play from its
        start.
        """
        if self.shuttle.speed:
            self._halt_and_redraw()
        else:
            self.play(self.shuttle.speed_up_forward())

    @action
    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        """Play forward, and double the speed with each press (`L`). `4L` plays at four times normal speed."""
        count = key_command.count
        self.play(self.shuttle.speed_up_forward() if count is None else self.shuttle.play_forward_at(count))

    @action
    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        count = key_command.count
        self.play(self.shuttle.speed_up_backward() if count is None else self.shuttle.play_backward_at(count))

    @action
    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        """Stop playback (`K`). If playback is stopped already, switch slow mode on or off."""
        if not self.shuttle.speed:
            self.shuttle = self.shuttle.toggle_slow()
        self._halt_and_redraw()

    @action
    def act_loop(self, key_command: KeyCommand) -> None:
        """Switch looping of the marked range on or off."""
        self.loop = not self.loop
        if self.shuttle.speed:
            self.play(self.shuttle)
        self._on_moved()

    def go_to_frame(self, frame: int) -> bool:
        """Stop playback and move the playhead to a frame, counted from 0. Return False if there is no
        source.
        """
        if self.source is None:
            return False
        self.frame = max(0, min(frame, self.source.frames - 1))
        self._halt_and_redraw()
        return True

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        """Move the playhead by frames, seconds or edits, or to the start or end."""
        self.run_with_source(
            partial(self._move_playhead_to, str(key_command.binding.args["to"]), key_command.times)
        )

    def _move_playhead_to(self, to: str, times: int, source: PlaySource) -> None:
        frame, second, edits = self.frame, get_timecode_base(source.plan.rate), source.list_edit_frames()
        places = {
            "frame_back": frame - times,
            "frame_on": frame + times,
            "second_back": frame - second * times,
            "second_on": frame + second * times,
            "previous_edit": edits[max(0, bisect_left(edits, frame) - times)],
            "next_edit": edits[min(len(edits), bisect_right(edits, frame) + times) - 1],
            "start": 0,
            "end": source.frames - 1,
        }
        self.go_to_frame(places[to])

    @action
    def act_mark_in(self, key_command: KeyCommand) -> None:
        """Set the in mark at the playhead. Remove an out mark that is before it."""
        if self.source is not None:
            out = self.source.mark_out
            self.set_marks(self.frame, out if out is not None and out > self.frame else None)

    @action
    def act_mark_out(self, key_command: KeyCommand) -> None:
        """Set the out mark at the playhead, so that the frame shown is the last of the range."""
        if self.source is not None:
            mark_in = self.source.mark_in
            self.set_marks(mark_in if mark_in is not None and mark_in <= self.frame else None, self.frame + 1)

    @action
    def act_clear_marks(self, key_command: KeyCommand) -> None:
        self.set_marks(None, None)

    def set_marks(self, mark_in: int | None, mark_out: int | None) -> None:
        """Mark a range by its first frame and the frame after its last; None removes a mark."""
        if self.source is None:
            return
        self.source = replace(self.source, mark_in=mark_in, mark_out=mark_out)
        self._on_moved()
        self._on_marked(mark_in, mark_out)

    @action
    def act_to_in(self, key_command: KeyCommand) -> None:
        if self.source is not None:
            self.go_to_frame(self.source.range[0])

    @action
    def act_to_out(self, key_command: KeyCommand) -> None:
        if self.source is not None:
            self.go_to_frame(self.source.range[1] - 1)
