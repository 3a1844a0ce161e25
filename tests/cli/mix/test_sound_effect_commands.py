"""Test the commands for sound effects of clips: `milimo mix effect …`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from milimo_tui.media.sound.sound_file import SoundFile
from tests.front_door import Milimo


def effects(film: Milimo, clip: str = "1A") -> Any:
    return film.inside("mix", "effect", "list", clip)


def chain(film: Milimo) -> Any:
    [track] = [each for each in film.inside("cut", "show")["tracks"] if each["name"] == "V1"]
    return track["clips"][0]["effects"].get("chain", [])


def test_effects_are_added_set_bypassed_removed_and_undone(film: Milimo) -> None:
    film.inside("mix", "effect", "add", "1A", "eq", "low_cut=80", "mid-gain=−3")
    film.inside("mix", "effect", "add", "1A", "reverb", "mix=40%")
    film.inside("mix", "effect", "add", "1A", "gate", "--position", "1")
    assert [(row["position"], row["effect"]) for row in effects(film)] == [
        (1, "gate"), (2, "eq"), (3, "reverb"),
    ]  # fmt: skip
    assert effects(film)[1]["numbers"]["low_cut"] == 80
    assert effects(film)[1]["numbers"]["mid_gain"] == -3
    assert effects(film)[2]["numbers"]["mix"] == 0.4
    film.inside("mix", "effect", "set", "1A", "reverb", "decay=2.5", "mix=0.25")
    assert effects(film)[2]["set"] == "decay=2.5"
    film.inside("mix", "effect", "bypass", "1A", "2")
    assert [row["bypassed"] for row in effects(film)] == [False, True, False]
    film.inside("mix", "effect", "bypass", "1A")
    assert all(row["bypassed"] for row in effects(film))
    film.inside("mix", "effect", "bypass", "1A", "--off")
    assert not any(row["bypassed"] for row in effects(film))
    film.inside("mix", "effect", "remove", "1A", "gate")
    assert [row["effect"] for row in effects(film)] == ["eq", "reverb"]
    film.inside("cut", "undo")
    assert len(effects(film)) == 3
    for _ in range(7):
        film.inside("cut", "undo")
    assert effects(film) == []
    film.inside("cut", "redo")
    assert [row["effect"] for row in effects(film)] == ["eq"]


def test_presets_are_listed_applied_and_taken_off(film: Milimo) -> None:
    names = {row["preset"] for row in film.inside("mix", "effect", "preset")}
    assert {"dialogue", "music", "ambience", "effects", "telephone", "radio"} <= names
    film.inside("mix", "effect", "preset", "1A", "telephone")
    assert chain(film) == [{"name": "telephone"}]
    assert "telephone" in film.act("cut", "show")
    film.inside("cut", "clear-effects", "1A")
    assert chain(film) == []
    film.inside("mix", "effect", "preset", "1A", "hall")
    film.inside("mix", "effect", "preset", "1A", "--off")
    assert effects(film) == []


def test_effects_are_pasted_with_the_other_effects(film: Milimo) -> None:
    film.inside("mix", "effect", "preset", "1A", "radio")
    other = [
        clip
        for each in film.inside("cut", "show")["tracks"]
        if each["name"] == "V1"
        for clip in each["clips"]
    ]
    film.inside("cut", "paste-attributes", "1A", other[1]["id"], "--what", "chain")
    assert effects(film, other[1]["id"])[0]["effect"] == "radio"


def test_tracks_buses_and_the_master_have_effects(film: Milimo) -> None:
    film.inside("mix", "bus", "add", "Reverb")
    for target, effect in (("A1", "eq"), ("Reverb", "reverb"), ("master", "limiter")):
        film.inside("mix", "effect", "add", target, effect)
        assert [row["effect"] for row in effects(film, target)] == [effect]
    film.inside("mix", "effect", "bypass", "A1")
    assert effects(film, "A1")[0]["bypassed"]
    film.inside("mix", "effect", "preset", "A1", "music")
    assert [row["effect"] for row in effects(film, "A1")] == ["eq", "compressor"]
    film.inside("mix", "effect", "remove", "master", "limiter")
    assert effects(film, "master") == []
    film.inside("cut", "undo")
    assert [row["effect"] for row in effects(film, "master")] == ["limiter"]
    refused = film.inside("mix", "effect", "add", "A1", "declick", code=2)["error"]
    assert "clip" in refused["message"]
    assert chain(film) == []


@pytest.mark.parametrize(
    "words",
    [
        ("add", "1A", "smell"),
        ("add", "1A", "eq", "smell=3"),
        ("add", "1A", "eq", "mid_gain"),
        ("add", "1A", "eq", "mid_gain=loud"),
        ("add", "1A", "eq", "mid_gain=nan"),
        ("add", "1A", "eq", "mid_gain=1e400"),
        ("add", "1A", "eq", "mid_gain=25"),
        ("set", "1A", "eq", "mid_gain=3"),
        ("remove", "1A", "1"),
        ("bypass", "1A"),
        ("preset", "1A", "smell"),
        ("add", "9Z", "eq"),
    ],
)
def test_bad_numbers_and_names_are_one_sentence(film: Milimo, words: tuple[str, ...]) -> None:
    error = film.inside("mix", "effect", *words, code=2)["error"]
    assert error["message"]
    assert "\n" not in error["message"]
    assert chain(film) == []


@pytest.mark.long("command_line")
def test_rendered_film_has_the_effects(film: Milimo) -> None:
    def render(name: str) -> Any:
        path = film.cwd / name
        film.act("render", "--output", str(path))
        sound = SoundFile(path)
        heard = sound.read(0, 48000)
        sound.close()
        return heard

    plain = render("plain.mov")
    film.inside("mix", "effect", "add", "1A", "eq", "low_cut=1000", "high_cut=1500")
    narrow = render("narrow.mov")
    assert float(np.square(narrow).mean()) < float(np.square(plain).mean()) / 2
    film.inside("mix", "effect", "bypass", "1A")
    assert np.allclose(render("bypassed.mov"), plain, atol=1e-3)
