"""Test that drawn takes speak the lines of a character in the character's voice."""

from __future__ import annotations

import json
import shutil
from typing import Any

import av
import numpy as np
import pytest

from tests.cli.voice.test_lines import set_dialogue
from tests.front_door import Milimo


@pytest.fixture
def speaking(film: Milimo) -> Milimo:
    """Return `milimo` on the tiny film with a speech program for the lines."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    return Milimo({**film.env, "MILIMO_SPEECH": "espeak-ng"}, film.cwd)


def _spoken(milimo: Milimo) -> dict[str, Any]:
    """Return the one shot that has dialogue."""
    [shot] = [shot for shot in milimo.json("shot", "list") if shot["dialogue"]]
    return shot  # type: ignore[no-any-return]


def _make_facts(milimo: Milimo) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    """Make a take of the speaking shot. Return its sound, and the facts in its job specification."""
    number = _spoken(milimo)["number"]
    milimo.act("shot", "make", number)
    take = milimo.json("shot", "takes", number)[-1]
    with av.open(take["path"]) as file:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])
        data = json.loads(file.metadata["milimo"])
    return sound, data["spec"]["facts"]


def _made(milimo: Milimo) -> tuple[np.ndarray[Any, Any], str]:
    """Make a take of the speaking shot. Return its sound, and the lines in its job specification as JSON."""
    sound, facts = _make_facts(milimo)
    return sound, json.dumps(facts["lines"])


@pytest.mark.long("command_line")
def test_two_voices_make_two_sounds_and_a_new_voice_makes_a_take_stale(speaking: Milimo) -> None:
    # The seed determines the background sound, so only the voice can differ
    speaking.act("shot", "set", _spoken(speaking)["number"], "--seed", "7", "--lock")
    first, told = _made(speaking)
    assert "voice" not in told, "where there is none the order is as it always was"
    assert not _spoken(speaking)["stale"]
    heard = [first]
    for voice in ("en-gb+f3", "de+m2"):
        speaking.act("element", "set", "@MARA", "--voice", voice)
        shot = _spoken(speaking)
        assert (shot["stale"], shot["stale_parts"]) == (True, ["voice"])
        due = speaking.json("build", "--dry-run")
        assert "has another voice" in due["stale"][0]["why"]
        sound, told = _made(speaking)
        assert voice in told
        assert not _spoken(speaking)["stale"]
        assert all(one.shape == sound.shape and not np.array_equal(one, sound) for one in heard)
        heard.append(sound)
    speaking.act("element", "set", "@MARA", "--voice", "")
    again, told = _made(speaking)
    assert "voice" not in told
    assert np.array_equal(again, first), "as if there had never been one"


@pytest.mark.long("command_line")
def test_unknown_voice_is_refused_with_the_list(speaking: Milimo) -> None:
    refused = speaking("element", "set", "@MARA", "--voice", "en-gv", code=2).stderr.decode()
    assert "“en-gv”" in refused
    assert "en-gb" in refused
    assert "milimo element voices" in refused
    error = speaking.json("element", "set", "@MARA", "--voice", "en-gb+f33", code=2)["error"]
    assert error["kind"] == "bad_input"
    ids = [row["voice"] for row in speaking.json("element", "voices")]
    assert {"en-gb", "en-us", "+f3"} <= set(ids)
    error = speaking.json("element", "set", "@KITCHEN", "--voice", "en-gb", code=2)["error"]
    assert error["kind"] == "bad_input"


def test_voice_of_a_line_with_its_own_take_makes_no_drawn_take_stale(film: Milimo) -> None:
    film.act("line", "say", "--all")
    film.act("line", "lay")
    film.act("voice", "set", "@MARA", "--voice", "+f3")
    assert [line["stale"] for line in film.inside("line", "list")] == [True]
    assert not _spoken(film)["stale"]
    assert film.inside("build", "--dry-run")["stale"] == []
    [line] = film.inside("line", "list")
    film.act("line", "rate", line["line"], "--reject")
    assert _spoken(film)["stale_parts"] == ["voice"]


def test_second_line_without_a_take_makes_the_drawn_take_stale(film: Milimo) -> None:
    set_dialogue(film, ("MARA", "Who is there?"), ("MARA", "It is me."))
    film.act("shot", "join", "1B", "1C")
    film.act("build", "--yes")
    first, second = film.inside("line", "list")
    assert first["shot"] == second["shot"]
    film.act("line", "say", first["line"])
    film.act("voice", "set", "@MARA", "--voice", "+f3")
    assert _spoken(film)["stale_parts"] == ["voice"]
    film.act("line", "say", "--missing")
    assert not _spoken(film)["stale"]


def test_drawn_take_speaks_the_language_of_the_film(speaking: Milimo) -> None:
    speaking.act("shot", "set", _spoken(speaking)["number"], "--seed", "7", "--lock")
    english, facts = _make_facts(speaking)
    assert "language" not in facts
    speaking.act("project", "set", "--language", "de")
    assert _spoken(speaking)["stale_parts"] == ["voice"]
    german, facts = _make_facts(speaking)
    assert facts["language"] == "de"
    assert not _spoken(speaking)["stale"]
    assert german.shape == english.shape
    assert not np.array_equal(german, english)
    speaking.act("project", "set", "--language", "xx")
    number = _spoken(speaking)["number"]
    speaking.act("shot", "make", number)
    job = speaking.json("shot", "takes", number)[-1]["job"]
    assert "“xx”" in speaking.json("job", "show", job)["history"][0]["notes"][0]
    speaking.act("line", "say", "--all")
    speaking.act("project", "set", "--language", "fr")
    assert not _spoken(speaking)["stale"]


def test_detected_language_is_spoken_and_makes_no_earlier_take_stale(speaking: Milimo) -> None:
    set_dialogue(speaking, ("MARA", "Ich habe dir gesagt, dass wir nicht zu spät sind."))
    _, facts = _make_facts(speaking)
    assert facts["language"] == "de"
    speaking.act("project", "set", "--language", "de")
    assert not _spoken(speaking)["stale"]
    speaking.act("project", "set", "--language", "en")
    assert _spoken(speaking)["stale_parts"] == ["voice"]


def test_any_voice_is_kept_with_a_warning_without_a_speech_program(film: Milimo) -> None:
    output = film.act("element", "set", "@MARA", "--voice", "nobody")
    assert "espeak-ng" in output, "the program that knows the voices"
    assert film.json("element", "voices") == []
    [mara] = [row for row in film.json("element", "list") if row["trigger"].upper() == "@MARA"]
    assert mara["voice"] == "nobody"


@pytest.mark.long("command_line")
def test_missing_voice_is_reported_and_another_speaks(film: Milimo, speaking: Milimo) -> None:
    film.act("element", "set", "@MARA", "--voice", "nobody")
    number = _spoken(speaking)["number"]
    speaking.act("shot", "make", number)
    job = speaking.json("shot", "takes", number)[-1]["job"]
    [attempt] = speaking.json("job", "show", job)["history"]
    [note] = attempt["notes"]
    assert "“nobody”" in note


@pytest.mark.long("command_line")
def test_voice_over_existing_pictures_is_that_of_the_character(speaking: Milimo) -> None:
    number = _spoken(speaking)["number"]
    speaking.act("element", "set", "@MARA", "--voice", "de+m2")
    speaking.act("build", "--voice")
    take = speaking.json("shot", "takes", number)[-1]
    with av.open(take["path"]) as file:
        assert "de+m2" in file.metadata["milimo"]
    assert not _spoken(speaking)["stale"]
