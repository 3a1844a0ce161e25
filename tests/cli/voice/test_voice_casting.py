"""Test that one command gives each character a voice, and that variants of the speech program are voices."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.voice.test_lines import list_lines, set_dialogue
from tests.front_door import Milimo

SPEECHES = (("MARA", "You are late."), ("JUN", "The broth forgave you."), ("TAM", "I bought this market."))


@pytest.fixture
def speaking(film: Milimo) -> Milimo:
    """Return a film with three speakers on a machine with espeak-ng."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    set_dialogue(film, *SPEECHES)
    return Milimo({**film.env, "MILIMO_SPEECH": "espeak-ng"}, film.cwd)


def list_voices(milimo: Milimo) -> dict[str, str]:
    return {row["character"]: row["voice"] for row in milimo.inside("voice", "list")}


def test_cast_gives_each_character_another_voice_as_one_undo_step(speaking: Milimo) -> None:
    speaking.act("voice", "cast", "@JUN=+m7")
    before = list_voices(speaking)
    shown = speaking.inside("voice", "cast", "--dry-run")
    assert list_voices(speaking) == before
    given = speaking.inside("voice", "cast")
    assert given == shown
    voices = list_voices(speaking)
    assert len(set(voices.values())) == len(voices) == 3
    assert voices["@Jun"] == "+m7"
    assert speaking.inside("voice", "cast") == []
    speaking.act("cut", "undo", "--whole-project")
    assert list_voices(speaking) == before


def test_variant_speaks_the_language_of_the_line(speaking: Milimo) -> None:
    speaking.act("voice", "cast", "@MARA=scratch-voice/+f3")
    speaking.act("line", "say", "@MARA")
    [take] = next(line for line in list_lines(speaking) if line["character"].upper() == "MARA")["takes"]
    assert "voice" not in take["note"]


def test_voice_that_is_heard_already_leaves_takes_fresh(speaking: Milimo) -> None:
    speaking.act("shot", "make", "--all", "--engine", "animatic")
    speaking.act("line", "say", "--all")
    [jun] = [row for row in speaking.inside("voice", "list") if row["character"] == "@Jun"]
    assert jun["voice"] == ""
    assert f"{jun['heard']} (default)" in speaking.act("voice", "list")
    before = [shot["stale"] for shot in speaking.inside("shot", "list")]
    speaking.act("voice", "cast", f"@JUN={jun['heard']}")
    assert not any(line["stale"] for line in list_lines(speaking))
    assert [shot["stale"] for shot in speaking.inside("shot", "list")] == before
    speaking.act("voice", "cast", "@JUN=+m7" if jun["heard"] != "+m7" else "@JUN=+m5")
    assert [line["stale"] for line in list_lines(speaking)] == [False, True, False]


@pytest.mark.parametrize("pair", ["@MARA", "@MARA=", "@MARA=+f99", "@NOBODY=+f3", "@MARA=nobody/x"])
def test_wrong_voice_is_refused_and_no_character_gets_one(speaking: Milimo, pair: str) -> None:
    before = list_voices(speaking)
    speaking.refusal("voice", "cast", "@JUN=+m3", pair)
    assert list_voices(speaking) == before


def test_voices_of_the_language_are_first_and_a_bare_name_is_a_speaker(speaking: Milimo) -> None:
    voices = [row["voice"] for row in speaking.inside("voice", "list", "--engine", "scratch-voice")]
    variants = [voice.startswith("+") for voice in voices]
    count = sum(variants)
    assert all(variants[:count])
    assert "+f2" in voices[:15]
    assert voices[count].partition("-")[0] == "en"
    plan = speaking.inside("line", "say", "Jun", "--dry-run")
    assert len(plan["lines"]) == 1
