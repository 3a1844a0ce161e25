"""Test sound over a line of 1 Mbit/s with 100 ms delay in each direction, on a real PulseAudio server: no
gaps, and in step with the film.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.resample import resample
from milimo_tui.studio.render.render_plan import plan_current_cut
from milimo_tui.tui.sound.speaker import Speaker, find_sound
from tests.budget import rounds
from tests.tui import rain_market
from tests.tui.slow_line import Port, SlowLine, slow_line
from tests.tui.slow_studio import RATE, frames_seen, timeline
from tests.tui.sound.real_server import HAS_SERVER, RECORDED, Recorder, recorder, server

SAMPLES = 48_000
APART, LONG = 0.5, 0.1  # seconds between the starts of two tones, and seconds that a tone lasts
MOST_TRIES = 3  # The test is repeated, because other tests can slow down the machine.
FORM = "uLaw 1ch"  # 192 kbit/s, or less if a busy machine makes the line appear slower
NO_GAP = 0.04  # largest error of a tone's time in seconds
# Seconds to search before and after the expected time. A longer range would reach the same tone in the next
# swell.
NEAR = 0.32
# Largest difference in seconds between the clock and the recorded sound. The recorder alone has an error of
# 0.02.
IN_STEP = 0.07
pytestmark = [
    pytest.mark.long("sound"),
    pytest.mark.alone,
    pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed"),
]


@contextmanager
def going(line: SlowLine) -> Iterator[None]:
    """Run the line in a thread, for tests that do their own waiting."""
    done = threading.Event()
    thread = threading.Thread(target=lambda: line.run(120, done.is_set))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_sound_plays_over_a_slow_line_without_gaps_and_with_the_right_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(tmp_path) as place, recorder(place) as out_there:
        port = Port(place)
        monkeypatch.setenv("PULSE_SERVER", f"tcp:127.0.0.1:{port.number}")
        monkeypatch.setenv("HOME", str(tmp_path))
        with slow_line(["sleep", "600"], {}, 80, 24, port=port) as line, going(line):
            found = find_sound(SAMPLES)
            assert isinstance(found.out, Speaker), found.reason
            with closing(found.out) as out:
                tries = [tones(out, out_there)]
                while len(tries) < MOST_TRIES and not is_right(*tries[-1]):
                    tries.append(tones(out, out_there))
                assert FORM in out_there.streams()
    assert is_right(*tries[-1]), tries


def is_right(apart: float, parted: float) -> bool:
    return apart < NO_GAP and parted < IN_STEP


def tones(out: Speaker, out_there: Recorder) -> tuple[float, float]:
    """Play short tones for five seconds. Return two errors in seconds: between the tones and their times, and
    between the tones and the clock.
    """
    at = np.arange(SAMPLES * 7) / SAMPLES
    tone = (0.5 * np.sin(2 * np.pi * 440 * at) * (at % APART < LONG)).astype(np.float32)
    pcm = np.repeat(tone, 2).tobytes()
    began, fed, clock, piece = time.monotonic(), 0, list[tuple[float, float]](), SAMPLES * 2
    out.drop_waiting()
    while time.monotonic() - began < 5:
        if out.count_waiting() < 0.4 * SAMPLES:
            out.feed(pcm[fed : fed + piece])
            fed += piece
        if count := out.count_heard():
            clock.append((time.monotonic(), count / SAMPLES))
        time.sleep(0.01)
    out.drop_waiting()
    time.sleep(0.5)
    first, sound = out_there.heard(began)
    loud = np.flatnonzero(np.abs(sound) > 0.1)
    begins = loud[np.diff(loud, prepend=-RECORDED) > RECORDED * APART / 4]
    came = first + begins / RECORDED
    ends = clock[-1][0] - APART
    came = came[came < ends]
    assert len(came) > 6, "tones were heard"
    apart = np.abs(np.diff(came) - APART).max()
    known = [(when, APART * number) for number, when in enumerate(came) if when > clock[0][0] + 0.1]
    said = np.interp([when for when, _ in known], *np.array(clock).T)
    return float(apart), float(np.abs(said - [position for _, position in known]).max())


if rounds("slow line") > 1:  # Pictures and sound together need a machine without other load.

    def test_film_and_sound_arrive_in_step_over_one_line(tmp_path: Path) -> None:
        with server(tmp_path) as place, recorder(place) as out_there:
            port = Port(place)
            with timeline(tmp_path, "100x40", "blocks", port) as line:
                mix = mix_of(tmp_path / "home")
                tries = [film_and_sound(line, out_there, mix)]
                while len(tries) < MOST_TRIES and not is_fine(*tries[-1]):
                    tries.append(film_and_sound(line, out_there, mix))
                assert is_fine(*tries[-1]), tries


def is_fine(seen: int, silence: float, parted: float) -> bool:
    return seen >= 4 * 4 and silence < NO_GAP and parted * RATE <= 2 + IN_STEP * RATE


def mix_of(home: Path) -> NDArray[np.float32]:
    """Return the first ten seconds of the film's sound."""
    with closing(rain_market.make_studio(home)) as studio:
        mixer = Mixer(plan_current_cut(studio.take_snapshot(), studio.require_project()), channels=1)
        sound = mixer.read(0, 10 * mixer.sample_rate)
        mixer.close()
    return np.asarray(resample(sound, mixer.sample_rate, RECORDED)[0], np.float32)


def film_and_sound(line: SlowLine, out_there: Recorder, mix: NDArray[np.float32]) -> tuple[int, float, float]:
    """Play for six seconds and compare the film with its sound.

    Return the number of frames shown in the last four seconds, the longest silence in seconds, and the median
    difference between film and sound in seconds.
    """
    line.press("0")
    line.run(2)
    began = time.monotonic()
    line.press(" ")
    line.run(7)
    ended = time.monotonic()
    line.press(" ")
    line.run(2)
    first, sound = out_there.heard(began)
    playing = [(at, frame) for at, frame in frames_seen(line) if ended - 4 < at < ended]
    loud = np.flatnonzero(np.abs(sound) > 0.002)
    inside = loud[(loud > (ended - 4 - first) * RECORDED) & (loud < (ended - first) * RECORDED)]
    silence = float(np.diff(inside).max() / RECORDED) if len(inside) > 1 else 4.0
    parted = []
    for at, frame in playing:
        begin = int((at - first) * RECORDED)
        parted.append(parted_at(mix, sound[begin : begin + RECORDED // 2], frame / RATE))
    return len(playing), silence, float(np.median(parted)) if parted else 9.0


def parted_at(mix: NDArray[np.float32], piece: NDArray[np.float32], at: float) -> float:
    """Return the difference in seconds between `at` and the position in the film's mix where the piece of
    sound fits best.
    """
    first = max(0, int((at - NEAR) * RECORDED))
    near = mix[first : int((at + NEAR) * RECORDED) + len(piece)]
    size = 1 << (2 * len(near)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(piece, size)))
    places = len(near) - len(piece) + 1
    summed = np.cumsum(np.concatenate([[0.0], near.astype(np.float64) ** 2]))
    loudness = summed[len(piece) :] - summed[: -len(piece)]
    best = int(np.argmax(likeness[:places] / np.sqrt(loudness + 1e-3)))
    return abs((first + best) / RECORDED - at)
