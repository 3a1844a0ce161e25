"""Test reading sound from any position: a sample is the same whether reading started at the beginning, in the
middle or after a jump back.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.media.sound.sound_file import SoundFile
from tests.budget import thorough
from tests.media.material import Sound

SECONDS = 6
CODERS = {
    # AAC's noise substitution is off, because it decodes to different noise each time.
    "aac": "-c:a aac -aac_pns 0",
    "mp3": "-c:a libmp3lame",
    "opus": "-c:a libopus",
    "vorbis": "-c:a libvorbis",
    "flac": "-c:a flac",
    "pcm": "-c:a pcm_s16le",
}
FILES = {
    "aac": "mp4 m4a aac mkv ts",
    "mp3": "mp3 mkv mp4",
    "opus": "webm mkv ogg opus",
    "vorbis": "webm mkv ogg",
    "flac": "flac mkv ogg",
    "pcm": "wav mkv mov",
}
CASES = [
    (coder, ending, rate)
    for coder, endings in FILES.items()
    for ending in endings.split()
    for rate in (48000, 44100)
    if not (coder == "opus" and rate == 44100)
]
# Put one case of each encoder first, because short test runs only use the first cases.
CASES.sort(key=lambda case: (case[1] != FILES[case[0]].split()[0], case[2] != 48000))


def made(path: Path, coder: str, rate: int) -> Path:
    """Write a swept tone with a little noise, so that no sample is like its neighbours."""
    swept = f"0.3*cos(2*PI*t*(300+300*t))+0.05*random(0)|0.3*cos(2*PI*t*440):s={rate}:d={SECONDS}"
    words = ["-f", "lavfi", "-i", f"aevalsrc={swept}", *CODERS[coder].split(), str(path)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True, capture_output=True, timeout=120)
    return path


def heard_by_ffmpeg(path: Path) -> Sound:
    words = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-c:a", "pcm_f32le", "-"]
    done = subprocess.run(words, check=True, capture_output=True, timeout=120)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2).T


def apart(one: Sound, other: Sound) -> float:
    most = min(one.shape[1], other.shape[1])
    return float(np.abs(one[:, :most] - other[:, :most]).max())


@pytest.mark.parametrize(("coder", "ending", "rate"), thorough("files", CASES, len(FILES)))
def test_sample_is_the_same_wherever_reading_started(
    tmp_path: Path, coder: str, ending: str, rate: int
) -> None:
    path = made(tmp_path / f"sound.{ending}", coder, rate)
    near = 0.0 if coder in ("flac", "pcm") else 1e-5
    file = SoundFile(path)
    try:
        whole = file.read(0, SECONDS * rate).copy()
        for start in (3 * rate, 3 * rate - rate // 10, 5 * rate + 123, 1000, 0, rate // 2, 4 * rate + 1, 0):
            found = file.read(start, rate // 3)
            assert apart(found, whole[:, start : start + rate // 3]) <= near, start
    finally:
        file.close()
    file = SoundFile(path)  # a newly opened file that is first read in its middle
    try:
        assert apart(file.read(2 * rate, rate), whole[:, 2 * rate : 3 * rate]) <= near
        assert apart(file.read(0, rate), whole[:, :rate]) <= near
    finally:
        file.close()
    # The first sample of a Vorbis stream in Matroska is due at 3 ms, because its first packet takes up time
    # without sound. Players and Milimo wait for it. ffmpeg's plain decode drops this time.
    late = rate * 3 // 1000 if coder == "vorbis" and ending in ("webm", "mkv") else 0
    assert not whole[:, :late].any()
    assert apart(whole[:, late:], heard_by_ffmpeg(path)) < 1e-4
