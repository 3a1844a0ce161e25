"""Test the first samples of a sound in every container: the encoder's priming samples fill the decoder and
are not heard. The reference is ffmpeg's decode, sample by sample.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.media.sound.sound_file import SoundFile
from tests.media.material import Sound

SECONDS = 3
# Encoder options and sample rate of each file, by the file's name.
KINDS = {
    "aac.m4a": ("-c:a aac -b:a 192k", 48000),
    "aac.mp4": ("-c:a aac -b:a 96k", 44100),
    "aac.mov": ("-c:a aac", 48000),
    "aac.mkv": ("-c:a aac", 48000),
    "aac.aac": ("-c:a aac", 48000),
    "aac.ts": ("-c:a aac", 48000),
    "opus.opus": ("-c:a libopus", 48000),
    "opus.webm": ("-c:a libopus", 48000),
    "opus.mkv": ("-c:a libopus", 48000),
    "opus.mp4": ("-c:a libopus -strict -2", 48000),
    "mp3.mp3": ("-c:a libmp3lame", 44100),
    "mp3.mkv": ("-c:a libmp3lame", 48000),
    "mp3.mp4": ("-c:a libmp3lame", 48000),
    "vorbis.ogg": ("-c:a libvorbis", 44100),
    "flac.flac": ("-c:a flac", 44100),
    "pcm.wav": ("-c:a pcm_s16le", 48000),
}


def heard_by_ffmpeg(path: Path) -> Sound:
    words = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-c:a", "pcm_f32le", "-"]
    done = subprocess.run(words, check=True, capture_output=True, timeout=120)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2).T


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sound]:
    """Write a tone that is loud from its first sample. Returns the file and the sound that ffmpeg decodes
    from it.
    """
    words, rate = KINDS[request.param]
    path = tmp_path_factory.mktemp("first") / request.param
    swept = f"aevalsrc=0.4*cos(2*PI*t*(300+700*t))|0.3*cos(2*PI*t*440):s={rate}:d={SECONDS}"
    made = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", swept, *words.split(), str(path)]
    subprocess.run(made, check=True, capture_output=True, timeout=120)
    return path, heard_by_ffmpeg(path)


def test_first_samples_equal_those_of_ffmpeg(pair: tuple[Path, Sound]) -> None:
    path, wanted = pair
    file = SoundFile(path)
    try:
        found = file.read(0, wanted.shape[1])
    finally:
        file.close()
    assert np.abs(found - wanted).max() < 1e-4
