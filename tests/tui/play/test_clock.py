"""Test the sound device as the playback clock, compared with the machine's clock: a device that runs too
fast, too slow or not at all is no longer used.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import re
from fractions import Fraction

import pytest

from milimo_tui.tui.play.clock import HELD_SECONDS, STILL, CheckedSoundClock
from milimo_tui.tui.play.playback import Player, PlayRange
from milimo_tui.tui.sound.sound import FRAME_BYTES, SoundPipe

RATE, SAMPLES = Fraction(25), 48_000


class Machine:
    """A simulated machine whose time passes only while tasks sleep, with a sound device. The device takes
    sound in blocks at `pace` times the machine's speed and stops at the time `still_from`.
    """

    sample_rate = SAMPLES

    def __init__(self, pace: float = 1.0, block: int = 1024, latency: float = 0.0) -> None:
        self.pace, self.block, self.latency = pace, block, latency
        self.time, self.still_from = 0.0, 1e9
        self.pipe = SoundPipe()
        self._owed = 0.0
        self._asleep: list[tuple[float, int, asyncio.Future[None]]] = []
        self._naps = itertools.count()

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (self.time + max(seconds, 0.001), next(self._naps), awake))
        await awake

    async def run(self) -> None:
        """Wake the sleeping tasks in order, each at its time."""
        while True:
            for _ in range(6):  # Let the tasks that are awake finish their work.
                await asyncio.sleep(0)
            if self._asleep:
                when, _, awake = heapq.heappop(self._asleep)
                self.go_on(max(0.0, when - self.time))
                if not awake.done():
                    awake.set_result(None)

    def go_on(self, seconds: float) -> None:
        self.time += seconds
        if self.time < self.still_from:
            self._owed += seconds * SAMPLES * self.pace
            while self._owed >= self.block:
                self._owed -= self.block
                self.pipe.take_padded(self.block)

    def feed(self, pcm: bytes) -> None:
        self.pipe.feed(pcm)

    def count_heard(self) -> int:
        return max(0, self.pipe.taken - int(self.latency * SAMPLES))

    def count_waiting(self) -> int:
        return self.pipe.count_waiting()

    def drop_waiting(self) -> None:
        self.pipe.drop_waiting()

    def close(self) -> None:
        """Close the device. The simulation holds no resources."""


class RecordedPlayer:
    """A player on a simulated machine. It records the shown frames with their times, and why the sound device
    was no longer used.
    """

    def __init__(self, machine: Machine, picture_takes: float = 0.004) -> None:
        self.machine, self.picture_takes = machine, picture_takes
        # Each entry has the time, the frame shown, and the frame heard at that time.
        self.shown: list[tuple[float, int, int]] = []
        self.left: list[str] = []
        self.player = Player(
            RATE, SAMPLES, self._show, machine.now, machine.sleep, on_left=self.left.append
        )  # fmt: skip
        self._rounds = 1

    async def play(self, frames: int, rounds: int = 1) -> None:
        """Play a film of `frames` frames, `rounds` times in a loop."""
        self._rounds = rounds
        running = asyncio.create_task(self.machine.run())
        stretch = PlayRange(0, frames, loop=rounds > 1)
        await self.player.play(stretch, 0, out=self.machine, fetch=self._fetch)
        running.cancel()

    async def _show(self, frame: int) -> None:
        if frame == 0 and len(self.shown) > 1:
            self._rounds -= 1
            if not self._rounds:
                self.player.stop_playback()
        heard = int(self.machine.count_heard() * RATE / SAMPLES)
        self.shown.append((self.machine.time, frame, heard))
        await self.machine.sleep(self.picture_takes)

    async def _fetch(self, first: int, count: int) -> bytes:
        return bytes(count * FRAME_BYTES)


@pytest.mark.parametrize(("pace", "block"), [(1.0, 1024), (1.0, 4800), (1.03, 1024), (0.97, 2048)])
async def test_accurate_device_is_the_clock(pace: float, block: int) -> None:
    watched = RecordedPlayer(Machine(pace, block))
    await watched.play(250)
    assert watched.left == []
    assert all(abs(frame - heard) <= 2 for _, frame, heard in watched.shown[:-3]), "in step with the sound"


@pytest.mark.parametrize(("pace", "way"), [(0.92, "slow"), (1.08, "fast")])
async def test_device_that_is_8_percent_off_is_left_and_reported_once(pace: float, way: str) -> None:
    watched = RecordedPlayer(Machine(pace))
    await watched.play(250)
    assert len(watched.left) == 1
    percent = re.fullmatch(rf"the sound device runs (\d+) % {way}", watched.left[0])
    assert percent
    assert 6 <= int(percent[1]) <= 10
    ended, frame, _ = watched.shown[-1]
    assert frame == 249
    assert ended == pytest.approx(10, abs=0.2), "the film takes its time all the same"
    steps = [after[1] - before[1] for before, after in zip(watched.shown, watched.shown[1:], strict=False)]
    assert min(steps) >= 1, "it never goes back"
    assert max(steps) <= 2, "nor does it jump where the clock is changed"


async def test_stopped_device_is_left_after_half_a_second() -> None:
    machine = Machine()
    machine.still_from = 2.0
    watched = RecordedPlayer(machine)
    await watched.play(150)
    assert watched.left == [STILL]
    waits = [after[0] - before[0] for before, after in zip(watched.shown, watched.shown[1:], strict=False)]
    assert max(waits) == pytest.approx(HELD_SECONDS, abs=0.15), "the picture stood for so long, once"
    assert watched.shown[-1][1] == 149


async def test_looping_film_continues_without_its_device() -> None:
    machine = Machine()
    machine.still_from = 2.0
    watched = RecordedPlayer(machine)
    await watched.play(100, rounds=5)
    assert watched.left == [STILL], "it is told of once"
    assert machine.time == pytest.approx(5 * 4 + HELD_SECONDS, abs=1), "each time takes its time"


async def test_device_that_never_starts_is_left_after_latency_and_half_a_second() -> None:
    machine = Machine(latency=0.2)
    machine.still_from = 0.0
    watched = RecordedPlayer(machine)
    await watched.play(50)
    assert watched.left == [STILL]
    assert watched.shown[1][0] == pytest.approx(HELD_SECONDS + 0.2, abs=0.1)
    assert watched.shown[-1][1] == 49


def test_unread_clock_is_not_reported_as_late() -> None:
    machine = Machine()
    clock = CheckedSoundClock(RATE, machine, machine.now)
    clock.start(0, 1)
    machine.feed(bytes(FRAME_BYTES * SAMPLES * 20))
    for _ in range(60):
        machine.go_on(0.01)
        clock.compute_frame()
    machine.time += 30  # The process was suspended from the shell, so the device played nothing in this time.
    for _ in range(100):
        machine.go_on(0.01)
        clock.compute_frame()
    assert clock.left == ""


def test_half_a_second_is_measured_exactly() -> None:
    machine = Machine(pace=0.8)
    clock = CheckedSoundClock(RATE, machine, machine.now)
    clock.start(0, 1)
    machine.feed(bytes(FRAME_BYTES * SAMPLES * 20))
    while not clock.left:
        machine.go_on(0.01)
        clock.compute_frame()
    assert machine.time == pytest.approx(HELD_SECONDS, abs=0.1)
