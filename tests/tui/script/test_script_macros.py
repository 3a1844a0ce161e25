"""Test macros on the Script screen: they record typed keys and text, run at the cursor, and are reverted by
one undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.keys import macro_store
from milimo_tui.tui.keys.macro_store import MacroStep
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

TEXT = "".join(f"Line {number}.\n" for number in range(8))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", TEXT)
    yield made
    made.close()


def lines(stage: Stage) -> list[str]:
    return list(stage.screen.editor.document.lines)


async def test_typing_is_recorded_repeated_by_count_and_undone_at_once(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await stage.press("Q", "a")
        assert "Q a" in stage.lines()[-1]
        await stage.press("A")
        await stage.type(" More")
        await stage.press("backspace", "escape")
        assert "WRITING" not in stage.lines()[-1]
        await stage.press("j", "0", "Q")
        assert "macro a: A“ More” Backspace Esc j 0" in stage.said
        await stage.press("3", "@", "a")
        assert "macro a, 3 times" in stage.said
        assert lines(stage)[:5] == [*(f"Line {number}. Mor" for number in range(4)), "Line 4."]
        await stage.press("u")
        assert lines(stage)[:3] == ["Line 0. Mor", "Line 1.", "Line 2."], "all that it did is one step"
        await stage.press("U")
        assert lines(stage)[3:5] == ["Line 3. Mor", "Line 4."]
        await stage.press("j", "9", "@", "@")
        assert "stopped at j" in stage.said, "there is no line below the last one"
        assert all(line.endswith(" Mor") for line in lines(stage))
        await stage.press("u", "u", "u")
        assert lines(stage) == TEXT.split("\n")


async def test_macro_stops_with_a_message_where_nothing_is_found(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await stage.press("5", "G", "Q", "b", "f", "4", "r", "x", "j", "0", "Q")
        assert lines(stage)[4] == "Line x."
        await stage.press("u", "g", "g", "@", "b")
        assert "f4 (1 of 4)" in stage.said
        assert lines(stage) == TEXT.split("\n")
        await stage.press("@", "z")
        assert "no macro z" in stage.said


@pytest.mark.long("screens")
async def test_macro_with_search_and_paste_survives_a_restart(tmp_path: Path, studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await stage.press("Q", "c", "/")
        await stage.type("2.")
        await stage.press("enter", "o")
        stage.app.post_message(events.Paste("One two\nthree"))
        await stage.settle()
        await stage.press("escape", "Q")
        assert lines(stage)[2:5] == ["Line 2.", "One two", "three"]
        await stage.press("u", "u", "ctrl+s")  # Two undos are needed, because a paste is undone separately.
    studio.close()
    again = Studio.open(home=str(tmp_path / "home"), actor="test")
    macros = macro_store.load_macros(again, "script_macros")
    assert macros["c"][0] == MacroStep(("/",), ("2.",))
    assert macro_store.load_macros(again, "macros") == {}, "a key means something else on the Timeline"
    async with on(again, "script") as stage:
        await stage.press(":")
        await stage.type("macro c")
        await stage.press("enter")
        assert lines(stage)[2:5] == ["Line 2.", "One two", "three"]
        await stage.press("u")
        assert lines(stage) == TEXT.split("\n")
    again.close()


async def test_macro_accepts_a_completion_and_runs_another(studio: Studio) -> None:
    macro_store.store_macro(studio, "script_macros", "a", [MacroStep(("d", "d"))])
    async with on(studio, "script") as stage:
        await stage.press("Q", "b", "@", "a", "x", "Q")
        assert lines(stage)[:2] == ["ine 1.", "Line 2."]
        await stage.press("2", "@", "b")
        assert lines(stage)[0] == "ine 3."
        await stage.press("u")
        assert lines(stage)[:2] == ["ine 1.", "Line 2."]
        macro_store.store_macro(studio, "script_macros", "c", [MacroStep(("x",)), MacroStep(("@", "c"))])
        await stage.press("@", "c")
        assert "endlessly" in stage.said or "stopped" in stage.said
        await stage.press("u")
        assert lines(stage)[:2] == ["ine 1.", "Line 2."]
