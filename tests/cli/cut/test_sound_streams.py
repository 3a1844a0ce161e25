"""Test files with several sound streams and channels: they are listed, chosen for a clip, and heard in the
render. Streams and channels that don't exist are refused.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.front_door import Milimo, environment

RATE, SECONDS = 48000, 2
CAMERA, LAVALIER = 440, 1000  # The frequency of the tone in each stream of the interview.
SURROUND = (200, 300, 400, 60, 500, 600)  # The frequency of the tone in each channel of 5.1.


def write_interview(path: Path) -> Path:
    """Write a film with the sound of its camera in stream 1 and that of a lavalier in stream 2."""
    inputs = [f"testsrc=size=160x120:rate=25:duration={SECONDS}"]
    inputs += [f"sine=frequency={tone}:sample_rate={RATE}:duration={SECONDS}" for tone in (CAMERA, LAVALIER)]
    sources = [word for each in inputs for word in ("-f", "lavfi", "-i", each)]
    streams = ["-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:1", "title=Lavalier"]
    codecs = ["-metadata:s:a:1", "language=deu", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", *sources, *streams, *codecs, str(path)], check=True)
    return path


def write_tones(
    path: Path, tones: Sequence[int], layout: str, rate: int = RATE, codec: str = "pcm_s16le"
) -> Path:
    """Write a sound file with one tone in each channel."""
    waves = "|".join(f"0.2*sin({tone}*2*PI*t)" for tone in tones)
    source = f"aevalsrc={waves}:d={SECONDS}:s={rate}:c={layout}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:a", codec, str(path)], check=True
    )
    return path


def write_samples(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    """Write an array (channels, samples) as a WAV of float samples, without any change."""
    raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(len(samples)), "-i", "-"]
    data = np.ascontiguousarray(samples.T, "<f4").tobytes()
    subprocess.run(["ffmpeg", "-v", "error", *raw, "-c:a", "pcm_f32le", str(path)], input=data, check=True)
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


def add_media(home: Milimo, path: Path) -> Any:
    return home.inside("run", "asset.add", f"file={path}", "prepare=false")


def render_samples(home: Milimo, *words: str) -> NDArray[np.float64]:
    """Render the cut to a WAV and return its samples as an array (channels, samples)."""
    home.json("render", "-o", "out.wav", *words)
    with av.open(str(home.cwd / "out.wav")) as film:
        stream = film.streams.audio[0]
        parts = [frame.to_ndarray().reshape(-1, stream.channels) for frame in film.decode(stream)]
    (home.cwd / "out.wav").unlink()
    return np.concatenate(parts).T.astype(float) / 2**31


def find_tone(samples: NDArray[np.float64]) -> float:
    """Return the frequency of the loudest tone in the middle second, or 0 for silence."""
    middle = samples[(len(samples) - RATE) // 2 :][:RATE]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(RATE)))
    return float(spectrum.argmax()) if spectrum.max() > 1 else 0.0


def list_chosen(home: Milimo) -> list[tuple[int, list[int]]]:
    tracks = home.inside("cut", "show")["tracks"]
    return [(clip["stream"], clip["channels"]) for track in tracks for clip in track["clips"]]


def test_streams_are_listed_with_titles_and_languages(home: Milimo) -> None:
    asset = add_media(home, write_interview(home.cwd / "interview.mkv"))
    sounds = home.inside("asset", "show", asset["id"])["facts"]["sounds"]
    assert [(one.get("title", ""), one.get("language", "")) for one in sounds] == [
        ("", ""),
        ("Lavalier", "deu"),
    ]
    listed = home.act("asset", "show", asset["id"])
    assert "Lavalier" in listed
    assert "stream 2" in listed


@pytest.mark.long("command_line")
def test_interview_is_cut_from_the_lavalier_on_stream_2(home: Milimo) -> None:
    asset = add_media(home, write_interview(home.cwd / "interview.mkv"))
    home.inside("run", "cut.append", "track=V1", f"asset={asset['id']}")
    assert find_tone(render_samples(home)[0]) == CAMERA
    home.inside("cut", "set", "interview.mkv", "--stream", "2")
    home.inside("cut", "split", "--at", "25")
    assert list_chosen(home) == [(2, []), (2, [])]
    sound = render_samples(home)
    assert [find_tone(channel) for channel in sound] == [LAVALIER, LAVALIER]
    home.inside("cut", "undo")
    home.inside("cut", "undo")
    assert list_chosen(home) == [(1, [])]
    assert find_tone(render_samples(home)[0]) == CAMERA


@pytest.mark.long("command_line")
def test_all_clips_of_a_source_change_to_the_lavalier_as_one_step(home: Milimo) -> None:
    interview = add_media(home, write_interview(home.cwd / "interview.mkv"))
    other = add_media(home, write_interview(home.cwd / "other.mkv"))
    home.inside("run", "cut.append", "track=V1", f"asset={interview['id']}")
    home.inside("cut", "split", "--at", "10")
    home.inside("cut", "split", "--at", "25")
    home.inside("run", "cut.append", "track=V1", f"asset={other['id']}")
    home.inside("run", "cut.append", "track=A1", f"asset={interview['id']}", "frames=20")
    changed = home.inside("cut", "set", "interview.mkv", "--stream", "2", "--all-clips")
    assert sorted(list_chosen(home)) == [(1, []), *[(2, [])] * 4]
    home.inside("cut", "set", "other.mkv", "--muted")
    assert find_tone(render_samples(home)[0][: 2 * RATE]) == LAVALIER
    home.inside("cut", "undo")
    home.inside("cut", "undo")
    assert list_chosen(home) == [(1, [])] * 5
    clip = next(clip["id"] for track in home.inside("cut", "show")["tracks"] for clip in track["clips"])
    home.inside("cut", "set", clip, "--channels", "1", "--all-clips")
    assert sorted(list_chosen(home)) == [(1, []), *[(1, [1])] * 4]
    assert changed["cut"]


def test_all_clips_are_refused_together(home: Milimo) -> None:
    interview = add_media(home, write_interview(home.cwd / "interview.mkv"))
    home.inside("run", "cut.append", "track=V1", f"asset={interview['id']}")
    home.inside("cut", "split", "--at", "25")
    for words in (
        ("interview.mkv", "--stream", "3", "--all-clips"),
        ("interview.mkv", "--channels", "2", "--all-clips"),
        ("interview.mkv", "--all-clips"),
    ):
        home.inside("cut", "set", *words, code=2)
    home.inside("cut", "set", "nothing.mkv", "--stream", "2", "--all-clips", code=2)
    home.inside("run", "cut.track_set", "track=V1", "on=locked")
    home.inside("cut", "set", "interview.mkv", "--stream", "2", "--all-clips", code=2)
    assert list_chosen(home) == [(1, []), (1, [])]


@pytest.mark.long("command_line")
def test_surround_keeps_its_channels(home: Milimo) -> None:
    asset = add_media(home, write_tones(home.cwd / "six.wav", SURROUND, "5.1"))
    home.inside("run", "cut.append", "track=A1", f"asset={asset['id']}")
    assert [find_tone(channel) for channel in render_samples(home, "--channels", "6")] == list(SURROUND)


@pytest.mark.long("command_line")
@pytest.mark.parametrize(
    ("channels", "left", "right"),
    [("1", 200, 200), ("3", 400, 400), ("5,6", 500, 600), ("6,5", 600, 500), ("4", 60, 60)],
)
def test_chosen_channels_are_heard(home: Milimo, channels: str, left: int, right: int) -> None:
    asset = add_media(home, write_tones(home.cwd / "six.wav", SURROUND, "5.1"))
    home.inside("run", "cut.append", "track=A1", f"asset={asset['id']}", f"channels={channels}")
    assert [find_tone(channel) for channel in render_samples(home)] == [left, right]


def test_stereo_keeps_its_channels(home: Milimo) -> None:
    asset = add_media(home, write_tones(home.cwd / "two.wav", (300, 700), "stereo"))
    home.inside("run", "cut.append", "track=A1", f"asset={asset['id']}")
    assert [find_tone(channel) for channel in render_samples(home)] == [300, 700]


def test_streams_and_channels_that_do_not_exist_are_refused(home: Milimo) -> None:
    asset = add_media(home, write_interview(home.cwd / "interview.mkv"))
    home.inside("run", "cut.append", "track=V1", f"asset={asset['id']}")
    for words in (
        ("--stream", "3"),
        ("--stream", "0"),
        ("--stream", "two"),
        ("--stream", "2", "--channels", "2"),
        ("--channels", "0"),
        ("--channels", "1,1"),
        ("--channels", "left"),
        ("--channels", "999"),
        ("--channels", ""),
    ):
        home.inside("cut", "set", "interview.mkv", *words, code=2)
    assert list_chosen(home) == [(1, [])]
    home.inside("run", "cut.append", "track=V1", f"asset={asset['id']}", "stream=3", code=2)


def test_replaced_file_is_heard_from_its_first_stream(home: Milimo) -> None:
    interview = add_media(home, write_interview(home.cwd / "interview.mkv"))
    other = add_media(home, write_tones(home.cwd / "other.wav", (300,), "mono"))
    home.inside("run", "cut.append", "track=A1", f"asset={interview['id']}", "stream=2", "frames=40")
    clip = home.inside("cut", "show")["tracks"][2]["clips"][0]["id"]
    home.inside("run", "cut.replace", f"clip={clip}", f"asset={other['id']}")
    assert list_chosen(home) == [(1, [])]


@pytest.mark.long("command_line")
def test_odd_sound_files_are_mixed(home: Milimo) -> None:
    """A clip plays files of any rate and number of channels. Values that are not numbers become silence."""
    time = np.arange(SECONDS * RATE) / RATE
    tone = (0.2 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    broken = tone.copy()
    broken[1000:1100], broken[2000], broken[3000] = np.nan, np.inf, -np.inf
    files = [
        write_samples(home.cwd / "broken.wav", broken[None]),
        write_samples(home.cwd / "many.wav", np.tile(tone, (32, 1))),
        write_samples(home.cwd / "loud.wav", 20 * tone[None]),
        write_tones(home.cwd / "low.wav", (440,), "mono", 8000),
        write_tones(home.cwd / "high.wav", (440,), "mono", 192000),
        write_samples(home.cwd / "silent.wav", np.zeros_like(tone)[None]),
    ]
    for path in files:
        home.inside("run", "cut.append", "track=A1", f"asset={add_media(home, path)['id']}")
    sound = render_samples(home)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1
    parts = np.split(sound[0], len(files))
    assert [find_tone(part) for part in parts] == [440] * 5 + [0]
    assert np.abs(parts[0][1000:1100]).max() < 0.01
    assert np.abs(parts[-1]).max() == 0


def test_empty_and_truncated_sound_files_are_refused(home: Milimo) -> None:
    (home.cwd / "empty.wav").touch()
    whole = write_tones(home.cwd / "whole.wav", (440,), "mono").read_bytes()
    (home.cwd / "head.wav").write_bytes(whole[:30])
    for name in ("empty.wav", "head.wav"):
        home.inside("run", "asset.add", f"file={home.cwd / name}", "prepare=false", code=2)
