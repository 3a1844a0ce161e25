"""Test the list of spoken lines by keys at 80×24: a line is recorded from a file, picked, rated and laid."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import LineState, list_film_lines
from tests.cli.voice.test_lines import write_tone
from tests.cli.voice.test_microphone import MICROPHONE
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


def first_line(studio: Studio) -> LineState:
    """Return the first line of the film."""
    return list_film_lines(studio.take_snapshot().story, studio.settings).states[0]


@pytest.mark.long("screens")
async def test_line_is_recorded_picked_rated_and_laid_by_keys(studio: Studio, tmp_path: Path) -> None:
    name = first_line(studio).name
    run_by_id(studio, "line.record", {"line": name, "from_": str(write_tone(tmp_path / "one.wav"))})
    other = write_tone(tmp_path / "two.wav", 0.7)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "r")
        text = "\n".join(stage.lines())
        assert name in text
        assert "recorded" in text
        await stage.press("i")
        await stage.type(str(other))
        await stage.press("enter")
        line = first_line(studio)
        assert len(line.takes) == 2
        assert line.shown == line.takes[1]
        await stage.press("p")
        assert first_line(studio).shown == first_line(studio).takes[0]
        await stage.press("*", "4")
        shown = first_line(studio).shown
        assert shown is not None
        assert shown.rating == 4
        await stage.press("x")
        assert first_line(studio).shown == first_line(studio).takes[1]
        await stage.press("u")
        assert first_line(studio).shown == first_line(studio).takes[0]
        await stage.press("l")
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert any(track.name == "Dialogue" for track in cut.tracks)


@pytest.mark.long("screens")
async def test_undo_begins_with_the_newest_edit_of_the_cut_or_the_film(
    studio: Studio, tmp_path: Path
) -> None:
    name = first_line(studio).name
    run_by_id(studio, "line.record", {"line": name, "from_": str(write_tone(tmp_path / "one.wav"))})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("g", "r")
        await stage.press("*", "2")
        await stage.press("l")
        await stage.press("escape")  # Closes the list of lines without a take.
        await stage.press("*", "4")
        for key, done in (("u", "undone"), ("U", "redone")):
            for label in ("rate take 1 of line", "lay 1 line", "rate take 1 of line"):
                await stage.press(key)
                assert f"{done}: {label}" in stage.said


def add_sound_library(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the recording process import `source` as the library of the sound device."""
    folder.mkdir()
    (folder / "sounddevice.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)


async def wait_for_words(stage: Stage, words: str) -> None:
    """Wait until the screen shows words."""
    await stage.until(lambda: words in "\n".join(stage.lines()), words)


@pytest.mark.long("screens")
async def test_takes_are_recorded_with_count_in_and_ended_by_keys(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sound_library(tmp_path / "library", MICROPHONE, monkeypatch)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "r")
        for takes in (1, 2):
            await stage.pilot.press("r")
            for shown in ("3  record", "2  record", "1  record", "● recording"):
                await wait_for_words(stage, shown)
            await wait_for_words(stage, "▮")
            # Other keys work during a recording.
            await stage.pilot.press("j", "k")
            await stage.pilot.press("r")
            await stage.until(lambda: stage.screen.recording is None, "the recording did not end")
            assert len(first_line(studio).takes) == takes
        await stage.settle()
        line = first_line(studio)
        assert line.shown == line.takes[1]
        assert line.shown.is_recording
        assert "● recording" not in "\n".join(stage.lines())
        for keys in (("r",), ("escape",)):
            await stage.pilot.press("r")
            await wait_for_words(stage, "2  record")
            await stage.pilot.press(*keys)
            await stage.until(lambda: stage.screen.recording is None, "the recording did not end")
            assert len(first_line(studio).takes) == 2


@pytest.mark.long("screens")
async def test_screen_without_microphone_proposes_a_file(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sound_library(tmp_path / "library", "raise OSError('no device')", monkeypatch)
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "r")
        await stage.press("r")
        await stage.until(lambda: "no device" in stage.said, "no message")
        assert "i adds" in stage.said
        assert stage.screen.recording is None
        assert first_line(studio).takes == ()


@pytest.mark.long("screens")
async def test_form_of_voices_writes_only_the_changed_voice(studio: Studio) -> None:
    for name in dict.fromkeys(
        state.character for state in list_film_lines(studio.take_snapshot().story, studio.settings).states
    ):
        run_by_id(studio, "element.add", {"kind": "character", "name": name})
    before = {each.name: each.voice for each in studio.take_snapshot().story.elements}
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "r", "v")
        await wait_for_words(stage, "Voices of the characters")
        text = "\n".join(stage.lines())
        assert "default" in text
        assert "Enter gives these voices" not in text
        await stage.press("j", "l")
        await wait_for_words(stage, "Enter gives these voices")
        await stage.press("enter")
        await stage.until(lambda: "1 character got a voice" in stage.said, "no voice was saved")
    after = {each.name: each.voice for each in studio.take_snapshot().story.elements}
    assert sum(after[name] != voice for name, voice in before.items()) == 1
