"""Test takes of sound by commands: dry run, ambience by rules, takes by tiny weights, picks, stale marks,
laying in the cut, and undo.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from milimo_tui.media.encode.wav_file import write_wav_file
from tests.cli.sound.test_profiles import change_kitchen
from tests.cli.voice.test_lines import write_tone
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]


def read_wave(path: str) -> np.ndarray[Any, Any]:
    """Return the samples (channels, n) of a WAV file."""
    with av.open(path) as file:
        channels = file.streams.audio[0].channels
        frames = [frame.to_ndarray().reshape(-1, channels) for frame in file.decode(audio=0)]
    return np.concatenate(frames).T


def list_sounds(milimo: Milimo) -> list[dict[str, Any]]:
    return milimo.inside("sound", "list")  # type: ignore[no-any-return]


def list_track(milimo: Milimo, name: str) -> list[dict[str, Any]]:
    """Return the clips on a track of the current cut, in order."""
    shown = milimo.inside("cut", "show")
    track = next((track for track in shown["tracks"] if track["name"] == name), None)
    return list(track["clips"]) if track else []


def test_dry_run_shows_the_prompt_and_makes_nothing(film: Milimo) -> None:
    shown = film.inside("sound", "make", "music", "1", "--dry-run", "--variations", "3")
    assert shown["jobs"] == []
    assert shown["engine"] is None
    assert f"{shown['bpm']} BPM" in shown["prompt"]
    assert shown["seeds"] == [42, 43, 44]
    assert list_sounds(film) == []


def test_music_without_an_engine_is_refused_and_writes_nothing(film: Milimo) -> None:
    before = sorted((film.home / "projects").rglob("*.wav"))
    film.refusal("sound", "make", "music", "1", code=3)
    assert sorted((film.home / "projects").rglob("*.wav")) == before
    assert list_sounds(film) == []


def test_ambience_without_a_model_is_marked_and_as_long_as_its_scene(film: Milimo) -> None:
    made = film.inside("sound", "make", "ambience", "1")
    [row] = list_sounds(film)
    assert (row["role"], row["picked"], row["placeholder"]) == ("ambience", True, "room tone by rules")
    assert made["takes"] == [row["id"]]
    assert row["frames"] == made["frames"]
    sound = read_wave(row["path"])
    assert sound.shape == (2, made["frames"] * 48000 // 25)
    assert float(np.abs(sound).max()) > 0.001


def test_changed_scene_makes_its_sound_stale_and_no_other(film: Milimo) -> None:
    film.act("sound", "make", "ambience", "1")
    film.act("sound", "make", "ambience", "2")
    assert [row["stale"] for row in list_sounds(film)] == [None, None]
    change_kitchen(film, "The night is eerie, strange and still.")
    first, second = list_sounds(film)
    assert first["stale"]
    assert second["stale"] is None


def test_pick_and_rating_are_undone_by_one_step_each(film: Milimo) -> None:
    film.act("sound", "make", "ambience", "1", "--variations", "2")
    assert [row["picked"] for row in list_sounds(film)] == [True, False]
    film.act("sound", "pick", "2")
    assert [row["picked"] for row in list_sounds(film)] == [False, True]
    film.act("sound", "rate", "2", "4")
    assert list_sounds(film)[1]["rating"] == 4
    film.act("cut", "undo", "--whole-project")
    film.act("cut", "undo", "--whole-project")
    assert [(row["picked"], row["rating"]) for row in list_sounds(film)] == [(True, 0), (False, 0)]
    film.act("sound", "rate", "2", "--reject")
    film.refusal("sound", "pick", "2")


def test_laid_ambience_covers_its_scene_and_is_one_undo_step(film: Milimo) -> None:
    film.act("sound", "make", "ambience", "1")
    film.act("sound", "make", "ambience", "2")
    done = film.inside("sound", "lay", "--film")
    assert [one["track"] for one in done["laid"]] == ["Ambience", "Ambience"]
    clips = list_track(film, "Ambience")
    frames = film.inside("cut", "show")["frames"]
    assert clips[0]["start"] == 0
    assert clips[0]["frames"] + clips[1]["frames"] == frames
    assert [clip["gain_db"] for clip in clips] == [one["gain_db"] for one in done["laid"]]
    again = film.inside("sound", "lay", "--film")
    assert "added" not in again
    film.act("cut", "undo")
    assert list_track(film, "Ambience") == []


def test_music_by_tiny_weights_is_marked_laid_looped_and_ducked(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "stable-audio")
    made = film.inside("sound", "make", "music", "--film", "--seconds", "2", "--loop", "--variations", "2")
    rows = list_sounds(film)
    assert [row["seed"] for row in rows] == made["seeds"] == [42, 43]
    assert {row["placeholder"] for row in rows} == {"noise of tiny weights"}
    assert rows[0]["engine"] == "stable-audio"
    film.act("sound", "lay", "1")
    clips = list_track(film, "Music")
    frames = film.inside("cut", "show")["frames"]
    assert [clip["frames"] for clip in clips] == [50] * (frames // 50) + (
        [frames % 50] if frames % 50 else []
    )
    assert any(len(clip["effects"].get("curves", {}).get("ducking", ())) > 1 for clip in clips)


@pytest.mark.parametrize(
    "words",
    [
        ("sound", "make", "music"),
        ("sound", "make", "music", "1", "--film"),
        ("sound", "make", "ambience", "1", "--engine", "ltx2"),
        ("sound", "make", "effect", "1", "--engine", "animatic"),
        ("sound", "lay"),
        ("sound", "rate", "1"),
    ],
)
def test_faulty_order_is_refused_in_one_sentence(film: Milimo, words: tuple[str, ...]) -> None:
    film.act("sound", "make", "ambience", "2")
    wrong = film.refusal(*words)
    assert wrong.startswith("milimo: ")
    assert "Traceback" not in wrong


def test_asset_of_a_take_of_sound_cannot_be_deleted(film: Milimo) -> None:
    film.act("sound", "make", "ambience", "1")
    [row] = list_sounds(film)
    film.refusal("asset", "delete", row["asset"])
    assert Path(row["path"]).is_file()


def test_variation_of_a_take_belongs_to_its_scene_and_has_its_length(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "stable-audio")
    first = film.inside("sound", "make", "music", "2")
    shown = film.inside("sound", "make", "music", "--from", "1", "--strength", "0.4", "--dry-run")
    assert (shown["scene"], shown["frames"]) == (first["scene"], first["frames"])
    assert shown["source"]["strength"] == 0.4
    film.act("sound", "make", "music", "--from", "1", "--strength", "0.4", "--seed", "5")
    old, new = list_sounds(film)
    assert (old["scene"], old["frames"], new["seed"]) == (new["scene"], new["frames"], 5)
    assert not np.array_equal(read_wave(old["path"]), read_wave(new["path"]))
    assert new["stale"] is None


def test_repainted_range_changes_nothing_else(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "stable-audio")
    film.act("sound", "make", "music", "--film")
    film.act("sound", "make", "music", "--from", "1", "--repaint", "1s-2s", "--seed", "5")
    old, new = (read_wave(row["path"]) for row in list_sounds(film))
    changed = np.flatnonzero((old != new).any(axis=0))
    assert 44100 <= changed[0] < 44200
    assert 88100 < changed[-1] < 88200
    longer = film.inside("sound", "make", "music", "--from", "1", "--repaint", "1s-60s", "--dry-run")
    assert longer["frames"] == 60 * 25


def test_sound_is_made_from_a_file_an_asset_and_the_library(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "stable-audio")
    folder = film.cwd / "found"
    folder.mkdir()
    write_tone(folder / "cello.wav", 2)
    film.act("sound", "library", "add", str(folder))
    for name in (str(folder / "cello.wav"), "cello.wav"):
        shown = film.inside("sound", "make", "effect", "1", "--from", name, "--dry-run")
        assert shown["source"]["input"].endswith("cello.wav")
        assert shown["engine"] == "stable-audio"
    film.act("asset", "add", str(folder / "cello.wav"))
    of_asset = film.inside("sound", "make", "effect", "1", "--from", "cello.wav", "--dry-run")
    assert "/media/" in of_asset["source"]["input"]
    (folder / "note.txt").write_text("no sound")
    film.refusal("sound", "make", "effect", "1", "--from", str(folder / "note.txt"))


def test_picked_take_replaces_the_other_take_in_the_cut_in_one_undo_step(film: Milimo) -> None:
    film.act("sound", "make", "ambience", "1", "--variations", "2")
    film.act("sound", "lay", "1")
    [before] = list_track(film, "Ambience")
    film.act("cut", "louder", before["id"], "-4")
    done = film.inside("sound", "pick", "2", "--lay")
    first, second = list_sounds(film)
    [after] = list_track(film, "Ambience")
    assert (first["picked"], second["picked"]) == (False, True)
    assert after["id"] == before["id"]
    assert after["asset"] == second["asset"]
    assert after["gain_db"] == pytest.approx(done["laid"][0]["gain_db"] - 4, abs=0.11)
    film.act("cut", "undo")
    assert list_track(film, "Ambience")[0]["asset"] == first["asset"]
    assert [row["picked"] for row in list_sounds(film)] == [True, False]


def test_laid_music_is_ducked_by_measured_speech(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "stable-audio")
    write_bursts(film.cwd / "voice.wav", (1, 2))
    asset = film.inside("asset", "add", str(film.cwd / "voice.wav"))
    film.act("cut", "overwrite", "--asset", asset["id"], "--track", "A1", "--at", "0")
    film.act("mix", "set", "A1", "--role", "dialogue")
    film.act("sound", "make", "music", "--film")
    film.act("sound", "lay", "1", "--cues", "speech")
    clip = list_track(film, "Music")[0]
    low = [key[0] for key in clip["effects"]["curves"]["ducking"] if key[1] < -11]
    # The first speech is on A1. The takes of the shots hum their lines later.
    assert abs(low[0] - 25) <= 2


def write_bursts(path: Path, spoken: tuple[int, int]) -> None:
    """Write four seconds of faint noise, with loud syllables between two seconds."""
    chance = np.random.default_rng(3)
    times = np.arange(4 * 48000) / 48000
    voice = sum(np.sin(2 * np.pi * 140 * part * times) / part for part in range(1, 20))
    loud = (times >= spoken[0]) & (times < spoken[1]) & (np.sin(2 * np.pi * 5 * times) > -0.5)
    write_wav_file(
        path, (0.1 * voice * loud + chance.normal(0, 1e-4, times.size))[None].astype(np.float32), 48000, {}
    )


@pytest.mark.parametrize(
    "words",
    [
        ("1", "--strength", "0.5"),
        ("1", "--from", "none.wav"),
        ("1", "--from", "1", "--repaint", "2s"),
        ("1", "--from", "1", "--repaint", "2s-1s"),
        ("1", "--from", "1", "--repaint", "1s-2s", "--strength", "0.5"),
        ("1", "--from", "1", "--repaint", "90000s-2000000s"),
        ("1", "--from", "1", "--engine", "animatic"),
    ],
)
def test_faulty_source_is_refused_in_one_sentence(film: Milimo, words: tuple[str, ...]) -> None:
    film.act("sound", "make", "ambience", "1")
    assert film.refusal("sound", "make", "ambience", *words).startswith("milimo: ")
    assert len(list_sounds(film)) == 1
