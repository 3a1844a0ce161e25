"""Test that `milimo film --captions` makes captions that can be edited, and never replaces edited ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from tests.front_door import TINY, Milimo


def make_film(milimo: Milimo, script: Path, *words: str) -> Any:
    return milimo.inside("film", str(script), "--output", str(milimo.cwd / "film.mp4"), "--captions", *words)


def list_texts(milimo: Milimo) -> list[tuple[str, str]]:
    return [(row["speaker"], row["text"]) for row in milimo.inside("caption", "list")]


def test_captions_of_a_film_can_be_edited_and_follow_the_script_until_then(
    milimo: Milimo, script: Path
) -> None:
    milimo.refusal("film", str(script), "--captions", "--burn", "captions=tlh")
    assert milimo.inside("job", "list") == []
    made = make_film(milimo, script, "--burn", "captions=en")
    assert made["problems"] == []
    assert made["sound"]["subtitles"] == "embedded"
    with av.open(str(milimo.cwd / "film.mp4")) as file:
        assert [stream.metadata["language"] for stream in file.streams.subtitles] == ["eng"]
    assert list_texts(milimo) == [("Mara", "You are late.")]
    [track] = milimo.inside("caption", "list", "--tracks")
    assert (track["name"], track["language"]) == ("Captions", "en")

    script.write_text(TINY.replace("You are late.", "You are early."))
    make_film(milimo, script)
    assert list_texts(milimo) == [("Mara", "You are early.")]

    milimo.inside("caption", "set", "1", "--text", "Too early!")
    script.write_text(TINY.replace("You are late.", "You are here."))
    again = make_film(milimo, script)
    assert list_texts(milimo) == [("Mara", "Too early!")]
    assert ["--overwrite" in note for note in again["sound"]["notes"]] == [True]
    assert all(len(note) <= 79 for note in again["sound"]["notes"])


def test_film_without_dialogue_has_no_captions(milimo: Milimo, script: Path) -> None:
    script.write_text("Title: Rain\n\nEXT. STREET - NIGHT\n\nRain falls on the empty street.\n")
    made = make_film(milimo, script)
    assert len(made["sound"]["notes"]) == 1
    assert milimo.inside("caption", "list", "--tracks") == []


def test_render_after_a_film_has_its_loudness_and_captions(milimo: Milimo, script: Path) -> None:
    make_film(milimo, script, "--voices")
    again = milimo.act("render", "-o", "again.mp4")
    assert "as in milimo film: --loudness speech --subtitles embedded" in again
    with av.open(str(milimo.cwd / "again.mp4")) as file:
        assert len(file.streams.subtitles) == 1
    plan = milimo.inside("render", "--plan", "--loudness", "none", "--subtitles", "none")
    assert (plan["delivery"]["loudness"], plan["delivery"]["subtitles"]) == (None, "none")
    assert milimo.inside("render", "--plan", "-o", "sound.wav")["delivery"]["loudness"]["lufs"] == -16
    other = script.with_name("other.fountain")
    other.write_text("Title: Another Film\n\nINT. ROOM - DAY\n\nA lamp.\n")
    assert "now in the film Another Film" in milimo.act("film", str(other))
