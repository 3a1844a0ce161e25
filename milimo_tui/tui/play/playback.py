"""Playback in the terminal: a shuttle, and a player that shows the newest frame and drops the others.

The clock is the sound device if there is one that keeps time, else the machine's clock. This module knows no
widget and no viewer: the functions that show a frame and read sound are passed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import frame_to_sample
from milimo_tui.tui.play.clock import CheckedSoundClock, FilmClock, MachineClock, Speed
from milimo_tui.tui.shell.pace import Pace, PaceCount
from milimo_tui.tui.sound.sound import FRAME_BYTES, SoundOut

AHEAD_SECONDS = 0.4  # Sound buffered in the device.
CHUNK_SECONDS = 0.25
SPEEDS: tuple[Speed, ...] = (1, 2, 4, 8)
SLOW: tuple[Speed, ...] = (Fraction(1, 4), Fraction(1, 2))  # Additional speeds in slow mode.
SIGNS = {Fraction(1, 4): "¼", Fraction(1, 2): "½"}


@dataclass(frozen=True, slots=True)
class Shuttle:
    """J K L as in other editors: L plays and doubles the speed, J does the same backwards, K stops.

    Other editors play slowly while K is held with J or L. A terminal does not report held keys, so `slow` is
    a state.
    """

    speed: Speed = 0
    slow: bool = False

    def speed_up_forward(self) -> Shuttle:
        """Return the next faster speed forward; from backward play, the slowest speed forward."""
        return replace(self, speed=self._find_faster_speed(self.speed))

    def speed_up_backward(self) -> Shuttle:
        """Return the next faster speed backward; from forward play, the slowest speed backward."""
        return replace(self, speed=-self._find_faster_speed(-self.speed))

    def play_forward_at(self, times: int) -> Shuttle:
        """Play forward at `times` normal speed, or at the next lower available speed."""
        return replace(self, speed=max(speed for speed in SPEEDS if speed <= max(1, times)))

    def play_backward_at(self, times: int) -> Shuttle:
        """Play backward at `times` normal speed, or at the next lower available speed."""
        return replace(self, speed=-self.play_forward_at(times).speed)

    def stop(self) -> Shuttle:
        return replace(self, speed=0)

    def toggle_slow(self) -> Shuttle:
        """Switch slow mode on or off."""
        return Shuttle(0, not self.slow)

    def _find_faster_speed(self, speed: Speed) -> Speed:
        """Return the next speed above `speed`; the slowest if the film stands still or goes the other way."""
        speeds = (*SLOW, *SPEEDS) if self.slow else SPEEDS
        return next((step for step in speeds if step > max(speed, 0)), speeds[-1])

    @property
    def sign(self) -> str:
        """The speed as text: `▶ 1×`, `◀ 2×`, `▶ ¼×`, `■`."""
        if not self.speed:
            return "■ slow" if self.slow else "■"
        speed = abs(Fraction(self.speed))
        return f"{'▶' if self.speed > 0 else '◀'} {SIGNS.get(speed, str(speed))}×"


@dataclass(frozen=True, slots=True)
class PlayRange:
    """Frames to play: [start, end), repeated if `loop`."""

    start: int
    end: int
    loop: bool = False


FetchSound = Callable[[int, int], Awaitable[bytes]]  # First sample, count → interleaved float32 stereo.
ShowFrame = Callable[[int], Awaitable[None]]  # Returns once the frame is drawn.


class Player:
    """Plays a range of film. Only one `play` runs at a time; `stop` or a new `play` ends the previous one.

    `show` is awaited before the next frame is chosen: late frames are dropped, never queued.
    """

    def __init__(
        self,
        rate: Fraction,
        sample_rate: int,
        show: ShowFrame,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        on_left: Callable[[str], None] = lambda why: None,
        way_there: float = 0.0,
    ) -> None:
        """Create a player.

        `on_left` receives the reason if the machine's clock takes over because the sound device does not keep
        time. `way_there` is the time in seconds until a picture reaches the viewer, if the sound is played
        there too.
        """
        self.rate = rate
        self.sample_rate = sample_rate
        self.speed: Speed = 0
        self.frame = 0
        self._count = PaceCount(now)
        self._on_left = on_left
        self._way_there = way_there
        self._show = show
        self._now = now
        self._sleep = sleep
        self._turn = 0

    @property
    def playing(self) -> bool:
        return self.speed != 0

    @property
    def pace(self) -> Pace:
        """The statistics of the present playback, or of the last one."""
        return self._count.pace

    @property
    def shown(self) -> int:
        """The number of frames drawn since the last start."""
        return self._count.shown

    @property
    def ahead(self) -> int:
        """The expected distance in frames to the next frame; negative backwards, 0 at rest."""
        return self._count.estimate_step(self._unit) if self.speed else 0

    @property
    def _unit(self) -> int:
        """The distance from one frame to the next at this speed; slow speeds hold frames and leave none
        out.
        """
        return int(self.speed / min(Fraction(1), abs(Fraction(self.speed)))) if self.speed else 1

    def stop_playback(self) -> None:
        """End playback; the frame being drawn is the last."""
        self.speed = 0
        self._turn += 1

    async def play(
        self,
        stretch: PlayRange,
        start: int,
        speed: Speed = 1,
        *,
        out: SoundOut | None = None,
        fetch: FetchSound | None = None,
    ) -> int:
        """Play until the end of the range or `stop`, and return the last frame shown.

        Sound is played only forward at normal speed; any other speed is silent and uses the machine's clock.
        """
        self.stop_playback()
        turn, self.speed, self._count = self._turn, speed, PaceCount(self._now)
        self.frame = min(max(start, stretch.start), stretch.end - 1)
        if stretch.end <= stretch.start:
            self.speed = 0
            return start
        feeder: asyncio.Task[None] | None = None
        sound = out if speed == 1 and fetch is not None else None
        held = CheckedSoundClock(self.rate, sound, self._now, self._way_there) if sound else None
        clock: FilmClock = held or MachineClock(self.rate, self._now)
        try:
            while self._turn == turn:
                clock.start(self.frame, speed)
                await _cancel_feeder(feeder)
                feeder = None  # A device that was abandoned gets no more sound.
                if sound and fetch and held and not held.left:
                    feeder = asyncio.create_task(self._feed_sound(sound, fetch, self.frame, stretch.end))
                ended = await self._show_frames(clock, stretch, turn, feeder)
                if ended and sound and held and not held.left:
                    # The last sound must be heard when its picture has arrived.
                    await self._sleep(self._way_there)
                if not (ended and stretch.loop):
                    break
                self._count.note_jump()
                self.frame = stretch.start if speed > 0 else stretch.end - 1
        finally:
            await _cancel_feeder(feeder)
            if sound:
                sound.drop_waiting()
            if self._turn == turn:
                self.speed = 0
        return self.frame

    async def _show_frames(
        self, clock: FilmClock, stretch: PlayRange, turn: int, feeder: asyncio.Task[None] | None
    ) -> bool:
        """Show frames by the clock; return True when the range has ended, False when stopped."""
        last: int | None = None
        while self._turn == turn:
            if feeder is not None and feeder.done():
                feeder.result()  # An error while reading sound ends playback with its message.
            frame = clock.compute_frame()
            if feeder is not None and isinstance(clock, CheckedSoundClock) and clock.left:
                await _cancel_feeder(feeder)  # The device's sound would drift from the picture.
                clock.out.drop_waiting()
                self._on_left(clock.left)
                feeder = None
            if frame >= stretch.end or frame < stretch.start:
                edge = stretch.end - 1 if frame >= stretch.end else stretch.start
                if last != edge:
                    self.frame = edge
                    await self._show(edge)
                return True
            if frame == last:
                await self._sleep(float(1 / self.rate) / 4)
                continue
            last = self.frame = frame
            await self._show(frame)
            self._count.count_frame(frame, self._unit)
            await self._sleep(0)
        return False

    async def _feed_sound(self, out: SoundOut, fetch: FetchSound, start: int, end: int) -> None:
        """Keep the device a little ahead, up to the end of the range and a tail of silence for its
        latency.
        """
        at = frame_to_sample(start, self.rate, self.sample_rate)
        last = frame_to_sample(end, self.rate, self.sample_rate)
        chunk = int(CHUNK_SECONDS * self.sample_rate)
        while at < last:
            if out.count_waiting() < AHEAD_SECONDS * self.sample_rate:
                count = min(chunk, last - at)
                out.feed(await fetch(at, count))
                at += count
            else:
                await self._sleep(CHUNK_SECONDS / 4)
        # Silence for the latency, so that the last real sound is heard.
        out.feed(bytes(FRAME_BYTES * int((1 + out.latency) * self.sample_rate)))


async def _cancel_feeder(task: asyncio.Task[None] | None) -> None:
    if task is None:
        return
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
