"""Playback in the terminal: a shuttle, and a player that shows the newest frame and drops the rest.

The clock is the sound device where there is one that keeps time, else the machine's. Knows no widget and no
viewer: what shows a frame and what fetches sound are handed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import sample_at
from milimo_tui.tui.play.clock import Clock, HeldClock, MachineClock, Speed
from milimo_tui.tui.play.pace import Pace, PaceCount
from milimo_tui.tui.sound.sound import FRAME_BYTES, SoundOut

AHEAD_SECONDS = 0.4  # sound kept ready in the device
CHUNK_SECONDS = 0.25
SPEEDS: tuple[Speed, ...] = (1, 2, 4, 8)
SLOW: tuple[Speed, ...] = (Fraction(1, 4), Fraction(1, 2))  # below them, when it is slow
SIGNS = {Fraction(1, 4): "¼", Fraction(1, 2): "½"}


@dataclass(frozen=True, slots=True)
class Shuttle:
    """J K L as editors know it: L plays and doubles, J plays backwards and doubles, K stops.

    K held with J or L is slow elsewhere; a terminal does not tell that a key is held, so `slow` is a state.
    """

    speed: Speed = 0
    slow: bool = False

    def forward(self) -> Shuttle:
        return replace(self, speed=self._faster(self.speed))

    def backward(self) -> Shuttle:
        return replace(self, speed=-self._faster(-self.speed))

    def at(self, times: int) -> Shuttle:
        """Play forward at the speed asked for, or the next one below that there is."""
        return replace(self, speed=max(speed for speed in SPEEDS if speed <= max(1, times)))

    def back_at(self, times: int) -> Shuttle:
        """Play backwards at the speed asked for, or the next one below that there is."""
        return replace(self, speed=-self.at(times).speed)

    def stop(self) -> Shuttle:
        return replace(self, speed=0)

    def other_pace(self) -> Shuttle:
        """Switch slow on or off."""
        return Shuttle(0, not self.slow)

    def _faster(self, speed: Speed) -> Speed:
        """Return the next speed above one; the slowest where it stands or goes the other way."""
        speeds = (*SLOW, *SPEEDS) if self.slow else SPEEDS
        return next((step for step in speeds if step > max(speed, 0)), speeds[-1])

    @property
    def sign(self) -> str:
        """Return the speed as a sign: `▶ 1×`, `◀ 2×`, `▶ ¼×`, `■`."""
        if not self.speed:
            return "■ slow" if self.slow else "■"
        speed = abs(Fraction(self.speed))
        return f"{'▶' if self.speed > 0 else '◀'} {SIGNS.get(speed, str(speed))}×"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames to play: [start, end), again and again when `loop`."""

    start: int
    end: int
    loop: bool = False


FetchSound = Callable[[int, int], Awaitable[bytes]]  # first sample, count → interleaved float32 stereo
ShowFrame = Callable[[int], Awaitable[None]]  # returns once the frame is drawn


class Player:
    """Plays a stretch of film. One `play` at a time; `stop` (or a new `play`) ends the one before.

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
        """`on_left` is told why the machine's clock takes over: the sound device does not keep time.
        `way_there` is how long a picture goes to who looks, in seconds, where sound comes out there too.
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
        """Return how the last playing goes, or went."""
        return self._count.pace

    @property
    def shown(self) -> int:
        """Return the number of frames drawn since the last start."""
        return self._count.shown

    @property
    def ahead(self) -> int:
        """Return how many frames on the next one will be asked for; negative backwards, 0 at rest."""
        return self._count.step(self._unit) if self.speed else 0

    @property
    def _unit(self) -> int:
        """How far each frame is from the next at this speed; slow ones hold frames and leave none out."""
        return int(self.speed / min(Fraction(1), abs(Fraction(self.speed)))) if self.speed else 1

    def stop(self) -> None:
        """End what plays; the frame that is on the way is the last."""
        self.speed = 0
        self._turn += 1

    async def play(
        self,
        stretch: Stretch,
        start: int,
        speed: Speed = 1,
        *,
        out: SoundOut | None = None,
        fetch: FetchSound | None = None,
    ) -> int:
        """Play until the end of the stretch or `stop`. Returns the frame it stood on last.

        Sound is played at normal speed forward only; any other speed is silent and keeps its own time.
        """
        self.stop()
        turn, self.speed, self._count = self._turn, speed, PaceCount(self._now)
        self.frame = min(max(start, stretch.start), stretch.end - 1)
        if stretch.end <= stretch.start:
            self.speed = 0
            return start
        feeder: asyncio.Task[None] | None = None
        sound = out if speed == 1 and fetch is not None else None
        held = HeldClock(self.rate, sound, self._now, self._way_there) if sound else None
        clock: Clock = held or MachineClock(self.rate, self._now)
        try:
            while self._turn == turn:
                clock.start(self.frame, speed)
                await _end(feeder)
                feeder = None  # where the device was left, nobody feeds it any more
                if sound and fetch and held and not held.left:
                    feeder = asyncio.create_task(self._feed(sound, fetch, self.frame, stretch.end))
                ended = await self._run(clock, stretch, turn, feeder)
                if ended and sound and held and not held.left:
                    await self._sleep(self._way_there)  # its last sound is heard when the picture is there
                if not (ended and stretch.loop):
                    break
                self._count.jumped()
                self.frame = stretch.start if speed > 0 else stretch.end - 1
        finally:
            await _end(feeder)
            if sound:
                sound.cut()
            if self._turn == turn:
                self.speed = 0
        return self.frame

    async def _run(
        self, clock: Clock, stretch: Stretch, turn: int, feeder: asyncio.Task[None] | None
    ) -> bool:
        """Show frames by the clock; return True when the stretch came to its end, False when stopped."""
        last: int | None = None
        while self._turn == turn:
            if feeder is not None and feeder.done():
                feeder.result()  # sound that can't be had ends the playing, with its sentence
            frame = clock.frame()
            if feeder is not None and isinstance(clock, HeldClock) and clock.left:
                await _end(feeder)  # its sound would part from the picture
                clock.out.cut()
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
            self._count.count(frame, self._unit)
            await self._sleep(0)
        return False

    async def _feed(self, out: SoundOut, fetch: FetchSound, start: int, end: int) -> None:
        """Keep the device a little ahead, up to the stretch's end and a tail of silence for its way."""
        at = sample_at(start, self.rate, self.sample_rate)
        last = sample_at(end, self.rate, self.sample_rate)
        chunk = int(CHUNK_SECONDS * self.sample_rate)
        while at < last:
            if out.waiting() < AHEAD_SECONDS * self.sample_rate:
                count = min(chunk, last - at)
                out.feed(await fetch(at, count))
                at += count
            else:
                await self._sleep(CHUNK_SECONDS / 4)
        out.feed(bytes(FRAME_BYTES * int((1 + out.latency) * self.sample_rate)))  # the last real one is heard


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is None:
        return
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
