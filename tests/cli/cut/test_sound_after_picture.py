"""Test files whose sound lasts longer than their picture: a clip on an audio track reaches the end of the
sound. A clip with both holds the last picture, and Milimo says so.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.media.sound.waveform import PER_SECOND, measure_waveform
from tests.front_door import Milimo, environment

PICTURE, SOUND = 2, 6  # The seconds of picture and sound.
CODECS = {
    "mp4": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"],
    "mov": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"],
    "mkv": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac"],
    "webm": ["-c:v", "libvpx", "-c:a", "libopus"],
    "avi": ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"],
    "ts": ["-c:v", "mpeg2video", "-c:a", "aac"],
}


def write_podcast(path: Path) -> Path:
    """Write a film with 2 s of picture, which becomes brighter, and 6 s of sound."""
    picture = f"color=black:size=160x120:rate=25:duration={PICTURE}"
    sound = f"sine=frequency=440:sample_rate=48000:duration={SOUND}"
    light = ["-vf", "geq=lum='N*4':cb=128:cr=128"]
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    subprocess.run(
        ["ffmpeg", "-v", "error", *inputs, *light, *CODECS[path.suffix[1:]], str(path)], check=True
    )
    return path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Milimo]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Talk")
    milimo.inside("run", "cut.new", "name=talk", "empty=true")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def add_podcast(home: Milimo, name: str = "podcast.mp4") -> str:
    path = write_podcast(home.cwd / name)
    row = home.inside("run", "asset.add", f"file={path}", "prepare=false")
    assert abs(Fraction(row["seconds"]) - PICTURE) < Fraction(1, 20)
    id: str = row["id"]
    return id


def append(home: Milimo, asset: str, track: str, *words: str, code: int = 0) -> None:
    home.inside("run", "cut.append", f"track={track}", f"asset={asset}", *words, code=code)


def list_clips(home: Milimo, track: str) -> list[tuple[int, int]]:
    """Return the frames of each clip on a track, and how many of them hold the last picture."""
    tracks = home.inside("cut", "show")["tracks"]
    return [
        (clip["frames"], clip["held"]) for each in tracks if each["name"] == track for clip in each["clips"]
    ]


@pytest.mark.parametrize("suffix", CODECS)
def test_clip_on_a_sound_track_reaches_the_end_of_the_sound(home: Milimo, suffix: str) -> None:
    asset = add_podcast(home, f"podcast.{suffix}")
    append(home, asset, "A1")
    append(home, asset, "V1")
    ((sound, held),) = list_clips(home, "A1")
    assert (
        SOUND * 25 - 3 <= sound <= SOUND * 25 + 1
    )  # A transport stream reports the start of its last packet.
    assert held == 0
    assert list_clips(home, "V1") == [(PICTURE * 25, 0)]


def test_clip_with_both_holds_its_last_picture_and_says_so(home: Milimo) -> None:
    asset = add_podcast(home)
    append(home, asset, "V1")
    home.inside("cut", "trim-out", "podcast.mp4", "60")
    assert list_clips(home, "V1") == [(110, 60)]
    home.inside("cut", "speed", "podcast.mp4", "2")
    assert list_clips(home, "V1") == [(55, 30)]
    home.inside("cut", "undo")
    append(home, asset, "V1", "frames=151", code=2)
    append(home, asset, "V1", "frames=150")
    assert list_clips(home, "V1")[1] == (150, 100)


@pytest.mark.long("command_line")
def test_film_shows_the_last_picture_while_the_sound_continues(home: Milimo) -> None:
    asset = add_podcast(home)
    append(home, asset, "V1", "frames=150")
    home.json("render", "--preset", "ffv1", "-o", "film.mkv")
    with av.open(str(home.cwd / "film.mkv")) as film:
        lights = [frame.to_ndarray(format="gray")[60:-60, 60:-60].mean() for frame in film.decode(video=0)]
    assert len(lights) == 150
    assert lights[10] < lights[40] < lights[49]
    assert np.abs(np.array(lights[50:]) - lights[49]).max() < 1
    with av.open(str(home.cwd / "film.mkv")) as film:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in film.decode(audio=0)])
    tail = sound[int(len(sound) * 0.8) : int(len(sound) * 0.98)].astype(float)
    assert np.sqrt((tail**2).mean()) > 0.5 * np.sqrt((sound[: len(sound) // 5].astype(float) ** 2).mean()) > 0


def test_waveform_reaches_the_end_of_the_sound(tmp_path: Path) -> None:
    peaks = measure_waveform(HeardSound(str(write_podcast(tmp_path / "podcast.mp4"))))
    assert abs(len(peaks) - SOUND * PER_SECOND) <= 3
    assert peaks[5 * PER_SECOND : int(5.9 * PER_SECOND), 1].min() > 1000


@pytest.mark.parametrize("suffix", ["otio", "fcpxml", "xml"])
def test_exported_cut_returns_with_its_sound(home: Milimo, suffix: str) -> None:
    asset = add_podcast(home)
    append(home, asset, "A1")
    home.inside("cut", "export", f"talk.{suffix}")
    assert home.inside("cut", "import", f"talk.{suffix}")["offline"] == []
    assert list_clips(home, "A1") == [(SOUND * 25, 0)]
