"""Test playback by the clock: frames in order, late frames dropped, sound as the master clock, loops and
shuttle speeds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.time import frame_to_sample
from milimo_tui.tui.play.clock import MachineClock, SoundClock, Speed
from milimo_tui.tui.play.playback import Player, PlayRange, Shuttle
from milimo_tui.tui.sound.sound import FRAME_BYTES, SoundPipe
from milimo_tui.tui.sound.sound_device import PortAudioDevice
from milimo_tui.tui.sound.speaker import find_sound

RATE = Fraction(25)
SAMPLES = 48_000


@dataclass
class SimulatedClock:
    """A simulated clock: time passes only while the player sleeps or a picture is being made."""

    picture_takes: float = 0.0
    time: float = 0.0
    shown: list[int] = field(default_factory=list)
    speaker: FakeSpeaker | None = None

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.pass_time(max(seconds, 0.001))
        await asyncio.sleep(0)

    async def show(self, frame: int) -> None:
        self.shown.append(frame)
        self.pass_time(self.picture_takes)
        await asyncio.sleep(0)

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        if self.speaker:
            self.speaker.play(seconds)

    def player(self, rate: Fraction = RATE) -> Player:
        return Player(rate, SAMPLES, self.show, self.now, self.sleep)


class FakeSpeaker:
    """A simulated sound device that plays the fed sound as time passes, and is silent when none is left."""

    sample_rate = SAMPLES
    latency = 0.0

    def __init__(self) -> None:
        self.pipe = SoundPipe()
        self.cuts = 0
        self.closed = False
        self._owed = 0.0

    def play(self, seconds: float) -> None:
        self._owed += seconds * SAMPLES
        whole = int(self._owed)
        self._owed -= whole
        self.pipe.take_padded(whole)

    def feed(self, pcm: bytes) -> None:
        self.pipe.feed(pcm)

    def count_heard(self) -> int:
        return self.pipe.taken

    def count_waiting(self) -> int:
        return self.pipe.count_waiting()

    def drop_waiting(self) -> None:
        self.cuts += 1
        self.pipe.drop_waiting()

    def close(self) -> None:
        self.closed = True


async def test_fast_picture_shows_every_frame_once_in_order() -> None:
    hall = SimulatedClock(picture_takes=0.002)
    ended_at = await hall.player().play(PlayRange(0, 50), 0)
    assert hall.shown == list(range(50))
    assert ended_at == 49
    assert hall.time == pytest.approx(2.0, abs=0.05)


async def test_slow_picture_drops_frames_and_keeps_time() -> None:
    hall = SimulatedClock(picture_takes=0.1)
    await hall.player().play(PlayRange(0, 100), 0)
    assert hall.shown == sorted(set(hall.shown)), "never the same frame twice, never back"
    assert len(hall.shown) < 50
    assert hall.shown[-1] == 99, "the last frame is shown"
    assert hall.time == pytest.approx(4.0, abs=0.15), "late pictures do not slow the film"


async def test_shuttle_speeds_go_both_ways_and_k_stops() -> None:
    shuttle = Shuttle()
    assert shuttle.speed_up_forward().speed == 1
    assert shuttle.speed_up_forward().speed_up_forward().speed == 2
    assert shuttle.speed_up_forward().speed_up_forward().speed_up_backward().speed == -1
    assert (
        shuttle.speed_up_backward()
        .speed_up_backward()
        .speed_up_backward()
        .speed_up_backward()
        .speed_up_backward()
        .speed
        == -8
    )
    assert shuttle.speed_up_forward().stop().sign == "■"
    assert Shuttle(-2).sign == "◀ 2×"
    assert shuttle.play_forward_at(4).speed == 4
    assert shuttle.play_forward_at(7).speed == 4
    assert shuttle.play_backward_at(8).speed == -8

    hall = SimulatedClock(picture_takes=0.001)
    assert await hall.player().play(PlayRange(0, 100), 60, -4) == 0
    assert hall.shown[0] == 60
    assert hall.shown == sorted(hall.shown, reverse=True)
    assert hall.time == pytest.approx(60 / 25 / 4, abs=0.1)


def test_row_70_slow_speed_is_a_state_since_terminals_report_no_held_key() -> None:
    slow = Shuttle().toggle_slow()
    assert slow.sign == "■ slow"
    assert [slow.speed_up_forward().sign, slow.speed_up_forward().speed_up_forward().sign] == ["▶ ¼×", "▶ ½×"]
    assert slow.speed_up_backward().sign == "◀ ¼×"
    assert slow.speed_up_forward().speed_up_forward().speed_up_forward().sign == "▶ 1×"
    assert slow.toggle_slow().speed_up_forward().sign == "▶ 1×"
    now = [0.0]
    clock = MachineClock(Fraction(25), lambda: now[0])
    clock.start(100, slow.speed_up_forward().speed)
    now[0] = 1.0
    assert clock.compute_frame() == 106, "a quarter of 25 frames in a second"
    clock.start(100, slow.speed_up_backward().speed)
    now[0] = 3.0
    assert clock.compute_frame() == 88


async def test_loop_repeats_until_it_is_stopped() -> None:
    hall = SimulatedClock(picture_takes=0.001)
    player = hall.player()

    async def stop_later() -> None:
        while len(hall.shown) < 30:
            await asyncio.sleep(0)
        player.stop_playback()

    stopping = asyncio.create_task(stop_later())
    await player.play(PlayRange(10, 20, loop=True), 15)
    await stopping
    assert not player.playing
    assert set(hall.shown) == set(range(10, 20))
    assert hall.shown.count(12) >= 2


async def test_new_playback_ends_the_one_before() -> None:
    hall = SimulatedClock(picture_takes=0.001)
    player = hall.player()
    first = asyncio.create_task(player.play(PlayRange(0, 1000), 0))
    while len(hall.shown) < 5:
        await asyncio.sleep(0)
    await player.play(PlayRange(500, 505), 500)
    await first
    assert hall.shown[-5:] == [500, 501, 502, 503, 504]
    assert not player.playing


async def test_sound_is_the_clock_and_starts_at_the_absolute_sample() -> None:
    speaker = FakeSpeaker()
    hall = SimulatedClock(picture_takes=0.005, speaker=speaker)
    asked: list[tuple[int, int]] = []

    async def fetch(first: int, count: int) -> bytes:
        asked.append((first, count))
        return b"\1" * (count * FRAME_BYTES)

    rate = Fraction(30000, 1001)
    await hall.player(rate).play(PlayRange(0, 90), 30, out=speaker, fetch=fetch)
    assert hall.shown[0] == 30
    assert hall.shown[-1] == 89
    assert hall.shown == sorted(set(hall.shown))
    assert asked[0][0] == frame_to_sample(30, rate, SAMPLES)
    ends = [first + count for first, count in asked]
    assert [first for first, _ in asked[1:]] == ends[:-1], "chunks follow each other without a seam"
    assert ends[-1] == frame_to_sample(90, rate, SAMPLES), "sound ends with the last frame, to the sample"
    assert speaker.cuts >= 2, "nothing is left to sound on afterwards"
    assert speaker.count_waiting() == 0


async def test_picture_waits_while_the_sound_waits() -> None:
    speaker = FakeSpeaker()
    hall = SimulatedClock(picture_takes=0.001, speaker=speaker)

    async def fetch(first: int, count: int) -> bytes:
        if first > 0 and hall.time < 5:
            hall.pass_time(5)  # A decoder stalls for five seconds.
        return b"\0" * (count * FRAME_BYTES)

    await hall.player().play(PlayRange(0, 50), 0, out=speaker, fetch=fetch)
    assert hall.shown[-1] == 49
    steps = [after - before for before, after in pairwise(hall.shown)]
    assert max(steps) < 15, "five seconds without sound did not skip five seconds of film"
    assert hall.time > 6


async def test_failed_sound_ends_the_playback_with_one_sentence() -> None:
    speaker = FakeSpeaker()
    hall = SimulatedClock(speaker=speaker)

    async def fetch(first: int, count: int) -> bytes:
        raise Unavailable("the viewer is gone")

    player = hall.player()
    with pytest.raises(Unavailable, match="viewer is gone"):
        await player.play(PlayRange(0, 50), 0, out=speaker, fetch=fetch)
    assert not player.playing


async def test_other_speeds_are_silent() -> None:
    speaker = FakeSpeaker()
    hall = SimulatedClock(picture_takes=0.001, speaker=speaker)

    async def fetch(first: int, count: int) -> bytes:
        raise AssertionError("no sound is asked for")

    await hall.player().play(PlayRange(0, 50), 0, 2, out=speaker, fetch=fetch)
    assert hall.time == pytest.approx(1.0, abs=0.1)


async def test_empty_range_plays_nothing() -> None:
    hall = SimulatedClock()
    assert await hall.player().play(PlayRange(5, 5), 5) == 5
    assert hall.shown == []


def test_clocks_count_whole_frames_from_their_start() -> None:
    hall = SimulatedClock()
    clock = MachineClock(Fraction(24000, 1001), hall.now)
    clock.start(100, 1)
    hall.time = 1001 / 24000
    assert clock.compute_frame() == 101
    clock.start(100, -2)
    hall.time += 3 * 1001 / 24000
    assert clock.compute_frame() == 94
    speaker = FakeSpeaker()
    heard = SoundClock(RATE, speaker)
    heard.start(10, 1)
    speaker.feed(bytes(FRAME_BYTES * 48_000))
    speaker.play(0.039)
    assert heard.compute_frame() == 10
    speaker.play(0.001)
    assert heard.compute_frame() == 11


def test_picture_is_drawn_for_the_sound_heard_on_its_arrival() -> None:
    speaker = FakeSpeaker()
    clock = SoundClock(RATE, speaker, way_there=0.1)
    clock.start(10, 1)
    assert clock.compute_frame() == 10, "nothing is heard yet"
    speaker.feed(bytes(FRAME_BYTES * 48_000))
    speaker.play(0.2)
    assert clock.compute_frame() == 10 + int((0.2 + 0.1) * RATE)


def test_pipe_fills_silence_and_counts_only_sound() -> None:
    pipe = SoundPipe()
    pipe.feed(b"\1" * (3 * FRAME_BYTES))
    assert pipe.take_padded(5) == b"\1" * (3 * FRAME_BYTES) + b"\0" * (2 * FRAME_BYTES)
    assert pipe.taken == 3
    assert pipe.count_waiting() == 0
    pipe.feed(b"\1" * FRAME_BYTES)
    pipe.drop_waiting()
    assert (pipe.taken, pipe.count_waiting()) == (0, 0)


def test_missing_device_is_one_sentence() -> None:
    found = find_sound(SAMPLES)
    if found.out is None:
        assert found.reason.startswith("no sound: ")
    else:
        found.out.close()


class FakeLibrary:
    """A stand-in for the parts of `sounddevice` that the program uses: a stream whose callback the test
    calls.
    """

    def __init__(self) -> None:
        self.streams: list[FakeLibrary.Stream] = []

    class Stream:
        latency = 0.01

        def __init__(self, **options: Any) -> None:
            self.options = options
            self.state = "made"

        def start(self) -> None:
            self.state = "running"

        def abort(self) -> None:
            self.state = "aborted"

        def close(self) -> None:
            self.state = "closed"

        def turn(self, frames: int) -> bytes:
            """Call the callback once, as the device's own thread would, and return its sound."""
            out = bytearray(frames * FRAME_BYTES)
            self.options["callback"](memoryview(out), frames, None, None)
            return bytes(out)

    def RawOutputStream(self, **options: Any) -> FakeLibrary.Stream:  # noqa: N802 - the library's own name
        self.streams.append(self.Stream(**options))
        return self.streams[-1]


