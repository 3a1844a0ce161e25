"""Test macros on the timeline: they record typed keys, run at the playhead, and stop at a key that cannot be
executed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.keys import macro_store
from milimo_tui.tui.keys.macro_store import MacroStep
from tests.tui.rain_market import make_studio
from tests.tui.stage import on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "home", takes=False)


@pytest.mark.long("screens")
async def test_macro_is_recorded_listed_and_run_by_count_until_it_fails(studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("Q", "a")
        assert "Q a" in stage.lines()[-1]
        await stage.press("3", "0", "l", "d", "w", "Q")
        assert "macro a: 30l dw" in stage.said
        assert v1(cut_of(stage))[:2] == [30, LENGTHS[1]]
        await stage.press("2", "@", "a")
        assert v1(cut_of(stage))[:4] == [30, 30, 30, LENGTHS[3]]
        assert "macro a, 2 times" in stage.said
        await stage.press("u")
        assert "undone: macro a" in stage.said
        assert v1(cut_of(stage))[:3] == [30, *LENGTHS[1:3]], "all that it did is one step"
        await stage.press("U", "w")
        await stage.press("0", "3", "w", "9", "@", "@")
        assert v1(cut_of(stage)) == [30] * len(LENGTHS)
        assert "stopped at" in stage.said, "beyond the last clip there is nothing to extract"
        await stage.press("@", "z")
        assert "no macro z" in stage.said


@pytest.mark.long("screens")
async def test_macro_repeats_its_answers_and_survives_a_restart(tmp_path: Path, studio: Studio) -> None:
    async with on(studio, "timeline") as stage:
        await stage.press("Q", "n", "m", "m")
        await stage.type("look here")
        await stage.press("enter")
        await stage.press("w", "Q")
        assert [marker.frame for marker in cut_of(stage).markers] == [0]
    studio.close()
    again = make_studio(tmp_path / "home")
    assert macro_store.load_macros(again, "macros") == {
        "n": (MacroStep(("m", "m"), ("look here",)), MacroStep(("w",)))
    }
    async with on(again, "timeline") as stage:
        await stage.press(":")
        await stage.type("macro n")
        await stage.press("enter")
        told = sorted((marker.frame, marker.text) for marker in cut_of(stage).markers)
        assert told == [(0, "look here"), (LENGTHS[0], "look here")]
        await stage.press(":")
        await stage.type("macro")
        await stage.pilot.press("enter")
        await stage.until(lambda: any("mm“look here” w" in line for line in stage.lines()))
    again.close()


async def test_macro_that_runs_itself_ends_with_one_sentence(studio: Studio) -> None:
    macro_store.store_macro(studio, "macros", "a", [MacroStep(("l",)), MacroStep(("@", "a"))])
    async with on(studio, "timeline") as stage:
        await stage.press("@", "a")
        assert "endlessly" in stage.said
        assert stage.screen.playhead == macro_store.DEEPEST
        await stage.press("s")
        assert v1(cut_of(stage))[0] == macro_store.DEEPEST, "the keys act again"
