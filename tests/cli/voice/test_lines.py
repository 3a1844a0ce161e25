"""Test that lines of dialogue are spoken, picked, rated and recorded by commands, and become stale with their
words.
"""

from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.front_door import TINY, Milimo


def read_sound(path: str) -> np.ndarray[Any, Any]:
    """Return the samples of a sound file."""
    with av.open(path) as file:
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])


def write_tone(path: Path, seconds: float = 1.0, rate: int = 48000) -> Path:
    """Write a mono WAV file with a tone."""
    samples = (9000 * np.sin(np.arange(round(seconds * rate)) * 0.05)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def set_dialogue(milimo: Milimo, *speeches: tuple[str, str]) -> None:
    """Replace the dialogue of the tiny film in its screenplay, and commit the screenplay."""
    spoken = "\n\n".join(f"{name}\n{text}" for name, text in speeches)
    script = TINY.replace("MARA\nYou are late.", spoken)
    path = milimo.cwd / "two-lamps.fountain"
    path.write_text(script)
    milimo.act("script", "import", str(path))
    milimo.act("storyboard", "commit")


def list_lines(milimo: Milimo) -> list[dict[str, Any]]:
    """Return the rows of all lines."""
    return milimo.inside("line", "list")  # type: ignore[no-any-return]


def test_spoken_line_is_marked_scratch_and_has_sound(film: Milimo) -> None:
    [line] = list_lines(film)
    assert (line["state"], line["takes"]) == ("missing", [])
    film.act("line", "say", "--all")
    [line] = list_lines(film)
    [take] = line["takes"]
    assert (line["state"], take["engine"], take["scratch"]) == ("scratch", "scratch-voice", True)
    sound = read_sound(take["path"])
    assert sound.size == pytest.approx(take["seconds"] * 48000, abs=30)
    assert float(np.abs(sound).max()) > 0.05
    with av.open(take["path"]) as file:
        assert json.loads(file.metadata["ISBJ"])["spec"]["kind"] == "make_speech"
    assert film.inside("line", "say", "--missing", "--dry-run")["lines"] == []


def test_changed_words_make_only_that_line_stale(film: Milimo) -> None:
    set_dialogue(film, ("MARA", "I waited."), ("JUN", "Good."))
    film.act("line", "say", "--all")
    assert [line["state"] for line in list_lines(film)] == ["scratch", "scratch"]
    set_dialogue(film, ("MARA", "I waited for you."), ("JUN", "Good."))
    lines = list_lines(film)
    assert [(line["stale"], len(line["takes"])) for line in lines] == [(True, 1), (False, 1)]
    assert film.inside("line", "say", "--stale", "--dry-run")["lines"] == [lines[0]["line"]]
    film.act("line", "say", "--stale")
    lines = list_lines(film)
    assert [(line["stale"], len(line["takes"])) for line in lines] == [(False, 2), (False, 1)]


def test_pick_and_rating_are_single_undo_steps(film: Milimo) -> None:
    film.act("line", "say", "--all")
    film.act("line", "say", "--all", "--seed", "7")
    [line] = list_lines(film)
    name, (first, second) = line["line"], line["takes"]
    assert line["take"] == second["id"]
    film.act("line", "pick", name, "1")
    assert list_lines(film)[0]["take"] == first["id"]
    film.act("line", "rate", name, "4")
    assert list_lines(film)[0]["rating"] == 4
    film.act("line", "rate", name, "--reject")
    assert list_lines(film)[0]["take"] == second["id"]
    for expected in ((4, first["id"]), (0, first["id"]), (0, second["id"])):
        film.act("cut", "undo", "--whole-project")
        [line] = list_lines(film)
        assert (line["rating"], line["take"]) == expected
    film.refusal("line", "pick", name, "9")


def test_recording_from_a_file_is_heard_and_becomes_stale_with_its_words(
    film: Milimo, tmp_path: Path
) -> None:
    film.act("line", "say", "--all")
    [line] = list_lines(film)
    recorded = write_tone(tmp_path / "mara.wav", 1.5)
    made = film.inside("line", "record", line["line"], "--from", str(recorded))
    assert made["seconds"] == 1.5
    [line] = list_lines(film)
    assert (line["state"], line["take"], line["seconds"]) == ("recorded", made["take"], 1.5)
    set_dialogue(film, ("MARA", "Something else entirely."))
    [line] = list_lines(film)
    assert (line["stale"], line["take"]) == (True, made["take"])


@pytest.mark.parametrize("content", [b"", b"RIFFnonsense", b"\x00" * 5000])
def test_unreadable_recording_is_refused_and_nothing_is_lost(
    film: Milimo, tmp_path: Path, content: bytes
) -> None:
    film.act("line", "say", "--all")
    before = list_lines(film)
    bad = tmp_path / "bad.wav"
    bad.write_bytes(content)
    film.refusal("line", "record", before[0]["line"], "--from", str(bad))
    assert list_lines(film) == before


def test_voice_of_a_character_makes_its_lines_stale_and_previews(film: Milimo) -> None:
    film.act("line", "say", "--all")
    [line] = list_lines(film)
    name = f"@{line['character']}"
    row = film.inside("voice", "set", name, "--pitch", "4", "--pace", "1.2")
    assert (row["pitch"], row["pace"], row["stale"]) == (4, 1.2, 1)
    film.act("line", "say", "--stale")
    assert list_lines(film)[0]["stale"] is False
    first, second = (read_sound(take["path"]) for take in list_lines(film)[0]["takes"])
    assert second.size < first.size
    heard = film.inside("voice", "preview", name, "--text", "Here I am.")
    assert read_sound(heard["path"]).size > 4800
    assert len(list_lines(film)[0]["takes"]) == 2


def test_line_in_german_is_spoken_by_a_german_voice(film: Milimo) -> None:
    text = "Ich habe dir doch gesagt, dass wir nicht zu spät sind und die Tür auf ist."
    set_dialogue(film, ("MARA", text))
    [spec] = film.inside("line", "say", "--all", "--dry-run")["specs"]
    assert spec["language"] == "de"


def test_recording_of_a_line_is_imitated_with_its_words(film: Milimo, tmp_path: Path) -> None:
    [line] = list_lines(film)
    recorded = str(write_tone(tmp_path / "mara.wav", 2))
    film.act("line", "record", line["line"], "--from", recorded)
    film.act("voice", "set", "@MARA", "--reference", recorded)
    [spec] = film.inside("line", "say", "--all", "--dry-run", "--engine", "voice-command")["specs"]
    assert spec["reference_text"] == line["text"]
    film.act("voice", "set", "@MARA", "--reference", str(write_tone(tmp_path / "other.wav", 3)))
    [spec] = film.inside("line", "say", "--all", "--dry-run", "--engine", "voice-command")["specs"]
    assert spec["reference_text"] == ""


def test_espeak_speaks_where_it_is_installed(film: Milimo) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    speaking = Milimo({**film.env, "MILIMO_SPEECH": "espeak-ng"}, film.cwd)
    speaking.act("line", "say", "--all")
    [line] = list_lines(speaking)
    [take] = line["takes"]
    assert "hummed" not in take["note"]
    assert take["seconds"] > 0.3
