"""Test ducking by measured speech: an imported interview has no script, and its music becomes softer where
somebody speaks. The spoken lines are made by espeak-ng, so their beginnings and ends are known.
"""

from __future__ import annotations

import io
import itertools
import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.cli.cut.test_sound_streams import RATE, add_media, write_samples
from tests.front_door import Milimo, environment

pytestmark = [
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng speaks the lines"),
    pytest.mark.long("command_line"),
]

FPS, BY_DB, NEAREST = 25, 12, 0.05
LINES = (
    "I grew up by the river.",
    "She said we should leave before the rain.",
    "No.",
    "Half of the house was under water, and the rest was gone.",
    "So, what did you do then?",
    "He never came back.",
    "Thank you for having me.",
    "Where is the other one?",
    "Hush, they are coming.",
)
VOICES = ("en+m3", "en+f2", "de", "en-us", "fr", "en+m1", "es", "en+f1")
NOISES = ("white", "pink", "brown", "hum", "traffic")
# Decibels of the speech above the noise.
DISTANCES = (40, 30, 25, 20)

Samples = NDArray[np.float64]


@dataclass
class Interview:
    """A recording of spoken lines in noise, and the seconds in which the lines are spoken."""

    samples: Samples
    spoken: list[tuple[float, float]]


def speak_line(text: str, voice: str, pace: int) -> Samples:
    """Return a line at `RATE`, without the silence around it."""
    words = ["espeak-ng", "-v", voice, "-s", f"{pace}", "--stdout", text]
    with wave.open(io.BytesIO(subprocess.run(words, capture_output=True, check=True).stdout)) as file:
        spoken = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 2**15
        times = np.arange(int(len(spoken) * RATE / file.getframerate())) * file.getframerate() / RATE
    line = np.interp(times, np.arange(len(spoken)), spoken)
    loud = np.flatnonzero(np.abs(line) > np.abs(line).max() / 100)
    line = line[loud[0] : loud[-1] + 1]
    levelled: Samples = line / np.sqrt((line**2).mean()) / 10
    return levelled


def make_noise(kind: str, count: int, random: np.random.Generator) -> Samples:
    """Return noise with a mean power of 1."""
    hiss, time = random.standard_normal(count), np.arange(count) / RATE
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0, "traffic": 0.8, "hum": 0.0}[kind]
    spectrum = np.fft.rfft(hiss) / np.maximum(np.fft.rfftfreq(count, 1 / RATE), 30) ** slope
    noise = np.fft.irfft(spectrum, count)
    if kind == "hum":
        noise = 0.05 * hiss + sum(np.sin(2 * np.pi * 50 * n * time + n) / n for n in (1, 2, 3, 4, 5, 7))
    if kind == "traffic":  # A car passes every seven seconds.
        noise *= 1 + 0.6 * np.sin(2 * np.pi * time / 7 + 1)
    levelled: Samples = noise / np.sqrt((noise**2).mean())
    return levelled


