"""Test the screens for notes and cuts with keys: notes are ticked off, answered, imported from a version and
visited.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes.note_list import list_threads
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


def notes_of(studio: Studio) -> list[tuple[int | None, str, bool, str, int]]:
    cut = studio.take_snapshot().cut
    assert cut is not None
    found = list_threads(layout(cut))
    return [(t.frame, t.marker.text, t.marker.done, t.marker.colour, len(t.answers)) for t in found]


@pytest.mark.long("screens")
async def test_notes_are_listed_as_tasks(studio: Studio, tmp_path: Path) -> None:
    run_by_id(studio, "cut.freeze", {"name": "v1"})
    file = tmp_path / "notes.txt"
    file.write_text("00:00:02:00 hold on her  — Anna\n00:00:05:00 louder  — Anna\n")
    run_by_id(studio, "cut.note_import", {"file": str(file), "about": "v1"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "n")
        text = "\n".join(stage.lines())
        assert "2 to do   0 done" in text
        assert "○   00:00:02:00" in text
        assert "hold on her" in text
        assert "Anna" in text
        await stage.press("space")  # The key ticks off the note and moves to the next one.
        await stage.press("r")
        await stage.type("at 3 dB")
        await stage.press("enter")
        await stage.press("c", "c")
        await stage.type("red")
        await stage.press("enter")
        assert notes_of(studio) == [(50, "hold on her", True, "", 0), (125, "louder", False, "red", 1)]
        text = "\n".join(stage.lines())
        assert "✓   00:00:02:00" in text
        assert "○ ◆ 00:00:05:00" in text
        assert "↳ answer" in text
        await stage.press("f")
        assert "hold on her" not in "\n".join(stage.lines())
        await stage.press("x")
        assert "left to do" in "\n".join(stage.lines())
        await stage.press("u")
        assert len(notes_of(studio)) == 2
        await stage.press("b")
        await stage.press("enter")
        assert "2 there already" in stage.said
        await stage.press("enter")  # The key opens the timeline at the note's frame.
        assert stage.screen.MODE == "timeline"
        assert stage.screen.playhead == 125
        await stage.press(",")
        assert stage.screen.playhead == 50, "a note on a clip stands on the ruler"
        await stage.press("m", "m")
        await stage.type("!")
        await stage.press("enter")
        assert notes_of(studio)[0][:3] == (50, "hold on her!", True)


@pytest.mark.long("screens")
async def test_cancelled_question_about_the_cut_imports_no_notes(studio: Studio, tmp_path: Path) -> None:
    run_by_id(studio, "cut.freeze", {"name": "v1"})
    file = tmp_path / "notes.txt"
    file.write_text("00:00:02:00 hold on her  — Anna\n")
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "n", "i")
        await stage.type(str(file))
        await stage.press("enter")
        await stage.until(lambda: "about the cut" in stage.text)
        await stage.press("escape")
        assert not stage.screen.prompt.is_open
        assert notes_of(studio) == []
        await stage.press("i")
        await stage.type(str(file))
        await stage.press("enter", "enter")
        await stage.until(lambda: len(notes_of(studio)) == 1, stage.said)


@pytest.mark.long("screens")
async def test_cuts_are_opened_frozen_and_compared(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("g", "c")
        await stage.press("v")
        await stage.type("v2")
        await stage.press("enter")
        assert "“v2”" in stage.said
        await stage.press("escape")
        await stage.press("x")
        await stage.press("g", "c")
        text = "\n".join(stage.lines())
        assert "■ v2" in text
        assert "manual" in text
        await stage.press("G")
        text = "\n".join(stage.lines())
        assert "v2 → long   1 difference" in text
        assert "00:00:00:00  1A" in text
        await stage.press("enter")
        assert stage.screen.MODE == "timeline"
        assert stage.screen.cut.name == "v2"
        await stage.press("x")
        assert "frozen" in stage.said
        await stage.press("g", "c")
        assert stage.screen.here.name == "v2", "it opens on the cut that is on the timeline"
