"""Playback in the terminal: the shuttle with its speeds, and a player that always shows the newest frame and
drops late frames.

The clock is the sound device if it keeps time, otherwise the machine's clock. This module knows no widget and
no viewer: the caller passes in the functions that show a frame and read sound.
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

AHEAD_SECONDS = 0.4  # Seconds of sound that are buffered in the device.
CHUNK_SECONDS = 0.25
SPEEDS: tuple[Speed, ...] = (1, 2, 4, 8)
SLOW: tuple[Speed, ...] = (Fraction(1, 4), Fraction(1, 2))  # Additional speeds in slow mode.
SIGNS = {Fraction(1, 4): "¼", Fraction(1, 2): "½"}


@dataclass(frozen=True, slots=True)
class Shuttle:
    """The playback speed as set by the keys J, K and L. As in other editors, L plays and doubles the speed, J
    does the same backwards, K stops.

    Other editors play slowly while K is held together with J or L. A terminal does not report held keys, so
    `slow` is a mode that is switched on and off.
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
        """Return forward play at `times` the normal speed, or at the next lower speed that exists."""
        return replace(self, speed=max(speed for speed in SPEEDS if speed <= max(1, times)))

    def play_backward_at(self, times: int) -> Shuttle:
        """Return backward play at `times` the normal speed, or at the next lower speed that exists."""
        return replace(self, speed=-self.play_forward_at(times).speed)

    def stop(self) -> Shuttle:
        return replace(self, speed=0)

    def toggle_slow(self) -> Shuttle:
        """Return the shuttle with slow mode switched on or off."""
        return Shuttle(0, not self.slow)

    def _find_faster_speed(self, speed: Speed) -> Speed:
        """Return the next available speed above `speed`. Return the slowest if the film is stopped or plays
        in the other direction.
        """
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
    """The range of frames to play, from `start` up to but not including `end`. If `loop` is True, the range
    is repeated.
    """

    start: int
    end: int
    loop: bool = False


# Called with the first sample and the number of samples; returns interleaved float32 stereo.
FetchSound = Callable[[int, int], Awaitable[bytes]]
ShowFrame = Callable[[int], Awaitable[None]]  # Called with a frame number; returns once the frame is drawn.


class Player:
    """A player that shows the frames of a range in time. It never plays two ranges at once: `stop_playback`
    or a new call of `play` ends the previous call.

    The player waits for `show` before it chooses the next frame. So late frames are dropped and never queued.
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
        """Create a player. `rate` is in frames a second, `sample_rate` in samples a second.

        `show` draws a frame. `on_left` is called with the reason if the sound device does not keep time and
        the machine's clock takes over. `way_there` is the time in seconds that a picture needs to reach the
        user's screen, if the sound is played there too.
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
        """The statistics of the present playback, or of the last one: pictures per second, and the numbers of
        shown and dropped frames.
        """
        return self._count.pace

    @property
    def shown(self) -> int:
        """The number of frames drawn since playback began."""
        return self._count.shown

    @property
    def ahead(self) -> int:
        """The expected distance in frames to the next frame to draw. Negative while playing backwards, 0
        while stopped.
        """
        return self._count.estimate_step(self._unit) if self.speed else 0

    @property
    def _unit(self) -> int:
        """The distance in frames from one drawn frame to the next at this speed. At slow speeds no frame is
        skipped, so the distance is one frame.
        """
        return int(self.speed / min(Fraction(1), abs(Fraction(self.speed)))) if self.speed else 1

    def stop_playback(self) -> None:
        """End playback after the frame that is being drawn."""
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
        """Play from frame `start` until the end of the range or until `stop_playback`. Return the number of
        the last frame shown.

        Sound is played only forward at normal speed. Every other speed is silent and uses the machine's
        clock.
        """
        self.stop_playback()
        turn, self.speed, self._count = self._turn, speed, PaceCount(self._now)
        self.frame = min(max(start, stretch.start), stretch.end - 1)
        if stretch.end <= stretch.start:
            self.speed = 0
            return start
        feeder: asyncio.Task[None] | None = None
        sound = out if speed == 1 and fetch is not None else None
        sound_clock = CheckedSoundClock(self.rate, sound, self._now, self._way_there) if sound else None
        clock: FilmClock = sound_clock or MachineClock(self.rate, self._now)
        try:
            while self._turn == turn:
                clock.start(self.frame, speed)
                await _cancel_feeder(feeder)
                # A sound device that was given up, because it did not keep time, gets no more sound.
                feeder = None
                if sound and fetch and sound_clock and not sound_clock.left:
                    feeder = asyncio.create_task(self._feed_sound(sound, fetch, self.frame, stretch.end))
                ended = await self._show_frames(clock, stretch, turn, feeder)
                if ended and sound and sound_clock and not sound_clock.left:
                    # Wait until the last picture has arrived, because its sound must still be heard then.
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
        """Show the frames that `clock` gives, one after the other. Return True at the end of the range
        `stretch`, or False if playback was stopped.
        """
        last: int | None = None
        while self._turn == turn:
            if feeder is not None and feeder.done():
                # Raise an error that occurred while reading sound, so that playback ends with its message.
                feeder.result()
            frame = clock.compute_frame()
            if feeder is not None and isinstance(clock, CheckedSoundClock) and clock.left:
                # Silence the sound device that did not keep time, because its sound would drift from the
                # picture.
                await _cancel_feeder(feeder)
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
        """Feed the device with sound a little ahead of playback, from frame `start` to frame `end`. Then feed
        silence until the last sound is heard.
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
        # Feed silence for one second more than the device's latency, so that the last real sound is heard.
        out.feed(bytes(FRAME_BYTES * int((1 + out.latency) * self.sample_rate)))


async def _cancel_feeder(task: asyncio.Task[None] | None) -> None:
    if task is None:
        return
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
