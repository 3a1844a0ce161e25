"""Test keys of sound effects: numbers that change over time, for clips, buses and the master, through the
command line and in the render.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.cli.mix.talk import RATE, measure_band, measure_level, render_samples, talk
from tests.front_door import Milimo

__all__ = ["talk"]


def list_keys(film: Milimo, target: str, position: int = 0) -> Any:
    return film.inside("mix", "effect", "list", target)[position]["keys"]


def test_keys_are_set_changed_deleted_and_undone(talk: Milimo) -> None:
    talk.inside("mix", "effect", "add", "noise.wav", "eq", "low_cut=50")
    talk.inside("mix", "effect", "key", "noise.wav", "eq", "low_cut", "--at", "0")
    talk.inside("mix", "effect", "key", "noise.wav", "eq", "low-cut=800", "--at", "50", "--easing", "ease")
    assert list_keys(talk, "noise.wav") == {"low_cut": [[0, 50.0], [50, 800.0, "ease"]]}
    talk.inside("mix", "effect", "key", "noise.wav", "eq", "low_cut=900", "--at", "50")
    assert list_keys(talk, "noise.wav")["low_cut"][1] == [50, 900.0, "ease"]
    error = talk.inside("mix", "effect", "set", "noise.wav", "eq", "low_cut=60", code=2)["error"]
    assert "--clear" in error["hint"]
    talk.inside("mix", "effect", "key", "noise.wav", "eq", "low_cut", "--at", "50", "--delete")
    assert list_keys(talk, "noise.wav") == {"low_cut": [[0, 50.0]]}
    talk.inside("mix", "effect", "key", "noise.wav", "eq", "low_cut", "--clear")
    [row] = talk.inside("mix", "effect", "list", "noise.wav")
    assert row["keys"] == {}
    assert row["numbers"]["low_cut"] == 50
    talk.inside("cut", "undo")
    assert list_keys(talk, "noise.wav") == {"low_cut": [[0, 50.0]]}


@pytest.mark.parametrize("target", ["noise.wav", "A1", "master"])
def test_low_cut_rises_over_time(talk: Milimo, target: str) -> None:
    talk.inside("mix", "effect", "add", target, "eq")
    for at, value in (("25", 20), ("75", 1000)):
        talk.inside("mix", "effect", "key", target, "eq", f"low_cut={value}", "--at", at)
    heard = render_samples(talk)
    levels = [measure_band(heard[:, at : at + RATE // 2], 100, 200) for at in (0, 2 * RATE, 3 * RATE + 4800)]
    assert levels[0] > levels[1] + 3 > levels[2] + 6
    assert abs(measure_band(heard[:, :RATE], 2000, 8000) - measure_band(heard[:, 3 * RATE :], 2000, 8000)) < 2


def test_keys_move_with_the_clip_and_its_parts(talk: Milimo) -> None:
    talk.inside("mix", "effect", "add", "noise.wav", "reverb", "mix=0")
    for at, value in (("20", "0"), ("80", "1")):
        talk.inside("mix", "effect", "key", "noise.wav", "reverb", f"mix={value}", "--at", at)
    whole = render_samples(talk)
    talk.inside("cut", "split", "--at", "45")
    clips = [clip for track in talk.inside("cut", "show")["tracks"] for clip in track["clips"]]
    assert len(clips) == 2
    assert list_keys(talk, clips[1]["id"]) == {"mix": [[-25, 0.0], [35, 1.0]]}
    assert measure_level(render_samples(talk) - whole) < -60


@pytest.mark.parametrize(
    "words",
    [
        ("eq", "smell=3", "--at", "3"),
        ("eq", "low_cut=5000", "--at", "3"),
        ("eq", "low_cut=nan", "--at", "3"),
        ("eq", "low_cut=50", "--at", "never"),
        ("eq", "low_cut=50", "--at", "3", "--delete"),
        ("eq", "low_cut", "--at", "3", "--delete"),
        ("eq", "low_cut", "--delete", "--clear"),
        ("pitch", "semitones=3", "--at", "3"),
        ("declick", "threshold=3", "--at", "3"),
        ("reverb", "mix=3", "--at", "3"),
    ],
)
def test_bad_keys_are_refused(talk: Milimo, words: tuple[str, ...]) -> None:
    for name in ("eq", "pitch", "declick"):
        talk.inside("mix", "effect", "add", "noise.wav", name)
    before = talk.inside("mix", "effect", "list", "noise.wav")
    error = talk.inside("mix", "effect", "key", "noise.wav", *words, code=2)["error"]
    assert error["message"]
    assert "\n" not in error["message"]
    assert talk.inside("mix", "effect", "list", "noise.wav") == before


def test_pitch_changes_and_length_stays(talk: Milimo) -> None:
    plain = render_samples(talk)
    talk.inside("mix", "effect", "add", "A1", "eq", "high_cut=500")
    talk.inside("mix", "effect", "preset", "noise.wav", "deep")
    heard = render_samples(talk)
    assert heard.shape == plain.shape
    assert np.isfinite(heard).all()
