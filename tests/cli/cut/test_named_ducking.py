"""Test the ducking of clips that have one name: all of them, by their track, or one of them, by its time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.mix.talk import write_noise
from tests.front_door import Milimo


@pytest.fixture
def scored(film: Milimo) -> Milimo:
    """Return a film with a sound of one second that repeats on the track Music, and that is not ducked."""
    write_noise(film.cwd / "theme.wav", 1)
    film.inside("sound", "library", "use", "theme.wav")
    film.inside("cut", "duck", "--track", "Music", "--off")
    assert len(list_music(film)) > 3
    return film


def list_music(film: Milimo) -> list[dict[str, Any]]:
    tracks = film.inside("cut", "show")["tracks"]
    return [clip for track in tracks if track["name"] == "Music" for clip in track["clips"]]


def list_ducked(film: Milimo) -> list[str]:
    return [clip["id"] for clip in list_music(film) if "ducking" in json.dumps(clip)]


def test_one_name_of_several_clips_is_explained_without_ids(scored: Milimo) -> None:
    error = scored.inside("cut", "duck", "theme.wav", code=2)["error"]
    assert error["kind"] == "ambiguous"
    assert "milimo cut duck theme.wav --track Music" in error["hint"]
    assert "theme.wav@00:00:01:00" in error["hint"]
    assert "clip_" not in error["hint"]


def test_all_clips_of_one_name_on_a_track_are_ducked(scored: Milimo) -> None:
    scored.inside("cut", "duck", "theme.wav", "--track", "Music")
    ducked = list_ducked(scored)
    silent = len(list_music(scored)) - len(ducked)
    assert ducked
    assert silent
    again = scored.act("cut", "duck", "theme.wav", "--track", "Music", "--by", "6")
    assert f"{silent} without speech" in again
    assert list_ducked(scored) == ducked
    unchanged = scored.act("cut", "duck", "theme.wav", "--track", "Music", "--by", "6")
    assert "--off" in unchanged
    scored.inside("cut", "duck", "theme.wav", "--track", "Music", "--off")
    assert list_ducked(scored) == []
    missing = scored.inside("cut", "duck", "other.wav", "--track", "Music", code=2)["error"]
    assert missing["kind"] == "not_found"


def test_clip_is_named_by_its_time(scored: Milimo) -> None:
    scored.inside("cut", "duck", "--track", "Music")
    wanted = list_ducked(scored)[0]
    number = [clip["id"] for clip in list_music(scored)].index(wanted)
    scored.inside("cut", "duck", "--track", "Music", "--off")
    scored.inside("cut", "duck", f"theme.wav@{number}.5s")
    assert list_ducked(scored) == [wanted]
    late = scored.inside("cut", "duck", "theme.wav@99:00", code=2)["error"]
    assert late["kind"] == "not_found"
