"""Test the commands of the mixer: `milimo mix show|set|automate|bus|auto`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.front_door import Milimo
from tests.media.material import sound_of
from tests.media.sounds import noise, record


def strips(film: Milimo) -> dict[str, Any]:
    return {strip["name"]: strip for strip in film.inside("mix", "show")}


def add_sound(film: Milimo, name: str, track: str) -> None:
    path = record(film.cwd / name, noise(48000 * 4, seed=len(name)) * 0.2, 48000)
    asset = film.inside("run", "asset.add", f"file={path}", "prepare=false")
    film.inside("run", "cut.overwrite", f"track={track}", f"asset={asset['id']}", "at=0")


def render_sound(film: Milimo) -> Any:
    film.json("render", "-o", "out.wav")
    path = film.cwd / "out.wav"
    data = path.read_bytes()
    path.unlink()
    return data


def test_strips_are_set_in_one_step_and_undone(film: Milimo) -> None:
    assert list(strips(film)) == ["A1", "A2", "V1", "V2", "master"]
    film.inside("mix", "bus", "add", "Verb")
    film.inside("mix", "set", "A1", "--gain-db=-6", "--pan=-0.5", "--mute", "--solo", "--role", "music")
    film.inside("mix", "set", "a1", "--louder", "2", "--no-mute", "--bus", "Verb")
    found = strips(film)["A1"]
    assert (found["gain_db"], found["pan"], found["muted"], found["solo"]) == (-4, -0.5, False, True)
    assert (found["role"], found["bus"]) == ("music", "Verb")
    film.inside("mix", "set", "A2", "--send", "Verb", "--send-db=-12", "--before-fader")
    assert strips(film)["A2"]["sends"] == [{"bus": "Verb", "gain_db": -12, "before_fader": True}]
    film.inside("mix", "set", "A2", "--unsend", "Verb")
    assert strips(film)["A2"]["sends"] == []
    film.inside("mix", "set", "master", "--gain-db=-3")
    assert strips(film)["master"]["gain_db"] == -3
    assert film.inside("cut", "undo")
    assert strips(film)["master"]["gain_db"] == 0


def test_bus_that_is_deleted_leads_on_to_its_own_output(film: Milimo) -> None:
    film.inside("mix", "bus", "add", "Inner")
    film.inside("mix", "bus", "add", "Outer")
    film.inside("mix", "set", "Inner", "--bus", "Outer")
    film.inside("mix", "set", "A1", "--bus", "Inner")
    film.inside("mix", "set", "A2", "--send", "Inner")
    film.inside("mix", "bus", "rename", "Outer", "Everything")
    film.inside("mix", "bus", "delete", "Inner")
    found = strips(film)
    assert found["A1"]["bus"] == "Everything"
    assert found["A2"]["sends"] == []
    film.inside("cut", "undo")
    assert strips(film)["A1"]["bus"] == "Inner"


def test_track_with_a_role_goes_to_the_bus_of_that_role(film: Milimo) -> None:
    film.inside("mix", "set", "A1", "--role", "music")
    film.inside("mix", "bus", "add", "Score", "--role", "music")
    assert strips(film)["A1"]["bus"] == "Score"
    film.inside("mix", "set", "A2", "--role", "music")
    assert strips(film)["A2"]["bus"] == "Score"


def test_keys_of_volume_and_pan_are_set_and_deleted(film: Milimo) -> None:
    film.inside("mix", "automate", "A1", "volume", "--value=-6", "--at", "10")
    film.inside("mix", "automate", "A1", "volume", "--value", "0", "--at", "20", "--easing", "ease")
    film.inside("mix", "automate", "A1", "pan", "--value", "1", "--at", "0")
    assert strips(film)["A1"]["automation"] == {"volume": [[10, -6], [20, 0, "ease"]], "pan": [[0, 1]]}
    film.inside("mix", "automate", "A1", "volume", "--at", "10", "--delete")
    film.inside("mix", "automate", "A1", "pan", "--clear")
    assert strips(film)["A1"]["automation"] == {"volume": [[20, 0, "ease"]]}


@pytest.mark.parametrize(
    "words",
    [
        ("mix", "set", "Nobody", "--mute"),
        ("mix", "set", "A1", "--pan", "2"),
        ("mix", "set", "A1", "--gain-db", "99"),
        ("mix", "set", "A1", "--gain-db", "nan"),
        ("mix", "set", "A1", "--bus", "A2"),
        ("mix", "set", "A1", "--send-db", "3"),
        ("mix", "set", "master", "--pan", "0.5"),
        ("mix", "set", "Verb", "--bus", "Verb"),
        ("mix", "set", "Verb", "--send", "Verb"),
        ("mix", "bus", "add", "Verb"),
        ("mix", "bus", "add", "A1"),
        ("mix", "bus", "add", "master"),
        ("mix", "bus", "delete", "A1"),
        ("mix", "automate", "A1", "volume"),
        ("mix", "automate", "A1", "volume", "--value", "99"),
        ("mix", "automate", "A1", "volume", "--value=-9", "--at", "99:00:00:00"),
        ("mix", "automate", "A1", "volume", "--delete", "--at", "7"),
        ("mix", "automate", "master", "pan", "--value", "0"),
        ("mix", "effect", "add", "A1", "declick"),
    ],
)
def test_impossible_settings_are_refused_and_change_nothing(film: Milimo, words: tuple[str, ...]) -> None:
    film.inside("mix", "bus", "add", "Verb")
    before = film.inside("mix", "show")
    with pytest.raises(AssertionError):
        film.inside(*words)
    assert film.inside("mix", "show") == before


def test_effects_of_tracks_buses_and_the_master_are_set(film: Milimo) -> None:
    film.inside("mix", "bus", "add", "Verb")
    film.inside("mix", "effect", "add", "A1", "eq", "low_cut=80")
    film.inside("mix", "effect", "preset", "Verb", "hall")
    film.inside("mix", "effect", "add", "master", "limiter")
    names = {name: [each["name"] for each in strip["chain"]] for name, strip in strips(film).items()}
    assert (names["A1"], names["Verb"], names["master"]) == (["eq"], ["reverb"], ["limiter"])
    film.inside("mix", "effect", "bypass", "Verb")
    assert film.inside("mix", "effect", "list", "Verb")[0]["bypassed"]


def test_automatic_mix_is_a_plan_with_reasons_and_then_one_step(film: Milimo) -> None:
    add_sound(film, "theme music.wav", "A1")
    add_sound(film, "rain.wav", "A2")
    before = film.inside("mix", "show")
    plan = film.inside("mix", "auto", "--mood", "tension", "--dry-run")
    assert film.inside("mix", "show") == before
    assert all(row["reason"] and row["strip"] and row["after"] for row in plan)
    settings = {(row["strip"], row["setting"]): row for row in plan}
    assert settings["V1", "role"]["after"] == "dialogue"
    assert settings["A1", "role"]["after"] == "music"
    assert settings["A2", "role"]["after"] == "ambience"
    assert settings["Ambience", "level"]["after"] == "−16.0 dB"
    assert settings["Music", "level"]["after"] == "−3.0 dB"
    assert [settings[name, "role"]["priority"] for name in ("V1", "A1", "A2")] == [5, 2, 1]
    assert film.inside("mix", "auto", "--mood", "tension") == plan
    found = strips(film)
    assert (found["Music"]["gain_db"], found["Ambience"]["gain_db"]) == (-3, -16)
    assert [each["name"] for each in found["Music"]["chain"]] == ["mono_lows"]
    for name in ("Music", "Ambience"):
        values = [key[1] for key in found[name]["automation"]["ducking"]]
        assert (min(values), max(values)) == (-12, 0), "lower while MARA speaks"
    assert "ducking" not in found["Dialogue"]["automation"]
    assert film.inside("mix", "auto", "--mood", "tension") == []
    film.inside("cut", "undo")
    assert film.inside("mix", "show") == before


def test_mood_and_critical_effects_change_the_levels(film: Milimo) -> None:
    add_sound(film, "explosion.wav", "A1")
    add_sound(film, "song.wav", "A2")
    levels = {}
    for mood in ("action", "tension", "emotion"):
        plan = film.inside("mix", "auto", "--mood", mood, "--dry-run")
        levels[mood] = {row["strip"]: row["after"] for row in plan if row["setting"] == "level"}
        assert {row["priority"] for row in plan if row["strip"] == "A1"} == {4}
    assert [levels[mood].get("Music") for mood in levels] == ["−6.0 dB", "−3.0 dB", None]
    assert all(each["A1"] == "+4.0 dB" for each in levels.values())


def test_automatic_mix_keeps_the_levels_and_the_ducking_of_laid_sounds(film: Milimo) -> None:
    music = record(film.cwd / "theme.wav", noise(48000 * 4, seed=3) * 0.2, 48000)
    voice = record(film.cwd / "voice.wav", noise(24000, seed=4) * 0.2, 48000)
    film.act("line", "record", film.inside("line", "list")[0]["line"], "--from", str(voice))
    film.act("line", "lay")
    film.act("sound", "library", "use", str(music))
    film.act("sound", "make", "ambience", "1")
    film.act("sound", "lay", "1")
    plan = film.inside("mix", "auto")
    # The sound of the shots without dialogue is ducked on V1.
    assert {row["strip"] for row in plan if row["setting"] in ("level", "ducking")} == {"V1"}
    found = strips(film)
    for name in ("Music bus", "Ambience bus"):
        assert (found[name]["gain_db"], found[name]["automation"]) == (0, {})
    assert found["Dialogue"]["bus"] == "Dialogue bus"
    assert film.inside("mix", "auto") == []
    add_sound(film, "song.wav", "A1")
    plan = film.inside("mix", "auto")
    assert {row["strip"] for row in plan if row["setting"] in ("level", "ducking")} == {"A1"}
    assert film.inside("mix", "auto") == []


def test_track_with_only_muted_clips_gets_no_role(film: Milimo) -> None:
    add_sound(film, "song.wav", "A1")
    for track in film.inside("cut", "show")["tracks"]:
        for clip in track["clips"] if track["name"] == "V1" else ():
            film.act("cut", "set", clip["id"], "--muted")
    assert {row["strip"] for row in film.inside("mix", "auto") if row["setting"] == "role"} == {"A1"}


@pytest.mark.long("command_line")
def test_mixer_is_heard_in_the_render_and_old_films_sound_as_before(film: Milimo, tmp_path: Path) -> None:
    add_sound(film, "song.wav", "A1")
    plain = render_sound(film)
    film.inside("mix", "set", "A1", "--pan", "1")
    assert render_sound(film) != plain
    film.inside("mix", "set", "A1", "--pan", "0")
    assert render_sound(film) == plain


def test_stems_by_role_are_files_that_add_up_to_the_sound_of_the_film(film: Milimo) -> None:
    for name, track, role in (("song.wav", "A1", "music"), ("rain.wav", "A2", "ambience")):
        add_sound(film, name, track)
        film.inside("mix", "set", track, "--role", role)
    assert film.inside("render", "--stems", "--plan")["delivery"]["stems"] == "track"
    film.json("render", "-o", "mix.wav")
    film.json("render", "-o", "roles", "--preset", "stems", "--stems", "role")
    found = {path.name: sound_of(path) for path in sorted((film.cwd / "roles").iterdir())}
    assert list(found) == ["01-ambience.wav", "02-music.wav", "03-other.wav"]
    whole = sound_of(film.cwd / "mix.wav")
    assert np.abs(sum(found.values()) - whole).max() < 10 ** (-80 / 20)
    with pytest.raises(AssertionError):
        film.inside("render", "--stems=everything")


@pytest.mark.long("command_line")
def test_mixer_survives_export_and_import(film: Milimo) -> None:
    add_sound(film, "song.wav", "A1")
    film.inside("mix", "bus", "add", "Verb", "--role", "effects")
    film.inside("mix", "set", "A1", "--bus", "Verb", "--pan", "0.25", "--role", "music")
    film.inside("mix", "set", "A2", "--send", "Verb", "--send-db=-9")
    film.inside("mix", "automate", "Verb", "volume", "--value=-6", "--at", "10")
    film.inside("mix", "effect", "preset", "Verb", "hall")
    film.inside("mix", "set", "master", "--gain-db=-2")
    film.inside("cut", "export", "cut.otio")
    film.inside("cut", "import", "cut.otio")

    def bare() -> list[Any]:
        return [
            {key: value for key, value in each.items() if key != "id"} for each in film.inside("mix", "show")
        ]

    imported = bare()
    names = [cut["name"] for cut in film.inside("cut", "list")]
    film.inside("cut", "use", names[0])
    assert bare() == imported
    losses = film.inside("cut", "export", "cut.edl")["losses"]
    assert any("buses" in each["what"] for each in losses)
    assert np.isfinite(imported[0]["gain_db"])


@pytest.mark.long("command_line")
def test_loudness_target_for_speech_warns_of_sound_that_is_lost_in_mono(film: Milimo) -> None:
    sound = noise(48000 * 4) * 0.2
    sound[1] = -sound[0]
    path = record(film.cwd / "opposite.wav", sound, 48000)
    asset = film.inside("run", "asset.add", f"file={path}", "prepare=false")
    film.inside("run", "cut.overwrite", "track=A1", f"asset={asset['id']}", "at=0")
    film.inside("mix", "set", "A1", "--solo")
    found = {}
    for target in ("speech", "web"):
        report = film.json("render", "-o", f"{target}.wav", "--loudness", target)
        found[target] = json.dumps(report)
    assert "softer in mono" in found["speech"]
    assert "softer in mono" not in found["web"]


@pytest.mark.parametrize("name", ["e\x1b[31m\nx", "a\u202eb", "lat\udce9", "\x9b31m", "x" * 200])
def test_names_of_strips_and_tracks_are_one_printable_line(film: Milimo, name: str) -> None:
    before = strips(film)
    film.inside("mix", "bus", "add", "Verb")
    for words in (
        ("mix", "bus", "add", name),
        ("mix", "bus", "rename", "Verb", name),
        ("cut", "track-add", "--name", name),
        ("cut", "track-set", "A1", "--name", name),
    ):
        assert film.inside(*words, code=2)["error"]["kind"] == "bad_input"
    assert set(strips(film)) == {*before, "Verb"}


def test_chain_of_deeply_nested_json_is_refused(film: Milimo) -> None:
    assert "not JSON" in film.refusal("mix", "effect", "chain", "A1", "[" * 20_000)


@pytest.mark.parametrize("value", ["1_000", "٨٠", "nan", "inf", "true"])
def test_number_of_an_effect_is_written_in_digits(film: Milimo, value: str) -> None:
    assert f"“low_cut={value}”" in film.refusal("mix", "effect", "add", "A1", "eq", f"low_cut={value}")


@pytest.mark.parametrize("value", ["true", '"80"', "NaN", "Infinity", "null", "9" * 400])
def test_number_in_a_chain_is_a_number_of_json(film: Milimo, value: str) -> None:
    chain = f'[{{"name": "eq", "numbers": {{"low_cut": {value}}}}}]'
    assert film.inside("mix", "effect", "chain", "A1", chain, code=2)["error"]["hint"]
    keys = f'[{{"name": "eq", "keys": {{"low_cut": [[0, {value}]]}}}}]'
    assert film.inside("mix", "effect", "chain", "A1", keys, code=2)["error"]["hint"]
    assert film.inside("mix", "effect", "list", "A1") == []


@pytest.mark.parametrize("value", ["nan", "inf", "1_0", "٨٠", "99"])
def test_refused_value_of_automation_has_advice(film: Milimo, value: str) -> None:
    error = film.inside("mix", "automate", "A1", "--value", value, "--at", "0", code=2)["error"]
    assert value in error["message"] or "dB" in error["message"]
    assert error["hint"]


@pytest.mark.parametrize(
    "words",
    [
        ("mix", "automate", "A1", "--value", "-9", "--at", "99:00:00:00"),
        ("mix", "automate", "A1", "--keys", "0:0", "8910000:-6"),
        ("mix", "effect", "key", "A1", "eq", "low_cut=80", "--at", "99:00:00:00"),
    ],
    ids=lambda words: " ".join(words[1:3]) + words[-1],
)
def test_keys_are_inside_the_cut(film: Milimo, words: tuple[str, ...]) -> None:
    film.inside("mix", "effect", "add", "A1", "eq")
    assert "99:00:00:00" in film.inside(*words, code=2)["error"]["message"]


def test_time_outside_all_numbers_is_refused(film: Milimo) -> None:
    huge = film.inside("mix", "automate", "A1", "--value", "-9", "--at", "9" * 20, code=2)["error"]
    assert "e+" not in huge["hint"]
    early = film.inside("mix", "automate", "A1", "--value", "-9", "--at=-5", code=2)["error"]
    assert "“-5”" in early["message"]


def test_render_warns_of_tracks_that_solo_and_mute_switch_off(film: Milimo) -> None:
    for name, track in (("one.wav", "A1"), ("another.wav", "A2")):
        add_sound(film, name, track)
    assert "not heard" not in film.act("render", "-o", "all.wav")
    film.inside("mix", "set", "A1", "--solo")
    alone = film.act("render", "-o", "solo.wav")
    assert "1 to check" in alone
    assert alone.count("solo: A1; 2 other tracks are not heard") == 1
    film.inside("mix", "set", "A1", "--no-solo", "--mute")
    assert "! muted: A1" in film.act("render", "-o", "muted.wav", "--plan")
    assert film.json("render", "-o", "muted.wav")["notes"] == ["muted: A1"]