def make_interview(number: int) -> Interview:
    """Return one of 20 recordings, each with other lines, voices and noise."""
    random = np.random.default_rng(number)
    parts, spoken, end = [], [], 0
    for place in range(4):
        pause = np.zeros(int(random.uniform(1.6, 3) * RATE))
        line = speak_line(
            LINES[(4 * number + place) % len(LINES)],
            VOICES[(number + place) % len(VOICES)],
            int(random.integers(130, 190)),
        )
        parts += [pause, line * 10 ** (random.uniform(-5, 5) / 20)]
        spoken.append(((end + len(pause)) / RATE, (end + len(pause) + len(line)) / RATE))
        end += len(pause) + len(line)
    clean = np.concatenate([*parts, np.zeros(2 * RATE)])
    noise = make_noise(NOISES[number % 5], len(clean), random)
    return Interview(clean + noise * 10 ** (-DISTANCES[number // 5] / 20) / 10, spoken)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Milimo]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Talk")
    milimo.inside("run", "cut.new", "name=talk", "empty=true")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def list_clips(home: Milimo) -> list[Any]:
    return [clip for track in home.inside("cut", "show")["tracks"] for clip in track["clips"]]


def list_ducking_keys(home: Milimo, clip: str = "") -> list[tuple[int, float]]:
    """Return the frames and the decibels of the ducking of a clip, by default of the last clip of the cut."""
    found = next(each for each in list_clips(home)[::-1] if clip in ("", each["id"]))
    curve = found["effects"]["curves"]["ducking"]
    return [(frame, value) for frame, value, *_ in curve]


def write_music(home: Milimo) -> str:
    """Add six minutes of music to the film, and return the id of its asset."""
    time = np.arange(360 * 8000) / 8000
    chord = (np.sin(2 * np.pi * 220 * time) + np.sin(2 * np.pi * 330 * time)) / 10
    path = write_samples(home.cwd / "music.wav", chord[None].astype(np.float32), 8000)
    asset: str = add_media(home, path)["id"]
    return asset


def add_interview(home: Milimo, samples: Samples, name: str = "interview.wav") -> str:
    asset: str = add_media(home, write_samples(home.cwd / name, samples[None].astype(np.float32)))["id"]
    return asset


def lay_under(home: Milimo, interview: str, music: str, *words: str) -> str:
    """Make a new cut with an interview on A1 and music on A2, and return the id of the music's clip."""
    home.inside("run", "cut.new", f"name=talk {interview} {words}", "empty=true")
    home.inside("run", "cut.append", "track=A1", f"asset={interview}", *words)
    frames = list_clips(home)[0]["frames"]
    home.inside("run", "cut.overwrite", "track=A2", "at=0", f"asset={music}", f"frames={frames}")
    clip: str = list_clips(home)[-1]["id"]
    return clip


def list_ducked_frames(home: Milimo) -> list[tuple[int, int]]:
    """Return the ranges of frames at whose first frame the music has become softer, and from whose end on it
    becomes louder.
    """
    keys = list_ducking_keys(home)
    falls = [key[0] for before, key in itertools.pairwise(keys) if key[1] < before[1]]
    rises = [before[0] for before, key in itertools.pairwise(keys) if key[1] > before[1]]
    assert len(falls) == len(rises), keys
    return list(zip(falls, rises, strict=True))


def test_ducking_begins_with_the_speech_of_interviews_without_a_script(home: Milimo) -> None:
    """Twenty interviews follow each other, with one piece of music under all of them."""
    home.inside("run", "cut.new", "name=talks", "empty=true")
    spoken: list[float] = []
    for number in range(20):
        interview, start = make_interview(number), sum(clip["frames"] for clip in list_clips(home))
        spoken += [start / FPS + begin for begin, _ in interview.spoken]
        home.inside(
            "run",
            "cut.append",
            "track=A1",
            f"asset={add_interview(home, interview.samples, f'{number}.wav')}",
        )
    frames = sum(clip["frames"] for clip in list_clips(home))
    home.inside("run", "cut.overwrite", "track=A2", "at=0", f"asset={write_music(home)}", f"frames={frames}")
    home.inside("cut", "duck", list_clips(home)[-1]["id"], "--by", f"{BY_DB}")
    ducked = [first / FPS for first, _ in list_ducked_frames(home)]
    assert len(ducked) == len(spoken)
    late = np.subtract(ducked, spoken)
    assert np.abs(late).max() <= NEAREST, np.round(late, 3)


def test_speech_in_perfect_silence_is_found(home: Milimo) -> None:
    """A synthetic voice has no noise between its lines."""
    lines = [speak_line(LINES[number], VOICES[number], 160) for number in (0, 2)]
    pause = np.zeros(2 * RATE)
    clip = lay_under(
        home,
        add_interview(home, np.concatenate([pause, lines[0], pause, lines[1], pause])),
        write_music(home),
    )
    home.inside("cut", "duck", clip)
    begins = [2.0, 4.0 + len(lines[0]) / RATE]
    found = [first / FPS for first, _ in list_ducked_frames(home)]
    assert np.abs(np.subtract(found, begins)).max() <= NEAREST


def test_sound_without_speech_is_refused(home: Milimo) -> None:
    music = write_music(home)
    for number, samples in enumerate(
        (np.zeros(5 * RATE), make_noise("pink", 5 * RATE, np.random.default_rng(0)) / 30)
    ):
        clip = lay_under(home, add_interview(home, samples, f"{number}.wav"), music)
        home.inside("cut", "duck", clip, code=2)


def test_measured_ducking_is_drawn_as_keys_and_undone_in_one_step(home: Milimo) -> None:
    interview = make_interview(0)
    clip = lay_under(home, add_interview(home, interview.samples), write_music(home))
    home.inside("cut", "duck", clip, "--by", "9", "--fade", "0.4")
    keys = list_ducking_keys(home)
    assert {value for _, value in keys} == {0.0, -9.0}
    (first, _), *_ = list_ducked_frames(home)
    assert (first - 10, 0.0) in keys, "the fade before the speech ends where the speech begins"
    home.inside("cut", "duck", clip, "--by", "9", "--fade", "0.4")
    home.inside("cut", "duck", clip, "--by", "6")
    assert {value for _, value in list_ducking_keys(home)} == {0.0, -6.0}, "its own keys are replaced"
    home.inside("cut", "duck", clip, "--off")
    home.inside("cut", "undo")
    home.inside("cut", "undo")
    home.inside("cut", "undo")
    assert list_clips(home)[-1]["effects"] == {}


def test_speech_is_measured_in_the_chosen_stream_and_speed(home: Milimo) -> None:
    """The speech is on the second channel and plays at double speed, from a later second on."""
    interview = make_interview(1)
    both = np.stack([np.zeros_like(interview.samples), interview.samples]).astype(np.float32)
    asset = add_media(home, write_samples(home.cwd / "two.wav", both))["id"]
    music = write_music(home)
    clip = lay_under(home, asset, music, "channels=1")
    home.inside("cut", "duck", clip, code=2)
    clip = lay_under(home, asset, music, "channels=2", "source_in=1s")
    home.inside("cut", "speed", list_clips(home)[0]["id"], "2")
    home.inside("cut", "duck", clip, "--fade", "0")
    expected = [(begin - 1) / 2 for begin, _ in interview.spoken]
    found = [first / FPS for first, _ in list_ducked_frames(home)]
    assert abs(found[0] - expected[0]) <= NEAREST
    assert all(min(abs(each - start) for start in expected) <= NEAREST for each in found)


def test_ducking_names_the_track_with_the_speech(home: Milimo) -> None:
    clip = lay_under(home, add_interview(home, make_interview(2).samples), write_music(home))
    home.inside("cut", "duck", clip, "--cues", "script", code=2)
    home.inside("cut", "duck", clip, "--under", "A1", "--cues", "script", code=2)
    empty = home.inside("cut", "duck", clip, "--under", "A2", code=2)["error"]
    assert "--under A1" in empty["hint"]
    home.inside("cut", "duck", clip, "--under", "A9", code=2)
    home.inside("cut", "duck", clip, "--under", "A1")
    assert list_ducked_frames(home)


def test_automatic_mix_measures_the_speech_of_an_interview_without_a_script(home: Milimo) -> None:
    """The interview's file has no name that shows its role. Music and rain are not measured as speech."""
    interview = make_interview(3)
    lay_under(home, add_interview(home, interview.samples, "A001_C003.wav"), write_music(home))
    home.inside("mix", "set", "A1", "--role", "dialogue")
    plan = home.inside("mix", "auto", "--dry-run")
    (row,) = (row for row in plan if row["setting"] == "ducking")
    assert row["strip"] == "Music"
    assert "measured on A1" in row["reason"]
    home.inside("mix", "auto")
    keys = next(each for each in home.inside("mix", "show") if each["name"] == "Music")["automation"]
    begins = [before[0] + 8 for before, key in itertools.pairwise(keys["ducking"]) if key[1] < before[1]]
    assert abs(begins[0] / FPS - interview.spoken[0][0]) <= NEAREST + 0.3
    assert home.inside("mix", "auto") == []


def test_ducking_prefers_tracks_with_the_role_dialogue(home: Milimo) -> None:
    """A2 has the speech. Without a role, the other tracks would be measured together."""
    clip = lay_under(home, add_interview(home, make_interview(4).samples), write_music(home))
    noise = add_interview(home, make_interview(5).samples, "noise.wav")
    home.inside("run", "cut.track_add", "kind=audio")
    home.inside("run", "cut.overwrite", "track=A3", "at=0", f"asset={noise}")
    home.inside("cut", "duck", clip)
    together = list_ducking_keys(home, clip)
    home.inside("mix", "set", "A1", "--role", "dialogue")
    home.inside("cut", "duck", clip)
    alone = list_ducking_keys(home, clip)
    assert alone != together
    home.inside("cut", "duck", clip, "--under", "A1")
    assert list_ducking_keys(home, clip) == alone, "only A1 was measured"
