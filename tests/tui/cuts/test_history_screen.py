"""The history by keys: every state of every branch, names, and what another terminal does meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.studio.registry.registry import run
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


@pytest.mark.long("screens")
async def test_a_branch_is_seen_and_gone_to_by_keys(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline", (80, 24)) as stage:

        def clips() -> int:
            cut = studio.snapshot().cut
            assert cut is not None
            return len(cut.clips)

        await stage.press("g", "u")
        assert "Nothing was edited in “long” yet." in stage.text
        await stage.press("escape")
        began = clips()
        await stage.press("1", "0", "l", "s")
        assert clips() == began + 1
        await stage.press("u", "w", "x", "x")
        assert clips() == began - 2
        await stage.press("g", "u")
        assert "Rain Market · History of “long”" in stage.text
        assert "3 states   1 undone   0 named" in stage.text
        assert "no  what was done" in stage.text
        assert "● as it began" in stage.text
        assert "1  ├╴○ split" in stage.text
        assert "◀ here" in stage.text
        assert stage.screen.list.key == studio.project().history(studio.snapshot().cut.id)[-1].id  # type: ignore[union-attr]
        await stage.press("k", "k")
        await stage.press("enter")
        assert stage.screen.MODE == "timeline"
        assert "now after “split" in stage.said
        assert "2 undone, 1 done again" in stage.said
        assert clips() == began + 1
        await stage.press("g", "u", "u")
        assert clips() == began
        assert "● as it began" in stage.text
        assert next(row for row in stage.lines() if "as it began" in row).rstrip().endswith("◀ here")


async def test_states_get_names_and_what_another_terminal_does_is_seen_meanwhile(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    run(studio, "cut.split", {"at": "20"})
    run(studio, "cut.split", {"at": "40"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "u", "k", "e")
        await stage.type("for Ada")
        await stage.press("enter")
        await stage.until(lambda: any("1  ● split" in row and "“for Ada”" in row for row in stage.lines()))
        chosen = stage.screen.list.key
        await stage.press("e", "ctrl+u")
        await stage.type("12")
        await stage.press("enter")
        assert "says a place in the history already" in stage.said
        assert "1 named" in stage.text

        other = make_studio(tmp_path / "home", actor="terminal-b")
        run(other, "cut.split", {"at": "60"})
        await stage.until(lambda: "the work of terminal-b" in stage.text)
        assert stage.screen.list.key == chosen, "the cursor stays where it was"
        run(other, "cut.name_state", {"name": "cold open"})
        await stage.until(lambda: "“cold open”" in stage.text)
        other.close()
        await stage.press(";")
        assert "another hand" in stage.text, "what Enter would do is told below the tree"
        await stage.press(",")
        assert stage.screen.list.key == chosen
