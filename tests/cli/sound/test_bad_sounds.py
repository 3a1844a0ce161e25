"""Test sound files that are silent, broken or unusual, in every place where a user names a sound: as media,
as an impulse response, as the recording of a line, in the sound library, and as a reference voice. Each
refusal is one sentence with exit code 2, and nothing is added to the film.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.mix.talk import RATE, measure_level, write_noise, write_samples
from tests.cli.mix.talk import render_samples as render_film
from tests.front_door import Milimo

SECONDS = 3
Write = Callable[[Path], object]


def make_noise() -> np.ndarray:
    return 0.1 * np.random.default_rng(1).standard_normal((2, SECONDS * RATE))


def write_with_bad_numbers(path: Path) -> None:
    sound = make_noise()
    sound[:, 1000:2000], sound[:, 5000], sound[:, 6000] = np.nan, np.inf, -np.inf
    write_samples(path, sound)


def write_with_wrong_length(path: Path, length: int) -> None:
    """Write a WAV whose header has another length of the samples."""
    write_noise(path, SECONDS)
    data = bytearray(path.read_bytes())
    place = data.index(b"data") + 4
    data[place : place + 4] = length.to_bytes(4, "little")
    path.write_bytes(data)


def write_truncated(path: Path) -> None:
    """Write the first half of an AAC file."""
    whole = path.with_name(f"whole{path.suffix}")
    source = write_noise(path.with_name("source.wav"), SECONDS)
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), "-c:a", "aac", str(whole)], check=True)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    source.unlink()
    whole.unlink()


REFUSED: dict[str, Write] = {
    "silent.wav": lambda path: write_samples(path, np.zeros((2, SECONDS * RATE))),
    "nan.wav": lambda path: write_samples(path, np.full((2, SECONDS * RATE), np.nan)),
    "empty.wav": lambda path: path.write_bytes(b""),
    "one-hertz.wav": lambda path: write_noise(path, 60, 1, 1),
    "words.wav": lambda path: path.write_text("hello"),
    "cut.m4a": write_truncated,
    "cut.aac": write_truncated,
    "folder.wav": lambda path: path.mkdir(),
    "pipe.wav": os.mkfifo,
    "missing.wav": lambda path: None,
}
ACCEPTED: dict[str, Write] = {
    "clipped.wav": lambda path: write_samples(path, np.clip(100 * make_noise(), -1, 1)),
    "slow.wav": lambda path: write_noise(path, SECONDS, 1, 8000),
    "fast.wav": lambda path: write_noise(path, SECONDS, 2, 192000),
    "many.wav": lambda path: write_noise(path, SECONDS, 32),
    "bad-numbers.wav": write_with_bad_numbers,
    "too-long-header.wav": lambda path: write_with_wrong_length(path, 0x7FFFFFF0),
    "empty-header.wav": lambda path: write_with_wrong_length(path, 0),
}
# Media files may be silent or damaged: they are added, and a damaged file with a note.
REFUSED_AS_MEDIA = ("empty.wav", "words.wav", "cut.m4a", "folder.wav", "pipe.wav", "missing.wav")


def list_uses(name: str) -> dict[str, tuple[str, ...]]:
    return {
        "impulse response": ("mix", "effect", "add", "master", "reverb", f"impulse={name}"),
        "line": ("line", "record", "1B.1", "--from", name),
        "voice": ("voice", "set", "@MARA", "--reference", name),
        "element": ("element", "voice", "@MARA", name),
    }


def list_assets(film: Milimo) -> list[str]:
    return [row["name"] for row in film.inside("asset", "list", "--all")]


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_sound_is_refused_everywhere(film: Milimo, name: str) -> None:
    library = film.cwd / "library"
    library.mkdir()
    write_noise(library / "good.wav", SECONDS)
    REFUSED[name](library / name)
    film.inside("sound", "library", "add", "library")
    before = list_assets(film)
    path = str(library / name)
    uses = list_uses(path) | {"library": ("sound", "library", "use", name)}
    if name in REFUSED_AS_MEDIA:
        uses["media"] = ("asset", "add", path)
    for use, words in uses.items():
        error = film.inside(*words, code=2)["error"]
        assert error["message"], use
        assert "\n" not in error["message"], use
        assert "Traceback" not in json.dumps(error), use
    assert list_assets(film) == before
    assert film.inside("mix", "effect", "list", "master") == []


@pytest.mark.parametrize("name", ACCEPTED)
def test_unusual_sound_is_used_everywhere(film: Milimo, name: str) -> None:
    library = film.cwd / "library"
    library.mkdir()
    ACCEPTED[name](library / name)
    film.inside("sound", "library", "add", "library")
    for words in list_uses(str(library / name)).values():
        film.inside(*words)
    film.inside("sound", "library", "use", name)
    # A header that lies about the length counts as damage, which a render only replaces if it is told to.
    heard = render_film(film, "--damaged", "hold")
    assert np.isfinite(heard).all()
    assert measure_level(heard) > -60


@pytest.mark.parametrize(
    ("name", "word"),
    [("pipe.wav", "pipe"), ("zero.wav", "device"), ("folder.wav", "folder"), ("gone.wav", "link")],
)
def test_thing_that_is_no_file_is_named(film: Milimo, name: str, word: str) -> None:
    os.mkfifo(film.cwd / "pipe.wav")
    (film.cwd / "zero.wav").symlink_to("/dev/zero")
    (film.cwd / "folder.wav").mkdir()
    (film.cwd / "gone.wav").symlink_to("missing.wav")
    for words in (("sound", "library", "use", name), *list_uses(name).values()):
        error = film.inside(*words, code=2)["error"]
        assert word in error["message"]
        assert error["hint"]


def test_empty_file_and_empty_folder_name_are_explained(film: Milimo) -> None:
    (film.cwd / "empty.wav").write_bytes(b"")
    write_noise(film.cwd / "rain.wav", SECONDS)
    for words in (("asset", "add", "empty.wav"), ("sound", "library", "use", "empty.wav")):
        assert film.inside(*words, code=2)["error"]["hint"]
    for folder in ("", " "):
        assert film.inside("sound", "library", "add", folder, code=2)["error"]["hint"]
    assert film.inside("sound", "library", "list") == []


def test_one_channel_is_singular(film: Milimo) -> None:
    write_noise(film.cwd / "mono.wav", SECONDS, 1)
    film.inside("asset", "add", "mono.wav")
    assert "1 channels" not in film.act("asset", "show", "mono.wav")


def test_file_that_grows_while_it_is_added_is_refused(film: Milimo) -> None:
    path = film.cwd / "growing.wav"
    write_noise(path, SECONDS)
    done = threading.Event()

    def write_more() -> None:
        while not done.is_set():
            with path.open("ab") as file:
                file.write(bytes(480))
            time.sleep(0.005)

    writer = threading.Thread(target=write_more)
    writer.start()
    before = list_assets(film)
    try:
        error = film.inside("asset", "add", str(path), code=2)["error"]
    finally:
        done.set()
        writer.join()
    assert path.name in error["message"]
    assert list_assets(film) == before
    film.inside("asset", "add", str(path))


def test_sound_file_in_place_of_a_library_folder_is_refused(film: Milimo) -> None:
    write_noise(film.cwd / "rain.wav", SECONDS)
    error = film.inside("sound", "library", "add", "rain.wav", code=2)["error"]
    assert "rain.wav" in error["message"]


def test_file_without_permission_is_refused(film: Milimo, tmp_path: Path) -> None:
    path = write_noise(film.cwd / "private.wav", SECONDS)
    path.chmod(0)
    reader = film
    if os.geteuid() == 0:
        # Root may read every file, so the command runs without the two capabilities that allow this.
        python = tmp_path / "python"
        python.write_text(
            f'#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search {film.python} "$@"\n'
        )
        python.chmod(0o755)
        reader = replace(film, python=str(python))
    for words in (*list_uses(str(path)).values(), ("asset", "add", str(path))):
        error = json.loads(reader(*words, "--json", code=2).stdout)["error"]
        assert "private.wav" in error["message"]
