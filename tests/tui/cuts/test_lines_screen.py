"""Test the list of spoken lines by keys at 80×24: a line is recorded from a file, picked, rated and laid."""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import LineState, list_film_lines
from tests.cli.voice.test_lines import write_tone
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


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
