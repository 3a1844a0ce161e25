"""Test recorded impulse responses of a reverb: they are copied into the film, heard, listed, and replaced by
a generated response if their file is missing. Files that can't be a response are refused.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.mix.talk import (
    RATE,
    measure_level,
    render_samples,
    talk,
    write_noise,
    write_response,
    write_samples,
)
from tests.front_door import Milimo

__all__ = ["talk"]


def list_effects(film: Milimo, target: str) -> Any:
    return film.inside("mix", "effect", "list", target)


def list_assets(film: Milimo) -> list[str]:
    return [row["name"] for row in film.inside("asset", "list")]


@pytest.mark.parametrize(("rate", "channels"), [(48000, 2), (8000, 1), (192000, 2), (44100, 6), (48000, 32)])
def test_response_of_any_rate_and_channels_is_heard(talk: Milimo, rate: int, channels: int) -> None:
    path = write_response(talk.cwd / "hall.wav", 0.5, channels, rate)
    talk.inside("mix", "effect", "add", "A1", "reverb", f"impulse={path}", "mix=100%", "pre_delay=0")
    [row] = list_effects(talk, "A1")
    assert row["impulse"] == "hall.wav"
    assert not row["missing"]
    path.unlink()
    heard = render_samples(talk)
    assert heard.shape[0] == 2
    assert -40 < measure_level(heard[:, RATE:]) < -10


def test_response_of_one_click_changes_nothing(talk: Milimo) -> None:
    click = np.zeros((2, 4800))
    click[:, 0] = 0.25
    plain = render_samples(talk)
    write_samples(talk.cwd / "click.wav", click)
    talk.inside("mix", "effect", "add", "noise.wav", "reverb", "impulse=click.wav", "mix=1", "pre_delay=0")
    heard = render_samples(talk)
    assert measure_level(heard - plain) < -80


def test_response_is_chosen_and_given_up_for_clips_buses_and_master(talk: Milimo) -> None:
    write_response(talk.cwd / "hall.wav")
    talk.inside("mix", "bus", "add", "Hall")
    for target in ("noise.wav", "Hall", "master"):
        talk.inside("mix", "effect", "add", target, "reverb")
        talk.inside("mix", "effect", "set", target, "reverb", "impulse=hall.wav", "mix=50%")
        assert list_effects(talk, target)[0]["impulse"] == "hall.wav"
    assert list_assets(talk).count("hall.wav") == 1
    uses = [use["what"] for use in talk.inside("asset", "show", "hall.wav")["uses"]]
    assert len(uses) == 3
    talk.inside("mix", "effect", "set", "Hall", "reverb", "impulse=none")
    assert list_effects(talk, "Hall")[0]["impulse"] == ""
    talk.inside("cut", "undo")
    assert list_effects(talk, "Hall")[0]["impulse"] == "hall.wav"


def test_missing_response_is_marked_and_replaced(talk: Milimo) -> None:
    write_response(talk.cwd / "hall.wav")
    talk.inside("mix", "effect", "add", "A1", "reverb", "impulse=hall.wav", "mix=60%")
    Path(talk.inside("asset", "show", "hall.wav")["path"]).unlink()
    assert list_effects(talk, "A1")[0]["missing"]
    assert "missing" in talk.act("mix", "effect", "list", "A1")
    assert "hall.wav" in talk.act("render", "-o", "out.wav", "--plan")
    assert measure_level(render_samples(talk)) > -40


def test_response_travels_with_the_film_and_its_exchange_file(talk: Milimo) -> None:
    write_response(talk.cwd / "hall.wav")
    talk.inside("mix", "effect", "add", "noise.wav", "reverb", "impulse=hall.wav")
    talk.inside("cut", "export", "talk.otio")
    talk.inside("cut", "import", "talk.otio", "--name", "again")
    [row] = list_effects(talk, "noise.wav")
    assert row["impulse"] == "hall.wav"
    assert not row["missing"]


def test_split_with_a_response_sounds_the_same(talk: Milimo) -> None:
    write_response(talk.cwd / "hall.wav")
    talk.inside("mix", "effect", "add", "noise.wav", "reverb", "impulse=hall.wav", "mix=50%")
    whole = render_samples(talk)
    talk.inside("cut", "split", "--at", "40")
    assert measure_level(render_samples(talk) - whole) < -80


def make_bad_files(folder: Path) -> dict[str, tuple[str, int]]:
    """Return files that can't be an impulse response, with the exit code of the refusal."""
    write_samples(folder / "silent.wav", np.zeros((2, 4800)))
    write_noise(folder / "long.wav", 13)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "words.wav").write_text("this is not sound")
    (folder / "folder.wav").mkdir()
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=red:s=32x32",
            "-frames:v",
            "1",
            str(folder / "red.png"),
        ],
        check=True,
    )
    names = ("silent.wav", "long.wav", "empty.wav", "words.wav", "folder.wav", "red.png", "nothing.wav")
    return {name: (name, 2) for name in names}


def test_bad_files_are_refused_in_one_sentence(talk: Milimo) -> None:
    bad = make_bad_files(talk.cwd)
    before = list_assets(talk)
    for name, code in bad.values():
        error = talk.inside("mix", "effect", "add", "A1", "reverb", f"impulse={name}", code=code)["error"]
        assert error["message"], name
        assert "\n" not in error["message"]
        assert "Traceback" not in json.dumps(error)
    assert list_assets(talk) == before
    assert list_effects(talk, "A1") == []
    error = talk.inside("mix", "effect", "add", "A1", "eq", "impulse=silent.wav", code=2)["error"]
    assert "reverb" in error["hint"]
    shutil.rmtree(talk.cwd / "folder.wav")


def test_samples_that_are_not_numbers_are_no_problem(talk: Milimo) -> None:
    sound = 0.1 * np.random.default_rng(3).standard_normal((2, 9600))
    sound[:, 100:200], sound[:, 300] = np.nan, np.inf
    write_samples(talk.cwd / "broken.wav", sound)
    talk.inside("mix", "effect", "add", "A1", "reverb", "impulse=broken.wav", "mix=1")
    heard = render_samples(talk)
    assert np.isfinite(heard).all()
    assert measure_level(heard) > -40
