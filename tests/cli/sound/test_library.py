"""Test the library of sounds: folders, tags, search, laying a sound, and room tone in gaps of dialogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.sound.test_sound_takes import list_sounds, list_track
from tests.cli.voice.test_lines import write_tone
from tests.front_door import Milimo


@pytest.fixture
def sounds(film: Milimo) -> Path:
    """Return a folder with sounds."""
    folder = film.cwd / "my sounds"
    (folder / "weather").mkdir(parents=True)
    write_tone(folder / "weather" / "Rain_on-roof.wav", 2)
    write_tone(folder / "weather" / "thunder.wav", 1)
    write_tone(folder / "slow cello.wav", 3)
    (folder / "notes.txt").write_text("no sound")
    return folder


def find_names(milimo: Milimo, *words: str) -> list[str]:
    rows: list[dict[str, Any]] = milimo.inside("sound", "library", "find", *words)
    return [row["name"] for row in rows]


def test_library_finds_sounds_by_words_of_names_folders_and_tags(film: Milimo, sounds: Path) -> None:
    added = film.inside("sound", "library", "add", str(sounds))
    assert len(added) == 3
    assert find_names(film, "rain") == ["weather/Rain_on-roof.wav"]
    assert find_names(film, "weather") == ["weather/Rain_on-roof.wav", "weather/thunder.wav"]
    assert find_names(film, "roof", "rain") == ["weather/Rain_on-roof.wav"]
    assert find_names(film, "piano") == []
    tagged = film.inside("sound", "library", "tag", "slow cello.wav", "Music", "sad")
    assert tagged["tags"] == ["music", "sad"]
    assert find_names(film, "music") == ["slow cello.wav"]
    film.act("sound", "library", "tag", "slow cello.wav", "--remove", "sad")
    assert find_names(film, "sad") == []
    again = film.inside("sound", "library", "add", str(sounds))
    assert len(again) == len(film.inside("sound", "library", "list")) == 3


def test_removed_folder_is_skipped_and_keeps_its_tags(film: Milimo, sounds: Path) -> None:
    film.act("sound", "library", "add", str(sounds), "found")
    away = sounds.with_name("away")
    sounds.rename(away)
    assert film.inside("sound", "library", "list") == []
    away.rename(sounds)
    assert len(find_names(film, "found")) == 3


def test_library_refuses_a_folder_without_sound(film: Milimo) -> None:
    film.refusal("sound", "library", "add", str(film.cwd / "none"))
    (film.cwd / "empty").mkdir()
    film.refusal("sound", "library", "add", str(film.cwd / "empty"))


def test_damaged_library_is_reported_in_one_sentence(film: Milimo) -> None:
    (film.home / "sounds.json").write_text("[1, 2")
    assert "Traceback" not in film.refusal("sound", "library", "list", code=1)


def test_sound_of_the_library_repeats_under_the_film_at_its_level(film: Milimo, sounds: Path) -> None:
    film.act("sound", "library", "add", str(sounds))
    done = film.inside("sound", "library", "use", "slow cello.wav", "--role", "music")
    frames = film.inside("cut", "show")["frames"]
    clips = list_track(film, "Music")
    assert sum(clip["frames"] for clip in clips) == frames
    assert {clip["gain_db"] for clip in clips} == {done["laid"][0]["gain_db"]}
    film.act("cut", "undo")
    assert list_track(film, "Music") == []


def test_room_tone_fills_every_gap_of_the_dialogue_track(film: Milimo, sounds: Path) -> None:
    film.act("sound", "library", "add", str(sounds))
    asset = film.inside("asset", "add", str(sounds / "weather" / "thunder.wav"))
    film.act("cut", "overwrite", "--asset", asset["id"], "--track", "A1", "--at", "10")
    film.refusal("sound", "fill")  # The scenes have no ambience yet.
    film.act("sound", "make", "ambience", "1", "--loop")
    film.act("sound", "make", "ambience", "2", "--loop")
    filled = film.inside("sound", "fill")["filled"]
    frames = film.inside("cut", "show")["frames"]
    covered = {frame for gap in filled for frame in range(gap["start"], gap["end"])}
    assert covered == set(range(frames)) - set(range(10, 35))
    clips = list_track(film, "Ambience")
    heard = {frame for clip in clips for frame in range(clip["start"], clip["start"] + clip["frames"])}
    assert heard == covered
    assert [row["role"] for row in list_sounds(film)] == ["ambience", "ambience"]


def test_file_outside_the_library_is_laid_and_other_files_are_refused(film: Milimo, sounds: Path) -> None:
    [file] = sounds.rglob("slow cello.wav")
    film.act("sound", "library", "use", str(file))
    assert sum(clip["frames"] for clip in list_track(film, "Music")) == film.inside("cut", "show")["frames"]
    text = film.cwd / "notes.wav"
    text.write_text("no sound")
    before = film.inside("cut", "show")
    film.refusal("sound", "library", "use", str(text))
    film.refusal("sound", "library", "use", str(film.cwd / "none.wav"))
    assert film.inside("cut", "show") == before


def test_laying_reports_repeats_and_the_sound_that_is_replaced(film: Milimo, sounds: Path) -> None:
    first = film.act("sound", "library", "use", str(sounds / "slow cello.wav"))
    assert "laid slow cello.wav on Music" in first
    assert " times" in first
    second = film.act("sound", "library", "use", str(sounds / "weather" / "thunder.wav"))
    assert "instead of slow cello.wav" in second


def test_library_leaves_out_files_with_unprintable_names(film: Milimo, sounds: Path) -> None:
    for name in ("lat\udce9.wav", "new\nline.wav"):
        write_tone(film.cwd / "tone.wav", 1)
        (film.cwd / "tone.wav").rename(sounds / name)
    assert "2 files left out" in film.text("sound", "library", "add", str(sounds), "found")
    assert len(find_names(film, "found")) == 3


def test_library_refuses_an_empty_folder_name(film: Milimo) -> None:
    assert "no folder" in film.refusal("sound", "library", "add", "")