def test_device_plays_its_samples_and_lags_by_its_latency() -> None:
    library = FakeLibrary()
    device = PortAudioDevice(library, SAMPLES)
    (stream,) = library.streams
    assert stream.state == "running"
    assert (stream.options["samplerate"], stream.options["channels"], stream.options["dtype"]) == (
        SAMPLES,
        2,
        "float32",
    )
    device.feed(b"\1" * (1000 * FRAME_BYTES))
    assert stream.turn(600) == b"\1" * (600 * FRAME_BYTES)
    assert device.count_heard() == 600 - 480
    assert device.count_waiting() == 400
    assert stream.turn(600)[400 * FRAME_BYTES :] == bytes(200 * FRAME_BYTES)
    assert device.count_heard() == 1000 - 480
    device.drop_waiting()
    assert device.count_heard() == 0
    device.close()
    assert stream.state == "closed"


async def test_playback_rate_counts_shown_and_dropped_frames() -> None:
    hall = SimulatedClock(picture_takes=0.1)
    player = hall.player()
    await player.play(PlayRange(0, 100), 0)
    pace = player.pace
    assert 95 <= pace.shown + pace.dropped <= 100
    assert pace.shown == pytest.approx(40, abs=4)
    assert pace.fps == pytest.approx(10, abs=1.5)
    hall = SimulatedClock(picture_takes=0.001)
    player = hall.player()
    await player.play(PlayRange(0, 100), 99, -4)
    assert player.pace.dropped == 0, "at four times the speed every fourth frame is all there is to see"
    assert player.pace.fps == pytest.approx(25, abs=4)


@pytest.mark.parametrize(
    ("speed", "picture_takes", "ahead"),
    [(1, 0.001, 1), (1, 0.1, 2), (-2, 0.001, -2), (4, 0.05, 4), (Fraction(-1, 4), 0.001, -1)],
)
async def test_position_of_the_next_frame_is_predicted(
    speed: Speed, picture_takes: float, ahead: int
) -> None:
    hall = SimulatedClock(picture_takes=picture_takes)
    told: list[int] = []

    async def show(frame: int) -> None:
        told.append(player.ahead)
        await hall.show(frame)

    player = Player(RATE, SAMPLES, show, hall.now, hall.sleep)
    assert player.ahead == 0
    await player.play(PlayRange(0, 60), 0 if speed > 0 else 59, speed)
    assert told[-2] == ahead
    assert player.ahead == 0, "at rest nothing is wanted ahead"
