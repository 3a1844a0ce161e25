"""Playback on the timeline: play at several speeds (shuttle), play around an edit, loop, play sound at each
step of the playhead (scrub), and play in mpv.

If there is a sound device, the picture follows its clock and drops frames that cannot be shown in time.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import frame_to_sample, get_timecode_base
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.edit_list import write_edit_list
from milimo_tui.tui.play.mpv import play_in_mpv
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.playback import Player, PlayRange, Shuttle
from milimo_tui.tui.play.player_screen import PlayerOpening, PlayerScreen
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.shell.mpv_session import PlayerListener
from milimo_tui.tui.sound.sound import SoundOut
from milimo_tui.tui.timeline.values import view as views

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.marks import TimelineMarks
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

AROUND_SECONDS = 2  # Seconds played before and after the edit.
SCRUB_SECONDS = 0.08  # Seconds of sound that are played each time the user moves the playhead.


class Transport:
    """The playback of the Timeline screen. It owns the player, the playback speed and the sound device."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession, marks: TimelineMarks) -> None:
        self._core, self._session, self._marks = core, trim_session, marks
        self.screen_player = ScreenPlayer(core)
        self.shuttle = Shuttle()
        # A number that is increased whenever playback starts or stops. A playback remembers its number, and
        # ends if the number here is another.
        self._playing = 0
        self.loop = False
        self._scrub: asyncio.Task[None] | None = None

    def format_shuttle_sign(self) -> str:
        sign = self.shuttle.sign
        return f"{sign} loop" if self.loop else sign

    @property
    def player(self) -> Player | None:
        """The player of the current playback, or of the last one; None before the first playback."""
        return self.screen_player.player

    @property
    def playing(self) -> bool:
        return self.screen_player.playing

    def halt_shuttle(self) -> None:
        self._stop_player()
        self.shuttle = self.shuttle.stop()

    def _stop_player(self) -> None:
        """Stop playback, including a playback that is still starting, so that it no longer moves the
        playhead.
        """
        self._playing += 1
        self.screen_player.stop_playback()

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        """Play from the playhead, or stop (space). In some modes, such as TRIM, play around the edit
        instead.
        """
        if self.shuttle.speed:
            self.halt_shuttle()
            self._core.redraw()
            # Request the frame again: now that playback has stopped, the view may show more than one frame,
            # such as both sides of an edit.
            self._core.request_frame()
        elif any(mode.PLAYS_AROUND_EDIT for mode in self._core.modes):
            self.act_play_around(key_command)
        else:
            self._start_playback(self.shuttle.speed_up_forward(), self._choose_stretch())

    def play_on(self) -> None:
        """Play forward from the playhead at normal speed."""
        self._start_playback(Shuttle().speed_up_forward(), self._choose_stretch())

    @action
    def act_shuttle_on(self, key_command: KeyCommand) -> None:
        """Play forward (`L`). Each further press doubles the speed; a count sets the speed: `4L` plays at
        4×.
        """
        faster = (
            self.shuttle.speed_up_forward()
            if key_command.count is None
            else self.shuttle.play_forward_at(key_command.count)
        )
        self._start_playback(faster, self._choose_stretch())

    @action
    def act_shuttle_back(self, key_command: KeyCommand) -> None:
        faster = (
            self.shuttle.speed_up_backward()
            if key_command.count is None
            else self.shuttle.play_backward_at(key_command.count)
        )
        self._start_playback(faster, self._choose_stretch())

    @action
    def act_shuttle_stop(self, key_command: KeyCommand) -> None:
        """Stop playback (`K`). If playback is stopped already, set the speed of the next playback to a
        quarter of normal speed, or back to normal speed.

        Other editors play slowly while K is held with J or L, but a terminal cannot report held keys.
        """
        if not self.shuttle.speed:
            self.shuttle = self.shuttle.toggle_slow()
            pace = f"playing begins at {'a quarter of normal speed' if self.shuttle.slow else 'normal speed'}"
            self._core.show_message(
                pace,
                hint="{ui.shuttle_stop} again changes the speed;"
                " {ui.move frame_back} {ui.move frame_on} step",
            )
        self.halt_shuttle()
        self._core.redraw()
        self._core.request_frame()

    @action
    def act_play_around(self, key_command: KeyCommand) -> None:
        """Play from two seconds before the nearest edit to two seconds after it. Then return the playhead to
        where it was.
        """
        edge = self._session.find_play_edge()
        around = AROUND_SECONDS * get_timecode_base(self._core.cutting.rate)
        at = self._core.playhead if edge is None else edge
        stretch = PlayRange(max(0, at - around), min(self._core.cutting.frames, at + around))
        self._start_playback(
            Shuttle().speed_up_forward(), stretch, start=stretch.start, back_to=self._core.playhead
        )

    @action
    def act_loop(self, key_command: KeyCommand) -> None:
        """Switch looping of the marked range on or off."""
        self.loop = not self.loop
        if self.shuttle.speed:
            self._start_playback(self.shuttle, self._choose_stretch())
        what = "the marked range" if self._core.cutting.marked else "the entire film"
        self._core.show_message(
            f"playback loops {what}" if self.loop else "playback runs once", hint="{ui.play} plays"
        )
        self._core.redraw()

    def _choose_stretch(self) -> PlayRange:
        start, end = (self._core.cutting.marked if self.loop else None) or (0, self._core.cutting.frames)
        return PlayRange(start, end, self.loop)

    def _start_playback(
        self, shuttle: Shuttle, stretch: PlayRange, *, start: int | None = None, back_to: int | None = None
    ) -> None:
        if self._core.plan is None or not self._core.cutting.frames:
            self._core.show_message(
                "there is nothing to play yet",
                "warn",
                "{storyboard:shot.make missing} on the Storyboard makes takes",
            )
            return
        at = self._core.playhead if start is None else start
        if shuttle.speed > 0 and at >= stretch.end - 1:
            at = stretch.start  # At the end of the range, play from its beginning.
        self._stop_player()
        self.shuttle = shuttle
        self._core.run_in_background(
            partial(self._play_stretch, self._playing, shuttle, stretch, at, back_to), "play"
        )

    async def _play_stretch(
        self, turn: int, shuttle: Shuttle, stretch: PlayRange, start: int, back_to: int | None
    ) -> None:
        plan = self._core.plan
        if plan is None:
            return
        out = await self.screen_player.find_device(plan.sample_rate)
        # Another key may have started or stopped playback while the sound device was being opened. Then this
        # playback must not begin.
        if turn != self._playing:
            return
        try:
            ended = await self.screen_player.play(
                lambda: self._core.plan or plan,
                (self._core.monitor,),
                self._show_played_frame,
                stretch,
                start,
                shuttle.speed,
                out=out,
            )
        except MilimoError as error:
            self._core.studio_app.show_error(error)
            ended = self._core.playhead
        if turn == self._playing:
            self.shuttle = self.shuttle.stop()
            if self._core.is_attached:
                self._core.go_to(ended if back_to is None else back_to)

    async def _show_played_frame(self, frame: int) -> None:
        """Draw one frame of playback."""
        if not self._core.is_current:
            self.halt_shuttle()
            return
        self._core.view = views.seek_frame(self._core.view, self._core.cutting, frame)
        await self._core.show_playing_frame(frame)
        self._core.redraw()

    def scrub(self) -> None:
        """Play a short piece of the film's sound at the playhead, because the user moved it (scrubbing). The
        first call only starts the search for a sound device, and plays nothing.
        """
        core, plan = self._core, self._core.plan
        if plan is None:
            return
        sound = self.screen_player.sound
        if not sound.is_known:
            core.run_in_background(partial(sound.find_sound_device, plan.sample_rate), "sound")
            return
        out = sound.out
        if out is not None and not self.playing:
            if self._scrub is not None:
                self._scrub.cancel()
            self._scrub = asyncio.create_task(self._play_scrub_sound(out))

    def close(self) -> None:
        """Stop, and close the sound device."""
        self.halt_shuttle()
        self.screen_player.close()

    async def _play_scrub_sound(self, out: SoundOut) -> None:
        """Play `SCRUB_SECONDS` of the film's sound from the playhead."""
        plan = self._core.plan
        if plan is None:
            return
        first = frame_to_sample(self._core.playhead, plan.rate, plan.sample_rate)
        try:
            piece = await self._core.monitor.read_mix_sound(
                plan, first, int(SCRUB_SECONDS * plan.sample_rate)
            )
        except MilimoError:
            # Moving the playhead works without sound, so the error is ignored. It is shown when the user
            # plays the film.
            return
        out.drop_waiting()
        out.feed(piece.pcm)

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Play the film in full screen (`F`), from the playhead and at the present speed. In and out marks
        that the user sets in full screen are stored in the cut.
        """
        opening = PlayerOpening(
            self._core.playhead,
            self.shuttle,
            self._core.go_to,
            self._write_player_marks,
            self.screen_player.sound,
            self.loop,
        )
        self.halt_shuttle()
        self._core.app.push_screen(PlayerScreen(self._load_film_source, opening))

    async def _load_film_source(self) -> PlaySource:
        """Return the current cut in its full length, for playback in the full-screen player."""
        plan, film = await self._core.make_newest_plan(), self._core.studio_app.film
        cut = film.cut if film is not None else None
        if plan is None or cut is None:
            raise Unavailable(
                "there is nothing to play yet", "{storyboard:shot.make missing} on the Storyboard makes takes"
            )
        return PlaySource((plan,), cut.name, cut.mark_in, cut.mark_out)

    async def _write_player_marks(self, mark_in: int | None, mark_out: int | None) -> None:
        await self._core.studio_app.run_and_wait(
            "cut.marks", {"mark_in": mark_in, "mark_out": mark_out}, quiet=True
        )

    @action
    async def act_player(self, key_command: KeyCommand) -> None:
        """Play the cut in mpv (`H`). If an mpv edit list can represent the cut, play that list; otherwise
        play a rendered file.
        """
        self.halt_shuttle()
        plan = await self._core.make_full_plan()
        if plan is None:
            self._core.show_message(
                "there is nothing to play yet",
                "warn",
                "{storyboard:shot.make missing} on the Storyboard makes takes",
            )
            return
        at = self._core.playhead
        # If the playhead is at the end, play from the beginning.
        start = float((at if at < plan.frames - 1 else 0) / plan.rate)
        try:
            target = write_edit_list(plan)
        except Unavailable as error:
            target = await self._find_or_queue_render(error.message)
            if not target:
                return

        async def set_mark_at(what: str, seconds: float) -> str:
            frame = int(seconds * float(plan.rate) + 0.5)
            return await self._marks.set_player_mark(plan.cut, what, max(0, min(frame, plan.frames - 1)))

        await play_in_mpv(
            self._core.studio_app,
            target,
            start=start,
            listener=PlayerListener(self._follow_player, set_mark_at),
        )

    def _follow_player(self, seconds: float) -> None:
        self._core.view = views.seek_frame(
            self._core.view, self._core.cutting, int(seconds * float(self._core.cutting.rate) + 0.5)
        )
        self._core.redraw()

    async def _find_or_queue_render(self, why: str) -> str:
        """Return the path of a rendered file of the present render plan. If there is none, queue a render,
        show a message with the reason `why`, and return an empty string.
        """
        outcome = await self._core.studio_app.run_and_wait("film.render", {"detach": True}, quiet=True)
        if outcome is None:
            return ""
        if outcome.data.get("job") is None:
            return str(outcome.data["film"])
        self._core.show_message(
            f"{why}: rendering the cut first",
            hint="{ui.player} plays it when {ui.mode jobs} shows that it is done",
        )
        return ""
