"""Test the example of the sound page by keys alone at 80×24, from voices to a film at −14 LUFS. The rendered
file is measured, and the keys are compared with the table in docs/sound.md.
"""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.core.time import format_timecode
from tests.front_door import Milimo, environment
from tests.media.render.test_coded_peaks import measure_film_sound
from tests.tui.tasks import simulated_user
from tests.tui.tasks.simulated_user import ROOT, User

PAGE = ROOT / "docs" / "sound.md"
HEADING = "## Example: from pictures to a finished film, by keys\n"
RATE = 48_000
VOICE, RUMBLE, MUSIC = 3000, 40, 220  # Frequencies in Hz of the recorded line, its rumble, and the music.
RECORDED_SECONDS = 3.0
EDITED = "They tear it down at dawn."

Samples = NDArray[np.float64]


def write_sines(path: Path, seconds: float, *frequencies: int) -> Path:
    """Write a mono WAV file with a sum of sines of equal level."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * frequency * at) for frequency in frequencies)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((4000 * np.asarray(sound)).astype("<i2").tobytes())
    return path


def read_mono(film: Path) -> Samples:
    """Return the first channel of the film's sound at 48 kHz, by FFmpeg."""
    words = ["ffmpeg", "-v", "error", "-i", str(film), "-ar", str(RATE), "-f", "f32le", "-"]
    done = subprocess.run([*words[:-1], "-af", "pan=mono|c0=c0", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<f4").astype(np.float64)


def measure_db(sound: Samples, frequency: int, start: float, end: float) -> float:
    """Return the level in dB of one frequency between two times in seconds."""
    part = sound[round(start * RATE) : round(end * RATE)] * np.hanning(
        round(end * RATE) - round(start * RATE)
    )
    phase = np.exp(-2j * np.pi * frequency * np.arange(len(part)) / RATE)
    return float(20 * np.log10(abs(np.dot(part, phase)) * 4 / len(part) + 1e-9))


def find_tone(sound: Samples, frequency: int) -> tuple[float, float]:
    """Return the first and the last time in seconds at which a frequency is heard, within 10 ms."""
    step = RATE // 100
    phase = np.exp(-2j * np.pi * frequency * np.arange(step) / RATE)
    levels = np.abs(sound[: len(sound) // step * step].reshape(-1, step) @ phase) / step
    heard = np.flatnonzero(levels > levels.max() / 2)
    return float(heard[0]) / 100, float(heard[-1] + 1) / 100


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Milimo]:
    """Yield a studio with the film Rain Market, with a drawn take of each shot."""
    env = {**environment(tmp_path), "MILIMO_SPEECH": "espeak-ng"}
    env.pop("COLORTERM", None)
    made = Milimo(env, tmp_path / "work")
    made.act("project", "new", "Rain Market", "--size", "96x64")
    made.act("script", "import", str(ROOT / "examples" / "rain-market.fountain"))
    made.act("storyboard", "commit")
    made.act("shot", "make", "--all")
    yield made
    made.inside("supervisor", "stop", "--now")


def list_clips(film: Milimo, track: str) -> list[dict[str, Any]]:
    tracks = film.json("cut", "show")["tracks"]
    return next((list(each["clips"]) for each in tracks if each["name"] == track), [])


def list_ducking_keys(film: Milimo) -> list[tuple[int, float]]:
    """Return the frames and values of the ducking keys of the first clip of music."""
    keys = list_clips(film, "Music")[0]["effects"]["curves"]["ducking"]
    return [(int(frame), float(value)) for frame, value, *_ in keys]


def list_subtitles(film: Path) -> str:
    words = ["ffmpeg", "-v", "error", "-i", str(film), "-map", "0:s:0", "-f", "srt", "-"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.mark.long("ten tasks")
def test_round_of_sound_by_keys(film: Milimo, tmp_path: Path) -> None:
    for program in ("espeak-ng", "ffmpeg"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    line = write_sines(tmp_path / "mara.wav", RECORDED_SECONDS, VOICE, RUMBLE)
    music = write_sines(tmp_path / "theme.wav", 20, MUSIC)
    steps: list[tuple[str, str, int]] = []
    with User({**simulated_user.environment(film.home), **film.env}) as desk:

        def end(step: str) -> None:
            steps.append((step, *desk.end_step()))

        desk.sees("Rain Market", "NORMAL")
        desk.acts("g", "r")
        desk.sees("0 of 7 spoken", "v give voices")
        desk.acts("v")
        desk.sees("Voices of the characters", "default")
        desk.acts("j", "j")
        desk.acts("l")
        desk.sees("Enter gives these voices")
        desk.acts("Enter")
        desk.sees("1 character got a voice")
        end("another voice for Old Tam")

        desk.acts("i")
        desk.sees("recording of line 1C.1")
        desk.words(str(line), "mara.wav")
        desk.acts("Enter")
        desk.sees("1 of 7 spoken", "recorded")
        end("a recording for the first line")

        desk.acts("S")
        desk.until(
            lambda: all(each["state"] in ("recorded", "scratch") for each in film.json("line", "list")),
            "not every line was spoken",
        )
        desk.sees("7 of 7 spoken", "l lay into the cut")
        desk.acts("l")
        desk.until(lambda: len(list_clips(film, "Dialogue")) == 7, "the lines were not laid")
        end("the other lines spoken, all lines laid")

        desk.acts("ctrl+p")
        desk.sees("type a command")
        desk.words("music from")
        desk.sees("music from a file")
        desk.acts("Enter")
        desk.until(lambda: "music from a file" not in desk.terminal.text, "the palette is still open")
        desk.sees("a sound file")
        desk.words(str(music), "theme.wav")
        desk.acts("Enter")
        desk.until(lambda: list_clips(film, "Music"), "there is no music")
        end("music to the length of the picture")
        ducked = list_ducking_keys(film)

        desk.acts("g", "i")
        desk.sees("Mixer", "Dialogue", "f edits")
        desk.acts("j", "j")
        desk.acts("f", "a")
        desk.sees("sound effect")
        desk.words("preset dialogue")
        desk.acts("Enter")
        desk.sees("eq")
        desk.acts("Enter")
        desk.until(lambda: film.json("mix", "effect", "list", "Dialogue"), "the dialogue has no EQ")
        end("an EQ on the dialogue")

        desk.acts("g", "t")
        desk.sees("Timeline", "Dial")
        desk.acts("4", "j")
        desk.sees("▸Musi")
        desk.acts("Z", "m", "Tab")
        desk.sees("DUCKING", "key 1 of")
        desk.acts(";", ";")
        desk.sees(f"{format_timecode(ducked[2][0], Fraction(25))} /")
        desk.acts("K", ";")
        desk.sees(f"{format_timecode(ducked[3][0], Fraction(25))} /")
        desk.acts("K")
        desk.acts("Enter")
        desk.until(lambda: list_ducking_keys(film) != ducked, "the ducking is unchanged")
        end("ducking of the music under the first line reduced by 6 dB")

        desk.acts("g", "C")
        desk.sees("c make from the script")
        desk.acts("c")
        desk.sees("7 captions")
        desk.acts("e")
        desk.sees("words of the caption")
        desk.acts("ctrl+u")
        desk.words(EDITED)
        desk.acts("Enter")
        desk.sees(EDITED)
        end("captions from the script, one edited")

        desk.acts("g", "f")
        desk.sees("v loudness", "t subtitles")
        desk.acts("v")
        desk.sees("LOUDNESS")
        desk.words("-14")
        desk.acts("Enter")
        desk.sees("-14 LUFS")
        desk.acts("t")
        desk.sees("subtitles inside")
        desk.acts("c", "c")
        desk.until(lambda: film.json("run", "film.list"), "no film was rendered")
        end("a film at −14 LUFS with the captions inside")

    target = Path(film.json("run", "film.list")[-1]["film"])
    check_film(film, target, ducked)
    check_page(steps)


def check_film(film: Milimo, target: Path, ducked: list[tuple[int, float]]) -> None:
    """Compare the rendered file and the film with the edits of the round."""
    voices = film.json("voice", "list")
    assert len({row["heard"] for row in voices}) == 3
    assert [row["character"] for row in voices if row["set"]] == ["@OldTam"]
    assert measure_film_sound(target)[0] == pytest.approx(-14, abs=0.5)

    sound = read_mono(target)
    first = list_clips(film, "Dialogue")[0]
    start, end = find_tone(sound, VOICE)
    assert start == pytest.approx(first["start"] / 25, abs=0.03)
    assert end == pytest.approx(first["start"] / 25 + RECORDED_SECONDS, abs=0.03)
    # The recording has both frequencies at one level. The low cut of the EQ takes the rumble away.
    middle = start + 0.8, end - 0.8
    assert measure_db(sound, VOICE, *middle) - measure_db(sound, RUMBLE, *middle) > 6

    seconds = film.json("cut", "show")["frames"] / 25
    clips = list_clips(film, "Music")
    assert (clips[0]["start"], clips[-1]["start"] + clips[-1]["frames"]) == (0, round(seconds * 25))
    assert len(sound) / RATE == pytest.approx(seconds, abs=0.1)

    keys = list_ducking_keys(film)
    assert [frame for frame, _ in keys] == [frame for frame, _ in ducked]
    raised = [round(new - old, 2) for (_, old), (_, new) in zip(ducked, keys, strict=True)]
    assert raised == [0, 0, 6, 6, *[0] * (len(keys) - 4)]
    under = measure_db(sound, MUSIC, *middle) - measure_db(sound, MUSIC, 2, start - 1)
    assert under == pytest.approx(-6, abs=1)

    subtitles = list_subtitles(target)
    assert EDITED in subtitles
    assert "address" not in subtitles
    with av.open(str(target)) as file:
        assert len(file.streams.subtitles) == 1


def check_page(steps: list[tuple[str, str, int]]) -> None:
    """Compare the keys of the round with the table in docs/sound.md."""
    rows, total = ["| | step | keys | count | total |", "| --- | --- | --- | --- | --- |"], 0
    for place, (step, keys, count) in enumerate(steps, 1):
        total += count
        rows.append(f"| {place} | {step} | {keys} | {count} | {total} |")
    table = "\n".join(rows)
    section = PAGE.read_text().partition(HEADING)[2].partition("\n## ")[0]
    assert table in section, f"docs/sound.md needs this table:\n{table}"
