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


# Sound whose place after a seek was wrong. In these containers, FFmpeg estimates the time of a packet.
ESTIMATED = {
    "ima.wav": "-c:a adpcm_ima_wav",
    "ms.wav": "-c:a adpcm_ms",
    "g722.wav": "-c:a g722 -ar 16000",
    "yamaha.wav": "-c:a adpcm_yamaha",
    "ms.w64": "-c:a adpcm_ms",
    "ima.aifc": "-c:a adpcm_ima_qt",
    "ms.avi": "-c:a adpcm_ms",
    "ms.mkv": "-c:a adpcm_ms",
    "law.wav": "-c:a pcm_mulaw",
    "mp3.wav": "-c:a libmp3lame",
    "mp2.mpg": "-c:a mp2",
    "ac3.vob": "-c:a ac3",
}


@pytest.mark.parametrize("name", thorough("files", [*ESTIMATED], 2))
@pytest.mark.parametrize("rate", [44100, 48000])
def test_sample_is_found_in_a_container_that_stores_no_times(tmp_path: Path, name: str, rate: int) -> None:
    path = tmp_path / name
    noise = f"aevalsrc=0.2*(random(0)-0.5)+0.3*sin(2*PI*t*(200+200*t)):s={rate}:d=20"
    words = f"ffmpeg -v error -y -f lavfi -i {noise} {ESTIMATED[name]} {path}".split()
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    found = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-c:a", "pcm_f32le", "-"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    whole = np.frombuffer(found.stdout, np.float32)
    file = SoundFile(path, 1)
    second = file.sample_rate
    try:
        for start in (15 * second + 77, 4 * second, 19 * second, 0, 9 * second + 1):
            # The dither of AC-3 differs after a seek. The noise of another place would not be alike at all.
            heard, wanted = file.read(start, second // 2)[0], whole[start : start + second // 2]
            assert np.corrcoef(heard, wanted)[0, 1] > 0.97, start
    finally:
        file.close()


@pytest.mark.parametrize("codec", ["wmav1", "wmav2"])
@pytest.mark.parametrize("rate", [16000, 22050, 32000, 44100, 48000])
def test_windows_media_audio_is_where_it_was_recorded(tmp_path: Path, codec: str, rate: int) -> None:
    """The decoder gives a frame the time of the next one, so the sound was a frame late, 43 ms at 48 kHz."""
    path = tmp_path / "sound.wma"
    clicks = f"aevalsrc=0.8*sin(n)*lt(mod(n\\,{rate})\\,{rate // 50}):s={rate}:d=6"
    words = f"ffmpeg -v error -y -f lavfi -i {clicks} -c:a {codec} -b:a 128k {path}".split()
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    count = np.arange(6 * rate)
    recorded = 0.8 * np.sin(count) * (count % rate < rate // 50)
    file = SoundFile(path, 1)
    try:
        for first in (1, 4, 2):
            heard = file.read(first * rate - rate // 2, rate)[0]
            wanted = recorded[first * rate - rate // 2 :][:rate]
            fits = np.correlate(heard, wanted, "same")
            assert int(np.argmax(fits)) - rate // 2 == 0, first
    finally:
        file.close()
