"""Test that one command makes a film with spoken lines under music and ambience, without weights: ducked, at
−16 LUFS by FFmpeg's measurement, with captions from the script.
"""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.cli.sound.test_sound_takes import list_sounds, list_track
from tests.cli.voice.test_lines import write_tone
from tests.front_door import TINY, Milimo
from tests.media.render.test_coded_peaks import measure_film_sound


def count_volume_keys(clip: dict[str, object]) -> int:
    effects = clip["effects"]
    assert isinstance(effects, dict)
    return len(effects.get("curves", {}).get("ducking", ()))


@pytest.mark.long("command_line")
def test_film_has_lines_over_ducked_music_and_ambience_and_captions(milimo: Milimo, script: Path) -> None:
    script.write_text(TINY.replace("You are late.", "You are late again, and the soup is cold by now."))
    folder = milimo.cwd / "sounds"
    folder.mkdir()
    write_tone(folder / "slow.wav", 3)
    milimo.act("sound", "library", "add", str(folder), "music")
    target = milimo.cwd / "film.mp4"
    words = ("film", str(script), "--output", str(target), "--voices", "--music", "--captions")
    made = milimo.inside(*words)
    assert made["problems"] == []
    assert made["sound"]["music"] == "library: slow.wav"
    assert made["sound"]["ambience"] == ["room tone by rules"]
    loudness, peak = measure_film_sound(target)
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1
    with av.open(str(target)) as file:
        assert len(file.streams.subtitles) == 1
    assert len(list_track(milimo, "Dialogue")) == 1
    assert [row["role"] for row in list_sounds(milimo)] == ["ambience", "ambience"]
    music = list_track(milimo, "Music")
    [line] = list_track(milimo, "Dialogue")
    under = [one for one in music if one["start"] < line["start"] + 5 < one["start"] + one["frames"]]
    assert all(count_volume_keys(one) > 1 for one in under)
    # A second run makes no sound again and changes nothing.
    clips = [list_track(milimo, name) for name in ("Music", "Ambience", "Dialogue")]
    again = milimo.inside(*words)
    assert {job["kind"] for job in again["jobs"]} <= {"render_film"}
    assert [list_track(milimo, name) for name in ("Music", "Ambience", "Dialogue")] == clips


@pytest.mark.long("command_line")
def test_changed_line_speaks_only_that_line_again(milimo: Milimo, script: Path) -> None:
    folder = milimo.cwd / "sounds"
    folder.mkdir()
    write_tone(folder / "slow.wav", 3)
    milimo.act("sound", "library", "add", str(folder), "music")
    milimo.inside("film", str(script), "--voices", "--music")
    before = [row["id"] for row in list_sounds(milimo)]
    script.write_text(TINY.replace("You are late.", "You are early."))
    again = milimo.inside("film", str(script), "--voices", "--music")
    kinds = [job["kind"] for job in again["jobs"]]
    assert kinds.count("make_speech") == 1
    assert "make_sound" not in kinds
    assert [row["id"] for row in list_sounds(milimo)] == before
